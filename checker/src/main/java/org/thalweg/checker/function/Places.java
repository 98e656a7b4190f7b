package org.thalweg.checker.function;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.thalweg.autodiff.array.Shape;

/// Which elements of a tensor are checked where not all are: those in which kernels and index
/// arithmetic go wrong first, then any.
public final class Places {
  /// As many elements as the widest vector has lanes.
  private static final int LANES = 16;

  private Places() {}

  /// Flat indices: all where there are no more than `most`, else the corners, the largest gradient,
  /// the last of each remainder of the index by 16 (the tail of a vector loop, whatever its width),
  /// and random ones.
  public static int[] choose(Shape shape, double[] gradient, int most, SplittableRandom random) {
    int n = gradient.length;
    Set<Integer> places = new LinkedHashSet<>();
    if (n <= most) {
      for (int i = 0; i < n; i++) {
        places.add(i);
      }
    } else {
      corners(shape, places);
      places.add(largest(gradient));
      for (int k = 1; k <= LANES; k++) {
        places.add(n - k);
      }
      while (places.size() < most) {
        places.add(random.nextInt(n));
      }
    }
    return places.stream().mapToInt(i -> i).limit(most).toArray();
  }

  private static void corners(Shape shape, Set<Integer> places) {
    int[] strides = shape.strides();
    int axes = Math.min(shape.rank(), 3);
    for (int corner = 0; corner < 1 << axes; corner++) {
      int flat = 0;
      for (int back = 0; back < axes; back++) {
        int axis = shape.rank() - 1 - back;
        flat += (corner >> back & 1) * (shape.size(axis) - 1) * strides[axis];
      }
      places.add(flat);
    }
  }

  private static int largest(double[] gradient) {
    int best = 0;
    for (int i = 1; i < gradient.length; i++) {
      if (Math.abs(gradient[i]) > Math.abs(gradient[best])) {
        best = i;
      }
    }
    return best;
  }
}
