package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class FunctionsOfFunctionsTest {
  private static final Tensor W = Numeric.random(5, 3, 4);
  private static final Tensor POINT = Numeric.random(6, 2, 3);

  private static Arguments of(String name, UnaryOperator<Tensor> f) {
    return Arguments.of(name, f);
  }

  /// Functions of a matrix [2, 3] to all kinds of shapes.
  static Stream<Arguments> functions() {
    return Stream.of(
        of("one number", x -> x.square().sum()),
        of("a scalar of one element", x -> x.exp().sumKept()),
        of("a matrix product", x -> x.matmul(W.to(x.dtype())).tanh()),
        of("a product with itself", x -> x.matmulTransposed(x)),
        of("softmax", x -> x.softmax(1)),
        of("the logarithm of a sum", x -> x.logSumExp(0)),
        of("the largest", x -> x.max(1)),
        of("rows by index", x -> x.gatherRows(Tensor.ints(1, 0, 1)).square()),
        of("parts", x -> x.slice(1, 1, 3).concat(1, x.square())),
        of("broadcasting", x -> x.times(x.sum(0)).over(x.square().sum().plus(1))),
        of("linear", x -> x.times(3).transpose()),
        of("another type on the way", x -> x.to(DType.FLOAT64).exp().to(x.dtype())),
        of("nothing of it", x -> Tensor.full(x.dtype(), 2, 3)),
        of("a gradient", Derivatives.gradient(x -> x.pow(4).sum().times(x.cos().sum()))),
        of("a checkpoint", x -> Checkpoint.get(() -> x.sin().times(x.sum(1).reshape(2, 1)))));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void aJacobianIsWhatDifferencesSay(String name, UnaryOperator<Tensor> f) {
    Tensor jacobian = Derivatives.jacobian(f).apply(POINT);

    Shape value = f.apply(POINT).shape();
    assertThat(jacobian.shape().toString().replace("[", "").replace("]", ""))
        .isEqualTo(
            (value + ", " + POINT.shape()).replaceAll("^\\[], ", "").replaceAll("[]\\[]", ""));
    for (int j = 0; j < POINT.elements(); j++) {
      double[] column = difference(f, j);
      for (int i = 0; i < column.length; i++) {
        assertThat(jacobian.reshape(column.length, 6).get(i, j))
            .as("%s, %d by %d", name, i, j)
            .isCloseTo(column[i], within(1e-8));
      }
    }
  }

  private static double[] difference(UnaryOperator<Tensor> f, int j) {
    double h = 1e-4;
    double[][] at = new double[4][];
    double[] steps = {h, -h, 2 * h, -2 * h};
    for (int k = 0; k < 4; k++) {
      double[] x = POINT.toDoubles();
      x[j] += steps[k];
      at[k] = f.apply(Tensor.of(x, POINT.shape())).toDoubles();
    }
    double[] slopes = new double[at[0].length];
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = (8 * (at[0][i] - at[1][i]) - (at[2][i] - at[3][i])) / (12 * h);
    }
    return slopes;
  }

  @ParameterizedTest
  @MethodSource("functions")
  void productsWithVectorsAreThoseOfTheJacobian(String name, UnaryOperator<Tensor> f) {
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      Tensor x = POINT.to(dtype);
      Tensor y = f.apply(x);
      Tensor v = Numeric.random(7, 2, 3).to(dtype);
      Tensor u = Numeric.random(8, y.shape().sizes()).to(dtype);
      double tolerance = dtype == DType.FLOAT64 ? 1e-13 : 2e-5;
      Tensor jacobian = Derivatives.jacobian(f).apply(x).reshape(y.elements(), 6);

      Tensor forward = Derivatives.jvp(f).apply(x, v);
      Tensor backward = Derivatives.vjp(f).apply(x, u);

      assertThat(forward.shape()).isEqualTo(y.shape());
      assertThat(forward.dtype()).isEqualTo(dtype);
      assertThat(backward.shape()).isEqualTo(x.shape());
      assertThat(backward.dtype()).isEqualTo(dtype);
      Tensor expected = jacobian.matmul(v.reshape(6)).reshape(y.shape().sizes());
      assertThat(forward.isCloseTo(expected, tolerance, tolerance)).as(name).isTrue();
      Tensor row = u.reshape(1, y.elements()).matmul(jacobian).reshape(2, 3);
      assertThat(backward.isCloseTo(row, tolerance, tolerance)).as(name).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void insideNoGradientTheNumbersAreTheSameAndNothingIsRecorded(
      String name, UnaryOperator<Tensor> f) {
    Tensor x = POINT.tracked();
    Tensor v = Numeric.random(7, 2, 3);
    UnaryOperator<Tensor> loss = t -> f.apply(t).square().sum();
    List<UnaryOperator<Tensor>> derived =
        List.of(
            Derivatives.gradient(loss),
            t -> Derivatives.valueAndGradient(loss).apply(t).value(),
            t -> Derivatives.valueAndGradient(loss).apply(t).gradient(),
            Derivatives.jacobian(f),
            t -> Derivatives.jvp(f).apply(t, v),
            Derivatives.hessian(loss),
            t -> Derivatives.hessianVectorProduct(loss).apply(t, v));
    for (UnaryOperator<Tensor> derivative : derived) {
      Tensor there = NoGradient.get(() -> derivative.apply(x));
      assertThat(there.sameBits(derivative.apply(x))).as(name).isTrue();
      assertThat(there.isTracked()).as(name).isFalse();
    }
  }

  @Test
  void theHessianOfRosenbrocksValley() {
    UnaryOperator<Tensor> valley =
        x -> {
          Tensor a = x.slice(0, 0, 1);
          Tensor b = x.slice(0, 1, 2);
          return b.minus(a.square()).square().times(100).plus(a.negated().plus(1).square()).sum();
        };
    Tensor x = Tensor.of(-1.5, 2.0);
    double[] expected = {1200 * 2.25 - 400 * 2 + 2, 600, 600, 200};

    Tensor hessian = Derivatives.hessian(valley).apply(x);

    assertThat(hessian.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(hessian.toDoubles()).containsExactly(expected, within(1e-9));
    assertThat(Derivatives.hessianVectorProduct(valley).apply(x, Tensor.of(2.0, -3.0)).toDoubles())
        .containsExactly(new double[] {2 * expected[0] - 3 * 600, 2 * 600 - 3 * 200}, within(1e-9));
    // ∂H₀₀/∂a = 2400 a, ∂H₀₀/∂b = −400
    Tensor third = Derivatives.jacobian(Derivatives.hessian(valley)).apply(x);
    assertThat(third.shape()).isEqualTo(Shape.of(2, 2, 2));
    assertThat(third.get(0, 0, 0)).isCloseTo(-3600, within(1e-9));
    assertThat(third.get(0, 0, 1)).isCloseTo(-400, within(1e-9));
  }

  @Test
  void directionalDerivativesOfDirectionalDerivatives() {
    Tensor one = Tensor.of(1.0);
    UnaryOperator<Tensor> derivative = x -> x.pow(5);
    double[] expected = {5 * 16, 20 * 8, 60 * 4, 120 * 2, 120, 0};
    for (double there : expected) {
      UnaryOperator<Tensor> before = derivative;
      derivative = x -> Derivatives.jvp(before).apply(x, one);
      assertThat(derivative.apply(Tensor.of(2.0)).item()).isEqualTo(there);
    }
  }

  @Test
  void aGradientThroughEveryKindOfDerivative() {
    Tensor x = POINT;
    Tensor v = Numeric.random(7, 2, 3);
    UnaryOperator<Tensor> f = t -> t.sin().times(t.sum(1).reshape(2, 1));
    UnaryOperator<Tensor> loss = t -> f.apply(t).square().sum();
    Numeric.check("vjp", t -> Derivatives.vjp(f).apply(t, v), x);
    Numeric.check("vjp in v", t -> Derivatives.vjp(f).apply(x, t), v);
    Numeric.check("jvp", t -> Derivatives.jvp(f).apply(t, v), x);
    Numeric.check("jvp in v", t -> Derivatives.jvp(f).apply(x, t), v);
    Numeric.check("jacobian", Derivatives.jacobian(f), x);
    Numeric.check("value", t -> Derivatives.valueAndGradient(loss).apply(t).value(), x);
    Numeric.check("hessian", t -> Derivatives.hessianVectorProduct(loss).apply(t, v), x);
  }

  @Test
  void nestedDirectionsDoNotMix() {
    Tensor one = Tensor.of(1.0);
    // d/dx (x · d/dy (x + y)) = 1, and d/dx (x · d/dy (x · y)) = 2x.
    UnaryOperator<Tensor> sum =
        x -> x.times(Derivatives.jvp(y -> x.plus(y)).apply(Tensor.of(1.0), one));
    UnaryOperator<Tensor> product = x -> x.times(Derivatives.jvp(y -> x.times(y)).apply(x, one));
    assertThat(Derivatives.jvp(sum).apply(Tensor.of(1.0), one).item()).isEqualTo(1);
    assertThat(Derivatives.gradient(t -> sum.apply(t).sum()).apply(Tensor.of(1.0)).item())
        .isEqualTo(1);
    assertThat(Derivatives.jvp(product).apply(Tensor.of(3.0), one).item()).isEqualTo(6);
    assertThat(Derivatives.jacobian(product).apply(Tensor.of(3.0)).item()).isEqualTo(6);
    assertThat(Derivatives.vjp(product).apply(Tensor.of(3.0), one).item()).isEqualTo(6);
  }

  @Test
  void whatTheFunctionCapturesReceivesGradientsThroughWhatIsReturned() {
    Parameter w = new Parameter("w", Tensor.of(3.0));
    UnaryOperator<Tensor> f = x -> x.square().times(w).sum();
    Tensor x = Tensor.of(2.0);

    Derivatives.ValueAndGradient both = Derivatives.valueAndGradient(f).apply(x);

    assertThat(both.value().item()).isEqualTo(12);
    assertThat(both.gradient().item()).isEqualTo(12);
    assertThat(both.value().backward().of(w).item()).isEqualTo(4);
    assertThat(both.gradient().sum().backward().of(w).item()).isEqualTo(4);
    assertThat(Derivatives.hessian(f).apply(x).sum().backward().of(w).item()).isEqualTo(2);
  }

  @Test
  void emptyTensorsHaveEmptyDerivatives() {
    Tensor none = Tensor.zeros(DType.FLOAT64, 0, 3);
    UnaryOperator<Tensor> loss = x -> x.square().sum();
    assertThat(Derivatives.gradient(loss).apply(none).shape()).isEqualTo(none.shape());
    assertThat(Derivatives.hessian(loss).apply(none).shape()).isEqualTo(Shape.of(0, 3, 0, 3));
    assertThat(Derivatives.hessianVectorProduct(loss).apply(none, none).shape())
        .isEqualTo(none.shape());
    assertThat(Derivatives.jacobian(x -> x.sum(0)).apply(none).shape())
        .isEqualTo(Shape.of(3, 0, 3));
    Tensor jacobian = Derivatives.jacobian(x -> x.slice(0, 1, 1)).apply(Tensor.zeros(2, 3));
    assertThat(jacobian.shape()).isEqualTo(Shape.of(0, 3, 2, 3));
    assertThat(jacobian.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(Derivatives.jvp(x -> x.sum(0)).apply(none, none).toDoubles())
        .containsExactly(0, 0, 0);
    assertThat(Derivatives.jacobian(x -> x.exp()).apply(Tensor.scalar(0f)).shape())
        .isEqualTo(Shape.SCALAR);
  }

  private static Tensor mixed(List<Tensor> in) {
    return in.get(0).square().times(in.get(1)).sum();
  }

  @Test
  void aFunctionOfSeveralHasADerivativeInEach() {
    List<Tensor> at = List.of(Tensor.of(2.0, 3.0), Tensor.of(5.0));
    // f = b (a₀² + a₁²)
    PartialDerivatives.ValueAndGradient both =
        PartialDerivatives.valueAndGradient(FunctionsOfFunctionsTest::mixed).apply(at);
    assertThat(both.value().item()).isEqualTo(65);
    assertThat(both.gradient().get(0).toDoubles()).containsExactly(20, 30);
    assertThat(both.gradient().get(1).toDoubles()).containsExactly(13);
    assertThat(PartialDerivatives.gradient(FunctionsOfFunctionsTest::mixed).apply(at).get(1).item())
        .isEqualTo(13);
    List<List<Tensor>> hessian =
        PartialDerivatives.hessian(FunctionsOfFunctionsTest::mixed).apply(at);
    assertThat(hessian.get(0).get(0).toDoubles()).containsExactly(10, 0, 0, 10);
    assertThat(hessian.get(0).get(1).toDoubles()).containsExactly(4, 6);
    assertThat(hessian.get(1).get(0).toDoubles()).containsExactly(4, 6);
    assertThat(hessian.get(1).get(1).toDoubles()).containsExactly(0);
    List<Tensor> v = List.of(Tensor.of(1.0, -1.0), Tensor.of(2.0));
    List<Tensor> product =
        PartialDerivatives.hessianVectorProduct(FunctionsOfFunctionsTest::mixed).apply(at, v);
    assertThat(product.get(0).toDoubles()).containsExactly(10 + 8, -10 + 12);
    assertThat(product.get(1).toDoubles()).containsExactly(4 - 6);
    assertThat(PartialDerivatives.jvp(FunctionsOfFunctionsTest::mixed).apply(at, v).item())
        .isEqualTo(20 - 30 + 26);
    Function<List<Tensor>, Tensor> outer = in -> in.get(0).times(in.get(1));
    List<Tensor> jacobian = PartialDerivatives.jacobian(outer).apply(at);
    assertThat(jacobian.get(0).toDoubles()).containsExactly(5, 0, 0, 5);
    assertThat(jacobian.get(1).toDoubles()).containsExactly(2, 3);
    List<Tensor> pulled = PartialDerivatives.vjp(outer).apply(at, Tensor.of(1.0, 10.0));
    assertThat(pulled.get(0).toDoubles()).containsExactly(5, 50);
    assertThat(pulled.get(1).toDoubles()).containsExactly(32);
  }

  @Test
  void theSameTensorTwiceIsTwoArguments() {
    Tensor x = Tensor.of(3.0).tracked();
    List<Tensor> gradient =
        PartialDerivatives.gradient(FunctionsOfFunctionsTest::mixed).apply(List.of(x, x));
    assertThat(gradient.get(0).item()).isEqualTo(18);
    assertThat(gradient.get(1).item()).isEqualTo(9);
    // 2x² + x²
    Tensor both = gradient.get(0).plus(gradient.get(1)).sum();
    assertThat(Derivatives.of(both, List.of(x)).get(0).item()).isEqualTo(12 + 6);
  }

  @Test
  void argumentsWithoutADerivativeAreRefused() {
    UnaryOperator<Tensor> whole = x -> x.argmax(0);
    UnaryOperator<Tensor> nothing = FunctionsOfFunctionsTest::none;
    Tensor x = Tensor.of(1.0, 2.0);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PartialDerivatives.gradient(FunctionsOfFunctionsTest::mixed)
                    .apply(List.of(x, Tensor.ints(1))))
        .withMessage(
            "gradient: argument 1 is INT32 [1], which has no gradient: let the function capture it,"
                + " or use to(FLOAT32)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.jacobian(whole).apply(x))
        .withMessage(
            "jacobian: the function returns INT32 [], which has no derivative: return FLOAT32 or"
                + " FLOAT64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.vjp(nothing).apply(x, x))
        .withMessage("vjp: the function returned null: return a tensor");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.gradient(t -> t.times(2)).apply(x))
        .withMessage("gradient: shape [2] is not one number: use sum() or mean() first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.hessian(t -> t.times(2)).apply(x))
        .withMessage("gradient: shape [2] is not one number: use sum() or mean() first");
  }

  @SuppressWarnings("NullAway")
  private static Tensor none(Tensor x) {
    return null;
  }

  @Test
  void vectorsThatDoNotFitAreRefused() {
    Tensor x = Tensor.of(1.0, 2.0);
    UnaryOperator<Tensor> f = t -> t.square();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.vjp(f).apply(x, Tensor.of(1.0)))
        .withMessage(
            "gradient: the value has shape [2] and its gradient [1]: give one of the same shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.vjp(f).apply(x, Tensor.of(1f, 1f)))
        .withMessage(
            "gradient: the value is FLOAT64 and its gradient FLOAT32: give one of the same type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.jvp(f).apply(x, Tensor.of(1f, 1f)))
        .withMessage(
            "jvp: argument 0 is FLOAT64 [2] and its vector FLOAT32 [2]: give one of the same type"
                + " and shape");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Derivatives.hessianVectorProduct(t -> t.square().sum()).apply(x, Tensor.of(1.0)))
        .withMessage(
            "hessianVectorProduct: argument 0 is FLOAT64 [2] and its vector FLOAT64 [1]: give one"
                + " of the same type and shape");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PartialDerivatives.jvp(FunctionsOfFunctionsTest::mixed)
                    .apply(List.of(x, x), List.of(x)))
        .withMessage("jvp: there are 2 arguments and 1 vectors: give one for each");
  }

  @Test
  void aJacobianThatIsTooLargeIsRefusedBeforeItIsComputed() {
    Tensor x = Tensor.zeros(1 << 16);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Derivatives.jacobian(t -> t.exp()).apply(x))
        .withMessage("shape: [65536, 65536] has more than 2147483639 elements: split it");
  }
}
