package org.thalweg.autodiff.kernel.simd;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorOperators.Associative;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Lanes;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// The inner loops of reductions over `double[]`, a template: see [LanesFactory].
///
/// [#fold] is one method of more than 325 bytecodes, so that the JIT inlines it nowhere: inlined
/// into a caller that knows two kernels it exceeds its limits, and it keeps vectors on the heap.
final class DoubleLanes implements Lanes {
  private static final List<?> CONSTANTS = LanesFactory.constants(MethodHandles.lookup());
  private static final Operation OPERATION = (Operation) CONSTANTS.get(0);
  private static final Associative OPERATOR = LanesFactory.operator(OPERATION);
  private static final double NEUTRAL = OPERATION.neutral();
  private static final VectorShape SHAPE = (VectorShape) CONSTANTS.get(1);
  private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SHAPE);

  /// The bits and the key of ∞; the key of −∞ is its complement.
  private static final long INFINITE = 0x7FF0_0000_0000_0000L;

  private static final int LENGTH = DOUBLES.length();
  private static final int LANES = 8;

  /// Elements that are read before the next vector of lanes gets its turn: 16 KiB, so that narrow
  /// rows, whose vectors share cache lines, are still in the L1 cache then.
  private static final int BAND = 2048;

  @Override
  public Operation operation() {
    return OPERATION;
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void fold(Object x, int from, int end, int stride, int width, double[] y) {
    fold((double[]) x, from, end, stride, width, y, 0);
  }

  private static void fold(
      double[] x, int from, int end, int stride, int width, double[] y, int at) {
    int span = (width + LENGTH - 1) / LENGTH * LENGTH;
    for (int l = 0; l < span; l += DOUBLES.length()) {
      DoubleVector.broadcast(DOUBLES, NEUTRAL).intoArray(y, at + l);
    }
    // Chains count as complete whose vectors lie before the end, though maybe beyond the width.
    long spare = (long) end - from - span - (CHAIN - 1L) * stride;
    int chains = spare < 0 ? 0 : (int) (spare / ((long) CHAIN * stride)) + 1;
    int band = Math.max(1, BAND / CHAIN / stride);
    for (int first = 0; first < chains; first += band) {
      int many = Math.min(band, chains - first);
      for (int l = 0; l < span; l += LENGTH) {
        DoubleVector sum = DoubleVector.fromArray(DOUBLES, y, at + l);
        int i = from + first * CHAIN * stride + l;
        for (int c = 0; c < many; c++) {
          DoubleVector chain = DoubleVector.broadcast(DOUBLES, NEUTRAL);
          for (int row = 0; row < CHAIN; row++) {
            chain = chain.lanewise(OPERATOR, DoubleVector.fromArray(DOUBLES, x, i));
            i += stride;
          }
          sum = sum.lanewise(OPERATOR, chain);
        }
        sum.intoArray(y, at + l);
      }
    }
    int rest = from + chains * CHAIN * stride;
    while (rest < end) {
      int until = rest + (int) Math.min(end - rest, (long) CHAIN * stride);
      int stop = Math.min(span, until - rest);
      for (int l = 0; l < stop; l += LENGTH) {
        DoubleVector chain = DoubleVector.broadcast(DOUBLES, NEUTRAL);
        int i = rest + l;
        // What is left, not where the end is: `i` may overflow after the last row.
        int left = until - i;
        for (; left >= LENGTH; left -= stride) {
          chain = chain.lanewise(OPERATOR, DoubleVector.fromArray(DOUBLES, x, i));
          i += stride;
        }
        // One row at most: a row is as long as a vector, or longer.
        if (left > 0 && LENGTH == 2) {
          chain =
              chain.withLane(0, OPERATION.of(chain.lane(0), x[i])); // C2 has no masks of 2 lanes.
        } else if (left > 0) {
          VectorMask<Double> inside = DOUBLES.indexInRange(0, left);
          chain = chain.lanewise(OPERATOR, DoubleVector.fromArray(DOUBLES, x, i, inside), inside);
        }
        DoubleVector sum = DoubleVector.fromArray(DOUBLES, y, at + l);
        sum.lanewise(OPERATOR, chain).intoArray(y, at + l);
      }
      rest = until;
    }
  }

  @Override
  public void rows(Object x, int from, int n, int rows, double[] y) {
    if (OPERATION == Operation.SUM) {
      rows((double[]) x, from, n, rows, y);
    } else {
      extremes((double[]) x, from, n, rows, y);
    }
  }

  /// The order is of no consequence, and an element may be read twice. Numbers are compared by
  /// their [#key], which takes half as long as Java's maximum.
  private static void extremes(double[] x, int from, int n, int rows, double[] y) {
    for (int row = 0; row < rows; row++) {
      int i = from + row * n;
      int end = i + n;
      if (n < LENGTH) {
        y[row] = NEUTRAL;
        for (; i < end; i++) {
          y[row] = OPERATION.of(y[row], x[i]);
        }
        continue;
      }
      LongVector high = keys(x, end - LENGTH);
      LongVector low = high;
      for (; i <= end - LENGTH; i += LENGTH) {
        LongVector key = keys(x, i);
        high = high.max(key);
        low = low.min(key);
      }
      long largest = high.reduceLanes(VectorOperators.MAX);
      long smallest = low.reduceLanes(VectorOperators.MIN);
      boolean areNumbers = largest <= INFINITE && smallest >= ~INFINITE;
      long best = OPERATION == Operation.MAX ? largest : smallest;
      y[row] = areNumbers ? Double.longBitsToDouble(key(best)) : Double.NaN;
    }
  }

  private static LongVector keys(double[] x, int i) {
    LongVector bits = DoubleVector.fromArray(DOUBLES, x, i).reinterpretAsLongs();
    return bits.lanewise(
        VectorOperators.XOR,
        bits.lanewise(VectorOperators.ASHR, 63).lanewise(VectorOperators.LSHR, 1));
  }

  /// Whole numbers in the order of the numbers whose bits these are, −0 before +0, and NaN beyond
  /// the infinities on either side; and back.
  private static long key(long bits) {
    return bits ^ bits >> 63 >>> 1;
  }

  /// The lanes of the row at hand stand in `y` after the results.
  private static void rows(double[] x, int from, int n, int rows, double[] y) {
    for (int row = 0; row < rows; row++) {
      int start = from + row * n;
      if (n > CHAIN * LANES) {
        fold(x, start, start + n, LANES, LANES, y, rows);
      }
      for (int l = 0; l < LANES && n <= CHAIN * LANES; l += LENGTH) {
        DoubleVector chain = DoubleVector.broadcast(DOUBLES, NEUTRAL);
        int i = start + l;
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
      y[row] = OPERATION.tree(y, rows, LANES);
    }
  }

  @Override
  public int find(Object x, int from, int end, int stride, double value) {
    // C2 has no masks of two lanes.
    boolean byVectors = stride == 1 && !Double.isNaN(value) && LENGTH > 2;
    int i = byVectors ? skip((double[]) x, from, end, value) : from;
    return Lanes.super.find(x, i, end, stride, value);
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
    dot((double[]) x, xFrom, (double[]) y, yFrom, n, sums, 0);
  }

  /// The accumulators of the row at hand stand after the results: nothing is allocated.
  @Override
  public void dots(
      Object x, int xFrom, Object y, int yFrom, int yStep, int n, int rows, double[] sums) {
    for (int row = 0; row < rows; row++) {
      dot((double[]) x, xFrom + row * n, (double[]) y, yFrom + row * yStep, n, sums, rows);
      sums[row] = Operation.SUM.tree(sums, rows, DOT_LANES);
    }
  }

  private static void dot(
      double[] x, int xFrom, double[] y, int yFrom, int n, double[] sums, int at) {
    int whole = n - n % DOT_LANES;
    for (int l = 0; l < DOT_LANES; l += 2 * LENGTH) {
      DoubleVector sum0 = DoubleVector.zero(DOUBLES);
      DoubleVector sum1 = sum0;
      for (int i = l; i < whole; i += DOT_LANES) {
        sum0 = sum0.add(load(x, xFrom + i).mul(load(y, yFrom + i)));
        sum1 = sum1.add(load(x, xFrom + i + LENGTH).mul(load(y, yFrom + i + LENGTH)));
      }
      sum0.intoArray(sums, at + l);
      sum1.intoArray(sums, at + l + LENGTH);
    }
    for (int i = whole; i < n; i++) {
      sums[at + i - whole] += x[xFrom + i] * y[yFrom + i];
    }
  }

  private static DoubleVector load(double[] x, int i) {
    return DoubleVector.fromArray(DOUBLES, x, i);
  }

  @Override
  public void moments(
      Object x, int from, int n, int rows, double[] shifts, double[] sums, double[] squares) {
    moments((double[]) x, from, n, rows, shifts, sums, squares);
  }

  /// The accumulators of the row at hand stand after the results and the eighths of all rows.
  private static void moments(
      double[] x, int from, int n, int rows, double[] shifts, double[] sums, double[] squares) {
    int whole = n - n % DOT_LANES;
    int rest = rows * 9;
    for (int row = 0; row < rows; row++) {
      int start = from + row * n;
      double shift = shifts[row];
      DoubleVector shiftOfRow = DoubleVector.broadcast(DOUBLES, shift);
      for (int l = 0; l < DOT_LANES; l += 4 * LENGTH) {
        DoubleVector sum0 = DoubleVector.zero(DOUBLES);
        DoubleVector sum1 = sum0;
        DoubleVector sum2 = sum0;
        DoubleVector sum3 = sum0;
        DoubleVector square0 = sum0;
        DoubleVector square1 = sum0;
        DoubleVector square2 = sum0;
        DoubleVector square3 = sum0;
        int stop = start + whole;
        for (int i = start + l; i < stop; i += DOT_LANES) {
          DoubleVector c0 = load(x, i).sub(shiftOfRow);
          DoubleVector c1 = load(x, i + LENGTH).sub(shiftOfRow);
          DoubleVector c2 = load(x, i + 2 * LENGTH).sub(shiftOfRow);
          DoubleVector c3 = load(x, i + 3 * LENGTH).sub(shiftOfRow);
          sum0 = sum0.add(c0);
          sum1 = sum1.add(c1);
          sum2 = sum2.add(c2);
          sum3 = sum3.add(c3);
          square0 = c0.fma(c0, square0);
          square1 = c1.fma(c1, square1);
          square2 = c2.fma(c2, square2);
          square3 = c3.fma(c3, square3);
        }
        sum0.intoArray(sums, rest + l);
        sum1.intoArray(sums, rest + l + LENGTH);
        sum2.intoArray(sums, rest + l + 2 * LENGTH);
        sum3.intoArray(sums, rest + l + 3 * LENGTH);
        square0.intoArray(squares, rest + l);
        square1.intoArray(squares, rest + l + LENGTH);
        square2.intoArray(squares, rest + l + 2 * LENGTH);
        square3.intoArray(squares, rest + l + 3 * LENGTH);
      }
      for (int i = 0; i < n - whole; i++) {
        double c = x[start + whole + i] - shift;
        sums[rest + i] += c;
        squares[rest + i] = Math.fma(c, c, squares[rest + i]);
      }
      eighths(sums, rest, rows + row * 8);
      eighths(squares, rest, rows + row * 8);
    }
    trees(sums, rows);
    trees(squares, rows);
  }

  @Override
  public void crossMoments(
      Object x,
      int xFrom,
      Object y,
      int yFrom,
      int yStep,
      int n,
      int rows,
      double[] shifts,
      double[] sums,
      double[] products) {
    crossMoments((double[]) x, xFrom, (double[]) y, yFrom, yStep, n, rows, shifts, sums, products);
  }

  /// The accumulators stand as those of [#moments] do.
  private static void crossMoments(
      double[] x,
      int xFrom,
      double[] y,
      int yFrom,
      int yStep,
      int n,
      int rows,
      double[] shifts,
      double[] sums,
      double[] products) {
    int rest = rows * 9;
    for (int row = 0; row < rows; row++) {
      int a = xFrom + row * n;
      int b = yFrom + row * yStep;
      int whole = n - n % DOT_LANES;
      double shift = shifts[row];
      DoubleVector shiftOfRow = DoubleVector.broadcast(DOUBLES, shift);
      for (int l = 0; l < DOT_LANES; l += 4 * LENGTH) {
        DoubleVector sum0 = DoubleVector.zero(DOUBLES);
        DoubleVector sum1 = sum0;
        DoubleVector sum2 = sum0;
        DoubleVector sum3 = sum0;
        DoubleVector product0 = sum0;
        DoubleVector product1 = sum0;
        DoubleVector product2 = sum0;
        DoubleVector product3 = sum0;
        for (int i = l; i < whole; i += DOT_LANES) {
          DoubleVector y0 = load(y, b + i);
          DoubleVector y1 = load(y, b + i + LENGTH);
          DoubleVector y2 = load(y, b + i + 2 * LENGTH);
          DoubleVector y3 = load(y, b + i + 3 * LENGTH);
          sum0 = sum0.add(y0);
          sum1 = sum1.add(y1);
          sum2 = sum2.add(y2);
          sum3 = sum3.add(y3);
          product0 = load(x, a + i).sub(shiftOfRow).fma(y0, product0);
          product1 = load(x, a + i + LENGTH).sub(shiftOfRow).fma(y1, product1);
          product2 = load(x, a + i + 2 * LENGTH).sub(shiftOfRow).fma(y2, product2);
          product3 = load(x, a + i + 3 * LENGTH).sub(shiftOfRow).fma(y3, product3);
        }
        sum0.intoArray(sums, rest + l);
        sum1.intoArray(sums, rest + l + LENGTH);
        sum2.intoArray(sums, rest + l + 2 * LENGTH);
        sum3.intoArray(sums, rest + l + 3 * LENGTH);
        product0.intoArray(products, rest + l);
        product1.intoArray(products, rest + l + LENGTH);
        product2.intoArray(products, rest + l + 2 * LENGTH);
        product3.intoArray(products, rest + l + 3 * LENGTH);
      }
      for (int i = whole; i < n; i++) {
        int lane = rest + i % DOT_LANES;
        sums[lane] += y[b + i];
        products[lane] = Math.fma(x[a + i] - shift, y[b + i], products[lane]);
      }
      eighths(sums, rest, rows + row * 8);
      eighths(products, rest, rows + row * 8);
    }
    trees(sums, rows);
    trees(products, rows);
  }

  private static void trees(double[] sums, int rows) {
    for (int row = 0; row < rows; row++) {
      sums[row] = Operation.SUM.tree(sums, rows + row * 8, 8);
    }
  }

  /// The accumulators of a row meet until 8 are left.
  private static void eighths(double[] lanes, int from, int to) {
    for (int l = 0; l < 8; l += LENGTH) {
      eighth(lanes, from + l).intoArray(lanes, to + l);
    }
  }

  private static DoubleVector eighth(double[] lanes, int l) {
    DoubleVector first = DoubleVector.fromArray(DOUBLES, lanes, l);
    DoubleVector second = DoubleVector.fromArray(DOUBLES, lanes, l + 8);
    DoubleVector third = DoubleVector.fromArray(DOUBLES, lanes, l + 16);
    DoubleVector fourth = DoubleVector.fromArray(DOUBLES, lanes, l + 24);
    return first.add(third).add(second.add(fourth));
  }
}
