package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.simd.matmul.DoubleTiles;

/// Copies lines of a scattered matrix into a panel, in the order in which [DoubleTiles] reads it:
/// number `p` of line `i` stands at `p · width + i`. Places of missing lines hold anything.
///
/// Neighbouring lines are often neighbours in memory, as pixels of a row are. Runs of them are
/// copied by whole vectors, from left to right, so that the surplus of one is overwritten by the
/// next; the last one's falls into the next `p`, or into the slack behind the panel.
final class DoubleGather {
  /// The numbers behind a panel that may be overwritten.
  static final int SLACK = 16;

  /// Runs of lines shorter than this on average are copied one by one.
  private static final int SHORT = 3;

  private static final double[] NONE = {};
  private static final int[] NOWHERE = {};
  private static final VectorSpecies<Double> FLOATS = DoubleTiles.SPECIES;
  private static final int LANES = DoubleTiles.LANES;
  private static final int COLUMNS = DoubleTiles.COLUMNS;

  private double[] s = NONE;
  private int from;
  private int[] lines = NOWHERE;
  private int[] steps = NOWHERE;
  private int first;
  private int k;
  private int farthest;

  private final int[] sources;
  private final int[] targets;

  /// @param most the lines of a panel
  DoubleGather(int most) {
    sources = new int[most];
    targets = new int[most];
  }

  /// Says from where numbers `first … first + k − 1` of lines are to be copied.
  void begin(double[] s, int from, int[] lines, int[] steps, int first, int k) {
    this.s = s;
    this.from = from;
    this.lines = lines;
    this.steps = steps;
    this.first = first;
    this.k = k;
    int most = 0;
    for (int p = first; p < first + k; p++) {
      most = Math.max(most, steps[p]);
    }
    farthest = from + most + LANES;
  }

  /// Packs `count` lines from line `line` on into the panel at `to`.
  void pack(int line, int count, double[] d, int to, int width) {
    int vectors = vectors(line, count);
    if (vectors > 0) {
      byVectors(vectors, d, to, width);
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

  private void byVectors(int vectors, double[] d, int to, int width) {
    if (vectors == 2 && targets[1] == LANES && width == COLUMNS) {
      byTwo(d, to);
      return;
    }
    for (int p = 0; p < k; p++) {
      int at = from + steps[first + p];
      int target = to + p * width;
      for (int v = 0; v < vectors; v++) {
        DoubleVector.fromArray(FLOATS, s, at + sources[v]).intoArray(d, target + targets[v]);
      }
    }
  }

  private void byTwo(double[] d, int to) {
    int one = from + sources[0];
    int other = from + sources[1];
    for (int p = 0; p < k; p++) {
      int at = steps[first + p];
      int target = to + p * COLUMNS;
      DoubleVector.fromArray(FLOATS, s, one + at).intoArray(d, target);
      DoubleVector.fromArray(FLOATS, s, other + at).intoArray(d, target + LANES);
    }
  }

  private void oneByOne(int line, int count, double[] d, int to, int width) {
    for (int p = 0; p < k; p++) {
      int at = from + steps[first + p];
      int target = to + p * width;
      for (int i = 0; i < count; i++) {
        d[target + i] = s[at + lines[line + i]];
      }
    }
  }
}
