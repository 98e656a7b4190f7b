package org.thalweg.checker;

/// How far the elements of a tensor are moved: in proportion to themselves, but not less than a
/// thousandth of what is usual in the tensor.
///
/// Steps in proportion to max(1, |x|), as is customary, leave the domain of log and √ near 0 and
/// disappear beside large values.
final class Steps {
  private static final double SMALLEST_PART = 1e-3;

  private final double[] point;
  private final double rootMeanSquare;

  private Steps(double[] point, double rootMeanSquare) {
    this.point = point;
    this.rootMeanSquare = rootMeanSquare;
  }

  static Steps of(double[] point) {
    double largest = 0;
    for (double x : point) {
      largest = Math.max(largest, Double.isFinite(x) ? Math.abs(x) : 0);
    }
    double sum = 0;
    for (double x : point) {
      double part = Double.isFinite(x) && largest > 0 ? x / largest : 0;
      sum += part * part;
    }
    return new Steps(point, point.length == 0 ? 0 : largest * Math.sqrt(sum / point.length));
  }

  /// The scale on which an element moves.
  double scale(int i) {
    return scale(point[i], rootMeanSquare);
  }

  static double scale(double x, double rootMeanSquare) {
    double least = rootMeanSquare == 0 ? SMALLEST_PART : SMALLEST_PART * rootMeanSquare;
    double scale = Math.max(Math.abs(x), least);
    return Double.isFinite(scale) ? scale : 1;
  }
}
