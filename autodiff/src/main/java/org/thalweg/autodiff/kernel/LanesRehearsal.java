package org.thalweg.autodiff.kernel;

import java.util.Arrays;
import java.util.function.Consumer;

/// Calls that take every path of a [Lanes] kernel: complete chains, none, whole rows after them,
/// rows that end within a vector, the last rows of an array. A branch that is not taken here is not
/// compiled, and the first call that takes it throws the compiled kernel away.
final class LanesRehearsal implements Consumer<Lanes> {
  private static final int N = 3 * 256 + 3 * 16 + 5;

  private final Object x;
  private final Object notNumbers;
  private final double[] y = new double[Lanes.room(4)];
  private final double[] squares = new double[Lanes.room(4)];

  LanesRehearsal(boolean floats) {
    this.x = floats ? new float[N] : new double[N];
    this.notNumbers = floats ? new float[32] : new double[32];
    if (notNumbers instanceof float[] f) {
      Arrays.fill(f, Float.NaN);
    } else {
      Arrays.fill((double[]) notNumbers, Double.NaN);
    }
  }

  @Override
  public void accept(Lanes lanes) {
    lanes.fold(x, 0, N, 16, 16, y);
    lanes.fold(x, 0, 37, 17, 17, y);
    lanes.fold(x, 0, 320, 16, 16, y);
    lanes.rows(x, 0, 300, 2, y);
    lanes.rows(x, 0, 61, 3, y);
    lanes.rows(x, 0, 64, 3, y);
    lanes.rows(x, 0, 3, 3, y);
    lanes.rows(x, 0, 1, 3, y);
    lanes.rows(notNumbers, 0, 32, 1, y);
    lanes.find(x, 0, 69, 1, 1);
    lanes.find(x, 0, 69, 1, 0);
    lanes.find(x, 0, 69, 7, 1);
    lanes.find(x, 0, 9, 1, Double.NaN);
    lanes.dot(x, 1, x, 0, 101, y);
    lanes.dot(x, 0, x, 0, 96, y);
    lanes.dots(x, 1, x, 0, 101, 2, y);
    lanes.dots(x, 0, x, 0, 32, 3, y);
    lanes.dot(x, N - 64, x, N - 64, 64, y);
    lanes.dots(x, N - 64, x, N - 64, 32, 2, y);
    lanes.dots(x, N - 74, x, N - 74, 37, 2, y);
    lanes.moments(x, 1, 101, 2, y, y, squares);
    lanes.moments(x, 0, 32, 3, y, y, squares);
    lanes.moments(x, N - 64, 32, 2, y, y, squares);
    lanes.moments(x, N - 74, 37, 2, y, y, squares);
    lanes.crossMoments(x, 1, x, 0, 101, 2, y, y, squares);
    lanes.crossMoments(x, 0, x, 0, 32, 3, y, y, squares);
    lanes.crossMoments(x, N - 64, x, N - 64, 32, 2, y, y, squares);
    lanes.crossMoments(x, N - 74, x, N - 74, 37, 2, y, y, squares);
  }
}
