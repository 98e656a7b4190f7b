package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.base.Throwables;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.Checkpoint;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.graph.Anomaly;
import org.thalweg.autodiff.operation.Op;

/// In a package outside of the library, as the code of its users is.
class AnomalyTest {
  /// The lines that were marked, in order.
  private final List<Integer> lines = new ArrayList<>();

  /// A tensor as it is, the line of the caller marked.
  private Tensor mark(Tensor x) {
    lines.add(
        StackWalker.getInstance()
            .walk(frames -> frames.skip(1).findFirst())
            .orElseThrow()
            .getLineNumber());
    return x;
  }

  private String at(String method, int mark) {
    return "com.example.AnomalyTest." + method + "(AnomalyTest.java:" + lines.get(mark) + ")";
  }

  private static String thrown(Anomaly anomaly, Runnable body) {
    return assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> anomaly.run(body))
        .actual()
        .getMessage();
  }

  private Tensor logarithm(Tensor x) {
    return mark(x.minus(2)).log();
  }

  @ParameterizedTest
  @EnumSource(Anomaly.class)
  void theOperationThatMakesNaNIsNamedWithItsLine(Anomaly anomaly) {
    Tensor x = Tensor.of(3.0, 1.0, 0.0);
    assertThat(thrown(anomaly, () -> logarithm(x).exp().sum()))
        .isEqualTo(
            "anomaly: log made NaN at flat index 1 of FLOAT64 [3], from inputs of -2.0 to 1.0,"
                + " called at "
                + at("logarithm", 0));
  }

  @Test
  void anInfinityOfFiniteNumbersIsNamedWhereItIsAskedFor() {
    Tensor x = Tensor.of(1f, 200f);
    Runnable overflow = () -> mark(x).exp().negated().exp();
    assertThat(thrown(Anomaly.NAN_OR_INFINITY, overflow))
        .isEqualTo(
            "anomaly: exp made Infinity at flat index 1 of FLOAT32 [2], from inputs of 1.0 to"
                + " 200.0, called at "
                + at("anInfinityOfFiniteNumbersIsNamedWhereItIsAskedFor", 0));
    Anomaly.NAN.run(overflow);
  }

  @ParameterizedTest
  @EnumSource(Anomaly.class)
  void infinitiesThatAreGivenAreMeantUntilTheyMakeNaN(Anomaly anomaly) {
    Tensor mask = Tensor.of(Double.NEGATIVE_INFINITY, 0.0);
    Tensor x = Tensor.of(3.0, 1.0);
    assertThat(anomaly.get(() -> x.plus(mask).softmax(0)).toDoubles()).containsExactly(0, 1);
    assertThat(thrown(anomaly, () -> x.plus(mask).minus(mask)))
        .startsWith(
            "anomaly: minus made NaN at flat index 0 of FLOAT64 [2], from inputs of -Infinity to"
                + " 1.0 and -Infinity to 0.0, called at ");
  }

  @Test
  void whoGivesNaNIsNamed() {
    Tensor x = Tensor.of(3.0, 1.0).tracked();
    Parameter w = new Parameter("w", Tensor.of(Double.NaN, 1.0));
    Tensor none = Tensor.of(-1.0, -1.0).times(x).log();
    assertThat(thrown(Anomaly.NAN, () -> x.times(w)))
        .startsWith(given("parameter [w]", "1.0 to 1.0"));
    assertThat(thrown(Anomaly.NAN, () -> x.times(none))).startsWith(given("[log]", "no number"));
    assertThat(thrown(Anomaly.NAN, () -> x.times(w.detach())))
        .startsWith(given("a constant", "1.0 to 1.0"));
  }

  private static String given(String who, String range) {
    return "anomaly: times was given NaN by input 1 ("
        + who
        + "), and passes it on at flat index 0 of FLOAT64 [2], from inputs of 1.0 to 3.0 and "
        + range
        + ", called at com.example.AnomalyTest.";
  }

  @Test
  void naNThatGoesNoFurtherIsNobodysFault() {
    Tensor x = Tensor.of(Double.NaN, 1.0);
    Tensor filled = Anomaly.NAN_OR_INFINITY.get(() -> x.isNaN().where(Tensor.of(0.0), x));
    assertThat(filled.toDoubles()).containsExactly(0, 1);
    assertThat(Anomaly.NAN.get(() -> Tensor.of(2.0).argmax(0)).dtype()).isEqualTo(DType.INT32);
  }

  private Tensor root(Tensor x) {
    return mark(x).sqrt();
  }

  @Test
  void inABackwardPassTheForwardOperationIsNamedWithItsLine() {
    Parameter x = new Parameter("x", Tensor.of(4.0, 0.0));
    assertThat(thrown(Anomaly.NAN_OR_INFINITY, () -> mark(root(x).sum()).backward()))
        .isEqualTo(
            "anomaly: sqrt′x made Infinity at flat index 1 of FLOAT64 [2], from inputs of 0.0 to"
                + " 2.0 and 1.0 to 1.0, in the backward pass of [sqrt] FLOAT64 [2], which was"
                + " called at "
                + at("root", 0)
                + "; the pass came from "
                + at("inABackwardPassTheForwardOperationIsNamedWithItsLine", 1));
  }

  @Test
  void whatWasRecordedOutsideOfTheModeHasNoLine() {
    Parameter x = new Parameter("x", Tensor.of(4.0, 0.0));
    Tensor loss = x.sqrt().times(Tensor.of(1.0, 0.0)).sum();
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> Anomaly.NAN.get(loss::backward))
        .withMessageContaining(
            "in the backward pass of [sqrt] FLOAT64 [2], which was called at a place outside of"
                + " this mode; the pass came from com.example.AnomalyTest.");
  }

  private record Bad() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(in[0].array(), (_, _) -> g -> g.negated().log());
    }
  }

  @Test
  void ofACustomOperationTheLineInItsPullbackIsNamed() {
    Tensor x = Tensor.of(1.0).tracked();
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> Anomaly.NAN.get(() -> Tensor.apply(new Bad(), x).sum().backward()))
        .withMessageMatching(
            "anomaly: log made NaN .* in the backward pass of \\[bad] .*called at"
                + " com.example.AnomalyTest\\..*; the pass came from"
                + " com.example.AnomalyTest\\$Bad.apply\\(AnomalyTest.java:\\d+\\)");
  }

  @Test
  void insideACheckpointTheOperationOfTheBlockIsNamed() {
    Parameter x = new Parameter("x", Tensor.of(4.0, 0.0));
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(
            () -> Anomaly.NAN_OR_INFINITY.get(() -> Checkpoint.get(() -> root(x)).sum().backward()))
        .withMessageContaining(
            "in the backward pass of [sqrt] FLOAT64 [2], which was called at " + at("root", 1));
  }

  @Test
  void framesOfTheJdkAreNotYourCode() {
    Tensor x = Tensor.of(-1.0);
    assertThat(thrown(Anomaly.NAN, () -> Stream.of(mark(x)).map(Tensor::log).forEach(y -> {})))
        .endsWith("called at " + at("framesOfTheJdkAreNotYourCode", 0));
  }

  @Test
  void soundComputationsGoThroughAndTheModeEndsWithItsBody() {
    Parameter x = new Parameter("x", Tensor.of(4.0, 1.0));
    Gradients gradients = Anomaly.NAN_OR_INFINITY.get(() -> x.sqrt().sum().backward());
    assertThat(gradients.of(x).toDoubles()).containsExactly(0.25, 0.5);
    assertThat(x.negated().log().toDoubles()).containsOnly(Double.NaN);
    List<Tensor> second = Anomaly.NAN.get(() -> Derivatives.of(x.pow(3).sum(), List.of(x)));
    assertThat(second.get(0).toDoubles()).containsExactly(48, 3);
  }

  /// A thread of its own that runs a method of the library at once; a structured task scope, a
  /// preview in this Java, carries the mode to it.
  @Test
  void whereNobodyOfYoursCalledThePlaceIsUnknown() throws Exception {
    Class<?> type = Class.forName("java.util.concurrent.StructuredTaskScope");
    Tensor x = Tensor.of(-1.0);
    Callable<Tensor> logarithm = x::log;
    List<Throwable> failures = new ArrayList<>();
    Anomaly.NAN.run(
        () -> {
          try (AutoCloseable forks = (AutoCloseable) type.getMethod("open").invoke(null)) {
            type.getMethod("fork", Callable.class).invoke(forks, logarithm);
            type.getMethod("join").invoke(forks);
          } catch (Exception e) {
            failures.add(Throwables.getRootCause(e));
          }
        });
    assertThat(failures)
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
        .hasMessage(
            "anomaly: log made NaN at flat index 0 of FLOAT64 [1], from inputs of -1.0 to -1.0,"
                + " called at an unknown place");
  }

  @Test
  void aGradientThatIsMadeInOnePassIsLookedAtToo() {
    Parameter x = new Parameter("x", Tensor.of(200f, 0f).reshape(1, 2));
    assertThat(thrown(Anomaly.NAN, () -> mark(mark(x.softmax(1)).sqrt().sum()).backward()))
        .isEqualTo(
            "anomaly: the gradient in input 0 of [softmax] is NaN at flat index 0 of FLOAT32 [1,"
                + " 2], in the backward pass of"
                + " [softmax] FLOAT32 [1, 2], which was called at "
                + at("aGradientThatIsMadeInOnePassIsLookedAtToo", 0)
                + "; the pass came from "
                + at("aGradientThatIsMadeInOnePassIsLookedAtToo", 1));
  }

  /// Its gradient is ∞, and no operation has made it.
  private record Steep() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(in[0].array(), (_, _) -> _ -> Tensor.of(Float.POSITIVE_INFINITY));
    }
  }

  @Test
  void anInfiniteGradientIsNamedWhereThatOfTheOutputIsFinite() {
    Parameter x = new Parameter("x", Tensor.of(1f));
    Runnable pass = () -> Tensor.apply(new Steep(), Tensor.apply(new Steep(), x)).sum().backward();
    assertThat(thrown(Anomaly.NAN_OR_INFINITY, pass))
        .startsWith(
            "anomaly: the gradient in input 0 of [steep] is Infinity at flat index 0 of FLOAT32"
                + " [1], in the backward pass of"
                + " [steep] FLOAT32 [1], which was called at com.example.AnomalyTest.");
    Anomaly.NAN.run(pass);
  }

  @Test
  void anInfinityThatAPullbackIsGivenIsMeant() {
    Parameter x = new Parameter("x", Tensor.of(1f, 2f));
    Tensor factor = Tensor.of(Float.POSITIVE_INFINITY, 1f);
    Supplier<Tensor> body = () -> x.times(factor);
    for (Supplier<Tensor> pass : List.of(body, () -> Checkpoint.get(body))) {
      Gradients gradients = Anomaly.NAN_OR_INFINITY.get(() -> pass.get().sum().backward());
      assertThat(gradients.of(x).toFloats()).containsExactly(Float.POSITIVE_INFINITY, 1);
    }
  }
}
