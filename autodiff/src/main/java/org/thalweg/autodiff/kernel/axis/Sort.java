package org.thalweg.autodiff.kernel.axis;

import java.util.Arrays;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Pool.Span;

/// Where the elements along the middle axis of `[outer, n, inner]` go when they are sorted. Arrays
/// are `float[]`, `double[]` or `int[]`.
///
/// The order is stable: equal elements stay in the order they have, in a descending one too. The
/// zeros are equal, and NaN is larger than all numbers. Elements become whole numbers in the same
/// order, which are sorted digit by digit, in time proportional to n.
public final class Sort {
  /// Elements that are worth a second thread.
  private static final int GRAIN = 1 << 12;

  /// Up to so many elements are inserted one by one.
  private static final int FEW = 40;

  /// From so many elements on, fewer and wider digits are faster.
  private static final int MANY = 1 << 13;

  private Sort() {}

  /// Writes the positions, in `0 … n − 1`, of the first `count` elements in order: y is `[outer,
  /// count, inner]`.
  public static void positions(
      Object x, int outer, int n, int inner, boolean isDescending, int count, int[] y) {
    run(
        x,
        outer,
        n,
        inner,
        isDescending,
        (row, o, i) -> {
          for (int j = 0; j < count; j++) {
            y[(o * count + j) * inner + i] = row.places[j];
          }
        });
  }

  /// Writes the positions of the lower medians, element ⌊(n − 1)/2⌋ in ascending order: the first
  /// of equal ones, or the first NaN where there is one. y is `[outer, inner]`.
  public static void medians(Object x, int outer, int n, int inner, int[] y) {
    run(
        x,
        outer,
        n,
        inner,
        false,
        (row, o, i) -> {
          int at = isNaN(x, o * n * inner + row.places[n - 1] * inner + i) ? n - 1 : (n - 1) / 2;
          while (at > 0 && row.keys[at - 1] == row.keys[at]) {
            at--;
          }
          y[o * inner + i] = row.places[at];
        });
  }

  private interface Reader {
    void read(Row row, int o, int i);
  }

  private static void run(
      Object x, int outer, int n, int inner, boolean isDescending, Reader reader) {
    if (outer == 0 || n == 0 || inner == 0) {
      return;
    }
    int units = outer * inner;
    Span body =
        (first, stop) -> {
          Row row = new Row(n, x instanceof double[] ? Long.SIZE : Integer.SIZE);
          for (int unit = first; unit < stop; unit++) {
            int o = unit / inner;
            int i = unit % inner;
            row.load(x, o * n * inner + i, inner, isDescending);
            row.sort();
            reader.read(row, o, i);
          }
        };
    Pool.share(units, Pool.parts((long) units * n, GRAIN), body);
  }

  private static boolean isNaN(Object x, int at) {
    return switch (x) {
      case float[] f -> Float.isNaN(f[at]);
      case double[] d -> Double.isNaN(d[at]);
      default -> false;
    };
  }

  /// The keys of one row, unsigned and in the order of its elements, and the places where these
  /// were.
  private static final class Row {
    private final int n;
    private final int bits;
    private final int digit;
    private final int[] starts;
    private long[] keys;
    private int[] places;
    private long[] otherKeys;
    private int[] otherPlaces;

    Row(int n, int bits) {
      this.n = n;
      this.bits = bits;
      boolean isShort = n <= FEW;
      digit = n < MANY ? 8 : 11;
      starts = new int[isShort ? 0 : 1 << digit];
      keys = new long[n];
      places = new int[n];
      otherKeys = new long[isShort ? 0 : n];
      otherPlaces = new int[isShort ? 0 : n];
    }

    void load(Object x, int from, int step, boolean isDescending) {
      switch (x) {
        case float[] f -> {
          for (int j = 0; j < n; j++) {
            // + 0 makes +0 of −0; floatToIntBits makes one NaN of all.
            int raw = Float.floatToIntBits(f[from + j * step] + 0f);
            keys[j] = (raw ^ (raw >> 31 | Integer.MIN_VALUE)) & 0xffffffffL;
          }
        }
        case double[] d -> {
          for (int j = 0; j < n; j++) {
            long raw = Double.doubleToLongBits(d[from + j * step] + 0.0);
            keys[j] = raw ^ (raw >> 63 | Long.MIN_VALUE);
          }
        }
        default -> {
          int[] whole = (int[]) x;
          for (int j = 0; j < n; j++) {
            keys[j] = (whole[from + j * step] ^ Integer.MIN_VALUE) & 0xffffffffL;
          }
        }
      }
      long flipped = isDescending ? -1L >>> (Long.SIZE - bits) : 0;
      for (int j = 0; j < n; j++) {
        keys[j] ^= flipped;
        places[j] = j;
      }
    }

    void sort() {
      if (n <= FEW) {
        insert();
        return;
      }
      for (int shift = 0; shift < bits; shift += digit) {
        sortByDigit(shift);
      }
    }

    private void insert() {
      for (int j = 1; j < n; j++) {
        long key = keys[j];
        int place = places[j];
        int at = j;
        while (at > 0 && Long.compareUnsigned(keys[at - 1], key) > 0) {
          keys[at] = keys[at - 1];
          places[at] = places[at - 1];
          at--;
        }
        keys[at] = key;
        places[at] = place;
      }
    }

    private void sortByDigit(int shift) {
      int mask = (1 << digit) - 1;
      Arrays.fill(starts, 0);
      for (int j = 0; j < n; j++) {
        starts[(int) (keys[j] >>> shift) & mask]++;
      }
      if (starts[(int) (keys[0] >>> shift) & mask] == n) {
        return;
      }
      int next = 0;
      for (int value = 0; value <= mask; value++) {
        int many = starts[value];
        starts[value] = next;
        next += many;
      }
      for (int j = 0; j < n; j++) {
        int to = starts[(int) (keys[j] >>> shift) & mask]++;
        otherKeys[to] = keys[j];
        otherPlaces[to] = places[j];
      }
      long[] sortedKeys = otherKeys;
      otherKeys = keys;
      keys = sortedKeys;
      int[] sortedPlaces = otherPlaces;
      otherPlaces = places;
      places = sortedPlaces;
    }
  }
}
