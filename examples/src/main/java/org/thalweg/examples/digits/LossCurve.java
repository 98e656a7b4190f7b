package org.thalweg.examples.digits;

import java.awt.Color;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.thalweg.files.AtomicFile;

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
    add(chart, "training", epochs, history.stream().mapToDouble(DigitTraining.Epoch::loss));
    add(chart, "test", epochs, history.stream().mapToDouble(DigitTraining.Epoch::testLoss));
    byte[] bytes = ChartEncoder.getBytes(chart, "png");
    AtomicFile.write(file, channel -> Channels.newOutputStream(channel).write(bytes));
  }

  private static void add(XYChart chart, String name, double[] epochs, DoubleStream losses) {
    chart.addSeries(name, epochs, losses.toArray()).setMarker(SeriesMarkers.CIRCLE);
  }
}
