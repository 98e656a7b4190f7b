package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.simd.matmul.FloatPacking;
import org.thalweg.autodiff.kernel.simd.matmul.FloatTiles;
import org.thalweg.autodiff.kernel.window.Places;

/// Copies lines of a scattered matrix into a panel, in the order in which [FloatTiles] reads it:
/// number `p` of line `i` stands at `p · width + i`. Places of missing lines hold anything.
///
/// Numbers that follow each other along lines are transposed in registers, a square at a time.
/// Neighbouring lines are often neighbours in memory, as pixels of a row are. Runs of them are
/// copied by whole vectors, from left to right, so that the surplus of one is overwritten by the
/// next; the last one's falls into the next `p`, or into the slack behind the panel.
///
/// Where both factors' numbers follow each other along lines, those of one need not be transposed:
/// they are copied [one line after the other][#copyLines], for [WindowTiles#lines].
final class FloatGather {
  /// The numbers behind a panel that may be overwritten.
  static final int SLACK = WindowTiles.SLACK;

  /// Runs of lines shorter than this on average are copied one by one.
  private static final int SHORT = 3;

  private static final float[] NONE = {};
  private static final Places NOWHERE = Places.line(0, 0);
  private static final VectorSpecies<Float> FLOATS = FloatTiles.SPECIES;
  private static final int LANES = FloatTiles.LANES;
  private static final int COLUMNS = FloatTiles.COLUMNS;

  private float[] s = NONE;
  private int from;
  private Places lines = NOWHERE;
  private int k;
  private int nearest;
  private int farthest;
  private boolean isAlong;

  /// Where the numbers of a line stand, from its start on.
  private final int[] numbers = new int[VectorContraction.DEPTH];

  /// Where the lines of the panel at hand start.
  private final int[] starts;

  /// From where to where vectors are copied; in all of a panel's lines, or in each.
  private final int[] sources = new int[VectorContraction.DEPTH];

  private final int[] targets = new int[VectorContraction.DEPTH];

  /// What [WindowTiles#gather] is told of the lines of the panel at hand.
  private final int[] halves = new int[6];

  private final int[] square = new int[SLACK];

  /// @param most the lines of a panel
  FloatGather(int most) {
    starts = new int[most];
  }

  /// Says from where numbers `first … first + k − 1` of lines are to be copied.
  void begin(float[] s, int from, Places lines, Places steps, int first, int k) {
    this.s = s;
    this.from = from;
    this.lines = lines;
    steps.copy(first, k, numbers);
    this.k = k;
    int least = 0;
    int most = 0;
    int runs = 1;
    for (int p = 0; p < k; p++) {
      least = Math.min(least, numbers[p]);
      most = Math.max(most, numbers[p]);
      runs += p > 0 && numbers[p] != numbers[p - 1] + 1 ? 1 : 0;
    }
    nearest = from + least;
    farthest = from + most + LANES;
    // A square that runs fill by half is worth it.
    isAlong = LANES >= 8 && (long) runs * LANES <= 2L * k;
  }

  /// Whether tiles can [read][#multiply] these lines of B where they stand.
  boolean isReadInPlace(int line, int count) {
    if (count < COLUMNS) {
      return false;
    }
    lines.copy(line, count, starts);
    return areHalves();
  }

  /// One tile, or a part of it, of `length` numbers from number `p` on of the lines that have just
  /// been [asked for][#isReadInPlace].
  void multiply(
      WindowTiles tiles,
      boolean isPart,
      int p,
      float[] a,
      int aOffset,
      float[] c,
      int cOffset,
      int cRow,
      int length,
      boolean add) {
    if (isPart) {
      tiles.gatherPart(s, numbers, p, halves, a, aOffset, c, cOffset, cRow, length, add);
    } else {
      tiles.gather(s, numbers, p, halves, a, aOffset, c, cOffset, cRow, length, add);
    }
  }

  /// Packs `count` lines from line `line` on into the panel at `to`.
  void pack(int line, int count, float[] d, int to, int width) {
    lines.copy(line, count, starts);
    int vectors = vectors(count);
    if (vectors > 0) {
      byVectors(vectors, d, to, width);
    } else if (isAlong && (width <= LANES || width % LANES == 0)) {
      bySquares(count, d, to, width);
    } else {
      oneByOne(count, d, to, width);
    }
  }

  /// Whether the lines of either half of a panel are in two runs at most: then a tile puts its
  /// vectors together in registers.
  private boolean areHalves() {
    for (int half = 0; half < 2; half++) {
      int at = half * LANES;
      int cut = LANES;
      for (int l = 1; l < LANES; l++) {
        if (starts[at + l] != starts[at + l - 1] + 1) {
          if (cut < LANES) {
            return false;
          }
          cut = l;
        }
      }
      int one = starts[at];
      // The second run as if it reached back to the first lane.
      int behind = cut == LANES ? one : starts[at + cut] - cut;
      if (nearest + Math.min(one, behind) < 0 || farthest + Math.max(one, behind) > s.length) {
        return false;
      }
      halves[2 * half] = from + one;
      halves[2 * half + 1] = from + behind;
      halves[4 + half] = cut;
    }
    return true;
  }

  /// Lists the vectors that copy the lines of a panel; 0 where that is not worth while, or would
  /// read past the end.
  private int vectors(int count) {
    int vectors = 0;
    int runs = 0;
    for (int i = 0; i < count; runs++) {
      int begin = i;
      do {
        i++;
      } while (i < count && starts[i] == starts[i - 1] + 1);
      for (int at = begin; at < i; at += LANES) {
        sources[vectors] = starts[at];
        targets[vectors++] = at;
        if (farthest + starts[at] > s.length) {
          return 0;
        }
      }
    }
    return runs * SHORT > count ? 0 : vectors;
  }

  private void byVectors(int vectors, float[] d, int to, int width) {
    for (int p = 0; p < k; p++) {
      copy(vectors, from + numbers[p], d, to + p * width);
    }
  }

  /// A square may reach beyond a run: what it has too much is overwritten by the next.
  private void bySquares(int count, float[] d, int to, int width) {
    for (int group = 0; group < count; group += LANES) {
      int here = Math.min(LANES, count - group);
      int last = 0;
      for (int i = 0; i < LANES; i++) {
        square[i] = from + starts[group + Math.min(i, here - 1)];
        last = Math.max(last, square[i]);
      }
      for (int p = 0; p < k; ) {
        int begin = p;
        do {
          p++;
        } while (p < k && numbers[p] == numbers[p - 1] + 1);
        int at = numbers[begin];
        int squares = (p - begin + LANES - 1) / LANES;
        while (begin + squares * LANES > k || last + at + squares * LANES > s.length) {
          squares--;
        }
        int target = to + begin * width + group;
        move(at);
        FloatPacking.transpose(s, square, 0, squares, d, target, width);
        move(-at);
        rest(group, here, begin + squares * LANES, p, d, to + group, width);
      }
    }
  }

  /// Lists the vectors that copy any of the lines, from left to right in each block.
  ///
  /// @return how many they are
  int vectorsOfLine(int width, int block) {
    int vectors = 0;
    for (int p = 0; p < k; vectors++) {
      int inBlock = p % block;
      sources[vectors] = numbers[p];
      targets[vectors] = place(p, width, block);
      int stop = Math.min(k, p + Math.min(LANES, block - inBlock));
      do {
        p++;
      } while (p < stop && numbers[p] == numbers[p - 1] + 1);
    }
    return vectors;
  }

  /// Copies `count` lines from line `line` on, number `p` of block `q` of line `i` to `to + (q ·
  /// width + i) · LINE + p`, by so many [vectors][#vectorsOfLine].
  void copyLines(int line, int count, float[] d, int to, int width, int block, int vectors) {
    lines.copy(line, count, starts);
    for (int i = 0; i < count; i++) {
      int start = from + starts[i];
      int target = to + i * WindowTiles.LINE;
      if (farthest + starts[i] <= s.length) {
        copy(vectors, start, d, target);
      } else {
        for (int p = 0; p < k; p++) {
          d[target + place(p, width, block)] = s[start + numbers[p]];
        }
      }
    }
  }

  /// Where number `p` of the first of `width` lines goes.
  static int place(int p, int width, int block) {
    return p / block * width * WindowTiles.LINE + p % block;
  }

  /// Copies by the vectors that are listed.
  private void copy(int vectors, int at, float[] d, int to) {
    for (int v = 0; v < vectors; v++) {
      FloatVector.fromArray(FLOATS, s, at + sources[v]).intoArray(d, to + targets[v]);
    }
  }

  private void move(int by) {
    for (int i = 0; i < LANES; i++) {
      square[i] += by;
    }
  }

  private void oneByOne(int count, float[] d, int to, int width) {
    rest(0, count, 0, k, d, to, width);
  }

  /// Numbers `begin … end − 1` one by one.
  private void rest(int line, int count, int begin, int end, float[] d, int to, int width) {
    for (int p = begin; p < end; p++) {
      int at = from + numbers[p];
      int target = to + p * width;
      for (int i = 0; i < count; i++) {
        d[target + i] = s[at + starts[line + i]];
      }
    }
  }
}
