package org.thalweg.autodiff.formula.elementary;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Order;
import org.thalweg.autodiff.formula.Precision;

/// Computes expressions one element at a time with plain Java operators: what every kernel has to
/// agree with, bit for bit. Slow, and simple enough to be believed.
///
/// An evaluator keeps its intermediate values between calls: one thread at a time.
public final class ReferenceEvaluator {
  private final Precision precision;
  private final List<Expr> nodes;
  private final int[][] arguments;
  private final int[] inputs;
  private final float[] floats;
  private final double[] doubles;
  private final long[] bits;
  private final boolean[] masks;

  /// @param expr any expression; it is lowered first
  /// @param inputs the names of its inputs, in the order in which their values will be given
  public ReferenceEvaluator(Expr expr, Precision precision, String... inputs) {
    this.precision = precision;
    this.nodes = Order.of(List.of(Lowering.lower(expr, precision)));
    Map<Expr, Integer> places = new IdentityHashMap<>();
    int size = nodes.size();
    this.arguments = new int[size][];
    this.inputs = new int[size];
    for (int i = 0; i < size; i++) {
      Expr node = nodes.get(i);
      places.put(node, i);
      arguments[i] = node.arguments().stream().mapToInt(places::get).toArray();
      this.inputs[i] = Arrays.asList(inputs).indexOf(node.name());
    }
    this.floats = new float[size];
    this.doubles = new double[size];
    this.bits = new long[size];
    this.masks = new boolean[size];
  }

  /// The value for one element in `float`.
  public float evaluate(float... values) {
    if (precision != Precision.FLOAT) {
      throw new IllegalStateException("evaluate: [" + precision + "] takes doubles");
    }
    int last = nodes.size() - 1;
    for (int i = 0; i <= last; i++) {
      Expr node = nodes.get(i);
      switch (node.operator().kind()) {
        case REAL -> floats[i] = node.name() == null ? real(node, i) : values[inputs[i]];
        case MASK -> masks[i] = mask(node, i);
        case BITS -> bits[i] = (int) bits(node, i);
      }
    }
    return floats[last];
  }

  /// The value for one element in `double`.
  public double evaluate(double... values) {
    if (precision != Precision.DOUBLE) {
      throw new IllegalStateException("evaluate: [" + precision + "] takes floats");
    }
    int last = nodes.size() - 1;
    for (int i = 0; i <= last; i++) {
      Expr node = nodes.get(i);
      switch (node.operator().kind()) {
        case REAL -> doubles[i] = node.name() == null ? realDouble(node, i) : values[inputs[i]];
        case MASK -> masks[i] = mask(node, i);
        case BITS -> bits[i] = bits(node, i);
      }
    }
    return doubles[last];
  }

  private float real(Expr node, int i) {
    int[] at = arguments[i];
    float a = at.length > 0 ? floats[at[0]] : 0;
    float b = at.length > 1 ? floats[at[1]] : 0;
    float c = at.length > 2 ? floats[at[2]] : 0;
    return switch (node.operator()) {
      case NUMBER -> (float) node.number();
      case PLUS -> a + b;
      case MINUS -> a - b;
      case TIMES -> a * b;
      case OVER -> a / b;
      case FMA -> Math.fma(a, b, c);
      case NEGATED -> -a;
      case ABS -> Math.abs(a);
      case SQRT -> (float) Math.sqrt(a);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case SELECT -> masks[at[0]] ? b : c;
      case FROM_BITS -> Float.intBitsToFloat((int) bits[at[0]]);
      case FAR_SIN -> masks[at[0]] ? (float) StrictMath.sin(b) : c;
      case FAR_COS -> masks[at[0]] ? (float) StrictMath.cos(b) : c;
      case FAR_TAN -> masks[at[0]] ? (float) StrictMath.tan(b) : c;
      default -> throw new IllegalStateException("evaluate: not primitive, [" + node + "]");
    };
  }

  private double realDouble(Expr node, int i) {
    int[] at = arguments[i];
    double a = at.length > 0 ? doubles[at[0]] : 0;
    double b = at.length > 1 ? doubles[at[1]] : 0;
    double c = at.length > 2 ? doubles[at[2]] : 0;
    return switch (node.operator()) {
      case NUMBER -> node.number();
      case PLUS -> a + b;
      case MINUS -> a - b;
      case TIMES -> a * b;
      case OVER -> a / b;
      case FMA -> Math.fma(a, b, c);
      case NEGATED -> -a;
      case ABS -> Math.abs(a);
      case SQRT -> Math.sqrt(a);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case SELECT -> masks[at[0]] ? b : c;
      case FROM_BITS -> Double.longBitsToDouble(bits[at[0]]);
      case FAR_SIN -> masks[at[0]] ? StrictMath.sin(b) : c;
      case FAR_COS -> masks[at[0]] ? StrictMath.cos(b) : c;
      case FAR_TAN -> masks[at[0]] ? StrictMath.tan(b) : c;
      default -> throw new IllegalStateException("evaluate: not primitive, [" + node + "]");
    };
  }

  private boolean mask(Expr node, int i) {
    int[] at = arguments[i];
    int a = at[0];
    int b = at.length > 1 ? at[1] : 0;
    boolean single = precision == Precision.FLOAT;
    return switch (node.operator()) {
      case LESS -> single ? floats[a] < floats[b] : doubles[a] < doubles[b];
      case LESS_OR_EQUAL -> single ? floats[a] <= floats[b] : doubles[a] <= doubles[b];
      case EQUAL -> single ? floats[a] == floats[b] : doubles[a] == doubles[b];
      case AND -> masks[a] && masks[b];
      case OR -> masks[a] || masks[b];
      case NOT -> !masks[a];
      default -> throw new IllegalStateException("evaluate: not a mask, [" + node + "]");
    };
  }

  private long bits(Expr node, int i) {
    int[] at = arguments[i];
    long a = at.length > 0 ? bits[at[0]] : 0;
    long b = at.length > 1 ? bits[at[1]] : 0;
    return switch (node.operator()) {
      case INTEGER -> node.literal();
      case TO_BITS ->
          precision == Precision.FLOAT
              ? Float.floatToRawIntBits(floats[at[0]])
              : Double.doubleToRawLongBits(doubles[at[0]]);
      case BITS_PLUS -> a + b;
      case BITS_MINUS -> a - b;
      case BITS_AND -> a & b;
      case BITS_OR -> a | b;
      case SHIFT_LEFT -> a << node.literal();
      case SHIFT_RIGHT -> a >> node.literal();
      default -> throw new IllegalStateException("evaluate: not bits, [" + node + "]");
    };
  }
}
