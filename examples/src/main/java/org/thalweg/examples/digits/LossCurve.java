package org.thalweg.examples.digits;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The picture of a training: the mean loss of each epoch, on the training images and on the test.
final class LossCurve {
  private LossCurve() {}

  /// Draws first and writes then, to a new file that takes the place of the old one.
  static void write(List<DigitTraining.Epoch> history, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    double[] epochs = history.stream().mapToDouble(DigitTraining.Epoch::number).toArray();
    XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(500)
            .title("Loss")
            .xAxisTitle("epoch")
            .yAxisTitle("mean cross-entropy (nats)")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisMin(0.0);
    chart.addSeries(
        "training", epochs, history.stream().mapToDouble(DigitTraining.Epoch::loss).toArray());
    chart.addSeries(
        "test", epochs, history.stream().mapToDouble(DigitTraining.Epoch::testLoss).toArray());
    chart.getSeriesMap().values().forEach(series -> series.setMarker(SeriesMarkers.CIRCLE));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(chart, bytes, BitmapEncoder.BitmapFormat.PNG);
    Path written = Files.createTempFile(file.toAbsolutePath().getParent(), "loss", ".png");
    try {
      Files.write(written, bytes.toByteArray());
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }
}
