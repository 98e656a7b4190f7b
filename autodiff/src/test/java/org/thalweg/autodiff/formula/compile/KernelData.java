package org.thalweg.autodiff.formula.compile;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.PointwisePullback;
import org.thalweg.autodiff.formula.Precision;

/// Formulas to compile and arrays to run them on: every constant of [Formulas], what follows from
/// it by differentiation, and numbers of every kind that a format has.
public final class KernelData {
  /// Whole vectors of every width, one more, one less, and what is left over.
  static final int[] SIZES = {0, 1, 3, 7, 8, 15, 16, 17, 31, 33, 63, 65, 127};

  /// A step of Adam: three outputs, four arrays and four numbers.
  static final Formula ADAM =
      Formula.of(
              List.of("θ", "g", "m", "v", "β", "γ", "η", "ε"),
              in -> {
                Expr g = in.get(1);
                Expr m = in.get(4).times(in.get(2)).plus(Expr.number(1).minus(in.get(4)).times(g));
                Expr v =
                    in.get(5)
                        .times(in.get(3))
                        .plus(Expr.number(1).minus(in.get(5)).times(g.square()));
                Expr step = in.get(6).times(m).over(v.sqrt().plus(in.get(7)));
                return List.of(in.get(0).minus(step), m, v);
              })
          .named("adam");

  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    2,
    -2,
    3,
    1e-3,
    -1e-3,
    1e-20,
    1e20,
    87,
    88.8,
    -87.4,
    -104,
    709,
    710,
    -745.2,
    -746,
    1e30,
    -1e30,
    16777216,
    0x1p52,
    Math.PI,
    1e5,
    -1e5,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };

  private KernelData() {}

  /// A formula of so many steps, of which both inputs, masks and values cross every cut.
  static Formula long_(int steps) {
    return Formula.of(
            "x",
            "a",
            (x, a) -> {
              Expr y = x;
              for (int i = 0; i < steps; i++) {
                Expr next = y.times(a).plus(x).minus(i);
                y = Expr.where(x.lessThan(Expr.number(i - 30)), next, y.max(a.minus(i)));
              }
              return y;
            })
        .named("long");
  }

  /// y ← a y + x, so many times.
  public static Formula chain(int steps) {
    return Formula.of(
        "x",
        "a",
        (x, a) -> {
          Expr y = x;
          for (int i = 0; i < steps; i++) {
            y = y.times(a).plus(x);
          }
          return y;
        });
  }

  /// Every constant of [Formulas].
  public static List<Formula> constants() {
    List<Formula> constants = new ArrayList<>();
    for (var field : Formulas.class.getFields()) {
      if (field.getType() == Formula.class && Modifier.isStatic(field.getModifiers())) {
        try {
          constants.add((Formula) field.get(null));
        } catch (IllegalAccessException impossible) {
          throw new IllegalStateException(impossible);
        }
      }
    }
    return constants;
  }

  /// Every constant, its pullbacks, and theirs: each structure once.
  static Collection<Formula> toSecondOrder() {
    Map<List<?>, Formula> distinct = new LinkedHashMap<>();
    List<Formula> order = constants();
    for (int derivative = 0; derivative <= 2; derivative++) {
      order.forEach(f -> distinct.putIfAbsent(List.of(f.inputs(), f.outputs()), f));
      order = order.stream().flatMap(f -> pullbacks(f).stream()).toList();
    }
    return distinct.values();
  }

  private static List<Formula> pullbacks(Formula f) {
    List<Formula> pullbacks = new ArrayList<>();
    for (int k = 0; k < f.inputs().size(); k++) {
      PointwisePullback pullback = f.pullback(k);
      if (pullback != null) {
        pullbacks.add(pullback.formula());
      }
    }
    return pullbacks;
  }

  static Program program(Formula f, Precision precision, long broadcast) {
    return Program.of(f.inputs(), f.outputs(), precision, broadcast);
  }

  /// Which inputs may have one element for all: none, all, each one, all but each one.
  static List<Long> patterns(int inputs) {
    List<Long> patterns = new ArrayList<>(List.of(0L, (1L << inputs) - 1));
    for (int k = 0; k < inputs && inputs > 1; k++) {
      patterns.add(1L << k);
      patterns.add((1L << inputs) - 1 - (1L << k));
    }
    return patterns.stream().distinct().toList();
  }

  /// Random bits, special values and numbers of moderate size, mixed.
  static Object numbers(SplittableRandom random, Precision precision, int length) {
    double[] doubles = new double[length];
    float[] floats = new float[length];
    for (int i = 0; i < length; i++) {
      int kind = random.nextInt(4);
      double special = SPECIAL[random.nextInt(SPECIAL.length)];
      double moderate = (random.nextDouble() - 0.5) * 20;
      doubles[i] =
          kind == 0 ? special : kind == 1 ? moderate : Double.longBitsToDouble(random.nextLong());
      floats[i] =
          kind == 0
              ? (float) special
              : kind == 1 ? (float) moderate : Float.intBitsToFloat(random.nextInt());
    }
    return precision == Precision.FLOAT ? floats : doubles;
  }

  static Object copy(Object array) {
    return array instanceof float[] floats ? floats.clone() : ((double[]) array).clone();
  }

  /// The bits of every element, NaN as one value.
  static long[] bits(Object array) {
    return array instanceof float[] floats
        ? bits(floats)
        : Arrays.stream((double[]) array).mapToLong(Double::doubleToLongBits).toArray();
  }

  private static long[] bits(float[] floats) {
    long[] bits = new long[floats.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(floats[i]));
    return bits;
  }

  /// One call of a kernel: its arrays, where they begin, and the elements to compute.
  record Call(Object[] arrays, int[] offsets, int from, int to) {
    /// For a formula, at offsets of its own for every array, with room around what is written.
    static Call of(SplittableRandom random, Formula f, Precision precision, int size) {
      int count = f.inputs().size() + f.outputs().size();
      Object[] arrays = new Object[count];
      int[] offsets = new int[count];
      int from = random.nextInt(3);
      for (int k = 0; k < count; k++) {
        offsets[k] = random.nextInt(20);
        arrays[k] = numbers(random, precision, from + size + 40);
      }
      return new Call(arrays, offsets, from, from + size);
    }

    /// The same numbers in memory of their own; what was one array stays one.
    Call copied() {
      Object[] copies = new Object[arrays.length];
      for (int k = 0; k < copies.length; k++) {
        int first = k;
        for (int j = 0; j < k && first == k; j++) {
          first = arrays[j] == arrays[k] ? j : k;
        }
        copies[k] = first < k ? copies[first] : copy(arrays[k]);
      }
      return new Call(copies, offsets, from, to);
    }

    /// Output j in the place of input `input`.
    Call inPlace(int inputs, int j, int input) {
      Call changed = new Call(arrays.clone(), offsets.clone(), from, to);
      changed.arrays[inputs + j] = arrays[input];
      changed.offsets[inputs + j] = offsets[input];
      return changed;
    }

    void run(Loop loop) {
      loop.run(arrays, offsets, from, to);
    }

    /// All arrays, written to or not, have the same bits: nothing else has been touched.
    void assertSameBits(Call other, String what) {
      for (int k = 0; k < arrays.length; k++) {
        int at = Arrays.mismatch(bits(arrays[k]), bits(other.arrays[k]));
        if (at >= 0) {
          throw new AssertionError(
              String.format(
                  "array %d of %s: elements from %d to %d, and index %d has bits %x, not %x",
                  k,
                  what,
                  from + offsets[k],
                  to + offsets[k],
                  at,
                  bits(arrays[k])[at],
                  bits(other.arrays[k])[at]));
        }
      }
    }

    /// Output j has the same bits as there, wherever each of them stands.
    void assertSameOutput(int inputs, int j, Call other, String what) {
      for (int i = from; i < to; i++) {
        long here = bits(arrays[inputs + j])[i + offsets[inputs + j]];
        long there = bits(other.arrays[inputs + j])[i + other.offsets[inputs + j]];
        if (here != there) {
          throw new AssertionError(
              String.format("output %d of %s: element %d is %x, not %x", j, what, i, here, there));
        }
      }
    }
  }
}
