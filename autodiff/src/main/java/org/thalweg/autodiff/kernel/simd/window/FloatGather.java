package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.simd.matmul.FloatPacking;
import org.thalweg.autodiff.kernel.simd.matmul.FloatTiles;

/// Copies lines of a scattered matrix into a panel, in the order in which [FloatTiles] reads it:
/// number `p` of line `i` stands at `p · width + i`. Places of missing lines hold anything.
///
/// Numbers that follow each other along lines are transposed in registers, a square at a time.
/// Neighbouring lines are often neighbours in memory, as pixels of a row are. Runs of them are
/// copied by whole vectors, from left to right, so that the surplus of one is overwritten by the
/// next; the last one's falls into the next `p`, or into the slack behind the panel.
final class FloatGather {
  /// The numbers behind a panel that may be overwritten.
  static final int SLACK = 16;

  /// Runs of lines shorter than this on average are copied one by one.
  private static final int SHORT = 3;

  private static final float[] NONE = {};
  private static final int[] NOWHERE = {};
  private static final VectorSpecies<Float> FLOATS = FloatTiles.SPECIES;
  private static final int LANES = FloatTiles.LANES;
  private static final int COLUMNS = FloatTiles.COLUMNS;

  private float[] s = NONE;
  private int from;
  private int[] lines = NOWHERE;
  private int[] steps = NOWHERE;
  private int first;
  private int k;
  private int farthest;
  private boolean isAlong;

  private final int[] sources;
  private final int[] targets;
  private final int[] starts = new int[SLACK];

  /// @param most the lines of a panel
  FloatGather(int most) {
    sources = new int[most];
    targets = new int[most];
  }

  /// Says from where numbers `first … first + k − 1` of lines are to be copied.
  void begin(float[] s, int from, int[] lines, int[] steps, int first, int k) {
    this.s = s;
    this.from = from;
    this.lines = lines;
    this.steps = steps;
    this.first = first;
    this.k = k;
    int most = 0;
    int runs = 1;
    for (int p = first; p < first + k; p++) {
      most = Math.max(most, steps[p]);
      runs += p > first && steps[p] != steps[p - 1] + 1 ? 1 : 0;
    }
    farthest = from + most + LANES;
    // Runs that do not fill a square are not worth one.
    isAlong = LANES >= 8 && (long) runs * LANES <= k;
  }

  /// Packs `count` lines from line `line` on into the panel at `to`.
  void pack(int line, int count, float[] d, int to, int width) {
    int vectors = vectors(line, count);
    if (vectors > 0) {
      byVectors(vectors, d, to, width);
    } else if (isAlong && (width <= LANES || width % LANES == 0)) {
      bySquares(line, count, d, to, width);
    } else {
      oneByOne(line, count, d, to, width);
    }
  }

  /// Lists the vectors that copy the lines of a panel; 0 where that is not worth while, or would
  /// read past the end.
  private int vectors(int line, int count) {
    int vectors = 0;
    int runs = 0;
    for (int i = 0; i < count; runs++) {
      int begin = i;
      do {
        i++;
      } while (i < count && lines[line + i] == lines[line + i - 1] + 1);
      for (int at = begin; at < i; at += LANES) {
        sources[vectors] = lines[line + at];
        targets[vectors++] = at;
        if (farthest + lines[line + at] > s.length) {
          return 0;
        }
      }
    }
    return runs * SHORT > count ? 0 : vectors;
  }

  private void byVectors(int vectors, float[] d, int to, int width) {
    if (vectors == 2 && targets[1] == LANES && width == COLUMNS) {
      byTwo(d, to);
      return;
    }
    for (int p = 0; p < k; p++) {
      int at = from + steps[first + p];
      int target = to + p * width;
      for (int v = 0; v < vectors; v++) {
        FloatVector.fromArray(FLOATS, s, at + sources[v]).intoArray(d, target + targets[v]);
      }
    }
  }

  private void byTwo(float[] d, int to) {
    int one = from + sources[0];
    int other = from + sources[1];
    for (int p = 0; p < k; p++) {
      int at = steps[first + p];
      int target = to + p * COLUMNS;
      FloatVector.fromArray(FLOATS, s, one + at).intoArray(d, target);
      FloatVector.fromArray(FLOATS, s, other + at).intoArray(d, target + LANES);
    }
  }

  /// A square may reach beyond a run: what it has too much is overwritten by the next.
  private void bySquares(int line, int count, float[] d, int to, int width) {
    for (int group = 0; group < count; group += LANES) {
      int here = Math.min(LANES, count - group);
      int last = 0;
      for (int i = 0; i < LANES; i++) {
        starts[i] = from + lines[line + group + Math.min(i, here - 1)];
        last = Math.max(last, starts[i]);
      }
      for (int p = 0; p < k; ) {
        int begin = p;
        do {
          p++;
        } while (p < k && steps[first + p] == steps[first + p - 1] + 1);
        int at = steps[first + begin];
        int squares = (p - begin + LANES - 1) / LANES;
        while (begin + squares * LANES > k || last + at + squares * LANES > s.length) {
          squares--;
        }
        int target = to + begin * width + group;
        move(at);
        FloatPacking.transpose(s, starts, 0, squares, d, target, width);
        move(-at);
        rest(line + group, here, begin + squares * LANES, p, d, to + group, width);
      }
    }
  }

  private void move(int by) {
    for (int i = 0; i < LANES; i++) {
      starts[i] += by;
    }
  }

  private void oneByOne(int line, int count, float[] d, int to, int width) {
    rest(line, count, 0, k, d, to, width);
  }

  /// Numbers `begin … end − 1` one by one.
  private void rest(int line, int count, int begin, int end, float[] d, int to, int width) {
    for (int p = begin; p < end; p++) {
      int at = from + steps[first + p];
      int target = to + p * width;
      for (int i = 0; i < count; i++) {
        d[target + i] = s[at + lines[line + i]];
      }
    }
  }
}
