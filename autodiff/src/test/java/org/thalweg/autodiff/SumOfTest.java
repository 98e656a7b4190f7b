package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;

/// Sums and means of a formula are those of its value, and so are their gradients.
class SumOfTest {
  /// Its gradients take no more than its inputs.
  private static final Formula OF_INPUTS =
      Formula.of("x", "a", "b", (x, a, b) -> x.times(a).plus(b).square()).named("ofInputs");

  /// Its gradients take its value.
  private static final Formula OF_VALUE =
      Formula.of("x", "a", "b", (x, a, b) -> x.times(a).plus(b).exp()).named("ofValue");

  private record Case(Shape x, Shape a, Shape b, int... axes) {}

  private static final List<Case> CASES =
      List.of(
          new Case(Shape.of(4, 5), Shape.of(4, 5), Shape.of(4, 5)),
          new Case(Shape.of(4, 5), Shape.of(5), Shape.SCALAR, 1),
          new Case(Shape.of(70, 80), Shape.of(80), Shape.of(70, 1)),
          new Case(Shape.of(70, 80), Shape.of(80), Shape.of(80), -1),
          new Case(Shape.of(70, 80), Shape.of(80), Shape.of(70, 1), 0),
          new Case(Shape.of(3, 30, 40), Shape.of(30, 1), Shape.of(3, 30, 40), 0, 2),
          new Case(Shape.of(3, 30, 40), Shape.of(3, 1, 1), Shape.of(40), 1, 2));

  private static List<Tensor> gradients(DType dtype, Case c, Function<Tensor[], Tensor> sum) {
    Parameter[] in = {
      new Parameter("x", Draws.normal(dtype, 1, 0, c.x)),
      new Parameter("a", Draws.normal(dtype, 2, 0, c.a)),
      new Parameter("b", Draws.normal(dtype, 3, 0, c.b))
    };
    Tensor y = sum.apply(in);
    Gradients gradients = y.times(Draws.normal(dtype, 4, 0, y.shape())).sum().backward();
    List<Tensor> all = new ArrayList<>(List.of(y));
    Arrays.stream(in).map(gradients::of).forEach(all::add);
    return all;
  }

  private static void assertSame(
      DType dtype, Case c, Function<Tensor[], Tensor> found, Function<Tensor[], Tensor> wanted) {
    List<Tensor> ours = gradients(dtype, c, found);
    List<Tensor> theirs = gradients(dtype, c, wanted);
    for (int k = 0; k < ours.size(); k++) {
      assertThat(ours.get(k).sameBits(theirs.get(k))).as("%s of %s", k, c).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void haveTheBitsOfAValueThatIsAddedUp(DType dtype) {
    for (Formula f : List.of(OF_INPUTS, OF_VALUE)) {
      for (Case c : CASES) {
        assertSame(
            dtype, c, in -> Tensor.sumOf(f, c.axes, in), in -> Tensor.apply(f, in).sum(c.axes));
        assertSame(
            dtype, c, in -> Tensor.meanOf(f, c.axes, in), in -> Tensor.apply(f, in).mean(c.axes));
      }
    }
  }

  @Test
  void areDifferentiatedToAnyOrder() {
    Formula cube = Formula.of("x", x -> x.pow(3)).named("cube");
    double[] orders = Numeric.orders(x -> Tensor.sumOf(cube, x), 2, 4);
    assertThat(orders).containsExactly(8, 12, 12, 6, 0);
    Tensor a = Numeric.random(1, 2, 3);
    Numeric.check("sumOf", x -> Tensor.sumOf(OF_INPUTS, new int[] {1}, x, a, x), a);
    Numeric.check("meanOf", x -> Tensor.meanOf(OF_INPUTS, new int[] {0}, x, a, x), a);
  }

  /// One operation where no gradient needs the value, two where one does.
  @Test
  void aValueIsKeptWhereAGradientNeedsIt() {
    assertThat(operations(OF_INPUTS, true)).containsExactly("sum of ofInputs");
    assertThat(operations(OF_VALUE, false)).containsExactly("sum of ofValue");
    assertThat(operations(OF_VALUE, true)).containsExactly("ofValue", "sum");
  }

  private static List<String> operations(Formula f, boolean isTracked) {
    Tensor x = Tensor.normal(1, 50, 50);
    Tensor input = isTracked ? x.tracked() : x;
    List<String> names = new ArrayList<>();
    Watch.get(
        (op, inputs, output) -> names.add(op.name()), () -> Tensor.sumOf(f, input, input, input));
    return names;
  }

  @Test
  void nothingIsRecordedWhereNobodyAsks() {
    Tensor x = Tensor.normal(1, 3).tracked();
    assertThat(NoGradient.get(() -> Tensor.sumOf(OF_VALUE, x, x, x)).isTracked()).isFalse();
  }

  @Test
  void anAxisThatIsNotThereIsRefused() {
    Tensor x = Tensor.ones(2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.sumOf(OF_INPUTS, new int[] {2}, x, x, x))
        .withMessageContaining("[2, 3]");
    Formula two = Formula.of(List.of("x"), in -> List.of(in.get(0), in.get(0).exp()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.meanOf(two, x))
        .withMessageContaining("a formula of 2 outputs");
  }
}
