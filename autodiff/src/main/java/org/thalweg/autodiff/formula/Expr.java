package org.thalweg.autodiff.formula;

import static org.thalweg.autodiff.formula.Masks.equal;
import static org.thalweg.autodiff.formula.Masks.indicator;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.lessOrEqual;
import static org.thalweg.autodiff.formula.Masks.not;
import static org.thalweg.autodiff.formula.Masks.select;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import java.util.List;
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
public final class Expr implements Functions, Activations {
  private static final Interner<Expr> INTERNER = Interners.newWeakInterner();

  private final Operator operator;
  private final List<Expr> arguments;
  private final long literal;
  private final @Nullable String name;
  private final int hash;

  private Expr(Operator operator, List<Expr> arguments, long literal, @Nullable String name) {
    operator.check(arguments);
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
      Operator operator, List<Expr> arguments, long literal, @Nullable String name) {
    return INTERNER.intern(new Expr(operator, arguments, literal, name));
  }

  /// An operator applied to arguments. The methods of this class and [Masks] say the same in better
  /// words; this is for programs that make expressions.
  ///
  /// @throws IllegalArgumentException where their number or kind is wrong
  public static Expr of(Operator operator, Expr... arguments) {
    return intern(operator, List.of(arguments), 0, null);
  }

  /// Bits shifted by a distance that is written into the expression.
  ///
  /// @throws IllegalArgumentException where the argument is not bits
  public static Expr shifted(Operator operator, Expr bits, int distance) {
    return intern(operator, List.of(bits), distance, null);
  }

  /// A word of bits, the same for every element.
  public static Expr integer(long value) {
    return intern(Operator.INTEGER, List.of(), value, null);
  }

  /// An input by its name, which a formula has to list.
  public static Expr input(String name) {
    return intern(Operator.INPUT, List.of(), 0, name);
  }

  /// A number, the same for every element.
  public static Expr number(double value) {
    return intern(Operator.NUMBER, List.of(), Double.doubleToRawLongBits(value), null);
  }

  /// This node over other arguments.
  ///
  /// @throws IllegalArgumentException where their number or kind is wrong
  public Expr with(Expr... others) {
    return intern(operator, List.of(others), literal, name);
  }

  /// What this node does.
  public Operator operator() {
    return operator;
  }

  /// What it does it to, in order.
  public List<Expr> arguments() {
    return arguments;
  }

  /// One of the arguments.
  public Expr argument(int index) {
    return arguments.get(index);
  }

  /// The bits of a NUMBER, the value of an INTEGER, the distance of a shift; else 0.
  public long literal() {
    return literal;
  }

  /// The name of an INPUT; else null.
  public @Nullable String name() {
    return name;
  }

  /// The value of a NUMBER.
  public double number() {
    return Double.longBitsToDouble(literal);
  }

  /// Whether this is a number.
  public boolean isNumber() {
    return operator == Operator.NUMBER;
  }

  /// Whether this is that number; 0 is not −0.
  public boolean isNumber(double value) {
    return isNumber() && literal == Double.doubleToRawLongBits(value);
  }

  /// x + b
  public Expr plus(Expr b) {
    return of(Operator.PLUS, this, b);
  }

  /// x + b
  public Expr plus(double b) {
    return plus(number(b));
  }

  /// x − b
  public Expr minus(Expr b) {
    return b.isNumber(0.0) ? this : of(Operator.MINUS, this, b);
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
    return isNumber(1) ? b : of(Operator.TIMES, this, b);
  }

  /// x · b
  public Expr times(double b) {
    return times(number(b));
  }

  /// x ÷ b
  public Expr over(Expr b) {
    return b.isNumber(1) ? this : of(Operator.OVER, this, b);
  }

  /// x ÷ b
  public Expr over(double b) {
    return over(number(b));
  }

  /// x · b + c, rounded once.
  public Expr fma(Expr b, Expr c) {
    return of(Operator.FMA, this, b, c);
  }

  /// x · b + c, rounded once.
  public Expr fma(double b, double c) {
    return fma(number(b), number(c));
  }

  /// −x
  public Expr negated() {
    return operator == Operator.NEGATED ? argument(0) : of(Operator.NEGATED, this);
  }

  /// |x|, with derivative 0 at 0.
  public Expr abs() {
    return of(Operator.ABS, this);
  }

  /// √x, correctly rounded; NaN below zero; derivative ∞ at 0.
  public Expr sqrt() {
    return of(Operator.SQRT, this);
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
    return of(Operator.MIN, this, b);
  }

  /// The smaller of two; NaN wins; where both are equal each has half of the derivative.
  public Expr min(double b) {
    return min(number(b));
  }

  /// The larger of two; NaN wins; where both are equal each has half of the derivative.
  public Expr max(Expr b) {
    return of(Operator.MAX, this, b);
  }

  /// The larger of two; NaN wins; where both are equal each has half of the derivative.
  public Expr max(double b) {
    return max(number(b));
  }

  /// −1, 0 or 1 as x is below, at or above 0 (NaN stays NaN), with derivative 0.
  public Expr sign() {
    return of(Operator.SIGN, this);
  }

  /// The largest whole number not above x, with derivative 0.
  public Expr floor() {
    return of(Operator.FLOOR, this);
  }

  /// The smallest whole number not below x, with derivative 0.
  public Expr ceil() {
    return negated().floor().negated();
  }

  /// The whole number next to x towards 0, with derivative 0.
  public Expr trunc() {
    return select(less(this, number(0)), ceil(), floor());
  }

  /// The nearest whole number, ties to the even one, with derivative 0.
  public Expr round() {
    return of(Operator.ROUND, this);
  }

  /// x limited to [low, high], with derivative 1 at both limits; NaN stays NaN.
  ///
  /// @throws IllegalArgumentException where low > high
  public Expr clamp(double low, double high) {
    if (low > high) {
      throw new IllegalArgumentException(
          "clamp: low is above high, [" + low + ", " + high + "]: swap them");
    }
    return clamp(number(low), number(high));
  }

  /// x limited to [low, high], with derivative 1 at both limits; NaN stays NaN.
  public Expr clamp(Expr low, Expr high) {
    return select(less(this, low), low, clampMax(high));
  }

  /// x, or the limit where x is below it, with derivative 1 at the limit; NaN stays NaN.
  public Expr clampMin(Expr low) {
    return select(less(this, low), low, this);
  }

  /// x, or the limit where x is above it, with derivative 1 at the limit; NaN stays NaN.
  public Expr clampMax(Expr high) {
    return select(less(high, this), high, this);
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

  /// 1 where x ≠ b, else 0; NaN differs from everything; the derivative is 0.
  public Expr notEqualTo(Expr b) {
    return indicator(not(equal(this, b)));
  }

  /// 1 where x is not a number, else 0; the derivative is 0.
  public Expr isNaN() {
    return notEqualTo(this);
  }

  /// 1 where x is ∞ or −∞, else 0; the derivative is 0.
  public Expr isInfinite() {
    return indicator(equal(abs(), number(Double.POSITIVE_INFINITY)));
  }

  /// 1 where x is neither infinite nor NaN, else 0; the derivative is 0.
  public Expr isFinite() {
    return indicator(less(abs(), number(Double.POSITIVE_INFINITY)));
  }

  /// `a` where the condition is not 0, else `b`. The derivative is chosen in the same way, so that
  /// what the other branch would give (0 · ∞, a division by zero) does not appear in it.
  public static Expr where(Expr condition, Expr a, Expr b) {
    return select(condition.asMask(), a, b);
  }

  private Expr asMask() {
    boolean isIndicator =
        operator == Operator.SELECT && argument(1).isNumber(1) && argument(2).isNumber(0);
    return isIndicator ? argument(0) : not(equal(this, number(0)));
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
        || arguments.size() != that.arguments.size()
        || (name == null ? that.name != null : !name.equals(that.name))) {
      return false;
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (argument(i) != that.argument(i)) {
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
