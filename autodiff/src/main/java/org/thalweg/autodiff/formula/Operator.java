package org.thalweg.autodiff.formula;

import static org.thalweg.autodiff.formula.Operator.Kind.BITS;
import static org.thalweg.autodiff.formula.Operator.Kind.MASK;
import static org.thalweg.autodiff.formula.Operator.Kind.REAL;

import java.util.List;

/// What one node of an expression does. The *functions* are rewritten into the other, primitive
/// operators before a kernel is made; a kernel knows only primitives.
public enum Operator {
  INPUT(REAL, 0),
  NUMBER(REAL, 0),

  PLUS(REAL, 2),
  MINUS(REAL, 2),
  TIMES(REAL, 2),
  OVER(REAL, 2),
  /// a · b + c, rounded once.
  FMA(REAL, 3),
  NEGATED(REAL, 1),
  ABS(REAL, 1),
  SQRT(REAL, 1),
  /// As `Math.min`: NaN wins, −0 is below +0.
  MIN(REAL, 2),
  /// As `Math.max`: NaN wins, −0 is below +0.
  MAX(REAL, 2),
  /// The second argument where the mask holds, else the third.
  SELECT(REAL, 3),

  LESS(MASK, 2),
  LESS_OR_EQUAL(MASK, 2),
  EQUAL(MASK, 2),
  AND(MASK, 2),
  OR(MASK, 2),
  NOT(MASK, 1),

  /// A whole number of the width of the precision (32 or 64 bits), written into the formula.
  INTEGER(BITS, 0),
  /// The IEEE bits of a real.
  TO_BITS(BITS, 1),
  /// The real that has these IEEE bits.
  FROM_BITS(REAL, 1),
  BITS_PLUS(BITS, 2),
  BITS_MINUS(BITS, 2),
  BITS_AND(BITS, 2),
  BITS_OR(BITS, 2),
  /// Shifted left by the literal.
  SHIFT_LEFT(BITS, 1),
  /// Shifted right by the literal, the sign filled in.
  SHIFT_RIGHT(BITS, 1),

  /// sin of the second argument by `StrictMath` where the mask holds (far from zero, rare), else
  /// the third argument.
  FAR_SIN(REAL, 3),
  /// The same for cos.
  FAR_COS(REAL, 3),
  /// The same for tan.
  FAR_TAN(REAL, 3),

  // Functions: everything below is rewritten before a kernel is made.
  EXP(REAL, 1),
  EXP2(REAL, 1),
  EXPM1(REAL, 1),
  LOG(REAL, 1),
  LOG2(REAL, 1),
  LOG10(REAL, 1),
  LOG1P(REAL, 1),
  /// ln(eᵃ + eᵇ)
  LOG_ADD_EXP(REAL, 2),
  /// a ln b, and 0 where a is and b has no logarithm.
  XLOGY(REAL, 2),
  SIN(REAL, 1),
  COS(REAL, 1),
  TAN(REAL, 1),
  ASIN(REAL, 1),
  ACOS(REAL, 1),
  ATAN(REAL, 1),
  /// The angle of the point whose ordinate is the first argument, its abscissa the second.
  ATAN2(REAL, 2),
  /// √(a² + b²)
  HYPOT(REAL, 2),
  /// a ÷ √(a² + b²), and a where both are 0: what the derivatives of angles and lengths are made
  /// of.
  DIRECTION(REAL, 2),
  SINH(REAL, 1),
  COSH(REAL, 1),
  TANH(REAL, 1),
  /// 1 ÷ cosh², the derivative of tanh: 1 − tanh² without its cancellation.
  SECH2(REAL, 1),
  ASINH(REAL, 1),
  ACOSH(REAL, 1),
  ATANH(REAL, 1),
  SIGMOID(REAL, 1),
  /// σ(a) σ(−a), the derivative of the sigmoid σ: σ (1 − σ) without its cancellation.
  SIGMOID_SLOPE(REAL, 1),
  /// ln(1 + eᵃ)
  SOFTPLUS(REAL, 1),
  /// a ÷ (1 + |a|)
  SOFTSIGN(REAL, 1),
  ERF(REAL, 1),
  ERFC(REAL, 1),
  POW(REAL, 2),
  SIGN(REAL, 1),
  FLOOR(REAL, 1),
  ROUND(REAL, 1);

  /// What a node holds for each element.
  public enum Kind {
    /// A number of the precision of the kernel.
    REAL("a number"),
    /// True or false.
    MASK("a mask"),
    /// A whole number as wide as a real.
    BITS("bits");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final Kind kind;
  private final int arity;

  Operator(Kind kind, int arity) {
    this.kind = kind;
    this.arity = arity;
  }

  /// What a node with this operator holds.
  public Kind kind() {
    return kind;
  }

  /// How many arguments it takes.
  public int arity() {
    return arity;
  }

  /// Whether it is rewritten into others before a kernel is made.
  public boolean isFunction() {
    return compareTo(EXP) >= 0;
  }

  /// Whether its derivative is zero almost everywhere.
  public boolean isFlat() {
    return kind != REAL || this == SIGN || this == FLOOR || this == ROUND || this == NUMBER;
  }

  /// Whether it passes on the rate of one argument and drops that of another, which may then be
  /// anything.
  boolean isChoice() {
    return this == SELECT || this == MIN || this == MAX || this == XLOGY;
  }

  /// The kind of one of its arguments.
  private Kind argument(int index) {
    return switch (this) {
      case AND, OR, NOT -> MASK;
      case SELECT, FAR_SIN, FAR_COS, FAR_TAN -> index == 0 ? MASK : REAL;
      case FROM_BITS, BITS_PLUS, BITS_MINUS, BITS_AND, BITS_OR, SHIFT_LEFT, SHIFT_RIGHT -> BITS;
      default -> REAL;
    };
  }

  /// Checks the number of arguments and their kinds.
  ///
  /// @throws IllegalArgumentException where they do not fit
  void check(List<Expr> arguments) {
    if (arguments.size() != arity) {
      throw new IllegalArgumentException(
          "formula: "
              + this
              + " takes "
              + arity
              + " arguments and was given "
              + arguments.size()
              + ": give it "
              + arity);
    }
    for (int k = 0; k < arity; k++) {
      Kind given = arguments.get(k).operator().kind;
      if (given != argument(k)) {
        throw new IllegalArgumentException(
            "formula: "
                + this
                + " takes "
                + argument(k).words
                + " and was given "
                + given.words
                + ", ["
                + arguments.get(k)
                + "]: make it "
                + argument(k).words
                + " first");
      }
    }
  }
}
