package org.thalweg.autodiff.formula;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import org.jspecify.annotations.Nullable;

/// A real number computed for every element from the inputs of a [Formula]: an immutable graph in
/// which equal subexpressions are one object.
///
/// ```java
/// Formula swish = Formula.of("x", "beta", (x, beta) -> x.times(beta.times(x).sigmoid()));
/// ```
///
/// Every method is an IEEE 754 operation or a composition of them, evaluated in the precision of
/// the tensors that the formula is applied to, with the same bits in every back end. A number
/// written into an expression is a part of its structure; what changes from call to call is an
/// input.
public final class Expr {
  private static final Interner<Expr> INTERNER = Interners.newWeakInterner();
  private static final Expr[] NONE = {};

  final Operator operator;
  final Expr[] arguments;

  /// The bits of a NUMBER, the value of an INTEGER, the distance of a shift; else 0.
  final long literal;

  /// The name of an INPUT; else null.
  final @Nullable String name;

  private final int hash;

  private Expr(Operator operator, Expr[] arguments, long literal, @Nullable String name) {
    this.operator = operator;
    this.arguments = arguments;
    this.literal = literal;
    this.name = name;
    int h = operator.ordinal() * 31 + Long.hashCode(literal);
    for (Expr argument : arguments) {
      h = h * 31 + argument.hash;
    }
    this.hash = h * 31 + (name == null ? 0 : name.hashCode());
  }

  private static Expr intern(
      Operator operator, Expr[] arguments, long literal, @Nullable String name) {
    return INTERNER.intern(new Expr(operator, arguments, literal, name));
  }

  static Expr node(Operator operator, Expr... arguments) {
    return intern(operator, arguments, 0, null);
  }

  static Expr shifted(Operator operator, Expr bits, int distance) {
    return intern(operator, new Expr[] {bits}, distance, null);
  }

  static Expr integer(long value) {
    return intern(Operator.INTEGER, NONE, value, null);
  }

  static Expr input(String name) {
    return intern(Operator.INPUT, NONE, 0, name);
  }

  /// A number, the same for every element.
  public static Expr number(double value) {
    return intern(Operator.NUMBER, NONE, Double.doubleToRawLongBits(value), null);
  }

  /// This node over other arguments.
  Expr with(Expr... others) {
    return intern(operator, others, literal, name);
  }

  boolean isNumber() {
    return operator == Operator.NUMBER;
  }

  boolean isNumber(double value) {
    return isNumber() && literal == Double.doubleToRawLongBits(value);
  }

  double number() {
    return Double.longBitsToDouble(literal);
  }

  /// x + b
  public Expr plus(Expr b) {
    return node(Operator.PLUS, this, b);
  }

  /// x + b
  public Expr plus(double b) {
    return plus(number(b));
  }

  /// x − b
  public Expr minus(Expr b) {
    return b.isNumber(0.0) ? this : node(Operator.MINUS, this, b);
  }

  /// x − b
  public Expr minus(double b) {
    return minus(number(b));
  }

  /// x · b. Only what IEEE arithmetic allows is simplified: x · 1 = x, but x · 0 stays.
  public Expr times(Expr b) {
    if (b.isNumber(1)) {
      return this;
    }
    return isNumber(1) ? b : node(Operator.TIMES, this, b);
  }

  /// x · b
  public Expr times(double b) {
    return times(number(b));
  }

  /// x ÷ b
  public Expr over(Expr b) {
    return b.isNumber(1) ? this : node(Operator.OVER, this, b);
  }

  /// x ÷ b
  public Expr over(double b) {
    return over(number(b));
  }

  /// x · b + c, rounded once.
  public Expr fma(Expr b, Expr c) {
    return node(Operator.FMA, this, b, c);
  }

  /// x · b + c, rounded once.
  public Expr fma(double b, double c) {
    return fma(number(b), number(c));
  }

  /// −x
  public Expr negated() {
    return operator == Operator.NEGATED ? arguments[0] : node(Operator.NEGATED, this);
  }

  /// |x|, with derivative 0 at 0.
  public Expr abs() {
    return node(Operator.ABS, this);
  }

  /// √x, correctly rounded; NaN below zero; derivative ∞ at 0.
  public Expr sqrt() {
    return node(Operator.SQRT, this);
  }

  /// x²
  public Expr square() {
    return times(this);
  }

  /// 1 ÷ x
  public Expr reciprocal() {
    return number(1).over(this);
  }

  /// The smaller of two; NaN wins; where both are equal each has half of the derivative.
  public Expr min(Expr b) {
    return node(Operator.MIN, this, b);
  }

  /// The smaller of two; NaN wins; where both are equal each has half of the derivative.
  public Expr min(double b) {
    return min(number(b));
  }

  /// The larger of two; NaN wins; where both are equal each has half of the derivative.
  public Expr max(Expr b) {
    return node(Operator.MAX, this, b);
  }

  /// The larger of two; NaN wins; where both are equal each has half of the derivative.
  public Expr max(double b) {
    return max(number(b));
  }

  /// eˣ
  public Expr exp() {
    return node(Operator.EXP, this);
  }

  /// eˣ − 1, exact to the last place near 0.
  public Expr expm1() {
    return node(Operator.EXPM1, this);
  }

  /// ln x; −∞ at 0, NaN below.
  public Expr log() {
    return node(Operator.LOG, this);
  }

  /// ln(1 + x), exact to the last place near 0.
  public Expr log1p() {
    return node(Operator.LOG1P, this);
  }

  /// The hyperbolic tangent.
  public Expr tanh() {
    return node(Operator.TANH, this);
  }

  /// 1 ÷ (1 + e⁻ˣ)
  public Expr sigmoid() {
    return node(Operator.SIGMOID, this);
  }

  /// The error function, 2/√π · ∫₀ˣ exp(−t²) dt.
  public Expr erf() {
    return node(Operator.ERF, this);
  }

  /// The sine of an angle in radians.
  public Expr sin() {
    return node(Operator.SIN, this);
  }

  /// The cosine of an angle in radians.
  public Expr cos() {
    return node(Operator.COS, this);
  }

  /// xᵇ with the special values of `Math.pow`; derivative 0 in x where b = 0, and 0 in b where x =
  /// 0 and b ≥ 0.
  public Expr pow(Expr b) {
    return b.isNumber() ? pow(b.number()) : node(Operator.POW, this, b);
  }

  /// xᵇ with the special values of `Math.pow`.
  public Expr pow(double b) {
    if (b == 1) {
      return this;
    }
    if (b == 2) {
      return square();
    }
    return b == -1 ? reciprocal() : node(Operator.POW, this, number(b));
  }

  /// −1, 0 or 1 as x is below, at or above 0 (NaN stays NaN), with derivative 0.
  public Expr sign() {
    return node(Operator.SIGN, this);
  }

  /// The largest whole number not above x, with derivative 0.
  public Expr floor() {
    return node(Operator.FLOOR, this);
  }

  /// The nearest whole number, ties to the even one, with derivative 0.
  public Expr rint() {
    return node(Operator.RINT, this);
  }

  /// max(x, 0) with derivative 0 at 0; NaN stays NaN.
  public Expr relu() {
    return select(lessOrEqual(this, number(0)), number(0), this);
  }

  /// x limited to [low, high], with derivative 1 at both limits; NaN stays NaN.
  public Expr clamp(double low, double high) {
    return clamp(number(low), number(high));
  }

  /// x limited to [low, high], with derivative 1 at both limits; NaN stays NaN.
  public Expr clamp(Expr low, Expr high) {
    return select(less(this, low), low, select(less(high, this), high, this));
  }

  /// The Gaussian error linear unit, exact form.
  ///
  /// ```
  /// ½ x (1 + erf(x/√2))
  /// ```
  ///
  /// Hendrycks and Gimpel, 2016.
  public Expr gelu() {
    return times(0.5).times(times(Math.sqrt(0.5)).erf().plus(1));
  }

  /// ln(1 + eˣ), without overflow.
  public Expr softplus() {
    return max(number(0)).plus(abs().negated().exp().log1p());
  }

  /// 1 where x < b, else 0; the derivative is 0.
  public Expr lessThan(Expr b) {
    return indicator(less(this, b));
  }

  /// 1 where x ≤ b, else 0; the derivative is 0.
  public Expr atMost(Expr b) {
    return indicator(lessOrEqual(this, b));
  }

  /// 1 where x > b, else 0; the derivative is 0.
  public Expr greaterThan(Expr b) {
    return indicator(less(b, this));
  }

  /// 1 where x ≥ b, else 0; the derivative is 0.
  public Expr atLeast(Expr b) {
    return indicator(lessOrEqual(b, this));
  }

  /// 1 where x = b, else 0; the derivative is 0.
  public Expr equalTo(Expr b) {
    return indicator(equal(this, b));
  }

  /// 1 where x is not a number, else 0; the derivative is 0.
  public Expr isNaN() {
    return indicator(not(equal(this, this)));
  }

  /// `a` where the condition is not 0, else `b`. The derivative is chosen in the same way, so that
  /// what the other branch would give (0 · ∞, a division by zero) does not appear in it.
  public static Expr where(Expr condition, Expr a, Expr b) {
    return select(condition.asMask(), a, b);
  }

  private Expr asMask() {
    boolean isIndicator =
        operator == Operator.SELECT && arguments[1].isNumber(1) && arguments[2].isNumber(0);
    return isIndicator ? arguments[0] : not(equal(this, number(0)));
  }

  static Expr indicator(Expr mask) {
    return select(mask, number(1), number(0));
  }

  static Expr select(Expr mask, Expr a, Expr b) {
    return a == b ? a : node(Operator.SELECT, mask, a, b);
  }

  static Expr less(Expr a, Expr b) {
    return node(Operator.LESS, a, b);
  }

  static Expr lessOrEqual(Expr a, Expr b) {
    return node(Operator.LESS_OR_EQUAL, a, b);
  }

  static Expr equal(Expr a, Expr b) {
    return node(Operator.EQUAL, a, b);
  }

  static Expr and(Expr a, Expr b) {
    return node(Operator.AND, a, b);
  }

  static Expr or(Expr a, Expr b) {
    return node(Operator.OR, a, b);
  }

  static Expr not(Expr a) {
    return node(Operator.NOT, a);
  }

  /// The IEEE bits of this real.
  Expr toBits() {
    return node(Operator.TO_BITS, this);
  }

  /// The real that has these bits.
  Expr fromBits() {
    return node(Operator.FROM_BITS, this);
  }

  Expr bitsPlus(Expr b) {
    return node(Operator.BITS_PLUS, this, b);
  }

  Expr bitsMinus(Expr b) {
    return node(Operator.BITS_MINUS, this, b);
  }

  Expr bitsAnd(Expr b) {
    return node(Operator.BITS_AND, this, b);
  }

  Expr bitsOr(Expr b) {
    return node(Operator.BITS_OR, this, b);
  }

  Expr shiftLeft(int distance) {
    return shifted(Operator.SHIFT_LEFT, this, distance);
  }

  /// Shifted right, the sign filled in.
  Expr shiftRight(int distance) {
    return shifted(Operator.SHIFT_RIGHT, this, distance);
  }

  /// Equal when built the same way. Arguments are compared by identity: they are shared already.
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Expr that)
        || hash != that.hash
        || operator != that.operator
        || literal != that.literal
        || arguments.length != that.arguments.length
        || (name == null ? that.name != null : !name.equals(that.name))) {
      return false;
    }
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] != that.arguments[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /// The expression as mathematics, `½·x·(1 + erf(x/√2))`-like.
  @Override
  public String toString() {
    return Text.of(this);
  }
}
