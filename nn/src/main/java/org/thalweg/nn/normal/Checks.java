package org.thalweg.nn.normal;

import java.util.Arrays;
import org.thalweg.autodiff.array.Shape;

/// Checks of numbers that normalisations share.
final class Checks {
  private Checks() {}

  static void epsilon(String layer, double epsilon) {
    if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          layer + ": epsilon " + epsilon + " is added to the variance: use 0 or more, as 1e-5");
    }
  }

  static Shape normalised(String layer, int... sizes) {
    if (sizes.length == 0 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          layer
              + ": "
              + Arrays.toString(sizes)
              + " are not the sizes of last axes: give one or more, each at least 1");
    }
    return Shape.of(sizes);
  }
}
