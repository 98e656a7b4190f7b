package org.thalweg.autodiff.kernel.simd;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorOperators.Associative;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Lanes;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// The inner loops of reductions over `float[]`, a template: see [LanesFactory].
///
/// [#fold] and [#rows] are one method each, of more than 325 bytecodes, so that the JIT inlines
/// them nowhere: inlined into a caller that knows two kernels they exceed its limits, and it keeps
/// vectors on the heap.
final class FloatLanes implements Lanes {
  private static final List<?> CONSTANTS = LanesFactory.constants(MethodHandles.lookup());
  private static final Operation OPERATION = (Operation) CONSTANTS.get(0);
  private static final Associative OPERATOR = LanesFactory.operator(OPERATION);
  private static final float NEUTRAL = (float) OPERATION.neutral();
  private static final VectorShape SHAPE = (VectorShape) CONSTANTS.get(1);
  private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SHAPE);

  /// The bits and the key of ∞; the key of −∞ is its complement.
  private static final int INFINITE = 0x7F80_0000;

  private static final int LENGTH = FLOATS.length();
  private static final int HALF = DOUBLES.length();
  private static final int LANES = 16;

  /// Elements that are read before the next vector of lanes gets its turn: 16 KiB, so that narrow
  /// rows, whose vectors share cache lines, are still in the L1 cache then.
  private static final int BAND = 4096;

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
    fold((float[]) x, from, end, stride, width, y, 0);
  }

  private static void fold(
      float[] x, int from, int end, int stride, int width, double[] y, int at) {
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
        DoubleVector low = DoubleVector.fromArray(DOUBLES, y, at + l);
        DoubleVector high = DoubleVector.fromArray(DOUBLES, y, at + l + HALF);
        int i = from + first * CHAIN * stride + l;
        for (int c = 0; c < many; c++) {
          FloatVector chain = FloatVector.broadcast(FLOATS, NEUTRAL);
          for (int row = 0; row < CHAIN; row++) {
            chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i));
            i += stride;
          }
          low = low.lanewise(OPERATOR, half(chain, 0));
          high = high.lanewise(OPERATOR, half(chain, 1));
        }
        low.intoArray(y, at + l);
        high.intoArray(y, at + l + HALF);
      }
    }
    int rest = from + chains * CHAIN * stride;
    while (rest < end) {
      int until = rest + (int) Math.min(end - rest, (long) CHAIN * stride);
      int stop = Math.min(span, until - rest);
      for (int l = 0; l < stop; l += LENGTH) {
        FloatVector chain = FloatVector.broadcast(FLOATS, NEUTRAL);
        int i = rest + l;
        // What is left, not where the end is: `i` may overflow after the last row.
        int left = until - i;
        for (; left >= LENGTH; left -= stride) {
          chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i));
          i += stride;
        }
        // One row at most: a row is as long as a vector, or longer.
        if (left > 0) {
          VectorMask<Float> inside = FLOATS.indexInRange(0, left);
          chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i, inside), inside);
        }
        DoubleVector low = DoubleVector.fromArray(DOUBLES, y, at + l);
        low.lanewise(OPERATOR, half(chain, 0)).intoArray(y, at + l);
        DoubleVector high = DoubleVector.fromArray(DOUBLES, y, at + l + HALF);
        high.lanewise(OPERATOR, half(chain, 1)).intoArray(y, at + l + HALF);
      }
      rest = until;
    }
  }

  private static DoubleVector half(FloatVector chain, int part) {
    return (DoubleVector) chain.convertShape(VectorOperators.F2D, DOUBLES, part);
  }

  @Override
  public void rows(Object x, int from, int n, int rows, double[] y) {
    if (OPERATION == Operation.SUM) {
      rows((float[]) x, from, n, rows, y);
    } else {
      extremes((float[]) x, from, n, rows, y);
    }
  }

  /// The order is of no consequence, and an element may be read twice. Numbers are compared by
  /// their [#key], which takes half as long as Java's maximum.
  private static void extremes(float[] x, int from, int n, int rows, double[] y) {
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
      IntVector high = keys(x, end - LENGTH);
      IntVector low = high;
      for (; i <= end - LENGTH; i += LENGTH) {
        IntVector key = keys(x, i);
        high = high.max(key);
        low = low.min(key);
      }
      int largest = high.reduceLanes(VectorOperators.MAX);
      int smallest = low.reduceLanes(VectorOperators.MIN);
      boolean areNumbers = largest <= INFINITE && smallest >= ~INFINITE;
      int best = OPERATION == Operation.MAX ? largest : smallest;
      y[row] = areNumbers ? Float.intBitsToFloat(key(best)) : Float.NaN;
    }
  }

  private static IntVector keys(float[] x, int i) {
    IntVector bits = FloatVector.fromArray(FLOATS, x, i).reinterpretAsInts();
    return bits.lanewise(
        VectorOperators.XOR,
        bits.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.LSHR, 1));
  }

  /// Whole numbers in the order of the numbers whose bits these are, −0 before +0, and NaN beyond
  /// the infinities on either side; and back.
  private static int key(int bits) {
    return bits ^ bits >> 31 >>> 1;
  }

  /// The lanes of the rows stand in `y` after the results, the first step of the tree done: the
  /// rest of the tree of one row need not wait for that of the row before.
  private static void rows(float[] x, int from, int n, int rows, double[] y) {
    for (int row = 0; row < rows; row++) {
      int start = from + row * n;
      int at = rows + row * 8;
      if (n > CHAIN * LANES) {
        fold(x, start, start + n, LANES, LANES, y, at);
      }
      for (int l = 0; l < LANES && n <= CHAIN * LANES; l += LENGTH) {
        FloatVector chain = FloatVector.broadcast(FLOATS, NEUTRAL);
        int i = start + l;
        int left = n - l;
        for (; left >= LENGTH; left -= LANES) {
          chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i));
          i += LANES;
        }
        if (left > 0) {
          VectorMask<Float> inside = FLOATS.indexInRange(0, left);
          chain = chain.lanewise(OPERATOR, FloatVector.fromArray(FLOATS, x, i, inside), inside);
        }
        if (LENGTH == LANES) {
          // One vector is a row: the first step of the tree needs no detour through memory.
          half(chain, 0).lanewise(OPERATOR, half(chain, 1)).intoArray(y, at);
        } else {
          half(chain, 0).intoArray(y, at + l);
          half(chain, 1).intoArray(y, at + l + HALF);
        }
      }
      int paired = LENGTH == LANES && n <= CHAIN * LANES ? 8 : 0;
      for (int l = at + paired; l < at + 8; l += HALF) {
        DoubleVector other = DoubleVector.fromArray(DOUBLES, y, l + 8);
        DoubleVector.fromArray(DOUBLES, y, l).lanewise(OPERATOR, other).intoArray(y, l);
      }
    }
    for (int row = 0; row < rows; row++) {
      y[row] = OPERATION.tree(y, rows + row * 8, 8);
    }
  }

  @Override
  public int find(Object x, int from, int end, int stride, double value) {
    boolean byVectors = stride == 1 && !Double.isNaN(value);
    int i = byVectors ? skip((float[]) x, from, end, (float) value) : from;
    return Lanes.super.find(x, i, end, stride, value);
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

  /// Products of floats are exact in double: fused or not, they have the same bits.
  private static void dot(float[] x, int xFrom, float[] y, int yFrom, int n, double[] sums) {
    dot(x, xFrom, y, yFrom, n, sums, 0);
  }

  private static void dot(
      float[] x, int xFrom, float[] y, int yFrom, int n, double[] sums, int at) {
    int whole = Math.min(whole(x, xFrom, n), whole(y, yFrom, n));
    for (int l = 0; l < DOT_LANES; l += 4 * HALF) {
      DoubleVector sum0 = DoubleVector.zero(DOUBLES);
      DoubleVector sum1 = sum0;
      DoubleVector sum2 = sum0;
      DoubleVector sum3 = sum0;
      for (int i = l; i < whole; i += DOT_LANES) {
        int a = xFrom + i;
        int b = yFrom + i;
        sum0 = wide(x, a).fma(wide(y, b), sum0);
        sum1 = wide(x, a + HALF).fma(wide(y, b + HALF), sum1);
        sum2 = wide(x, a + 2 * HALF).fma(wide(y, b + 2 * HALF), sum2);
        sum3 = wide(x, a + 3 * HALF).fma(wide(y, b + 3 * HALF), sum3);
      }
      sum0.intoArray(sums, at + l);
      sum1.intoArray(sums, at + l + HALF);
      sum2.intoArray(sums, at + l + 2 * HALF);
      sum3.intoArray(sums, at + l + 3 * HALF);
    }
    for (int i = whole; i < n; i++) {
      sums[at + i % DOT_LANES] += (double) x[xFrom + i] * (double) y[yFrom + i];
    }
  }

  @Override
  public void dots(
      Object x, int xFrom, Object y, int yFrom, int yStep, int n, int rows, double[] sums) {
    dots((float[]) x, xFrom, (float[]) y, yFrom, yStep, n, rows, sums);
  }

  /// Where a vector has 8 doubles, the accumulators of a row meet in registers until 8 are left;
  /// those of all rows stand after the results, and end in trees that do not wait for each other.
  private static void dots(
      float[] x, int xFrom, float[] y, int yFrom, int yStep, int n, int rows, double[] sums) {
    if (HALF < 8) {
      for (int row = 0; row < rows; row++) {
        dot(x, xFrom + row * n, y, yFrom + row * yStep, n, sums, rows);
        sums[row] = Operation.SUM.tree(sums, rows, DOT_LANES);
      }
      return;
    }
    int rest = rows * 9;
    for (int row = 0; row < rows; row++) {
      DoubleVector sum0 = DoubleVector.zero(DOUBLES);
      DoubleVector sum1 = sum0;
      DoubleVector sum2 = sum0;
      DoubleVector sum3 = sum0;
      int a = xFrom + row * n;
      int b = yFrom + row * yStep;
      int end = a + n;
      int stop = a + Math.min(whole(x, a, n), whole(y, b, n));
      for (; a < stop; a += DOT_LANES) {
        sum0 = wide(x, a).fma(wide(y, b), sum0);
        sum1 = wide(x, a + HALF).fma(wide(y, b + HALF), sum1);
        sum2 = wide(x, a + 2 * HALF).fma(wide(y, b + 2 * HALF), sum2);
        sum3 = wide(x, a + 3 * HALF).fma(wide(y, b + 3 * HALF), sum3);
        b += DOT_LANES;
      }
      if (stop < end) {
        sum0.intoArray(sums, rest);
        sum1.intoArray(sums, rest + HALF);
        sum2.intoArray(sums, rest + 2 * HALF);
        sum3.intoArray(sums, rest + 3 * HALF);
        for (int i = 0; i < end - stop; i++) {
          sums[rest + i % DOT_LANES] += (double) x[a + i] * (double) y[b + i];
        }
        sum0 = DoubleVector.fromArray(DOUBLES, sums, rest);
        sum1 = DoubleVector.fromArray(DOUBLES, sums, rest + HALF);
        sum2 = DoubleVector.fromArray(DOUBLES, sums, rest + 2 * HALF);
        sum3 = DoubleVector.fromArray(DOUBLES, sums, rest + 3 * HALF);
      }
      sum0.add(sum2).add(sum1.add(sum3)).intoArray(sums, rows + row * 8);
    }
    for (int row = 0; row < rows; row++) {
      int l = rows + row * 8;
      double even = sums[l] + sums[l + 4] + (sums[l + 2] + sums[l + 6]);
      double odd = sums[l + 1] + sums[l + 5] + (sums[l + 3] + sums[l + 7]);
      sums[row] = even + odd;
    }
  }

  /// The numbers from `i` on that fill a vector of doubles. Reads as many again and drops them: a
  /// second width of vectors in one process makes the JIT keep some of either on the heap, for
  /// good, and the upper half of a vector costs it too many nodes.
  private static DoubleVector wide(float[] x, int i) {
    return half(FloatVector.fromArray(FLOATS, x, i), 0);
  }

  /// How many of `n` numbers from `from` on are read by blocks of [#DOT_LANES]: all that fill one,
  /// but the last where [#wide] would read past the end of the array.
  private static int whole(float[] x, int from, int n) {
    int whole = n - n % DOT_LANES;
    return whole > x.length - HALF - from ? Math.max(0, whole - DOT_LANES) : whole;
  }

  @Override
  public void moments(
      Object x, int from, int n, int rows, double[] shifts, double[] sums, double[] squares) {
    moments((float[]) x, from, n, rows, shifts, sums, squares);
  }

  /// The accumulators of the row at hand stand after the results and the eighths of all rows.
  private static void moments(
      float[] x, int from, int n, int rows, double[] shifts, double[] sums, double[] squares) {
    int rest = rows * 9;
    for (int row = 0; row < rows; row++) {
      int start = from + row * n;
      int stop = start + whole(x, start, n);
      double shift = shifts[row];
      DoubleVector shiftOfRow = DoubleVector.broadcast(DOUBLES, shift);
      for (int l = 0; l < DOT_LANES; l += 4 * HALF) {
        DoubleVector sum0 = DoubleVector.zero(DOUBLES);
        DoubleVector sum1 = sum0;
        DoubleVector sum2 = sum0;
        DoubleVector sum3 = sum0;
        DoubleVector square0 = sum0;
        DoubleVector square1 = sum0;
        DoubleVector square2 = sum0;
        DoubleVector square3 = sum0;
        for (int i = start + l; i < stop; i += DOT_LANES) {
          DoubleVector c0 = wide(x, i).sub(shiftOfRow);
          DoubleVector c1 = wide(x, i + HALF).sub(shiftOfRow);
          DoubleVector c2 = wide(x, i + 2 * HALF).sub(shiftOfRow);
          DoubleVector c3 = wide(x, i + 3 * HALF).sub(shiftOfRow);
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
        sum1.intoArray(sums, rest + l + HALF);
        sum2.intoArray(sums, rest + l + 2 * HALF);
        sum3.intoArray(sums, rest + l + 3 * HALF);
        square0.intoArray(squares, rest + l);
        square1.intoArray(squares, rest + l + HALF);
        square2.intoArray(squares, rest + l + 2 * HALF);
        square3.intoArray(squares, rest + l + 3 * HALF);
      }
      for (int i = stop; i < start + n; i++) {
        double c = x[i] - shift;
        int lane = rest + (i - stop) % DOT_LANES;
        sums[lane] += c;
        squares[lane] = Math.fma(c, c, squares[lane]);
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
    crossMoments((float[]) x, xFrom, (float[]) y, yFrom, yStep, n, rows, shifts, sums, products);
  }

  /// The accumulators stand as those of [#moments] do.
  private static void crossMoments(
      float[] x,
      int xFrom,
      float[] y,
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
      int whole = Math.min(whole(x, a, n), whole(y, b, n));
      double shift = shifts[row];
      DoubleVector shiftOfRow = DoubleVector.broadcast(DOUBLES, shift);
      for (int l = 0; l < DOT_LANES; l += 4 * HALF) {
        DoubleVector sum0 = DoubleVector.zero(DOUBLES);
        DoubleVector sum1 = sum0;
        DoubleVector sum2 = sum0;
        DoubleVector sum3 = sum0;
        DoubleVector product0 = sum0;
        DoubleVector product1 = sum0;
        DoubleVector product2 = sum0;
        DoubleVector product3 = sum0;
        for (int i = l; i < whole; i += DOT_LANES) {
          DoubleVector y0 = wide(y, b + i);
          DoubleVector y1 = wide(y, b + i + HALF);
          DoubleVector y2 = wide(y, b + i + 2 * HALF);
          DoubleVector y3 = wide(y, b + i + 3 * HALF);
          sum0 = sum0.add(y0);
          sum1 = sum1.add(y1);
          sum2 = sum2.add(y2);
          sum3 = sum3.add(y3);
          product0 = wide(x, a + i).sub(shiftOfRow).fma(y0, product0);
          product1 = wide(x, a + i + HALF).sub(shiftOfRow).fma(y1, product1);
          product2 = wide(x, a + i + 2 * HALF).sub(shiftOfRow).fma(y2, product2);
          product3 = wide(x, a + i + 3 * HALF).sub(shiftOfRow).fma(y3, product3);
        }
        sum0.intoArray(sums, rest + l);
        sum1.intoArray(sums, rest + l + HALF);
        sum2.intoArray(sums, rest + l + 2 * HALF);
        sum3.intoArray(sums, rest + l + 3 * HALF);
        product0.intoArray(products, rest + l);
        product1.intoArray(products, rest + l + HALF);
        product2.intoArray(products, rest + l + 2 * HALF);
        product3.intoArray(products, rest + l + 3 * HALF);
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
    for (int l = 0; l < 8; l += HALF) {
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
