package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.axis.Scans;

class ScansTest {
  private static final double[][] WITH_ZEROS = {
    {2, 3, -5, 7}, {0, 2, 3, 4}, {2, 0, 3, 5}, {2, 3, 0, 0}, {0, 0, 0, 4}, {0, 0, 0, 0}
  };

  /// The product of all but some.
  private static double without(double[] x, int... left) {
    double product = 1;
    for (int k = 0; k < x.length; k++) {
      boolean isLeft = false;
      for (int other : left) {
        isLeft |= other == k;
      }
      product *= isLeft ? 1 : x[k];
    }
    return product;
  }

  @Test
  void theDerivativesOfAProductAreRightWhereElementsAreZero() {
    for (double[] values : WITH_ZEROS) {
      Tensor x = Tensor.of(values);
      UnaryOperator<Tensor> gradient = Derivatives.gradient(Tensor::prod);
      for (int i = 0; i < values.length; i++) {
        int row = i;
        assertThat(gradient.apply(x).get(i)).isEqualTo(without(values, i));
        UnaryOperator<Tensor> second =
            Derivatives.gradient(t -> gradient.apply(t).slice(0, row, row + 1).sum());
        for (int j = 0; j < values.length; j++) {
          int column = j;
          assertThat(second.apply(x).get(j))
              .as("%d %d of %s", i, j, x)
              .isEqualTo(i == j ? 0 : without(values, i, j));
          UnaryOperator<Tensor> third =
              Derivatives.gradient(t -> second.apply(t).slice(0, column, column + 1).sum());
          for (int k = 0; k < values.length; k++) {
            assertThat(third.apply(x).get(k))
                .isEqualTo(i == j || j == k || i == k ? 0 : without(values, i, j, k));
          }
        }
      }
    }
  }

  /// The product of five numbers, differentiated once in each of them, is 1 everywhere.
  @Test
  void productsHaveEveryOrderOfDerivative() {
    for (UnaryOperator<Tensor> product :
        List.<UnaryOperator<Tensor>>of(Tensor::prod, t -> t.cumprod(0).slice(0, 4, 5).sum())) {
      UnaryOperator<Tensor> f = product;
      for (int k = 0; k < 5; k++) {
        int place = k;
        UnaryOperator<Tensor> slope = Derivatives.gradient(f);
        f = t -> slope.apply(t).slice(0, place, place + 1).sum();
      }
      for (double[] x : new double[][] {{0, 0, 0, 0, 0}, {2, 0, -3, 0, 5}, {1, 2, 3, 4, 5}}) {
        assertThat(f.apply(Tensor.of(x)).item()).isEqualTo(1);
      }
    }
  }

  @Test
  void theGradientOfAProductOverflowsOnlyWhereItIsTooLarge() {
    Tensor x = Tensor.of(1e30f, 1e30f, 1e-30f, 1e-30f).tracked();
    assertThat(x.prod().item()).isCloseTo(1, within(1e-6));
    float[] slopes = x.prod().backward().of(x).toFloats();
    assertThat(slopes[0]).isCloseTo(1e-30f, within(1e-36f));
    assertThat(slopes[2]).isCloseTo(1e30f, within(1e24f));
  }

  @Test
  void productsOverAnyAxesAreSlopesToSecondOrderWithZerosToo() {
    double[] values = Numeric.random(4, 2, 3, 2).toDoubles();
    values[1] = 0;
    values[5] = 0;
    values[8] = 0;
    Tensor x = Tensor.of(values, Shape.of(2, 3, 2));
    for (int[] axes : new int[][] {{0}, {1}, {2}, {0, 2}, {0, 1}, {}}) {
      Numeric.check("prod", t -> t.prod(axes), x);
    }
    for (int axis = 0; axis < 3; axis++) {
      int along = axis;
      Numeric.check("cumprod", t -> t.cumprod(along), x);
      Numeric.check("cumprod, twice", t -> t.cumprod(along).times(t).cumprod(along), x);
      Numeric.check("cumsum", t -> t.cumsum(along).square(), x);
    }
  }

  @Test
  void runningSumsAndProductsAlongAnAxis() {
    Tensor x = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
    assertThat(x.cumsum(1).toDoubles()).containsExactly(1, 3, 6, 4, 9, 15);
    assertThat(x.cumsum(-2).toDoubles()).containsExactly(1, 2, 3, 5, 7, 9);
    assertThat(x.cumprod(1).toDoubles()).containsExactly(1, 2, 6, 4, 20, 120);
    assertThat(x.cumprod(0).toDoubles()).containsExactly(1, 2, 3, 4, 10, 18);
    assertThat(Tensor.of(1, Double.NaN, 2).cumsum(0).toDoubles())
        .containsExactly(1, Double.NaN, Double.NaN);
    Tensor y = x.tracked();
    assertThat(y.cumsum(1).sum().backward().of(y).toDoubles()).containsExactly(3, 2, 1, 3, 2, 1);
    Map<String, UnaryOperator<Tensor>> scans =
        Map.of("cumsum", t -> t.cumsum(2), "cumprod", t -> t.cumprod(2));
    scans.forEach(
        (name, scan) -> {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> scan.apply(x))
              .withMessage(name + ": there is no axis 2 in shape [2, 3]: use -2 to 1");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> scan.apply(Tensor.scalar(1f)))
              .withMessage(name + ": there is no axis 2 in shape []: a scalar has none");
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aLongAxisHasTheGradientOfEachOutput(DType dtype) {
    int n = 100_003;
    Tensor x = Tensor.ones(n).to(dtype).tracked();
    double[] slopes = x.cumsum(0).sum().backward().of(x).toDoubles();
    for (int i = 0; i < n; i += 331) {
      assertThat(slopes[i]).isEqualTo(n - i);
    }
    assertThat(x.cumprod(0).sum().backward().of(x).get(0)).isEqualTo(n);
  }

  @Test
  void theRecurrenceTakesTwoOfOneKind() {
    Array a = Array.zeros(DType.FLOAT32, Shape.of(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scans.recurrence(a, a.to(DType.FLOAT64), 0, false))
        .withMessage(
            "recurrence: FLOAT32 [3] and FLOAT64 [3] differ: give two of one type and shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scans.recurrence(a.to(DType.INT32), a, 0, false))
        .withMessage(
            "recurrence: INT32 has no arithmetic, shape [3]: use to(FLOAT32) or to(FLOAT64)"
                + " first");
  }
}
