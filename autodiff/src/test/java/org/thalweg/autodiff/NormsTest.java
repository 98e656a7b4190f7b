package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.array.DType;

class NormsTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @Test
  void nothingOverflowsOrVanishesOnTheWay() {
    assertThat(Tensor.of(1e20f, 1e20f).norm(2).item()).isCloseTo(1.4142136e20, within(2e13));
    assertThat(Tensor.of(1e-30f, 1e-30f).norm(2).item()).isCloseTo(1.4142136e-30, within(2e-37));
    assertThat(Tensor.of(3e200, 4e200).norm(2).item()).isCloseTo(5e200, within(1e186));
    assertThat(Tensor.of(3e-200, 4e-200).norm(2).item()).isCloseTo(5e-200, within(1e-214));
    assertThat(Tensor.of(1e30f, 1e30f).norm(3).item()).isCloseTo(1.259921e30, within(1e24));
    assertThat(Tensor.of(1e-30f, 1e-30f).norm(0.5).item()).isCloseTo(4e-30, within(1e-35));
    assertThat(Tensor.of(3f, 4f).norm(2).item()).isEqualTo(5);
    Tensor x = Tensor.of(1e20f, 1e20f).tracked();
    assertThat(x.norm(2).backward().of(x).get(0)).isCloseTo(Math.sqrt(0.5), within(1e-6));
  }

  @Test
  void aGroupHasTheSameBitsWhateverIsBesideIt() {
    Tensor usual = Numeric.random(1, 1, 50);
    Tensor beside = usual.concat(0, usual.times(1e-250), usual.times(1e250), usual.times(0));
    assertThat(beside.norm(2, 1).get(0)).isEqualTo(usual.norm(2, 1).get(0));
    assertThat(beside.norm(2, 1).get(3)).isZero();
  }

  @Test
  void specialValuesCount() {
    for (double p : new double[] {0.5, 1, 2, 3, INFINITY}) {
      assertThat(Tensor.of(1, Double.NEGATIVE_INFINITY, 2).norm(p).item()).isEqualTo(INFINITY);
      assertThat(Tensor.of(1, Double.NaN, INFINITY).norm(p).item()).as("p = %s", p).isNaN();
    }
    assertThat(Tensor.of(1, Double.NaN, 0).norm(0).item()).isNaN();
    assertThat(Tensor.of(1, -0.0, 0, INFINITY).norm(0).item()).isEqualTo(2);
    assertThat(Tensor.of(-3.0, 2.0).norm(-INFINITY).item()).isEqualTo(2);
    assertThat(Tensor.zeros(0).norm(2).item()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 1.5, 2, 2.5, 3, Double.POSITIVE_INFINITY})
  void theGradientAtTheOriginIsZero(double p) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      Tensor x = Tensor.zeros(dtype, 3).tracked();
      assertThat(x.norm(p).item()).isZero();
      assertThat(x.norm(p).backward().of(x).toDoubles()).containsExactly(0, 0, 0);
    }
    Tensor x = Tensor.of(0.0, 2.0).tracked();
    assertThat(x.norm(p).backward().of(x).toDoubles()).containsExactly(0, 1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 1.5, 2, 2.5, 3, 7})
  void gradientsAreSlopesToSecondOrder(double p) {
    Tensor x = Numeric.random(5, 3, 4).sign().plus(Numeric.random(6, 3, 4).times(0.4));
    Numeric.check("norm " + p, t -> t.norm(p, 1), x);
    Numeric.check("norm " + p, t -> t.normKept(p, 0).times(t), x);
    if (p == 2 || p == 7) {
      double[] values = x.toDoubles();
      values[2] = 0;
      Numeric.check("norm " + p + " with a zero", t -> t.norm(p, 1), Tensor.of(values, x.shape()));
    }
  }

  @Test
  void tenMillionTermsAreWithinAMillionth() {
    int n = 10_000_000;
    Tensor x = Tensor.full(DType.FLOAT32, 0.1f, n);
    double tenth = 0.1f;
    assertThat(x.norm(2).item()).isCloseTo(tenth * Math.sqrt(n), within(1e-6 * Math.sqrt(n)));
    assertThat(x.norm(1).item()).isCloseTo(tenth * n, within(1e-6 * tenth * n));
    assertThat(x.norm(3).item()).isCloseTo(tenth * Math.cbrt(n), within(1e-6 * Math.cbrt(n)));
  }

  @Test
  void vectorsOfLengthOnePointTheSameWay() {
    Tensor x = Tensor.of(new double[][] {{3, 4}, {0, 0}, {-1e-200, 0}}).tracked();
    Tensor y = x.normalized(1);
    assertThat(y.toDoubles()[0]).isCloseTo(0.6, within(1e-15));
    assertThat(y.get(1, 0)).isZero();
    assertThat(y.get(2, 0)).as("shorter than 10⁻¹²").isCloseTo(-1e-188, within(1e-200));
    assertThat(y.sum().backward().of(x).get(1, 1)).isCloseTo(1e12, within(1e-3));
    Numeric.check("normalized", t -> t.normalized(0), Numeric.random(8, 4, 2));
  }

  @Test
  void whatIsNoNormIsRefused() {
    for (double p : new double[] {-1, Double.NaN, -0.5}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tensor.of(1f).norm(p))
          .withMessage("norm: p = " + p + " gives no norm: use a positive p, 0 or an infinity");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, 0).norm(INFINITY, 1))
        .withMessage(
            "norm: shape [2, 0] has nothing along axes [1] and p is infinite: check that it is not"
                + " empty");
    assertThat(Tensor.zeros(2, 0).norm(INFINITY, 0).elements()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(1f).norm(2, 1))
        .withMessage("axis: there is no axis 1 in shape [1]: use -1 to 0");
  }
}
