package org.thalweg.optim.adaptive;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.engine.Checks;

/// Where the small number stands that keeps a denominator from 0; libraries differ.
///
/// ```
/// √(v + inside) + outside
/// ```
///
/// Either may be 0. Only rules with a bias correction of v ask whether it is a *hat*: there v is
/// the average itself, and its correction stands with the rate (Kingma and Ba, 2015, the remark
/// before section 2.1).
///
/// @param outside added to the root
/// @param inside added below the root
/// @param isHat whether v is taken without its bias correction
public record Epsilon(double outside, double inside, boolean isHat) {
  /// Checks the values.
  public Epsilon {
    Checks.notNegative("epsilon", "outside", outside);
    Checks.notNegative("epsilon", "inside", inside);
  }

  /// √v + ε, as in PyTorch and the papers.
  public static Epsilon outside(double value) {
    return new Epsilon(value, 0, false);
  }

  /// √(v + ε), as in Keras's AdaGrad, RMSprop and Adadelta.
  public static Epsilon inside(double value) {
    return new Epsilon(0, value, false);
  }

  /// √v + ε̂ of the average without its correction, as in Keras's Adam.
  public static Epsilon hat(double value) {
    return new Epsilon(value, 0, true);
  }

  /// The denominator.
  Expr root(Symbols s, Expr v) {
    Expr sum = inside == 0 ? v : v.plus(s.constant("ε inside", inside));
    return outside == 0 ? sum.sqrt() : sum.sqrt().plus(s.constant("ε", outside));
  }

  /// The denominator of an average that is divided by its bias correction.
  ///
  /// ```
  /// √(v / (1 − β₂ᵗ)) + ε
  /// ```
  Expr corrected(Symbols s, Expr v, Schedule beta2) {
    if (inside != 0) {
      return root(s, v.times(s.number("1/(1−β₂ᵗ)", n -> 1 / (1 - n.power(beta2)))));
    }
    Expr scale = s.number("1/√(1−β₂ᵗ)", n -> 1 / Math.sqrt(1 - n.power(beta2)));
    return v.sqrt().times(scale).plus(s.constant("ε", outside));
  }

  @Override
  public String toString() {
    String text = inside == 0 ? "√v + " + outside : "√(v + " + inside + ") + " + outside;
    return isHat ? text + " (hat)" : text;
  }
}
