package org.thalweg.autodiff.kernel.simd;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators.Associative;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// The inner loops of reductions over `double[]`, a template: see [LanesFactory].
final class DoubleLanes extends BlockedLanes {
  private static final List<?> CONSTANTS = LanesFactory.constants(MethodHandles.lookup());
  private static final Operation OPERATION = (Operation) CONSTANTS.get(0);
  private static final Associative OPERATOR = LanesFactory.operator(OPERATION);
  private static final double NEUTRAL = OPERATION.neutral();
  private static final VectorShape SHAPE = (VectorShape) CONSTANTS.get(1);
  private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SHAPE);
  private static final VectorSpecies<Double> FOUR =
      DOUBLES.length() < 4 ? DOUBLES : DoubleVector.SPECIES_256;
  private static final int LENGTH = DOUBLES.length();
  private static final int LANES = 8;

  DoubleLanes() {
    super(OPERATION, LANES, LENGTH);
  }

  @Override
  void complete(Object x, int i, int stride, int chains, double[] y, int at) {
    complete((double[]) x, i, stride, chains, y, at);
  }

  private static void complete(double[] x, int from, int stride, int chains, double[] y, int at) {
    DoubleVector sum = DoubleVector.fromArray(DOUBLES, y, at);
    for (int c = 0, i = from; c < chains; c++) {
      DoubleVector chain = DoubleVector.broadcast(DOUBLES, NEUTRAL);
      for (int row = 0; row < CHAIN; row++) {
        chain = chain.lanewise(OPERATOR, DoubleVector.fromArray(DOUBLES, x, i));
        i += stride;
      }
      sum = sum.lanewise(OPERATOR, chain);
    }
    sum.intoArray(y, at);
  }

  @Override
  void partial(Object x, int i, int end, int stride, double[] y, int at) {
    partial((double[]) x, i, end, stride, y, at);
  }

  private static void partial(double[] x, int from, int end, int stride, double[] y, int at) {
    DoubleVector chain = DoubleVector.broadcast(DOUBLES, NEUTRAL);
    int i = from;
    // What is left, not where the end is: `i` may overflow after the last row.
    int left = end - from;
    for (; left >= LENGTH; left -= stride) {
      chain = chain.lanewise(OPERATOR, DoubleVector.fromArray(DOUBLES, x, i));
      i += stride;
    }
    // One row at most: a row is as long as a vector, or longer.
    if (left > 0 && LENGTH == 2) {
      chain = chain.withLane(0, OPERATION.of(chain.lane(0), x[i])); // C2 has no masks of 2 lanes.
    } else if (left > 0) {
      VectorMask<Double> inside = DOUBLES.indexInRange(0, left);
      chain = chain.lanewise(OPERATOR, DoubleVector.fromArray(DOUBLES, x, i, inside), inside);
    }
    DoubleVector.fromArray(DOUBLES, y, at).lanewise(OPERATOR, chain).intoArray(y, at);
  }

  @Override
  public void rows(Object x, int from, int n, int rows, double[] y) {
    if (n > CHAIN * LANES) {
      super.rows(x, from, n, rows, y);
    } else {
      rows((double[]) x, from, n, rows, y);
    }
  }

  /// Rows of one chain: the lanes of the row at hand stand in `y` after the results.
  private static void rows(double[] x, int from, int n, int rows, double[] y) {
    for (int row = 0; row < rows; row++) {
      for (int l = 0; l < LANES; l += LENGTH) {
        DoubleVector chain = DoubleVector.broadcast(DOUBLES, NEUTRAL);
        int i = from + row * n + l;
        int left = n - l;
        for (; left >= LENGTH; left -= LANES) {
          chain = chain.lanewise(OPERATOR, DoubleVector.fromArray(DOUBLES, x, i));
          i += LANES;
        }
        if (left > 0 && LENGTH == 2) {
          chain =
              chain.withLane(0, OPERATION.of(chain.lane(0), x[i])); // C2 has no masks of 2 lanes.
        } else if (left > 0) {
          VectorMask<Double> inside = DOUBLES.indexInRange(0, left);
          chain = chain.lanewise(OPERATOR, DoubleVector.fromArray(DOUBLES, x, i, inside), inside);
        }
        chain.intoArray(y, rows + l);
      }
      y[row] = tree(y, rows);
    }
  }

  /// [Operation#tree] with vectors, each statement of one species only, for the JIT's sake.
  private static double tree(double[] y, int at) {
    for (int l = at; l < at + 4; l += FOUR.length()) {
      DoubleVector other = DoubleVector.fromArray(FOUR, y, l + 4);
      DoubleVector.fromArray(FOUR, y, l).lanewise(OPERATOR, other).intoArray(y, l);
    }
    DoubleVector other = DoubleVector.fromArray(DoubleVector.SPECIES_128, y, at + 2);
    DoubleVector two = DoubleVector.fromArray(DoubleVector.SPECIES_128, y, at);
    two.lanewise(OPERATOR, other).intoArray(y, at);
    return OPERATION.of(y[at], y[at + 1]);
  }

  @Override
  public int find(Object x, int from, int end, int stride, double value) {
    // C2 has no masks of two lanes.
    boolean byVectors = stride == 1 && !Double.isNaN(value) && LENGTH > 2;
    int i = byVectors ? skip((double[]) x, from, end, value) : from;
    return super.find(x, i, end, stride, value);
  }

  /// Skips whole vectors without the value: the index of the first one with it, or of the rest.
  private static int skip(double[] x, int from, int end, double value) {
    DoubleVector values = DoubleVector.broadcast(DOUBLES, value);
    int i = from;
    while (i <= end - LENGTH && !DoubleVector.fromArray(DOUBLES, x, i).eq(values).anyTrue()) {
      i += LENGTH;
    }
    return i;
  }

  @Override
  public void dot(Object x, int xFrom, Object y, int yFrom, int n, double[] sums) {
    dot((double[]) x, xFrom, (double[]) y, yFrom, n, sums);
  }

  private static void dot(double[] x, int xFrom, double[] y, int yFrom, int n, double[] sums) {
    int whole = n - n % DOT_LANES;
    for (int l = 0; l < DOT_LANES; l += 2 * LENGTH) {
      DoubleVector sum0 = DoubleVector.zero(DOUBLES);
      DoubleVector sum1 = sum0;
      for (int i = l; i < whole; i += DOT_LANES) {
        sum0 = sum0.add(load(x, xFrom + i).mul(load(y, yFrom + i)));
        sum1 = sum1.add(load(x, xFrom + i + LENGTH).mul(load(y, yFrom + i + LENGTH)));
      }
      sum0.intoArray(sums, l);
      sum1.intoArray(sums, l + LENGTH);
    }
    for (int i = whole; i < n; i++) {
      sums[i - whole] += x[xFrom + i] * y[yFrom + i];
    }
  }

  private static DoubleVector load(double[] x, int i) {
    return DoubleVector.fromArray(DOUBLES, x, i);
  }
}
