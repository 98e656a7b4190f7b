package org.thalweg.benchmarks.report;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;

class ChartTest {
  private static final Run RUN = new Run("0123456", "2026-01-31", 3, 6);

  /// Where nothing was measured.
  private static final double NONE = Double.NaN;

  private final Chart chart =
      new Chart(
          List.of(
              row("exp-1m", 1, "Peer 1.0", 2, 40.0),
              row("exp-1m", 2, "Peer 1.0", 4, 50.0),
              row("start-mlp", 2, "Peer 1.0", 0.5, null)),
          List.of(
              row("exp-1m", 1, "Peer 1.0, slowly", 32, 40.0),
              row("exp-1m", 2, "Peer 1.0, slowly", 16, 50.0),
              row("exp-1m", 2, "Peer 1.0, fast", 8, 50.0),
              row("start-mlp", 2, "Other 2.0", 64, null)));

  @Test
  void ratiosArePowersOfTwoOfEveryPeer() {
    assertThat(values(chart.ratios(), "Peer, 1 thread")).containsExactly(1.0, NONE);
    assertThat(values(chart.ratios(), "Peer, 2 threads")).containsExactly(2.0, -1.0);
    assertThat(values(chart.ratios(), "Other, 2 threads")).containsExactly(NONE, 6.0);
    assertThat(values(chart.ratios(), "as fast as ours")).containsExactly(0.0, 0.0);
  }

  @Test
  void ofOtherWaysTheFastestOnMostThreadsIsShown() {
    assertThat(values(chart.ratios(), "Peer otherwise, 2 threads")).containsExactly(3.0, NONE);
    assertThat(chart.ratios().getSeriesCollection()).hasSize(5);
  }

  @Test
  void bothSidesAreShownBesideTheLimit() {
    assertThat(values(chart.limits(), "ours, 1 thread")).containsExactly(40.0, NONE);
    assertThat(values(chart.limits(), "ours, 2 threads")).containsExactly(50.0, NONE);
    assertThat(values(chart.limits(), "Peer, 2 threads")).containsExactly(25.0, NONE);
    assertThat(values(chart.limits(), "the limit")).containsExactly(100.0, 100.0);
  }

  @Test
  void everyWorkHasItsLabelInBoth() {
    for (CategoryChart both : List.of(chart.ratios(), chart.limits())) {
      assertThat(both.getStyler().getXAxisTickMarkSpacingHint()).isEqualTo(1);
      for (CategorySeries series : both.getSeriesCollection()) {
        assertThat(List.copyOf(series.getXData())).isEqualTo(List.of("exp-1m", "start-mlp"));
      }
    }
  }

  @Test
  void theAxisOfRatiosIsLabelledWithThem() {
    var label = chart.ratios().getStyler().getYAxisTickLabelsFormattingFunction();

    assertThat(List.of(-1.0, 0.0, 3.0)).extracting(label::apply).containsExactly("0.50", "1", "8");
    assertThat(chart.ratios().getStyler().getYAxisMax()).isEqualTo(7.0);
  }

  @Test
  void thePictureHasOneBelowTheOther() throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(chart.png()));

    assertThat(picture.getWidth()).isEqualTo(1500);
    assertThat(picture.getHeight()).isEqualTo(1360);
  }

  private static double[] values(CategoryChart chart, String series) {
    return requireNonNull(chart.getSeries(series), series).getYData();
  }

  private static Row row(
      String work, int threads, String peer, double ratio, @Nullable Double percent) {
    Double ofPeer = percent == null ? null : percent / 2;
    return new Row(
        work, threads, "µs", 1, ratio, peer, ratio, 0, percent, ofPeer, null, null, 0, null, null,
        RUN);
  }
}
