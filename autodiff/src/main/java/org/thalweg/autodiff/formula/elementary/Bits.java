package org.thalweg.autodiff.formula.elementary;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;

/// A word of 32 or 64 bits for each element, as wide as a number of the precision.
///
/// @param expr the expression that computes it
record Bits(Expr expr) {
  /// The IEEE bits of a number.
  static Bits of(Expr number) {
    return new Bits(Expr.of(Operator.TO_BITS, number));
  }

  /// The same word for every element.
  static Bits literal(long word) {
    return new Bits(Expr.integer(word));
  }

  /// The number that has these bits.
  Expr toNumber() {
    return Expr.of(Operator.FROM_BITS, expr);
  }

  Bits plus(Bits b) {
    return new Bits(Expr.of(Operator.BITS_PLUS, expr, b.expr));
  }

  Bits minus(Bits b) {
    return new Bits(Expr.of(Operator.BITS_MINUS, expr, b.expr));
  }

  Bits and(Bits b) {
    return new Bits(Expr.of(Operator.BITS_AND, expr, b.expr));
  }

  Bits or(Bits b) {
    return new Bits(Expr.of(Operator.BITS_OR, expr, b.expr));
  }

  Bits shiftLeft(int distance) {
    return new Bits(Expr.shifted(Operator.SHIFT_LEFT, expr, distance));
  }

  /// Shifted right, the sign filled in.
  Bits shiftRight(int distance) {
    return new Bits(Expr.shifted(Operator.SHIFT_RIGHT, expr, distance));
  }
}
