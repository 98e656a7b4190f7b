package org.thalweg.checker.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.window.Slide;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Window;

/// Convolutions and pooling by their definitions, of images; a signal is an image of one row.
final class NaiveWindows {
  private NaiveWindows() {}

  private static int places(Slide slide, int size, int length) {
    int padded = length + slide.before() + slide.after();
    return (padded - slide.dilation() * (size - 1) - 1) / slide.stride() + 1;
  }

  private static double padded(Tensor x, int n, int i, int row, int column) {
    boolean isInside =
        row >= 0 && row < x.shape().size(2) && column >= 0 && column < x.shape().size(3);
    return isInside ? x.get(n, i, row, column) : 0;
  }

  static double[] convolution(Tensor x, Tensor w, Convolution options) {
    Slide down = options.vertical();
    Slide across = options.horizontal();
    int out = w.shape().size(0);
    int channels = w.shape().size(1);
    int rows = places(down, w.shape().size(2), x.shape().size(2));
    int columns = places(across, w.shape().size(3), x.shape().size(3));
    return Naive.all(
        Shape.of(x.shape().size(0), out, rows, columns),
        y -> {
          int group = y[1] / (out / options.groups());
          double[] sum = new double[1];
          Naive.all(
              Shape.of(channels, w.shape().size(2), w.shape().size(3)),
              k -> {
                int row = y[2] * down.stride() + k[1] * down.dilation() - down.before();
                int column = y[3] * across.stride() + k[2] * across.dilation() - across.before();
                double value = padded(x, y[0], group * channels + k[0], row, column);
                sum[0] += value * w.get(y[1], k[0], k[1], k[2]);
                return 0;
              });
          return sum[0];
        });
  }

  private static int length(Slide slide, int size, int places, int extra) {
    int reach = slide.dilation() * (size - 1) + 1;
    return (places - 1) * slide.stride() + reach - slide.before() - slide.after() + extra;
  }

  static double[] transposed(Tensor x, Tensor w, Convolution options) {
    Slide down = options.vertical();
    Slide across = options.horizontal();
    int in = w.shape().size(0);
    int channels = w.shape().size(1);
    int height = length(down, w.shape().size(2), x.shape().size(2), options.extraHeight());
    int width = length(across, w.shape().size(3), x.shape().size(3), options.extraWidth());
    return Naive.all(
        Shape.of(x.shape().size(0), channels * options.groups(), height, width),
        y -> {
          int kernels = in / options.groups();
          int first = y[1] / channels * kernels;
          double[] sum = new double[1];
          Naive.all(
              Shape.of(kernels, w.shape().size(2), w.shape().size(3)),
              k -> {
                int row = y[2] + down.before() - k[1] * down.dilation();
                int column = y[3] + across.before() - k[2] * across.dilation();
                if (row % down.stride() == 0 && column % across.stride() == 0) {
                  int r = row / down.stride();
                  int c = column / across.stride();
                  double value = padded(x, y[0], first + k[0], r, c);
                  sum[0] += value * w.get(first + k[0], y[1] % channels, k[1], k[2]);
                }
                return 0;
              });
          return sum[0];
        });
  }

  /// The elements under a window, and how many it counts in a mean.
  private record Under(List<Double> values, int divisor) {}

  private static double[] windows(Tensor x, Window window, ToDoubleFunction<Under> rule) {
    Slide down = window.vertical();
    Slide across = window.horizontal();
    int rows = places(down, x.shape().size(2), window);
    int columns = places(across, x.shape().size(3), window);
    return Naive.all(
        Shape.of(x.shape().size(0), x.shape().size(1), rows, columns),
        y -> {
          List<Double> values = new ArrayList<>();
          int counted = 0;
          for (int u = 0; u < down.size(); u++) {
            for (int v = 0; v < across.size(); v++) {
              int row = y[2] * down.stride() + u * down.dilation() - down.before();
              int column = y[3] * across.stride() + v * across.dilation() - across.before();
              boolean isPadded =
                  row < x.shape().size(2) + down.after()
                      && column < x.shape().size(3) + across.after();
              counted += isPadded ? 1 : 0;
              if (row >= 0
                  && row < x.shape().size(2)
                  && column >= 0
                  && column < x.shape().size(3)) {
                values.add(x.get(y[0], y[1], row, column));
              }
            }
          }
          int divisor = window.countsPadding() ? counted : values.size();
          return rule.applyAsDouble(new Under(values, divisor));
        });
  }

  private static int places(Slide slide, int length, Window window) {
    int places = places(slide, slide.size(), length);
    boolean isLeft = length(slide, slide.size(), places, 0) < length;
    boolean begins = places * slide.stride() < length + slide.before();
    return window.roundsUp() && isLeft && begins ? places + 1 : places;
  }

  private static double most(List<Double> values) {
    // Double.max: NaN wins.
    return values.stream().reduce(Double.NEGATIVE_INFINITY, Math::max);
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(value -> value).sum();
  }

  static double[] max(Tensor x, Window window) {
    return windows(x, window, under -> most(under.values));
  }

  static double[] average(Tensor x, Window window) {
    return windows(x, window, under -> sum(under.values) / under.divisor);
  }

  private static double[] adaptive(
      Tensor x, int rows, int columns, ToDoubleFunction<List<Double>> rule) {
    int height = x.shape().size(2);
    int width = x.shape().size(3);
    return Naive.all(
        Shape.of(x.shape().size(0), x.shape().size(1), rows, columns),
        y -> {
          List<Double> values = new ArrayList<>();
          for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
              // From ⌊j·length ÷ n⌋ to below ⌈(j + 1)·length ÷ n⌉.
              if ((row + 1) * rows > y[2] * height
                  && row * rows < (y[2] + 1) * height
                  && (column + 1) * columns > y[3] * width
                  && column * columns < (y[3] + 1) * width) {
                values.add(x.get(y[0], y[1], row, column));
              }
            }
          }
          return rule.applyAsDouble(values);
        });
  }

  static double[] adaptiveMax(Tensor x, int rows, int columns) {
    return adaptive(x, rows, columns, NaiveWindows::most);
  }

  static double[] adaptiveAverage(Tensor x, int rows, int columns) {
    return adaptive(x, rows, columns, values -> sum(values) / values.size());
  }
}
