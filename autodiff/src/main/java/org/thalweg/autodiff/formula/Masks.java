package org.thalweg.autodiff.formula;

/// Conditions inside an expression: what a select chooses by. A mask is true or false for each
/// element and is no number; [#indicator] makes one of it.
public final class Masks {
  private Masks() {}

  /// a < b, false where one is NaN.
  public static Expr less(Expr a, Expr b) {
    return Expr.of(Operator.LESS, a, b);
  }

  /// a ≤ b, false where one is NaN.
  public static Expr lessOrEqual(Expr a, Expr b) {
    return Expr.of(Operator.LESS_OR_EQUAL, a, b);
  }

  /// a = b, false where one is NaN; −0 equals 0.
  public static Expr equal(Expr a, Expr b) {
    return Expr.of(Operator.EQUAL, a, b);
  }

  /// Both hold.
  public static Expr and(Expr a, Expr b) {
    return Expr.of(Operator.AND, a, b);
  }

  /// One of them holds at least.
  public static Expr or(Expr a, Expr b) {
    return Expr.of(Operator.OR, a, b);
  }

  /// It does not hold.
  public static Expr not(Expr a) {
    return Expr.of(Operator.NOT, a);
  }

  /// `a` where the mask holds, else `b`; so is the derivative.
  public static Expr select(Expr mask, Expr a, Expr b) {
    return a == b ? a : Expr.of(Operator.SELECT, mask, a, b);
  }

  /// 1 where the mask holds, else 0.
  public static Expr indicator(Expr mask) {
    return select(mask, Expr.number(1), Expr.number(0));
  }
}
