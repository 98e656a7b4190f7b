package org.thalweg.autodiff.formula;

import static org.thalweg.autodiff.formula.Expr.number;
import static org.thalweg.autodiff.formula.Masks.and;
import static org.thalweg.autodiff.formula.Masks.equal;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.lessOrEqual;
import static org.thalweg.autodiff.formula.Masks.not;
import static org.thalweg.autodiff.formula.Masks.or;
import static org.thalweg.autodiff.formula.Masks.select;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The derivative of an expression along a direction: each input moves at a given rate, and the
/// rules below say at what rate each operator's result moves.
///
/// The Jacobian of pointwise mathematics is diagonal, so that the same rules give the product of a
/// gradient with the Jacobian: the rate of the input is then the gradient of the output. A rate
/// that is zero everywhere is `null` and costs nothing; a select chooses between rates, so that
/// what the other branch would divide by never appears.
final class Tangent {
  private final Map<Expr, Expr> rates;

  private Tangent(Map<Expr, Expr> inputRates) {
    this.rates = new IdentityHashMap<>(inputRates);
  }

  /// The rate of an output when the inputs move at the given rates; `null` where it is zero.
  static @Nullable Expr of(Expr output, Map<Expr, Expr> inputRates) {
    Tangent tangent = new Tangent(inputRates);
    Order.of(List.of(output)).forEach(tangent::visit);
    return tangent.rates.get(output);
  }

  /// The rate of y when one of its arguments moves at a rate, and the others do not, whatever they
  /// are made of.
  static @Nullable Expr through(Expr y, Expr argument, Expr rate) {
    return new Tangent(Map.of(argument, rate)).rule(y);
  }

  private void visit(Expr y) {
    if (y.operator() == Operator.INPUT) {
      return;
    }
    Expr rate = y.operator().isFlat() ? null : rule(y);
    if (rate != null) {
      rates.put(y, rate);
    }
  }

  /// The table of derivatives. `a`, `b` are the arguments, `da`, `db` their rates, `y` the value.
  private @Nullable Expr rule(Expr y) {
    Expr a = y.argument(0);
    Expr b = y.arguments().size() > 1 ? y.argument(1) : a;
    Expr c = y.arguments().size() > 2 ? y.argument(2) : a;
    @Nullable Expr da = rates.get(a);
    @Nullable Expr db = rates.get(b);
    @Nullable Expr dc = rates.get(c);
    return switch (y.operator()) {
      case PLUS -> sum(da, db);
      case MINUS -> difference(da, db);
      case TIMES -> a == b ? scaled(da, a.times(2)) : sum(scaled(da, b), scaled(db, a));
      case OVER ->
          difference(da == null ? null : da.over(b), db == null ? null : db.times(y.over(b)));
      case FMA -> sum(sum(scaled(da, b), scaled(db, a)), dc);
      case NEGATED -> da == null ? null : da.negated();
      case ABS -> scaled(da, a.sign());
      case SQRT -> divided(scaled(da, number(0.5)), y);
      case MIN -> sum(chosen(da, a, b), chosen(db, b, a));
      case MAX -> sum(chosen(da, b, a), chosen(db, a, b));
      case SELECT -> between(a, db, dc);
      case EXP -> scaled(da, y);
      case EXP2 -> scaled(da, y.times(Math.log(2)));
      case EXPM1 -> scaled(da, a.exp());
      case LOG -> divided(da, a);
      case LOG2 -> divided(scaled(da, number(1 / Math.log(2))), a);
      case LOG10 -> divided(scaled(da, number(1 / Math.log(10))), a);
      case LOG1P -> divided(da, a.plus(1));
      case LOG_ADD_EXP -> sum(scaled(da, share(a, b, y)), scaled(db, share(b, a, y)));
      case XLOGY -> logarithmic(a, b, da, db);
      case SIN -> scaled(da, a.cos());
      case COS -> scaled(da, a.sin().negated());
      case TAN -> scaled(da, y.fma(y, number(1)));
      case ASIN -> divided(da, cathetus(a));
      case ACOS -> divided(da == null ? null : da.negated(), cathetus(a));
      case ATAN -> divided(da, a.fma(a, number(1)));
      case ATAN2 -> turn(a, b, da, db);
      case HYPOT -> sum(scaled(da, direction(a, b)), scaled(db, direction(b, a)));
      case DIRECTION -> scaled(turn(a, b, da, db), direction(b, a));
      case SINH -> scaled(da, a.cosh());
      case COSH -> scaled(da, a.sinh());
      case TANH -> scaled(da, Expr.of(Operator.SECH2, a));
      case SECH2 -> scaled(da, y.times(a.tanh()).times(-2));
      case ASINH -> divided(da, a.hypot(number(1)));
      case ACOSH -> divided(da, a.minus(1).sqrt().times(a.plus(1).sqrt()));
      case ATANH -> divided(da, a.negated().fma(a, number(1)));
      case SIGMOID -> scaled(da, Expr.of(Operator.SIGMOID_SLOPE, a));
      case SIGMOID_SLOPE -> scaled(da, y.times(a.times(0.5).tanh()).negated());
      case SOFTPLUS -> scaled(da, a.sigmoid());
      case SOFTSIGN -> scaled(da, a.abs().plus(1).reciprocal().square());
      case ERF -> scaled(da, bell(a));
      case ERFC -> scaled(da, bell(a).negated());
      case POW -> sum(scaled(da, powInBase(a, b)), scaled(db, powInExponent(a, b, y)));
      default ->
          throw new IllegalStateException("formula: " + y.operator() + " has no derivative rule");
    };
  }

  /// Where `a` is the smaller of two it takes all of its rate, where they are equal half, and where
  /// one is not a number all, so that NaN is passed on.
  private static @Nullable Expr chosen(@Nullable Expr rate, Expr smaller, Expr larger) {
    if (rate == null) {
      return null;
    }
    Expr half = select(equal(smaller, larger), rate.times(0.5), rate);
    return select(less(larger, smaller), number(0), half);
  }

  /// √(1 − a²), of which the difference is rounded once.
  private static Expr cathetus(Expr a) {
    return a.negated().fma(a, number(1)).sqrt();
  }

  /// The derivative of erf.
  private static Expr bell(Expr a) {
    return a.square().negated().exp().times(2 / Math.sqrt(Math.PI));
  }

  /// a ÷ √(a² + b²)
  private static Expr direction(Expr a, Expr b) {
    return Expr.of(Operator.DIRECTION, a, b);
  }

  /// The rate of the angle of the point (b, a); 0 where that is the origin.
  ///
  /// ```
  /// (b da − a db) ÷ (a² + b²)
  /// ```
  private static @Nullable Expr turn(Expr a, Expr b, @Nullable Expr da, @Nullable Expr db) {
    Expr length = a.hypot(b);
    Expr divisor = select(equal(length, number(0)), number(1), length);
    return divided(difference(scaled(da, direction(b, a)), scaled(db, direction(a, b))), divisor);
  }

  /// eᵃ ÷ (eᵃ + eᵇ), where y is the logarithm of the sum: 0 where that is −∞, ½ where both are ∞.
  private static Expr share(Expr a, Expr b, Expr y) {
    Expr areInfinite = and(equal(a, b), equal(a.abs(), number(Double.POSITIVE_INFINITY)));
    Expr share = select(areInfinite, number(0), a.minus(b)).sigmoid();
    return select(equal(y, number(Double.NEGATIVE_INFINITY)), number(0), share);
  }

  /// a ln b: 0 at its edge. What is divided by a small b is multiplied by a before, which may be as
  /// small.
  private static @Nullable Expr logarithmic(Expr a, Expr b, @Nullable Expr da, @Nullable Expr db) {
    Expr zero = number(0);
    Expr hasNoLogarithm = or(lessOrEqual(b, zero), equal(b, number(Double.POSITIVE_INFINITY)));
    Expr isEdge = and(equal(a, zero), hasNoLogarithm);
    return sum(
        da == null ? null : select(isEdge, zero, da.times(b.log())),
        db == null ? null : select(isEdge, zero, db.times(a).over(b)));
  }

  private static Expr powInBase(Expr a, Expr b) {
    Expr slope = b.times(a.pow(b.minus(1)));
    if (b.isNumber()) {
      return b.number() == 0 ? number(0) : slope;
    }
    // At 0⁰, and NaN⁰, the slope is that of x⁰. Elsewhere b = 0 makes it 0, and it moves with b.
    Expr isFinite = less(a.reciprocal().abs(), number(Double.POSITIVE_INFINITY));
    return select(and(equal(b, number(0)), not(isFinite)), number(0), slope);
  }

  private static Expr powInExponent(Expr a, Expr b, Expr y) {
    Expr zeroBase = and(equal(a, number(0)), lessOrEqual(number(0), b));
    return select(zeroBase, number(0), y.times(a.log()));
  }

  private static @Nullable Expr between(Expr mask, @Nullable Expr a, @Nullable Expr b) {
    if (a == null && b == null) {
      return null;
    }
    return select(mask, a == null ? number(0) : a, b == null ? number(0) : b);
  }

  private static @Nullable Expr scaled(@Nullable Expr rate, Expr factor) {
    return rate == null ? null : rate.times(factor);
  }

  private static @Nullable Expr divided(@Nullable Expr rate, Expr divisor) {
    return rate == null ? null : rate.over(divisor);
  }

  private static @Nullable Expr sum(@Nullable Expr a, @Nullable Expr b) {
    return a == null ? b : b == null ? a : a.plus(b);
  }

  private static @Nullable Expr difference(@Nullable Expr a, @Nullable Expr b) {
    return a == null ? (b == null ? null : b.negated()) : b == null ? a : a.minus(b);
  }
}
