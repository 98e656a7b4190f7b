package org.thalweg.benchmarks.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The picture of the ratios: a dot for each work and number of threads, and a line where both
/// sides are as fast.
final class Chart {
  private static final int WIDTH = 1500;
  private static final int HEIGHT = 700;
  private static final Color EVEN = new Color(0x888888);
  private static final List<Color> COLORS =
      List.of(new Color(0xE69F00), new Color(0x0072B2), new Color(0x009E73), new Color(0xCC79A7));

  private Chart() {}

  /// The picture as a PNG. No screen is needed.
  ///
  /// @param rows one for each work and number of threads, all with a ratio
  static byte[] png(List<Row> rows) throws IOException {
    System.setProperty("java.awt.headless", "true");
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .yAxisTitle("PyTorch's time ÷ ours: above 1 ours is faster")
            .build();
    style(chart.getStyler());
    List<String> works = rows.stream().map(Row::work).distinct().toList();
    List<Integer> threads = rows.stream().map(Row::threads).distinct().sorted().toList();
    for (int k = 0; k < threads.size(); k++) {
      int number = threads.get(k);
      List<Row> those = rows.stream().filter(row -> row.threads() == number).toList();
      chart
          .addSeries(number == 1 ? "1 thread" : number + " threads", works, ratios(works, those))
          .setMarker(SeriesMarkers.CIRCLE)
          .setMarkerColor(COLORS.get(k % COLORS.size()));
    }
    chart
        .addSeries("as fast", works, Collections.nCopies(works.size(), 1.0))
        .setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Line)
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(EVEN)
        .setLineStyle(new BasicStroke(1));
    return ChartEncoder.getBytes(chart, "png");
  }

  private static void style(CategoryStyler styler) {
    styler.setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setOverlapped(true);
    styler.setYAxisLogarithmic(true);
    styler.setXAxisLabelRotation(90);
    styler.setMarkerSize(9);
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setLegendPosition(LegendPosition.InsideNW);
    styler.setLegendLayout(LegendLayout.Horizontal);
  }

  /// For each work its ratio; none where it was not measured.
  private static List<Double> ratios(List<String> works, List<Row> rows) {
    List<Double> ratios = new ArrayList<>();
    for (String work : works) {
      ratios.add(
          rows.stream()
              .filter(row -> row.work().equals(work))
              .map(Row::ratio)
              .findFirst()
              .orElse(null));
    }
    return ratios;
  }
}
