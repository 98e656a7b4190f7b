package org.thalweg.autodiff.kernel;

import java.util.Random;

/// Numbers of many magnitudes.
final class ReduceData {
  private static final double[] FINITE = {0.0, -0.0, 0x1p-140, -0x1p-149, 0x1.8p15, -0x1p14};
  private static final double[] SPECIAL = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  private ReduceData() {}

  /// Finite numbers, zeros of both signs, subnormal and large ones now and then.
  static float[] floats(int n, Random random) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) number(random);
    }
    return x;
  }

  /// As [#floats].
  static double[] doubles(int n, Random random) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = number(random);
    }
    return x;
  }

  private static double number(Random random) {
    if (random.nextInt(5_000) == 0) {
      return FINITE[random.nextInt(FINITE.length)];
    }
    return Math.scalb(random.nextDouble() - 0.5, random.nextInt(24) - 12);
  }

  /// Puts `count` NaNs and infinities somewhere into both arrays.
  static void addSpecial(float[] x, double[] wide, int count, Random random) {
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(x.length);
      wide[at] = SPECIAL[random.nextInt(SPECIAL.length)];
      x[at] = (float) wide[at];
    }
  }
}
