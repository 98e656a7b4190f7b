package org.thalweg.autodiff.formula.elementary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Order;
import org.thalweg.autodiff.formula.Precision;

class LoweringTest {
  private static final Expr X = Expr.input("x");

  private static long count(Expr expr, Operator operator) {
    return Order.of(List.of(expr)).stream().filter(node -> node.operator() == operator).count();
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void onlyPrimitiveOperatorsAreLeft(Precision precision) {
    for (Operator operator : Operator.values()) {
      if (operator.isFunction()) {
        Expr function =
            operator.arity() == 1 ? Expr.of(operator, X) : Expr.of(operator, X, Expr.input("b"));
        assertThat(Order.of(List.of(Lowering.lower(function, precision))))
            .as(operator.name())
            .noneMatch(node -> node.operator().isFunction());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void numbersOfAFormulaInFloatAreFloats(Precision precision) {
    for (Elementary function : Elementary.values()) {
      for (Expr node : Order.of(List.of(Lowering.lower(function.expr, precision)))) {
        // √½ is the caller's number, in gelu.
        if (node.isNumber() && !node.isNumber(Math.sqrt(0.5)) && precision == Precision.FLOAT) {
          double number = node.number();
          assertThat(Double.isNaN(number) || number == (float) number)
              .as(function + " " + number)
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void aSharedFunctionIsLoweredOnce(Precision precision) {
    Expr e = X.exp();
    Expr lowered = Lowering.lower(e.plus(1).times(e.minus(1)), precision);
    assertThat(count(lowered, Operator.SHIFT_RIGHT)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void primitivesStayAsTheyAre(Precision precision) {
    Expr expr = Bits.of(X.times(X).plus(3).sqrt()).shiftLeft(1).toNumber();
    assertThat(Lowering.lower(expr, precision)).isSameAs(expr);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void depthIsNotLimitedByTheStack(Precision precision) {
    Expr deep = X;
    for (int i = 0; i < 20_000; i++) {
      deep = (i % 100 == 0 ? deep.sign() : deep).plus(i % 3);
    }
    Expr lowered = Lowering.lower(deep, precision);
    assertThat(count(lowered, Operator.SIGN)).isZero();
    assertThat(count(lowered, Operator.PLUS)).isEqualTo(count(deep, Operator.PLUS));
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void whatIsKnownOfAnArgumentSavesLimits(Precision precision) {
    Expr bell = Lowering.lower(X.square().negated().exp(), precision);
    assertThat(count(bell, Operator.LESS)).isEqualTo(1);
    Expr general = Lowering.lower(X.negated().exp(), precision);
    assertThat(count(general, Operator.LESS)).isEqualTo(2);
    Expr softplus = Lowering.lower(X.abs().negated().exp().log1p(), precision);
    assertThat(count(softplus, Operator.BITS_AND)).isZero();
  }
}
