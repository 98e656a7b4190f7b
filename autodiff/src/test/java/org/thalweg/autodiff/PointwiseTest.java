package org.thalweg.autodiff;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.operation.Activations;
import org.thalweg.autodiff.operation.Pointwise;

/// The fluent methods by their names, against plain Java.
class PointwiseTest {
  private static final Map<String, DoubleUnaryOperator> OF_ONE =
      Map.ofEntries(
          entry("negated", x -> -x),
          entry("abs", Math::abs),
          entry("sign", Math::signum),
          entry("square", x -> x * x),
          entry("sqrt", Math::sqrt),
          entry("reciprocal", x -> 1 / x),
          entry("exp", Math::exp),
          entry("expm1", Math::expm1),
          entry("log", Math::log),
          entry("log1p", Math::log1p),
          entry("exp2", x -> Math.pow(2, x)),
          entry("log2", x -> Math.log(x) / Math.log(2)),
          entry("log10", Math::log10),
          entry("rsqrt", x -> 1 / Math.sqrt(x)),
          entry("tan", Math::tan),
          entry("asin", Math::asin),
          entry("acos", Math::acos),
          entry("atan", Math::atan),
          entry("sinh", Math::sinh),
          entry("cosh", Math::cosh),
          entry("asinh", x -> Math.signum(x) * Math.log(Math.abs(x) + Math.hypot(x, 1))),
          entry("acosh", x -> Math.log(x + Math.sqrt((x - 1) * (x + 1)))),
          entry("atanh", x -> 0.5 * Math.log((1 + x) / (1 - x))),
          entry("erfc", x -> 1 - erf(x)),
          entry("logit", x -> Math.log(x / (1 - x))),
          entry("logSigmoid", x -> Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)))),
          entry("softsign", x -> Double.isInfinite(x) ? Math.signum(x) : x / (1 + Math.abs(x))),
          entry("leakyRelu", x -> x > 0 ? x : 0.01 * x),
          entry("elu", x -> x > 0 ? x : Math.expm1(x)),
          entry("selu", x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
          entry("silu", x -> x / (1 + Math.exp(-x))),
          entry("mish", x -> x * Math.tanh(Math.log1p(Math.exp(x)))),
          entry(
              "geluTanh",
              x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
          entry("hardsigmoid", x -> Math.min(Math.max(x / 6 + 0.5, 0), 1)),
          entry("hardswish", x -> x < -3 ? 0 : x > 3 ? x : x * (x / 6 + 0.5)),
          entry("isInfinite", x -> Double.isInfinite(x) ? 1 : 0),
          entry("isFinite", x -> Double.isFinite(x) ? 1 : 0),
          entry("ceil", Math::ceil),
          entry("trunc", x -> x < 0 ? Math.ceil(x) : Math.floor(x)),
          entry("sin", Math::sin),
          entry("cos", Math::cos),
          entry("tanh", Math::tanh),
          entry("sigmoid", x -> 1 / (1 + Math.exp(-x))),
          entry("erf", PointwiseTest::erf),
          entry("relu", x -> Double.isNaN(x) ? x : Math.max(x, 0)),
          entry("gelu", x -> 0.5 * x * (1 + erf(x / Math.sqrt(2)))),
          entry("softplus", x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
          entry("isNaN", x -> Double.isNaN(x) ? 1 : 0),
          entry("floor", Math::floor),
          entry("round", Math::rint));

  private static final Map<String, DoubleBinaryOperator> OF_TWO =
      Map.ofEntries(
          entry("plus", Double::sum),
          entry("minus", (a, b) -> a - b),
          entry("times", (a, b) -> a * b),
          entry("over", (a, b) -> a / b),
          entry("pow", Math::pow),
          entry("max", Math::max),
          entry("min", Math::min),
          entry("atan2", Math::atan2),
          entry("hypot", Math::hypot),
          entry("xlogy", (a, b) -> a == 0 && !Double.isNaN(b) ? 0 : a * Math.log(b)),
          entry("logAddExp", PointwiseTest::logAddExp),
          entry("prelu", (x, slope) -> x > 0 ? x : slope * x),
          entry("notEqualTo", (a, b) -> a != b ? 1 : 0),
          entry("lessThan", (a, b) -> a < b ? 1 : 0),
          entry("atMost", (a, b) -> a <= b ? 1 : 0),
          entry("greaterThan", (a, b) -> a > b ? 1 : 0),
          entry("atLeast", (a, b) -> a >= b ? 1 : 0),
          entry("equalTo", (a, b) -> a == b ? 1 : 0));

  private static final double[] NUMBERS = {
    -3.5, -1, -0.5, -0.0, 0, 0.25, 0.5, 1, 1.5, 2, 2.5, 7, Double.NaN, 1 / 0.0, -1 / 0.0
  };

  /// By a power series whose terms all have one sign, or 1 where that is all.
  private static double erf(double x) {
    if (Double.isNaN(x) || Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double sum = 0;
    double term = x;
    for (int n = 0; n < 200; n++) {
      sum += term;
      term *= 2 * x * x / (2 * n + 3);
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  private static double logAddExp(double a, double b) {
    double larger = Math.max(a, b);
    return Double.isInfinite(larger) || Double.isNaN(larger)
        ? larger
        : larger + Math.log(Math.exp(a - larger) + Math.exp(b - larger));
  }

  private static List<Method> methods(Class<?>... parameters) {
    return Stream.of(Pointwise.class, Activations.class)
        .flatMap(family -> Arrays.stream(family.getMethods()))
        .filter(method -> Arrays.equals(method.getParameterTypes(), parameters))
        .toList();
  }

  private static List<Method> ofOne() {
    return methods();
  }

  private static List<Method> ofTwo() {
    return methods(Tensor.class);
  }

  private static Tensor call(Method method, Tensor x, Object... arguments) {
    try {
      return (Tensor) method.invoke(x, arguments);
    } catch (ReflectiveOperationException failure) {
      throw new LinkageError(method.getName() + " failed", failure);
    }
  }

  @Test
  void everyFormulaHasAMethodOfItsNameAndEveryMethodAFormula() throws Exception {
    Set<String> formulas = new TreeSet<>();
    for (var field : Formulas.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        Formula formula = (Formula) field.get(null);
        assertThat(formula.name().replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT))
            .as("the constant is named as the formula")
            .isIn(field.getName(), field.getName().replace("IS_NAN", "IS_NA_N"));
        formulas.add(formula.name());
      }
    }
    Set<String> methods = new TreeSet<>();
    for (Class<?> family : List.of(Pointwise.class, Activations.class)) {
      for (Method method : family.getMethods()) {
        methods.add(method.getName());
      }
    }
    methods.remove("to");
    assertThat(methods).isEqualTo(formulas);
  }

  @ParameterizedTest
  @MethodSource("ofOne")
  void functionsOfOneNumberAreWhatJavaComputes(Method method) {
    assertThat(OF_ONE).as("what %s should give", method).containsKey(method.getName());
    DoubleUnaryOperator expected = OF_ONE.get(method.getName());
    double[] exact = call(method, Tensor.of(NUMBERS)).toDoubles();
    double[] single = call(method, Tensor.of(NUMBERS).to(DType.FLOAT32)).toDoubles();
    for (int i = 0; i < NUMBERS.length; i++) {
      close(exact[i], expected.applyAsDouble(NUMBERS[i]), 1e-14, method + " of " + NUMBERS[i]);
      close(single[i], expected.applyAsDouble(NUMBERS[i]), 1e-6, method + " of " + NUMBERS[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("ofTwo")
  void functionsOfTwoNumbersAreWhatJavaComputes(Method method) throws Exception {
    assertThat(OF_TWO).as("what %s should give", method).containsKey(method.getName());
    DoubleBinaryOperator expected = OF_TWO.get(method.getName());
    Tensor column = Tensor.of(NUMBERS).reshape(-1, 1);
    double[] exact = call(method, column, Tensor.of(NUMBERS)).toDoubles();
    double[] single =
        call(method, column.to(DType.FLOAT32), Tensor.of(NUMBERS).to(DType.FLOAT32)).toDoubles();
    for (int i = 0; i < exact.length; i++) {
      double a = NUMBERS[i / NUMBERS.length];
      double b = NUMBERS[i % NUMBERS.length];
      String what = method.getName() + " of " + a + " and " + b;
      close(exact[i], expected.applyAsDouble(a, b), 1e-14, what);
      close(single[i], expected.applyAsDouble(a, b), 1e-6, what);
    }
    for (Method withNumber : methods(double.class)) {
      if (withNumber.getName().equals(method.getName())) {
        Tensor x = Tensor.of(NUMBERS);
        assertThat(call(withNumber, x, 2.5).sameBits(call(method, x, Tensor.of(2.5)))).isTrue();
      }
    }
  }

  private static void close(double there, double expected, double relative, String what) {
    if (Double.isFinite(expected)) {
      assertThat(there).as(what).isCloseTo(expected, within(relative * (1 + Math.abs(expected))));
    } else {
      assertThat(there).as(what).isEqualTo(Double.valueOf(expected));
    }
  }

  @ParameterizedTest
  @MethodSource("ofOne")
  void gradientsOfOneAreSlopesToSecondOrder(Method method) {
    // Inside of the domain of every function.
    double middle = method.getName().equals("acosh") ? 1.75 : 0.6;
    Tensor x = Numeric.random(1, 6).times(0.3).plus(middle);
    // A constant summand with a gradient of its own, for what is flat.
    Numeric.check(method.getName(), t -> call(method, t).plus(t.square()), x);
  }

  @ParameterizedTest
  @MethodSource("ofTwo")
  void gradientsOfTwoAreSlopesToSecondOrder(Method method) {
    Tensor a = Numeric.random(1, 2, 3).times(0.2).plus(0.75);
    Tensor b = Numeric.random(2, 3).times(0.2).plus(1.75);
    String name = method.getName();
    Numeric.check(name, t -> call(method, t, b).plus(t.square()), a);
    Numeric.check(name, t -> call(method, a, t).plus(t.square()), b);
  }

  @Test
  void limitsThatCrossAreRefused() {
    Tensor x = Tensor.of(1.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.clamp(2, 1))
        .withMessage("clamp: low is above high, [2.0, 1.0]: swap them");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Formula.of("x", in -> in.clamp(2, 1)))
        .withMessage("clamp: low is above high, [2.0, 1.0]: swap them");
    assertThat(x.clamp(2, 2).item()).isEqualTo(2);
  }

  @Test
  void whatIsMaskedIsFilledAndHasNoGradient() {
    Tensor x = Tensor.of(1.0, 2, Double.NaN).tracked();
    Tensor filled = x.maskedFill(Tensor.of(0.0, 1, 7), -9);
    assertThat(filled.toDoubles()).containsExactly(1, -9, -9);
    assertThat(filled.sum().backward().of(x).toDoubles()).containsExactly(1, 0, 0);
  }

  @Test
  void defaultsAreThoseOfTheField() {
    Tensor x = Tensor.of(-2.0, 0, 3);
    assertThat(x.elu().sameBits(x.elu(1))).isTrue();
    assertThat(x.leakyRelu().sameBits(x.leakyRelu(0.01))).isTrue();
    assertThat(x.prelu(Tensor.of(0.25)).toDoubles()).containsExactly(-0.5, 0, 3);
    assertThat(x.lerp(x.times(3), 0.5).sameBits(x.times(2))).isTrue();
  }

  @Test
  void limitsAndChoicesOfThreeNumbers() {
    Tensor x = Tensor.of(-2.0, -1, 0.5, 1, 3, Double.NaN).tracked();
    Tensor limited = x.clamp(-1, 1);
    assertThat(limited.toDoubles()).containsExactly(-1, -1, 0.5, 1, 1, Double.NaN);
    assertThat(limited.sum().backward().of(x).toDoubles()).containsExactly(0, 1, 1, 1, 0, 1);
    Tensor a = Tensor.of(1.0, 2).tracked();
    Tensor b = Tensor.of(10.0, 20).tracked();
    Tensor chosen = Tensor.of(1.0, 0).where(a, b);
    assertThat(chosen.toDoubles()).containsExactly(1, 20);
    Gradients gradients = chosen.sum().backward();
    assertThat(gradients.of(a).toDoubles()).containsExactly(1, 0);
    assertThat(gradients.of(b).toDoubles()).containsExactly(0, 1);
    UnaryOperator<Tensor> safe = t -> t.greaterThan(t.times(0)).where(t.log(), t);
    assertThat(safe.apply(Tensor.of(2.0, -3.0)).toDoubles()).containsExactly(Math.log(2), -3);
  }

  @ParameterizedTest
  @MethodSource("ofTwo")
  void shapesThatDoNotBroadcastAreRefusedByTheNameOfTheMethod(Method method) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> {
              try {
                method.invoke(Tensor.zeros(2, 3), Tensor.zeros(4));
              } catch (java.lang.reflect.InvocationTargetException failure) {
                throw failure.getCause();
              }
            })
        .withMessage(
            method.getName()
                + ": shapes [2, 3] and [4] do not broadcast, sizes 3 and 4 differ: reshape one, or"
                + " make the size 1");
  }

  @Test
  void nothingInNothingOut() {
    for (Method method : ofOne()) {
      assertThat(call(method, Tensor.zeros(0, 3)).shape()).isEqualTo(Shape.of(0, 3));
    }
    for (Method method : ofTwo()) {
      assertThat(call(method, Tensor.zeros(2, 0), Tensor.zeros(2, 1)).shape())
          .isEqualTo(Shape.of(2, 0));
    }
  }
}
