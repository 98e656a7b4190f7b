package org.thalweg.benchmarks.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The picture of a page, a dot for each work: above, how many times as long as ours the peers
/// take, below, how near ours and the first peer come to the machine's limit.
final class Chart {
  private static final int WIDTH = 1500;
  private static final int HEIGHT = 680;
  private static final double LIMIT = 100;

  /// Pixels, at least.
  private static final int POWERS_APART = 50;

  private static final Color EVEN = new Color(0x666666);

  /// By number of threads.
  private static final List<Color> COLORS =
      List.of(new Color(0xE69F00), new Color(0x0072B2), new Color(0x009E73), new Color(0xCC79A7));

  /// What those of one series look like.
  private record Look(Marker marker, Color color) {}

  private static final Look OTHERWISE = new Look(SeriesMarkers.DIAMOND, new Color(0x56B4E9));

  /// One for each library that `--jvm-peers` has.
  private static final List<Look> LOOKS =
      List.of(
          new Look(SeriesMarkers.TRIANGLE_UP, new Color(0x009E73)),
          new Look(SeriesMarkers.SQUARE, new Color(0xCC79A7)),
          new Look(SeriesMarkers.TRIANGLE_DOWN, new Color(0xD55E00)),
          new Look(SeriesMarkers.PLUS, Color.BLACK));

  private final List<Row> compared;
  private final List<Row> others;
  private final List<String> works;
  private final List<Integer> threads;
  private final String peer;

  /// @param compared one for each work and number of threads, all with a ratio
  /// @param others of the same works, beside the peer in other ways and beside other peers
  Chart(List<Row> compared, List<Row> others) {
    this.compared = compared;
    this.others = others.stream().filter(row -> row.ratio() != null).toList();
    this.works = compared.stream().map(Row::work).distinct().toList();
    this.threads = compared.stream().map(Row::threads).distinct().sorted().toList();
    this.peer = compared.getFirst().shortLibrary();
  }

  /// The picture as a PNG. No screen is needed.
  byte[] png() throws IOException {
    System.setProperty("java.awt.headless", "true");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(List.of(ratios(), limits()), 2, 1, bytes, BitmapFormat.PNG);
    return bytes.toByteArray();
  }

  /// The ratios: those of the first peer on each number of threads, and on the largest those of its
  /// fastest other way and of other peers.
  CategoryChart ratios() {
    CategoryChart chart = chart("time of a peer ÷ ours: above 1 ours is faster");
    for (int k = 0; k < threads.size(); k++) {
      add(chart, peer, k, least(on(threads.get(k), compared), Chart::logarithm), dot(k));
    }
    int last = threads.size() - 1;
    Map<String, List<Row>> byLibrary = byLibrary(on(threads.getLast(), others));
    List<Row> ways = byLibrary.remove(peer);
    if (ways != null) {
      add(chart, peer + " otherwise", last, least(ways, Chart::logarithm), OTHERWISE);
    }
    int count = 0;
    for (Map.Entry<String, List<Row>> entry : byLibrary.entrySet()) {
      Look look = LOOKS.get(count++ % LOOKS.size());
      add(chart, entry.getKey(), last, least(entry.getValue(), Chart::logarithm), look);
    }
    line(chart, "as fast as ours", 0);
    powers(chart.getStyler());
    return chart;
  }

  private static Map<String, List<Row>> byLibrary(List<Row> rows) {
    return rows.stream()
        .collect(Collectors.groupingBy(Row::shortLibrary, LinkedHashMap::new, Collectors.toList()));
  }

  /// An axis of powers of two, with room for the legend.
  private void powers(CategoryStyler styler) {
    List<Double> all =
        Stream.concat(compared.stream(), others.stream()).map(Chart::logarithm).toList();
    styler.setYAxisMin(Math.min(-1, Math.floor(Collections.min(all))));
    styler.setYAxisMax(Math.ceil(Collections.max(all)) + 1);
    styler.setYAxisTickMarkSpacingHint(POWERS_APART);
    styler.setYAxisTickLabelsFormattingFunction(Chart::power);
  }

  /// How near to the machine's limit.
  CategoryChart limits() {
    CategoryChart chart = chart("% of the machine's limit");
    for (int k = 0; k < threads.size(); k++) {
      List<Row> those = on(threads.get(k), compared);
      add(chart, "ours", k, least(those, Row::percentOfLimit), dot(k));
      Look cross = new Look(SeriesMarkers.CROSS, dot(k).color());
      add(chart, peer, k, least(those, Row::peerPercentOfLimit), cross);
    }
    line(chart, "the limit", LIMIT);
    chart.getStyler().setYAxisMin(0.0);
    // Room for the legend, and for what is above the limit.
    chart.getStyler().setYAxisMax(1.35 * LIMIT);
    return chart;
  }

  private static CategoryChart chart(String title) {
    CategoryChart chart =
        new CategoryChartBuilder().width(WIDTH).height(HEIGHT).yAxisTitle(title).build();
    CategoryStyler styler = chart.getStyler();
    styler.setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setOverlapped(true);
    styler.setXAxisLabelRotation(90);
    // As wide as a pixel: else works are left out.
    styler.setXAxisTickMarkSpacingHint(1);
    styler.setMarkerSize(9);
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setLegendPosition(LegendPosition.InsideNW);
    styler.setLegendLayout(LegendLayout.Horizontal);
    return chart;
  }

  private void add(CategoryChart chart, String who, int k, List<Double> values, Look look) {
    String behind = threads.get(k) == 1 ? ", 1 thread" : ", " + threads.get(k) + " threads";
    chart
        .addSeries(who + behind, works, values)
        .setMarker(look.marker())
        .setMarkerColor(look.color());
  }

  private void line(CategoryChart chart, String name, double value) {
    chart
        .addSeries(name, works, Collections.nCopies(works.size(), value))
        .setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Line)
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(EVEN)
        .setLineStyle(new BasicStroke(1));
  }

  private static Look dot(int k) {
    return new Look(SeriesMarkers.CIRCLE, COLORS.get(k % COLORS.size()));
  }

  private static List<Row> on(int threads, List<Row> rows) {
    return rows.stream().filter(row -> row.threads() == threads).toList();
  }

  private static double logarithm(Row row) {
    return row.ratio() == null ? Double.NaN : Math.log(row.ratio()) / Math.log(2);
  }

  private static String power(double logarithm) {
    double power = Math.pow(2, logarithm);
    return String.format(Locale.ROOT, power < 1 ? "%.2f" : "%.0f", power);
  }

  /// For each work the least of its values; none where it was not measured.
  private List<Double> least(List<Row> rows, Function<Row, @Nullable Double> value) {
    List<Double> values = new ArrayList<>();
    for (String work : works) {
      values.add(
          rows.stream()
              .filter(row -> row.work().equals(work))
              .map(value)
              .filter(v -> v != null)
              .min(Double::compare)
              .orElse(null));
    }
    return values;
  }
}
