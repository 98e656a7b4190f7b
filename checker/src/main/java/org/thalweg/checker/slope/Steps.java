package org.thalweg.checker.slope;

import java.util.Arrays;

/// How far the elements of a tensor are moved: in proportion to themselves, but not less than a
/// thousandth of what is usual in the tensor, the median of its sizes other than 0.
///
/// Steps in proportion to max(1, |x|), as is customary, leave the domain of log and √ near 0 and
/// disappear beside large values. The root mean square in the place of the median lets one large
/// element move all others far.
public final class Steps {
  private static final double SMALLEST_PART = 1e-3;

  private final double[] point;
  private final double usual;

  private Steps(double[] point, double usual) {
    this.point = point;
    this.usual = usual;
  }

  public static Steps of(double[] point) {
    double[] sizes =
        Arrays.stream(point)
            .map(Math::abs)
            .filter(size -> size > 0 && Double.isFinite(size))
            .sorted()
            .toArray();
    return new Steps(point, sizes.length == 0 ? 1 : sizes[sizes.length / 2]);
  }

  /// The median size of the elements other than 0; 1 if there are none.
  public double usual() {
    return usual;
  }

  /// The scale on which an element moves.
  public double scale(int i) {
    return scale(point[i], usual);
  }

  private static double scale(double x, double usual) {
    double scale = Math.max(Math.abs(x), SMALLEST_PART * usual);
    return Double.isFinite(scale) ? scale : usual;
  }
}
