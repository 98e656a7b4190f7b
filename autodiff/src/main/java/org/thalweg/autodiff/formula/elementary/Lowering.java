package org.thalweg.autodiff.formula.elementary;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Order;
import org.thalweg.autodiff.formula.Precision;

/// Rewrites functions into primitive operators, for one precision.
public final class Lowering {
  private Lowering() {}

  /// The same expression in primitive operators. A subexpression that is shared stays shared.
  public static Expr lower(Expr expr, Precision precision) {
    Map<Expr, Expr> lowered = new IdentityHashMap<>();
    Expr last = expr;
    for (Expr node : Order.of(List.of(expr))) {
      Expr[] arguments = new Expr[node.arguments().size()];
      boolean changed = false;
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = Objects.requireNonNull(lowered.get(node.argument(i)));
        changed |= arguments[i] != node.argument(i);
      }
      if (node.operator().isFunction()) {
        last = function(node, arguments, precision);
      } else if (node.operator() == Operator.MAX || node.operator() == Operator.MIN) {
        last = Rounding.extreme(changed ? node.with(arguments) : node);
      } else {
        last = changed ? node.with(arguments) : node;
      }
      lowered.put(node, last);
    }
    return last;
  }

  private static Expr function(Expr node, Expr[] arguments, Precision precision) {
    Expr x = arguments[0];
    return switch (node.operator()) {
      case EXP -> Exponential.of(precision).exp(x, isNeverPositive(node.argument(0)));
      case EXP2 -> Exponential.of(precision).exp2(x);
      case EXPM1 -> Exponential.of(precision).expm1(x);
      case LOG -> Logarithm.of(precision).log(x);
      case LOG2 -> Logarithm.of(precision).log2(x);
      case LOG10 -> Logarithm.of(precision).log10(x);
      case LOG1P -> {
        Logarithm logarithm = Logarithm.of(precision);
        yield isFraction(node.argument(0)) ? logarithm.log1pOfFraction(x) : logarithm.log1p(x);
      }
      case LOG_ADD_EXP -> Logarithm.logAddExp(x, arguments[1], precision);
      case XLOGY -> Logarithm.xlogy(x, arguments[1], precision);
      case SIN -> Trigonometric.sin(x, precision);
      case COS -> Trigonometric.cos(x, precision);
      case TAN -> Trigonometric.tan(x, precision);
      case ASIN -> InverseTrigonometric.of(precision).asin(x);
      case ACOS -> InverseTrigonometric.of(precision).acos(x);
      case ATAN -> InverseTrigonometric.of(precision).atan(x);
      case ATAN2 -> InverseTrigonometric.of(precision).atan2(x, arguments[1]);
      case HYPOT -> Hypotenuse.hypot(x, arguments[1], precision);
      case DIRECTION -> Hypotenuse.direction(x, arguments[1], precision);
      case SINH -> HyperbolicSine.sinh(x, precision);
      case COSH -> HyperbolicSine.cosh(x, precision);
      case TANH -> HyperbolicTangent.tanh(x, precision);
      case SECH2 -> HyperbolicTangent.sech2(x, precision);
      case ASINH -> InverseHyperbolic.asinh(x, precision);
      case ACOSH -> InverseHyperbolic.acosh(x, precision);
      case ATANH -> InverseHyperbolic.atanh(x, precision);
      case SIGMOID -> Exponential.of(precision).sigmoid(x);
      case SIGMOID_SLOPE -> Exponential.of(precision).sigmoidSlope(x);
      case SOFTPLUS -> Logarithm.softplus(x, precision);
      case SOFTSIGN -> Rounding.softsign(x);
      case ERF -> ErrorFunction.erf(x, precision);
      case ERFC -> ErrorFunction.erfc(x, precision);
      case POW -> Power.of(precision).pow(x, arguments[1]);
      case SIGN -> Rounding.sign(x);
      case FLOOR -> Rounding.floor(x, precision);
      case ROUND -> Rounding.round(x, precision);
      default -> throw new IllegalArgumentException("lower: not a function, [" + node + "]");
    };
  }

  /// True for −|a| and −a², which exponentials often have as argument.
  private static boolean isNeverPositive(Expr x) {
    if (x.operator() != Operator.NEGATED) {
      return false;
    }
    Expr a = x.argument(0);
    return a.operator() == Operator.ABS
        || (a.operator() == Operator.TIMES && a.argument(0) == a.argument(1));
  }

  /// True for e^−|a|, as in the softplus ln(1 + e^−|a|) + max(a, 0): NaN or between 0 and 1.
  private static boolean isFraction(Expr x) {
    return x.operator() == Operator.EXP && isNeverPositive(x.argument(0));
  }
}
