package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.simd.matmul.DoubleTiles;
import org.thalweg.autodiff.kernel.window.Places;

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
  private static final Places NOWHERE = Places.line(0, 0);
  private static final VectorSpecies<Double> FLOATS = DoubleTiles.SPECIES;
  private static final int LANES = DoubleTiles.LANES;
  private static final int COLUMNS = DoubleTiles.COLUMNS;

  private double[] s = NONE;
  private int from;
  private Places lines = NOWHERE;
  private int k;
  private int farthest;

  /// Where the numbers of a line stand, from its start on.
  private final int[] numbers = new int[VectorContraction.DEPTH];

  /// Where the lines of the panel at hand start.
  private final int[] starts;

  private final int[] sources;
  private final int[] targets;

  /// @param most the lines of a panel
  DoubleGather(int most) {
    starts = new int[most];
    sources = new int[most];
    targets = new int[most];
  }

  /// Says from where numbers `first … first + k − 1` of lines are to be copied.
  void begin(double[] s, int from, Places lines, Places steps, int first, int k) {
    this.s = s;
    this.from = from;
    this.lines = lines;
    steps.copy(first, k, numbers);
    this.k = k;
    int most = 0;
    for (int p = 0; p < k; p++) {
      most = Math.max(most, numbers[p]);
    }
    farthest = from + most + LANES;
  }

  /// Packs `count` lines from line `line` on into the panel at `to`.
  void pack(int line, int count, double[] d, int to, int width) {
    lines.copy(line, count, starts);
    int vectors = vectors(count);
    if (vectors > 0) {
      byVectors(vectors, d, to, width);
    } else {
      oneByOne(count, d, to, width);
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

  private void byVectors(int vectors, double[] d, int to, int width) {
    if (vectors == 2 && targets[1] == LANES && width == COLUMNS) {
      byTwo(d, to);
      return;
    }
    for (int p = 0; p < k; p++) {
      int at = from + numbers[p];
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
      int at = numbers[p];
      int target = to + p * COLUMNS;
      DoubleVector.fromArray(FLOATS, s, one + at).intoArray(d, target);
      DoubleVector.fromArray(FLOATS, s, other + at).intoArray(d, target + LANES);
    }
  }

  private void oneByOne(int count, double[] d, int to, int width) {
    for (int p = 0; p < k; p++) {
      int at = from + numbers[p];
      int target = to + p * width;
      for (int i = 0; i < count; i++) {
        d[target + i] = s[at + starts[i]];
      }
    }
  }
}
