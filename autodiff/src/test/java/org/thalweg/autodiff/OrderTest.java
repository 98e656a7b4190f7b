package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.Op;
import org.thalweg.autodiff.operation.Ranked;

class OrderTest {
  private static final double NAN = Double.NaN;

  @Test
  void equalElementsStayInOrderAndNaNIsTheLargest() {
    Tensor x = Tensor.of(2, NAN, 0.0, 2, -0.0, NAN, Double.POSITIVE_INFINITY);
    Ranked up = x.sort(0, false);
    assertThat(up.indices().toInts()).containsExactly(2, 4, 0, 3, 6, 1, 5);
    assertThat(up.values().get(5)).isNaN();
    assertThat(up.indices().dtype()).isEqualTo(DType.INT32);
    assertThat(x.sort(0, true).indices().toInts()).containsExactly(1, 5, 6, 0, 3, 2, 4);
    assertThat(x.argsort(-1).sameBits(up.indices())).isTrue();
    assertThat(x.topK(2, 0).indices().toInts()).containsExactly(1, 5);
    assertThat(x.argmin(0).item()).as("NaN before all").isEqualTo(1);
    assertThat(Tensor.of(3f, 1f, 1f).argmin(0).item()).isEqualTo(1);
  }

  @Test
  void gradientsGoBackToWhereTheElementsWere() {
    Tensor x = Tensor.of(new double[][] {{3, 1, 2}, {1, 1, 0}}).tracked();
    Tensor weights = Tensor.of(10.0, 20.0, 30.0);
    assertThat(x.sort(1, false).values().times(weights).sum().backward().of(x).toDoubles())
        .containsExactly(30, 10, 20, 20, 30, 10);
    assertThat(x.topK(1, 1).values().sum().backward().of(x).toDoubles())
        .as("to the first of equal ones")
        .containsExactly(1, 0, 0, 1, 0, 0);
    assertThat(x.median(1).sum().backward().of(x).toDoubles())
        .as("to the first of equal ones")
        .containsExactly(0, 0, 1, 1, 0, 0);
    Tensor distinct = Numeric.random(3, 3, 5);
    Numeric.check("sort", t -> t.sort(0, true).values().square(), distinct);
    Numeric.check("topK", t -> t.topK(2, 1).values().square(), distinct);
    Numeric.check("median", t -> t.median(1).square(), distinct);
  }

  @Test
  void aMedianIsTheLowerOneAndNaNWhereThereIsOne() {
    Tensor x = Tensor.of(new double[][] {{4, 1, 3, 2}, {5, NAN, 1, 1}, {7, 7, 7, 7}}).tracked();
    assertThat(x.median(1).toDoubles()).containsExactly(2, NAN, 7);
    assertThat(x.median(1).sum().backward().of(x).toDoubles())
        .containsExactly(0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0);
    assertThat(x.median(0).shape()).isEqualTo(Shape.of(4));
    assertThat(Tensor.zeros(0, 0).median(1).shape()).isEqualTo(Shape.of(0));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyTypeIsSorted(DType dtype) {
    Tensor x = Tensor.ints(5, -3, Integer.MAX_VALUE >> 8, 0, -3).to(dtype);
    Ranked sorted = x.sort(0, false);
    assertThat(sorted.values().dtype()).isEqualTo(dtype);
    assertThat(sorted.indices().toInts()).containsExactly(1, 4, 3, 0, 2);
    assertThat(x.median(0).item()).isZero();
    assertThat(x.topK(1, 0).values().item()).isEqualTo(Integer.MAX_VALUE >> 8);
  }

  @Test
  void aRankingOutlivesTheScopeThatReturnsIt() {
    Ranked sorted = Scope.get(() -> Tensor.uniform(1, 5000).sort(0, false));
    assertThat(sorted.values().get(0)).isLessThan(sorted.values().get(4999));
    assertThat(sorted.indices().elements()).isEqualTo(5000);
  }

  @Test
  void whatCannotBeRankedIsRefused() {
    Tensor x = Tensor.zeros(2, 3);
    for (int k : new int[] {4, -1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> x.topK(k, -1))
          .withMessage(
              "topK: k = " + k + " is not in 0 … 3, the size of axis 1 of [2, 3]: choose another");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, 0).median(1))
        .withMessage("median: shape [2, 0] has nothing along axis 1: check its size");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, 0).argmin(1))
        .withMessage("argmin: shape [2, 0] has nothing along axis 1: check its size");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.sort(2, false))
        .withMessage("sort: there is no axis 2 in shape [2, 3]: use -2 to 1");
    assertThat(x.topK(0, 1).values().shape()).isEqualTo(Shape.of(2, 0));
    assertThat(Tensor.zeros(2, 0).sort(1, true).values().shape()).isEqualTo(Shape.of(2, 0));
  }

  /// The operations that a function applies, and what they decide.
  private static String decisions(Consumer<Tensor> f, double... at) {
    StringBuilder text = new StringBuilder();
    Tensor x = Tensor.of(at);
    Watch.run(
        (Op op, List<Tensor> inputs, Tensor output) -> {
          for (var array : op.branches(inputs.toArray(Tensor[]::new))) {
            text.append(op.name()).append(' ').append(Tensor.of(array)).append('\n');
          }
        },
        () -> f.accept(x));
    return text.toString();
  }

  @Test
  void decisionsShowWhereAFunctionBends() {
    for (Consumer<Tensor> f :
        List.<Consumer<Tensor>>of(
            t -> t.max(),
            t -> t.min(),
            t -> t.argmax(0),
            t -> t.argmin(0),
            t -> t.argsort(0),
            t -> t.sort(0, true),
            t -> t.topK(1, 0),
            t -> t.norm(Double.NEGATIVE_INFINITY),
            t -> t.median(0))) {
      assertThat(decisions(f, 1, 2, -4)).isNotEmpty().isEqualTo(decisions(f, 1.1, 2.2, -5));
      assertThat(decisions(f, 1, 2, -4)).isNotEqualTo(decisions(f, 6, -5, 2));
    }
    for (double p : new double[] {0.5, 1, 1.5}) {
      assertThat(decisions(t -> t.norm(p), 1, 2)).isNotEqualTo(decisions(t -> t.norm(p), -1, 2));
    }
    assertThat(decisions(t -> t.norm(2), 1, 2)).isEqualTo(decisions(t -> t.norm(2), -1, 2));
    assertThat(decisions(t -> t.norm(2), 1, 2)).isNotEqualTo(decisions(t -> t.norm(2), 0, 0));
    assertThat(decisions(Tensor::any, 0, 0)).isNotEqualTo(decisions(Tensor::any, 0, 1));
    assertThat(decisions(Tensor::all, 1, 0)).isNotEqualTo(decisions(Tensor::all, 1, 1));
    assertThat(decisions(t -> t.maskedSelect(t), 1, 0))
        .isNotEqualTo(decisions(t -> t.maskedSelect(t), 0, 1));
    assertThat(decisions(t -> t.cumprod(0), 1, 0)).isEmpty();
  }
}
