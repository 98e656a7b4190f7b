package org.thalweg.autodiff.formula;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Rewrites functions into primitive operators, for one precision.
final class Lowering {
  private Lowering() {}

  /// The same expression in primitive operators. A subexpression that is shared stays shared.
  static Expr lower(Expr expr, Precision precision) {
    Map<Expr, Expr> lowered = new IdentityHashMap<>();
    Expr last = expr;
    for (Expr node : Order.of(List.of(expr))) {
      Expr[] arguments = new Expr[node.arguments.length];
      boolean changed = false;
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = lowered.get(node.arguments[i]);
        changed |= arguments[i] != node.arguments[i];
      }
      if (node.operator.isFunction()) {
        last = function(node.operator, arguments, precision);
      } else {
        last = changed ? node.with(arguments) : node;
      }
      lowered.put(node, last);
    }
    return last;
  }

  private static Expr function(Operator function, Expr[] arguments, Precision precision) {
    Expr x = arguments[0];
    return switch (function) {
      case EXP -> Exponential.of(precision).exp(x);
      case EXPM1 -> Exponential.of(precision).expm1(x);
      case LOG -> Logarithm.of(precision).log(x);
      case LOG1P -> Logarithm.of(precision).log1p(x);
      case TANH -> HyperbolicTangent.tanh(x, precision);
      case SIGMOID -> Exponential.of(precision).sigmoid(x);
      case ERF -> ErrorFunction.erf(x, precision);
      case SIN -> Trigonometric.sin(x, precision);
      case COS -> Trigonometric.cos(x, precision);
      case POW -> Power.of(precision).pow(x, arguments[1]);
      case SIGN -> Rounding.sign(x);
      case FLOOR -> Rounding.floor(x, precision);
      case RINT -> Rounding.rint(x, precision);
      default -> throw new IllegalArgumentException("lower: not a function, [" + function + "]");
    };
  }
}
