package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.operation.Op;

/// What is held fixed stays fixed, and what is not asked for does not run.
class NestedDerivativesTest {
  /// The same values, its pullback counted.
  private record Counted(AtomicInteger pulls) implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(
          in[0].array(),
          (_, _) ->
              g -> {
                pulls.incrementAndGet();
                return g;
              });
    }
  }

  @Test
  void anotherUseOfTheSameTensorIsAConstantToTheDerivative() {
    Parameter x = new Parameter("x", Tensor.scalar(3f));

    Tensor slope = Derivatives.gradient(y -> x.times(y).sum()).apply(x);

    assertThat(slope.item()).isEqualTo(3);
    assertThat(slope.backward().of(x).item()).isEqualTo(1);
  }

  @Test
  void nestedDerivativesOfTheSamePointDoNotMix() {
    Tensor at = Tensor.of(3.0);

    Tensor slope =
        Derivatives.gradient(
                x -> x.times(Derivatives.gradient(y -> x.times(y).sum()).apply(x)).sum())
            .apply(at);

    assertThat(slope.item()).isEqualTo(6);
  }

  @Test
  void nothingRunsBelowWhatIsAskedFor() {
    AtomicInteger pulls = new AtomicInteger();
    Parameter p = new Parameter("p", Tensor.of(2.0, 3.0));
    Tensor h = Tensor.apply(new Counted(pulls), p.square());
    Tensor value = h.square().sum();

    p.assignInPlace(Tensor.of(7.0, 7.0));
    Tensor slope = Derivatives.of(value, List.of(h)).get(0);

    assertThat(slope.toDoubles()).containsExactly(8, 18);
    assertThat(pulls).hasValue(0);
  }

  @Test
  void theGradientOfALogarithmOfSumsIsAShareHoweverLargeTheExponents() {
    Parameter z = new Parameter("z", Tensor.of(1e8f, 1e8f));

    assertThat(z.logSumExp().backward().of(z).toFloats()).containsExactly(0.5f, 0.5f);
  }
}
