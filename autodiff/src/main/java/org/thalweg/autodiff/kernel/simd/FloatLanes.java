package org.thalweg.autodiff.kernel.simd;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorOperators.Associative;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// The inner loops of reductions over `float[]`, a template: see [LanesFactory].
final class FloatLanes extends BlockedLanes {
  private static final List<?> CONSTANTS = LanesFactory.constants(MethodHandles.lookup());
  private static final Operation OPERATION = (Operation) CONSTANTS.get(0);
  private static final Associative OPERATOR = LanesFactory.operator(OPERATION);
  private static final float NEUTRAL = (float) OPERATION.neutral();
  private static final VectorShape SHAPE = (VectorShape) CONSTANTS.get(1);
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final VectorSpecies<Float> HALVES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / 2));
  private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SHAPE);
  private static final VectorSpecies<Double> FOUR =
      DOUBLES.length() < 4 ? DOUBLES : DoubleVector.SPECIES_256;
  private static final int LENGTH = FLOATS.length();
  private static final int HALF = DOUBLES.length();
  private static final int LANES = 16;

  FloatLanes() {
    super(OPERATION, LANES, LENGTH);
  }

  @Override
  void complete(Object x, int i, int stride, int chains, double[] y, int at) {
    complete((float[]) x, i, stride, chains, y, at);
  }

  private static void complete(float[] x, int from, int stride, int chains, double[] y, int at) {
    DoubleVector low = DoubleVector.fromArray(DOUBLES, y, at);
    DoubleVector high = DoubleVector.fromArray(DOUBLES, y, at + HALF);
    for (int c = 0, i = from; c < chains; c++) {
      FloatVector chain = FloatVector.broadcast(FLOATS, NEUTRAL);
      for (int row = 0; row < CHAIN; row++) {
        chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i));
        i += stride;
      }
      low = low.lanewise(OPERATOR, half(chain, 0));
      high = high.lanewise(OPERATOR, half(chain, 1));
    }
    low.intoArray(y, at);
    high.intoArray(y, at + HALF);
  }

  @Override
  void partial(Object x, int i, int end, int stride, double[] y, int at) {
    partial((float[]) x, i, end, stride, y, at);
  }

  private static void partial(float[] x, int from, int end, int stride, double[] y, int at) {
    FloatVector chain = FloatVector.broadcast(FLOATS, NEUTRAL);
    int i = from;
    // What is left, not where the end is: `i` may overflow after the last row.
    int left = end - from;
    for (; left >= LENGTH; left -= stride) {
      chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i));
      i += stride;
    }
    // One row at most: a row is as long as a vector, or longer.
    if (left > 0) {
      VectorMask<Float> inside = FLOATS.indexInRange(0, left);
      chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i, inside), inside);
    }
    DoubleVector low = DoubleVector.fromArray(DOUBLES, y, at);
    low.lanewise(OPERATOR, half(chain, 0)).intoArray(y, at);
    DoubleVector high = DoubleVector.fromArray(DOUBLES, y, at + HALF);
    high.lanewise(OPERATOR, half(chain, 1)).intoArray(y, at + HALF);
  }

  private static DoubleVector half(FloatVector chain, int part) {
    return (DoubleVector) chain.convertShape(VectorOperators.F2D, DOUBLES, part);
  }

  @Override
  public void rows(Object x, int from, int n, int rows, double[] y) {
    if (n > CHAIN * LANES) {
      super.rows(x, from, n, rows, y);
    } else {
      rows((float[]) x, from, n, rows, y);
    }
  }

  /// Rows of one chain: the lanes of the row at hand stand in `y` after the results.
  private static void rows(float[] x, int from, int n, int rows, double[] y) {
    for (int row = 0; row < rows; row++) {
      for (int l = 0; l < LANES; l += LENGTH) {
        FloatVector chain = FloatVector.broadcast(FLOATS, NEUTRAL);
        int i = from + row * n + l;
        int left = n - l;
        for (; left >= LENGTH; left -= LANES) {
          chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i));
          i += LANES;
        }
        if (left > 0) {
          VectorMask<Float> inside = FLOATS.indexInRange(0, left);
          chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i, inside), inside);
        }
        half(chain, 0).intoArray(y, rows + l);
        half(chain, 1).intoArray(y, rows + l + HALF);
      }
      y[row] = tree(y, rows);
    }
  }

  /// [Operation#tree] with vectors, each statement of one species only, for the JIT's sake.
  private static double tree(double[] y, int at) {
    for (int l = at; l < at + 8; l += HALF) {
      DoubleVector other = DoubleVector.fromArray(DOUBLES, y, l + 8);
      DoubleVector.fromArray(DOUBLES, y, l).lanewise(OPERATOR, other).intoArray(y, l);
    }
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
    boolean byVectors = stride == 1 && !Double.isNaN(value);
    int i = byVectors ? skip((float[]) x, from, end, (float) value) : from;
    return super.find(x, i, end, stride, value);
  }

  /// Skips whole vectors without the value: the index of the first one with it, or of the rest.
  private static int skip(float[] x, int from, int end, float value) {
    FloatVector values = FloatVector.broadcast(FLOATS, value);
    int i = from;
    while (i <= end - LENGTH && !FloatVector.fromArray(FLOATS, x, i).eq(values).anyTrue()) {
      i += LENGTH;
    }
    return i;
  }

  @Override
  public void dot(Object x, int xFrom, Object y, int yFrom, int n, double[] sums) {
    dot((float[]) x, xFrom, (float[]) y, yFrom, n, sums);
  }

  private static void dot(float[] x, int xFrom, float[] y, int yFrom, int n, double[] sums) {
    int whole = n - n % DOT_LANES;
    for (int l = 0; l < DOT_LANES; l += 2 * HALF) {
      DoubleVector sum0 = DoubleVector.zero(DOUBLES);
      DoubleVector sum1 = sum0;
      for (int i = l; i < whole; i += DOT_LANES) {
        sum0 = sum0.add(wide(x, xFrom + i).mul(wide(y, yFrom + i)));
        sum1 = sum1.add(wide(x, xFrom + i + HALF).mul(wide(y, yFrom + i + HALF)));
      }
      sum0.intoArray(sums, l);
      sum1.intoArray(sums, l + HALF);
    }
    for (int i = whole; i < n; i++) {
      sums[i - whole] += (double) x[xFrom + i] * (double) y[yFrom + i];
    }
  }

  private static DoubleVector wide(float[] x, int i) {
    return (DoubleVector)
        FloatVector.fromArray(HALVES, x, i).convertShape(VectorOperators.F2D, DOUBLES, 0);
  }
}
