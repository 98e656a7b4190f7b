package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

class TensorTest {
  @Test
  void theJavaArrayDecidesTheTypeAndIsCopied() {
    float[] floats = {1, 2};
    double[] doubles = {1, 2};
    int[] ints = {1, 2};
    Tensor f = Tensor.of(floats);
    Tensor d = Tensor.of(doubles);
    Tensor i = Tensor.ints(ints);
    floats[0] = 9;
    doubles[0] = 9;
    ints[0] = 9;
    assertThat(f.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(d.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(i.dtype()).isEqualTo(DType.INT32);
    for (Tensor x : List.of(f, d, i)) {
      assertThat(x.shape()).isEqualTo(Shape.of(2));
      assertThat(x.toDoubles()).containsExactly(1, 2);
    }
  }

  @Test
  void whatComesOutIsACopyToo() {
    Tensor f = Tensor.of(1f, 2f);
    f.toFloats()[0] = 9;
    Tensor d = Tensor.of(1.0, 2.0);
    d.toDoubles()[0] = 9;
    Tensor i = Tensor.ints(1, 2);
    i.toInts()[0] = 9;
    assertThat(f.toFloats()).containsExactly(1, 2);
    assertThat(d.toDoubles()).containsExactly(1, 2);
    assertThat(i.toInts()).containsExactly(1, 2);
  }

  @Test
  void wrappingSharesTheJavaArray() {
    int[] values = {1, 2, 3, 4};
    Tensor x = Tensor.wrap(values, Shape.of(2, 2));
    values[3] = 7;
    assertThat(x.get(1, 1)).isEqualTo(7);
  }

  @Test
  void matricesComeFromRows() {
    Tensor f = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
    assertThat(f.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(f.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(Tensor.of(new double[][] {{1}, {2}}).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(Tensor.of(new double[0][]).shape()).isEqualTo(Shape.of(0, 0));
    assertThat(Tensor.of(new float[][] {{}, {}}).shape()).isEqualTo(Shape.of(2, 0));
  }

  @Test
  void rowsOfDifferentLengthAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new double[][] {{1, 2}, {3, 4}, {5}}))
        .withMessage("tensor: row 2 has 1 values and row 0 has 2: make all rows equally long");
  }

  private static List<Function<Shape, Tensor>> shaped() {
    return List.of(
        shape -> Tensor.of(new float[5], shape),
        shape -> Tensor.of(new double[5], shape),
        shape -> Tensor.ints(new int[5], shape),
        shape -> Tensor.wrap(new float[5], shape));
  }

  @ParameterizedTest
  @MethodSource("shaped")
  void asManyValuesAsTheShapeHasAreWanted(Function<Shape, Tensor> factory) {
    assertThat(factory.apply(Shape.of(5, 1)).shape()).isEqualTo(Shape.of(5, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> factory.apply(Shape.of(2, 3)))
        .withMessage(
            "tensor: 5 values do not fill shape [2, 3], which has 6 elements: change one of them");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void constantsOfEveryTypeAndShape(DType dtype) {
    assertThat(Tensor.zeros(dtype, 2, 0, 3).elements()).isZero();
    assertThat(Tensor.zeros(dtype, 2, 2).toDoubles()).containsExactly(0, 0, 0, 0);
    assertThat(Tensor.full(dtype, 3, 2).toDoubles()).containsExactly(3, 3);
    assertThat(Tensor.full(dtype, -2).toDoubles()).containsExactly(-2);
    assertThat(Tensor.scalar(dtype, 4).item()).isEqualTo(4);
    assertThat(Tensor.arange(dtype, 4).toDoubles()).containsExactly(0, 1, 2, 3);
    assertThat(Tensor.arange(dtype, 0).shape()).isEqualTo(Shape.of(0));
    Tensor eye = Tensor.eye(dtype, 3);
    assertThat(eye.shape()).isEqualTo(Shape.of(3, 3));
    assertThat(eye.toDoubles()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
    assertThat(Tensor.eye(dtype, 0).shape()).isEqualTo(Shape.of(0, 0));
    for (Tensor x : List.of(eye, Tensor.scalar(dtype, 4), Tensor.arange(dtype, 4))) {
      assertThat(x.dtype()).isEqualTo(dtype);
    }
  }

  @Test
  void floatsAreTheDefault() {
    for (Tensor x :
        List.of(
            Tensor.zeros(2),
            Tensor.ones(2),
            Tensor.scalar(1f),
            Tensor.uniform(1, 2),
            Tensor.normal(1, 2))) {
      assertThat(x.dtype()).isEqualTo(DType.FLOAT32);
    }
    assertThat(Tensor.ones(2).toFloats()).containsExactly(1, 1);
    assertThat(Tensor.arange(3).dtype()).isEqualTo(DType.INT32);
  }

  @Test
  void negativeSizesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, -1))
        .withMessage("shape: a size is negative, [2, -1]: use 0 or more");
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.arange(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.eye(DType.FLOAT32, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.uniform(1, -1));
  }

  @Test
  void wholeNumbersOnlyBecomeInt32() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.scalar(DType.INT32, 0.5))
        .withMessage("full: 0.5 is not a whole number in the range of INT32: use another type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.full(DType.INT32, Double.NaN, 2))
        .withMessage("full: NaN is not a whole number in the range of INT32: use another type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(1, 2.5).toInts())
        .withMessage(
            "to: 2.5 at flat index 1 is not a whole number in the range of INT32: round or clamp"
                + " first");
  }

  @Test
  void oneElementIsReadByItsIndex() {
    Tensor x = Tensor.arange(DType.FLOAT64, 24).reshape(2, 3, 4);
    assertThat(x.get(0, 0, 0)).isZero();
    assertThat(x.get(1, 2, 3)).isEqualTo(23);
    assertThat(x.get(1, 0, 2)).isEqualTo(14);
    assertThat(Tensor.scalar(5f).get()).isEqualTo(5);
    for (int[] wrong : new int[][] {{2, 0, 0}, {0, -1, 0}, {0, 0, 4}, {0, 0}, {0, 0, 0, 0}, {}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> x.get(wrong))
          .withMessage(
              "get: index %s is not in shape [2, 3, 4]: count from 0 along each axis",
              java.util.Arrays.toString(wrong));
    }
  }

  @Test
  void theOnlyElementIsAnItem() {
    assertThat(Tensor.full(DType.FLOAT32, 0.1, 1, 1).item()).isEqualTo(0.1f);
    assertThat(Tensor.ints(7).item()).isEqualTo(7);
    for (Tensor x : List.of(Tensor.zeros(2), Tensor.zeros(0))) {
      assertThatIllegalArgumentException()
          .isThrownBy(x::item)
          .withMessage("item: shape %s is not one number: reduce it, or use get(…)", x.shape());
    }
  }

  @Test
  void equalityIsIdentityAndBitsAreCompared() {
    Tensor x = Tensor.of(1f, Float.NaN, 0f);
    Tensor same = Tensor.of(1f, Float.intBitsToFloat(0x7fc12345), 0f);
    assertThat(x).isNotEqualTo(same).isEqualTo(x);
    assertThat(x.sameBits(same)).isTrue();
    assertThat(x.sameBits(Tensor.of(1f, Float.NaN, -0f))).isFalse();
    assertThat(x.sameBits(Tensor.of(1.0, Double.NaN, 0.0))).isFalse();
    assertThat(x.sameBits(x.reshape(3, 1))).isFalse();
    assertThat(Tensor.ints(1).sameBits(Tensor.ints(1))).isTrue();
  }

  @Test
  void closenessIsRelativeToTheOtherAndAbsolute() {
    assertThat(Tensor.of(101f).isCloseTo(Tensor.of(100f), 0.011, 0)).isTrue();
    assertThat(Tensor.of(102f).isCloseTo(Tensor.of(100f), 0.011, 0)).isFalse();
    assertThat(Tensor.of(1e-9).isCloseTo(Tensor.of(0.0), 0.5, 1e-8)).isTrue();
    assertThat(Tensor.of(1e-7).isCloseTo(Tensor.of(0.0), 0.5, 1e-8)).isFalse();
    assertThat(Tensor.zeros(2).isCloseTo(Tensor.zeros(2, 1), 1, 1)).isFalse();
    assertThat(Tensor.of(1f).isCloseTo(Tensor.of(1.0), 0, 0)).as("types may differ").isTrue();
  }

  @Test
  void infinityIsCloseToItselfAloneAndSoIsNaN() {
    double[] values = {1, Double.MAX_VALUE, -1, Double.NaN, 1 / 0.0, -1 / 0.0};
    for (double a : values) {
      for (double b : values) {
        boolean isSame = Double.compare(a, b) == 0;
        boolean isFinite = Double.isFinite(a) && Double.isFinite(b);
        if (isSame || !isFinite) {
          assertThat(Tensor.of(a).isCloseTo(Tensor.of(b), 0.5, 0.5))
              .as("%s and %s", a, b)
              .isEqualTo(isSame);
        }
      }
    }
  }

  @Test
  void aTensorReadsAsNumpyWritesIt() {
    assertThat(Tensor.of(new float[][] {{1, 2}, {3, 4}}))
        .hasToString("FLOAT32 [2, 2] [[1.0, 2.0],\n [3.0, 4.0]]");
    assertThat(Tensor.arange(8).reshape(2, 2, 2))
        .hasToString("INT32 [2, 2, 2] [[[0, 1],\n  [2, 3]],\n [[4, 5],\n  [6, 7]]]");
    assertThat(Tensor.scalar(DType.FLOAT64, 2.5)).hasToString("FLOAT64 [] 2.5");
    assertThat(Tensor.zeros(0, 3)).hasToString("FLOAT32 [0, 3] []");
    assertThat(Tensor.zeros(2, 0)).hasToString("FLOAT32 [2, 0] [[],\n []]");
    assertThat(new Parameter("fc.bias", Tensor.of(1.0))).hasToString("fc.bias FLOAT64 [1] [1.0]");
  }

  @Test
  void numbersOfEverySizeStayReadable() {
    Tensor x =
        Tensor.of(1e-5, -1e7, Double.NaN, Double.NEGATIVE_INFINITY, 1 / 3.0, 0.001, -0.0, 123456);
    assertThat(x)
        .hasToString(
            "FLOAT64 [8] [1.0000e-05, -1.0000e+07, NaN, -Infinity, 0.3333, 0.001, -0.0, 123456.0]");
  }

  @Test
  void longAxesAreShortenedWhereThereIsMuch() {
    assertThat(Tensor.arange(101)).hasToString("INT32 [101] [0, 1, 2, …, 98, 99, 100]");
    assertThat(Tensor.arange(100).toString()).doesNotContain("…").contains("50");
    String text = Tensor.arange(DType.INT32, 700).reshape(7, 100).toString();
    assertThat(text).startsWith("INT32 [7, 100] [[0, 1, 2, …, 97, 98, 99],\n [100, ");
    assertThat(text).contains("[200, 201, 202, …, 297, 298, 299],\n …,\n [400, ");
  }

  @Test
  void typesChangeOnRequestOnly() {
    Tensor f = Tensor.of(1f, 2f);
    assertThat(f.to(DType.FLOAT32)).isSameAs(f);
    assertThat(f.to(DType.FLOAT64).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(f.to(DType.INT32).toInts()).containsExactly(1, 2);
    assertThat(Tensor.ints(3).to(DType.FLOAT32).item()).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> f.plus(Tensor.of(1.0, 2.0)))
        .withMessage(
            "plus: types FLOAT32 and FLOAT64 do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.ints(1).plus(0.5))
        .withMessage("plus: INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.ints(1).sum())
        .withMessage(
            "sum: INT32 has no arithmetic, shape [1]: use to(FLOAT32) or to(FLOAT64) first");
  }

  @Test
  void aJavaNumberTakesTheTypeOfTheTensor() {
    assertThat(Tensor.of(1f).plus(0.1).item()).isEqualTo(1f + 0.1f);
    assertThat(Tensor.of(1.0).plus(0.1).item()).isEqualTo(1 + 0.1);
    assertThat(Tensor.of(1f).times(1e300).item()).isInfinite();
    assertThat(Tensor.of(3f).lessThan(Tensor.of(4f)).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(Tensor.of(3.0).lessThan(Tensor.of(4.0)).dtype()).isEqualTo(DType.FLOAT64);
  }

  @Test
  void aReductionOverNoAxesIsNotTheMemoryOfAParameter() {
    for (Function<Tensor, Tensor> reduction :
        List.<Function<Tensor, Tensor>>of(Tensor::sum, Tensor::mean, Tensor::max, Tensor::min)) {
      Parameter w = new Parameter("w", Tensor.scalar(3f));
      Tensor y = reduction.apply(w);
      w.assignInPlace(Tensor.scalar(4f));
      assertThat(y.item()).as("a value does not change").isEqualTo(3);
    }
  }

  @Test
  void aSnapshotDoesNotFollowItsParameter() {
    Parameter w = new Parameter("w", Tensor.of(1f, 2f));
    Tensor before = w.snapshot();
    Tensor shared = w.detach();
    w.assignInPlace(Tensor.of(3f, 4f));
    assertThat(before.toFloats()).containsExactly(1, 2);
    assertThat(before.isTracked()).isFalse();
    assertThat(shared.toFloats()).as("shares the memory").containsExactly(3, 4);
  }

  @Test
  void aParameterTakesOnlyValuesThatFit() {
    Parameter w = new Parameter("fc.weight", Tensor.of(1f, 2f));
    assertThat(w.name()).isEqualTo("fc.weight");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> w.assignInPlace(Tensor.of(1f)))
        .withMessage(
            "parameter: [fc.weight] is FLOAT32 [2] and the values are FLOAT32 [1]: convert or"
                + " reshape them");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> w.assignInPlace(Tensor.of(1.0, 2.0)))
        .withMessageContaining("is FLOAT32 [2] and the values are FLOAT64 [2]");
    assertThat(w.toFloats()).containsExactly(1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Parameter("n", Tensor.ints(1)))
        .withMessage("parameter: [n] of type INT32 has no gradient: use to(FLOAT32) first");
  }

  @Test
  void aStateKeepsItsOrderAndIsNobodysToChange() {
    java.util.Map<String, Tensor> tensors = new java.util.LinkedHashMap<>();
    tensors.put("z", Tensor.of(1f));
    tensors.put("a", Tensor.of(2f));
    State state = State.of(tensors);
    tensors.clear();
    assertThat(state.tensors().keySet()).containsExactly("z", "a");
    assertThat(state.metadata()).isEmpty();
  }
}
