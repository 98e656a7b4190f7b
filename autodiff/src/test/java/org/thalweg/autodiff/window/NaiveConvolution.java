package org.thalweg.autodiff.window;

import java.util.Arrays;
import org.thalweg.autodiff.array.window.Plan;
import org.thalweg.autodiff.array.window.Slide;

/// The convolution and its transposes by definition: every pair of an output pixel and a weight, in
/// double.
record NaiveConvolution(Plan plan, int batch, int in, int out) {
  /// Called for every product of an element of x, one of w and one of y.
  private interface Triple {
    void visit(int x, int w, int y);
  }

  private void each(Triple triple) {
    int channels = in / plan.groups();
    for (int n = 0; n < batch; n++) {
      for (int o = 0; o < out; o++) {
        for (int r = 0; r < plan.rows(); r++) {
          for (int c = 0; c < plan.columns(); c++) {
            for (int i = 0; i < channels; i++) {
              int channel = o / (out / plan.groups()) * channels + i;
              taps(n, o, r, c, channel, i, triple);
            }
          }
        }
      }
    }
  }

  private void taps(int n, int o, int r, int c, int channel, int i, Triple triple) {
    Slide down = plan.vertical();
    Slide across = plan.horizontal();
    for (int u = 0; u < down.size(); u++) {
      for (int v = 0; v < across.size(); v++) {
        int row = r * down.stride() + u * down.dilation() - down.before();
        int column = c * across.stride() + v * across.dilation() - across.before();
        if (row >= 0 && row < plan.height() && column >= 0 && column < plan.width()) {
          int x = ((n * in + channel) * plan.height() + row) * plan.width() + column;
          int w = ((o * (in / plan.groups()) + i) * down.size() + u) * across.size() + v;
          int y = ((n * out + o) * plan.rows() + r) * plan.columns() + c;
          triple.visit(x, w, y);
        }
      }
    }
  }

  double[] output(double[] x, double[] w) {
    double[] y = new double[batch * out * plan.rows() * plan.columns()];
    each((a, b, c) -> y[c] += x[a] * w[b]);
    return y;
  }

  double[] input(double[] y, double[] w) {
    double[] x = new double[batch * in * plan.height() * plan.width()];
    each((a, b, c) -> x[a] += y[c] * w[b]);
    return x;
  }

  double[] weight(double[] x, double[] y) {
    double[] w = new double[out * (in / plan.groups()) * plan.taps()];
    each((a, b, c) -> w[b] += y[c] * x[a]);
    return w;
  }

  static double[] sizes(double[] values) {
    return Arrays.stream(values).map(Math::abs).toArray();
  }
}
