package org.thalweg.autodiff.formula;

import static org.thalweg.autodiff.formula.Expr.number;
import static org.thalweg.autodiff.formula.Masks.and;
import static org.thalweg.autodiff.formula.Masks.equal;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.lessOrEqual;
import static org.thalweg.autodiff.formula.Masks.select;

import java.util.ArrayList;
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
  private final Map<Expr, Boolean> done = new IdentityHashMap<>();

  private Tangent(Map<Expr, Expr> inputRates) {
    this.rates = new IdentityHashMap<>(inputRates);
  }

  /// The rate of each output when the inputs move at the given rates; `null` where it is zero.
  static List<@Nullable Expr> of(List<Expr> outputs, Map<Expr, Expr> inputRates) {
    Tangent tangent = new Tangent(inputRates);
    List<@Nullable Expr> result = new ArrayList<>();
    for (Expr output : outputs) {
      for (Expr node : Order.of(List.of(output))) {
        tangent.visit(node);
      }
      result.add(tangent.rates.get(output));
    }
    return result;
  }

  private void visit(Expr y) {
    if (y.operator() == Operator.INPUT || done.put(y, true) != null) {
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
      case SQRT -> da == null ? null : da.times(0.5).over(y);
      case MIN -> sum(chosen(da, a, b), chosen(db, b, a));
      case MAX -> sum(chosen(da, b, a), chosen(db, a, b));
      case SELECT -> between(a, db, dc);
      case EXP -> scaled(da, y);
      case EXPM1 -> scaled(da, y.plus(1));
      case LOG -> da == null ? null : da.over(a);
      case LOG1P -> da == null ? null : da.over(a.plus(1));
      case TANH -> scaled(da, number(1).minus(y.square()));
      case SIGMOID -> scaled(da, y.times(number(1).minus(y)));
      case ERF -> scaled(da, a.square().negated().exp().times(2 / Math.sqrt(Math.PI)));
      case SIN -> scaled(da, a.cos());
      case COS -> scaled(da, a.sin().negated());
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

  private static Expr powInBase(Expr a, Expr b) {
    Expr slope = b.times(a.pow(b.minus(1)));
    return b.isNumber() && b.number() != 0 ? slope : select(equal(b, number(0)), number(0), slope);
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

  private static @Nullable Expr sum(@Nullable Expr a, @Nullable Expr b) {
    return a == null ? b : b == null ? a : a.plus(b);
  }

  private static @Nullable Expr difference(@Nullable Expr a, @Nullable Expr b) {
    return a == null ? (b == null ? null : b.negated()) : b == null ? a : a.minus(b);
  }
}
