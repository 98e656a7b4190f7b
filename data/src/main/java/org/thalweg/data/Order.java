package org.thalweg.data;

import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.RandomArray;
import org.thalweg.autodiff.array.Shape;

/// In which order the samples of an epoch come.
enum Order {
  /// By index, the same in every epoch.
  GIVEN {
    @Override
    int[] indices(int n, long seed, long epoch) {
      return ascending(0, n);
    }
  },
  /// Each once, in any order.
  SHUFFLED {
    @Override
    int[] indices(int n, long seed, long epoch) {
      return RandomArray.permutation(n, seed, stream(epoch));
    }
  },
  /// As many as there are, each drawn from all.
  WITH_REPLACEMENT {
    @Override
    int[] indices(int n, long seed, long epoch) {
      double[] uniform =
          RandomArray.uniform(DType.FLOAT64, seed, stream(epoch), Shape.of(n)).doubles();
      int[] drawn = new int[n];
      for (int i = 0; i < n; i++) {
        // Below n: with 53 bits, the largest number below 1 times any int rounds to less than it.
        drawn[i] = (int) (uniform[i] * n);
      }
      return drawn;
    }
  };

  /// The indices of n samples, in the order of an epoch: a function of these arguments and nothing
  /// else.
  abstract int[] indices(int n, long seed, long epoch);

  private static long stream(long epoch) {
    return RandomArray.stream("loader@" + epoch);
  }

  /// The numbers from … to − 1.
  static int[] ascending(int from, int to) {
    int[] numbers = new int[to - from];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = from + i;
    }
    return numbers;
  }
}
