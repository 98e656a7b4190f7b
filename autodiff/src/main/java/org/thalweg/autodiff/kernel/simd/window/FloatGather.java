package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
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
final class FloatGather {
  /// The numbers behind a panel that may be overwritten.
  static final int SLACK = 16;

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

  private final int[] sources;
  private final int[] targets;
  private final int[] square = new int[SLACK];

  /// @param most the lines of a panel
  FloatGather(int most) {
    starts = new int[most];
    sources = new int[most];
    targets = new int[most];
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

  /// Packs `count` lines from line `line` on into the panel at `to`.
  void pack(int line, int count, float[] d, int to, int width) {
    lines.copy(line, count, starts);
    if (width == COLUMNS && count == COLUMNS && areHalves()) {
      byHalves(d, to);
      return;
    }
    int vectors = vectors(count);
    if (vectors > 0) {
      byVectors(vectors, d, to, width);
    } else if (isAlong && (width <= LANES || width % LANES == 0)) {
      bySquares(count, d, to, width);
    } else {
      oneByOne(count, d, to, width);
    }
  }

  /// Whether the lines of either half of a panel are in two runs at most, not one in each: then a
  /// vector of the panel is put together in a register, and stored once.
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
      sources[2 * half] = starts[at];
      // The second run as if it reached back to the first lane.
      sources[2 * half + 1] = cut == LANES ? starts[at] : starts[at + cut] - cut;
      targets[half] = cut;
      int first = Math.min(sources[2 * half], sources[2 * half + 1]);
      int last = Math.max(sources[2 * half], sources[2 * half + 1]);
      if (nearest + first < 0 || farthest + last > s.length) {
        return false;
      }
    }
    return targets[0] < LANES || targets[1] < LANES;
  }

  private void byHalves(float[] d, int to) {
    int one = from + sources[0];
    int behindOne = from + sources[1];
    int other = from + sources[2];
    int behindOther = from + sources[3];
    VectorMask<Float> inOne = FLOATS.indexInRange(0, targets[0]);
    VectorMask<Float> inOther = FLOATS.indexInRange(0, targets[1]);
    for (int p = 0; p < k; p++) {
      int at = numbers[p];
      int target = to + p * COLUMNS;
      FloatVector.fromArray(FLOATS, s, behindOne + at)
          .blend(FloatVector.fromArray(FLOATS, s, one + at), inOne)
          .intoArray(d, target);
      FloatVector.fromArray(FLOATS, s, behindOther + at)
          .blend(FloatVector.fromArray(FLOATS, s, other + at), inOther)
          .intoArray(d, target + LANES);
    }
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
    if (vectors == 2 && targets[1] == LANES && width == COLUMNS) {
      byTwo(d, to);
      return;
    }
    for (int p = 0; p < k; p++) {
      int at = from + numbers[p];
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
      int at = numbers[p];
      int target = to + p * COLUMNS;
      FloatVector.fromArray(FLOATS, s, one + at).intoArray(d, target);
      FloatVector.fromArray(FLOATS, s, other + at).intoArray(d, target + LANES);
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
