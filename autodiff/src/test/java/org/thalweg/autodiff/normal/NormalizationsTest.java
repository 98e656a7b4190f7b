package org.thalweg.autodiff.normal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.normal.Normalizations;

/// Normalisations where they are hard, and their bits. Values and gradients of usual inputs are
/// tested in the registry of the checker.
class NormalizationsTest {
  private static final double EPSILON = 1e-5;

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aRowOfEqualElementsGivesExactlyTheBias(DType dtype) {
    for (int n : new int[] {1, 3, 7, 128, 129, 1000, 20_000}) {
      for (double value : new double[] {0, 0.1, -1e4 / 3, 1e30, 1e-30}) {
        Tensor x = Tensor.full(dtype, value, 3, n);
        Tensor weight = Tensor.full(dtype, 2, n);
        Tensor bias = Tensor.full(dtype, 0.3, n);

        Tensor y = Normalizations.layerNorm(x, weight, bias, EPSILON);

        assertThat(y.sameBits(Tensor.full(dtype, 0.3, 3, n))).as("%d times %s", n, value).isTrue();
      }
    }
  }

  @Test
  void equalElementsWithoutEpsilonAreNotANumber() {
    assertThat(Normalizations.layerNorm(Tensor.ones(1, 3), 1, 0).toDoubles())
        .containsOnly(Double.NaN);
    assertThat(Normalizations.rmsNorm(Tensor.zeros(1, 3), 1, 0).toDoubles())
        .containsOnly(Double.NaN);
  }

  /// The numbers are exact in float, and so is their mean: what comes out should be too.
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e4, -1e6, 1 << 23})
  void aLargeOffsetCostsNothing(double offset) {
    int n = 1000;
    float[] values = new float[n];
    float[] small = new float[n];
    for (int i = 0; i < n; i++) {
      small[i] = i * 7919 % 16 - 7;
      values[i] = (float) (offset + small[i]);
    }
    Tensor weight = Tensor.uniform(3, n);
    Tensor y = Normalizations.layerNorm(Tensor.of(values).reshape(1, n), 1, EPSILON);
    Tensor wanted = Normalizations.layerNorm(Tensor.of(small).to(DType.FLOAT64), 1, EPSILON);

    assertThat(y.to(DType.FLOAT64).minus(wanted).abs().max().item()).isLessThan(4e-7);

    Tensor slope = slope(Tensor.of(values).reshape(1, n), weight);
    Tensor exact = slope(Tensor.of(small).to(DType.FLOAT64), weight.to(DType.FLOAT64));
    assertThat(slope.to(DType.FLOAT64).minus(exact).abs().max().item()).isLessThan(2e-7);
  }

  private static Tensor slope(Tensor x, Tensor weight) {
    return Derivatives.gradient(t -> Normalizations.layerNorm(t, 1, EPSILON).times(weight).sum())
        .apply(x);
  }

  @Test
  void aTinyDeviationIsStillBroughtToOne() {
    Tensor x = Tensor.of(1e-30f, -1e-30f, 3e-30f, 5e-30f);
    double[] y = Normalizations.layerNorm(x, 1, 0).toDoubles();

    assertThat(Arrays.stream(y).sum()).isCloseTo(0, within(1e-6));
    assertThat(Arrays.stream(y).map(v -> v * v).sum()).isCloseTo(4, within(1e-6));
  }

  @Test
  void largeNumbersDoNotOverflowOnTheirWay() {
    Tensor x = Tensor.full(DType.FLOAT32, 3e38, 64).concat(0, Tensor.full(DType.FLOAT32, 2e38, 64));
    double[] y = Normalizations.layerNorm(x, 1, EPSILON).toDoubles();

    assertThat(y[0]).isCloseTo(1, within(1e-6));
    assertThat(y[127]).isCloseTo(-1, within(1e-6));
    assertThat(Normalizations.rmsNorm(Tensor.of(1e30f, -1e30f), 1, EPSILON).toDoubles())
        .containsExactly(1, -1);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 8192, 8193, 40_000})
  void aLongRowIsNormalisedAsAShortOne(int n) {
    Tensor x = Tensor.normal(1, 2, n).times(3).plus(5).to(DType.FLOAT64).snapshot();
    Tensor y = Normalizations.layerNorm(x, 1, EPSILON);
    Tensor centred = x.minus(x.meanKept(1));
    Tensor wanted = centred.over(centred.square().meanKept(1).plus(EPSILON).sqrt());

    assertThat(y.isCloseTo(wanted, 1e-12, 1e-12)).isTrue();
    assertThat(
            Normalizations.layerNorm(x.to(DType.FLOAT32), 1, EPSILON)
                .to(DType.FLOAT64)
                .isCloseTo(wanted, 1e-6, 1e-6))
        .isTrue();
  }

  /// Both rows are taken together, and the second is measured again, about its mean.
  @Test
  void aLongRowThatBeginsWithAnOutlierIsNormalisedWherever() {
    double[] rows = Tensor.normal(1, 3, 9000).to(DType.FLOAT64).toDoubles();
    rows[9000] = 1e6;
    Tensor x = Tensor.of(rows).reshape(3, 9000);
    Tensor y = Normalizations.layerNorm(x, 1, EPSILON);
    for (int row = 0; row < 3; row++) {
      Tensor alone = Normalizations.layerNorm(x.slice(0, row, row + 1), 1, EPSILON);
      assertThat(y.slice(0, row, row + 1).sameBits(alone)).as("row %d", row).isTrue();
    }
    Tensor centred = x.minus(x.meanKept(1));
    Tensor wanted = centred.over(centred.square().meanKept(1).plus(EPSILON).sqrt());
    assertThat(y.isCloseTo(wanted, 1e-10, 1e-10)).isTrue();
  }

  @Test
  void gradientsOfWeightsOfManyRowsAreSumsOverAllOfThem() {
    for (int rows : new int[] {1, 15, 16, 17, 1023, 1025, 5000}) {
      Tensor x = Tensor.normal(1, rows, 6);
      Tensor g = Tensor.uniform(2, rows, 6);
      Tensor weight = Tensor.uniform(3, 6).tracked();
      Tensor bias = Tensor.uniform(4, 6).tracked();
      Gradients gradients =
          Normalizations.layerNorm(x, weight, bias, EPSILON).times(g).sum().backward();
      Tensor wanted = Normalizations.layerNorm(x, 1, EPSILON).times(g).to(DType.FLOAT64).sum(0);

      assertThat(gradients.of(weight).to(DType.FLOAT64).isCloseTo(wanted, 2e-6, 1e-5))
          .as("%d rows", rows)
          .isTrue();
      assertThat(gradients.of(bias).isCloseTo(g.sum(0), 2e-6, 0)).as("%d rows", rows).isTrue();
    }
  }

  /// What a scope recycles is not 0.
  @Test
  void gradientsOfWeightsDoNotDependOnWhatStoodInTheirMemory() {
    Tensor x = Tensor.normal(1, 5000, 6);
    Tensor weight = Tensor.uniform(3, 6).tracked();
    Tensor bias = Tensor.uniform(4, 6).tracked();
    List<double[]> found = new ArrayList<>();
    for (int repetition = 0; repetition < 3; repetition++) {
      Scope.run(
          () -> {
            Tensor y = Normalizations.layerNorm(x, weight, bias, EPSILON);
            found.add(y.times(x).sum().backward().of(weight).toDoubles());
          });
    }

    assertThat(found.get(1)).isEqualTo(found.get(0));
    assertThat(found.get(2)).isEqualTo(found.get(0));
  }

  @Test
  void anInfiniteGradientMakesInfiniteOnesOfWeights() {
    Tensor x = Tensor.of(new double[][] {{-1}, {1}, {-1}, {1}});
    Tensor factor = Tensor.of(new double[][] {{Double.POSITIVE_INFINITY}, {0}, {0}, {0}});
    Parameter weight = new Parameter("w", Tensor.of(1.0));
    Parameter bias = new Parameter("b", Tensor.of(0.0));
    Tensor y = Normalizations.batchNorm(x, weight, bias, 0).value();
    Gradients gradients = y.times(factor).sum().backward();
    assertThat(gradients.of(weight).item()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(gradients.of(bias).item()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void instancesAreGroupsOfOneChannelAndLayersOneGroup() {
    Tensor x = Tensor.normal(5, 2, 4, 3, 3);
    Tensor one = Normalizations.groupNorm(x, 1, EPSILON);
    Tensor each = Normalizations.groupNorm(x, 4, EPSILON);

    assertThat(one.sameBits(Normalizations.layerNorm(x, 3, EPSILON))).isTrue();
    assertThat(each.sameBits(Normalizations.layerNorm(x, 2, EPSILON))).isTrue();
  }

  @Test
  void aBatchOfOneExampleHasTheStatisticsOfItsInstances() {
    Tensor x = Tensor.normal(5, 1, 3, 4, 5);
    Normalizations.BatchNorm y =
        Normalizations.batchNorm(x, Tensor.ones(3), Tensor.zeros(3), EPSILON);

    assertThat(
            y.value()
                .sameBits(Normalizations.groupNorm(x, 3, Tensor.ones(3), Tensor.zeros(3), EPSILON)))
        .isTrue();
    assertThat(y.mean().isCloseTo(x.mean(0, 2, 3), 1e-6, 1e-6)).isTrue();
    assertThat(y.variance().isCloseTo(x.variance(0, 2, 3), 1e-6, 0)).isTrue();
  }

  /// Images are read as they stand, features in another order.
  @ParameterizedTest
  @CsvSource({"3, 2, 16", "5, 4, 37", "2, 70, 17", "2, 3, 9000", "1, 2, 64"})
  void aBatchOfImagesIsNormalisedAsItsPlacesWouldBeAsFeatures(int batch, int channels, int places) {
    Tensor[] in = {
      Tensor.normal(1, batch, channels, places).times(3).plus(5).to(DType.FLOAT64),
      Tensor.uniform(2, channels).to(DType.FLOAT64),
      Tensor.uniform(3, channels).to(DType.FLOAT64),
      Tensor.uniform(4, batch, channels, places).to(DType.FLOAT64)
    };
    List<Tensor> images = results(in, UnaryOperator.identity(), UnaryOperator.identity());
    List<Tensor> features =
        results(
            in,
            x -> x.swapAxes(1, 2).reshape(batch * places, channels),
            y -> y.reshape(batch, places, channels).swapAxes(1, 2));

    for (int k = 0; k < images.size(); k++) {
      assertThat(images.get(k).isCloseTo(features.get(k), 1e-10, 1e-10))
          .as("result %d", k)
          .isTrue();
    }
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor x = in[0].to(dtype);
      Normalizations.BatchNorm y =
          Normalizations.batchNorm(x, in[1].to(dtype), in[2].to(dtype), EPSILON);
      assertThat(y.mean().to(DType.FLOAT64).isCloseTo(in[0].mean(0, 2), 1e-6, 0)).isTrue();
      assertThat(y.variance().to(DType.FLOAT64).isCloseTo(in[0].variance(0, 2), 1e-6, 0)).isTrue();
    }
  }

  /// Value, mean and variance, gradients of all three, and gradients of those.
  private static List<Tensor> results(
      Tensor[] in, UnaryOperator<Tensor> before, UnaryOperator<Tensor> after) {
    Tensor g = in[3];
    Tensor each = Tensor.uniform(5, in[1].elements()).to(DType.FLOAT64);
    List<Tensor> results = new ArrayList<>();
    for (int wanted = 0; wanted < 3; wanted++) {
      int which = wanted;
      UnaryOperator<Tensor> loss =
          x -> {
            Normalizations.BatchNorm y =
                Normalizations.batchNorm(before.apply(x), in[1], in[2], EPSILON);
            results.add(after.apply(y.value()).detach());
            results.add(y.mean().detach());
            results.add(y.variance().detach());
            return switch (which) {
              case 0 -> after.apply(y.value()).square().times(g).sum();
              case 1 -> y.mean().square().times(each).sum();
              default -> y.variance().square().times(each).sum();
            };
          };
      results.add(Derivatives.gradient(loss).apply(in[0]));
      UnaryOperator<Tensor> curved = x -> Derivatives.gradient(loss).apply(x).times(g).sum();
      results.add(Derivatives.gradient(curved).apply(in[0]));
    }
    Tensor weight = in[1].tracked();
    Tensor bias = in[2].tracked();
    Tensor y = Normalizations.batchNorm(before.apply(in[0]), weight, bias, EPSILON).value();
    Gradients gradients = after.apply(y).times(g).sum().backward();
    results.add(gradients.of(weight));
    results.add(gradients.of(bias));
    return results;
  }

  @Test
  void anOutlierThatComesFirstCostsABatchNoDigits() {
    int n = 2000;
    double[] x = new double[3 * 2 * n];
    Arrays.fill(x, 1);
    x[0] = 2;
    Normalizations.BatchNorm y =
        Normalizations.batchNorm(
            Tensor.of(x, Shape.of(3, 2, n)),
            Tensor.ones(2).to(DType.FLOAT64),
            Tensor.zeros(2).to(DType.FLOAT64),
            0);
    assertThat(y.value().get(0, 0, 0)).isCloseTo(Math.sqrt(3 * n - 1), within(1e-11));
    assertThat(y.variance().get(0)).isCloseTo((1 - 1 / (3.0 * n)) / (3 * n), within(1e-18));
    assertThat(y.mean().get(0)).isCloseTo(1 + 1 / (3.0 * n), within(1e-15));
    assertThat(y.variance().get(1)).isZero();
  }

  /// The numbers are exact in float, and so are their mean and variance.
  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void aLargeOffsetCostsABatchNothing(int places) {
    float[] values = new float[4 * 256 * places];
    for (int i = 0; i < values.length; i++) {
      values[i] = (1 << 20) + i % 2;
    }
    Tensor x = Tensor.of(values, Shape.of(4 * 256, places)).reshape(4 * 256, 1, places).tracked();
    Normalizations.BatchNorm y =
        Normalizations.batchNorm(
            places == 1 ? x.reshape(4 * 256, 1) : x, Tensor.ones(1), Tensor.zeros(1), 0);

    assertThat(y.variance().toFloats()).containsExactly(0.25f);
    assertThat(y.value().abs().toFloats()).containsOnly(1);
    Tensor slope = y.variance().sum().backward().of(x).times(values.length);
    assertThat(slope.abs().toFloats()).containsOnly(1);
  }

  @Test
  void refusalsAreSentences() {
    Tensor x = Tensor.zeros(2, 4, 3);
    Tensor three = Tensor.ones(3);
    Tensor four = Tensor.ones(4);
    assertThatThrownBy(() -> Normalizations.layerNorm(x, four, four, EPSILON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "layerNorm: the weight is [4] and x [2, 4, 3]: give a weight in the shape of the last"
                + " axes of x, at least one");
    assertThatThrownBy(() -> Normalizations.rmsNorm(x, Tensor.scalar(1), EPSILON))
        .hasMessage(
            "rmsNorm: the weight is [] and x [2, 4, 3]: give a weight in the shape of the last axes"
                + " of x, at least one");
    assertThatThrownBy(() -> Normalizations.layerNorm(x, three, four, EPSILON))
        .hasMessage(
            "layerNorm: the bias is FLOAT32 [4] and must be FLOAT32 [3], for x [2, 4, 3]: give one"
                + " for each");
    assertThatThrownBy(() -> Normalizations.layerNorm(x, 0, EPSILON))
        .hasMessage("layerNorm: 0 axes of [2, 4, 3]: give 1 to 3");
    assertThatThrownBy(() -> Normalizations.groupNorm(x, 3, EPSILON))
        .hasMessage("groupNorm: 3 groups of the channels of [2, 4, 3]: give a divisor of 4");
    assertThatThrownBy(() -> Normalizations.batchNorm(three, three, three, EPSILON))
        .hasMessage("batchNorm: x is [3]: give it the axes [batch, channels, …]");
    assertThatThrownBy(() -> Normalizations.rmsNorm(x, 1, Double.NaN))
        .hasMessage("rmsNorm: epsilon NaN is added to the variance: use 0 or more, as 1e-5");
    assertThatThrownBy(() -> Normalizations.batchNorm(x, four, four, -1))
        .hasMessage("batchNorm: epsilon -1.0 is added to the variance: use 0 or more, as 1e-5");
  }

  @Test
  void anOutlierThatComesFirstCostsNoDigits() {
    int n = 8000;
    double[] x = new double[n];
    x[0] = 1;
    double y = Normalizations.layerNorm(Tensor.of(x, Shape.of(1, n)), 1, 0).toDoubles()[0];
    assertThat(y).isCloseTo(Math.sqrt(n - 1), within(1e-12));
  }
}
