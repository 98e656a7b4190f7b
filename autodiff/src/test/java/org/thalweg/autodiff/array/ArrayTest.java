package org.thalweg.autodiff.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayTest {
  private static Array parameter(float... values) {
    return Array.parameter(Array.wrap(values, Shape.of(values.length)), "w");
  }

  @Test
  void theJavaArrayDecidesTheType() {
    assertThat(Array.wrap(new float[2], Shape.of(2)).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(Array.wrap(new double[2], Shape.of(2)).dtype()).isEqualTo(DType.FLOAT64);
    assertThat(Array.wrap(new int[2], Shape.of(2)).dtype()).isEqualTo(DType.INT32);
  }

  @Test
  void otherJavaArraysAreRefused() {
    for (Object other : List.of(new long[2], new short[2], new Float[2], "text")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Array.wrap(other, Shape.of(2)))
          .withMessage(
              "tensor: elements are float, double or int, not "
                  + other.getClass().getSimpleName()
                  + ": convert them first");
    }
  }

  @Test
  void wrappingSharesTheJavaArray() {
    float[] values = {1, 2};
    Array array = Array.wrap(values, Shape.of(2));
    values[1] = 5;
    assertThat(array.get(1)).isEqualTo(5);
    assertThat(array.floats()).isSameAs(values);
  }

  @Test
  void aLengthThatDoesNotFillTheShapeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Array.wrap(new int[5], Shape.of(2, 3)))
        .withMessage(
            "tensor: 5 values do not fill shape [2, 3], which has 6 elements: change one of them");
  }

  @Test
  void askingForAnotherTypeNamesBoth() {
    Array array = Array.zeros(DType.FLOAT64, Shape.of(2));
    assertThatIllegalArgumentException()
        .isThrownBy(array::floats)
        .withMessage("array: its type is FLOAT64, not FLOAT32: use to(FLOAT32) first");
    assertThatIllegalArgumentException()
        .isThrownBy(array::ints)
        .withMessage("array: its type is FLOAT64, not INT32: use to(INT32) first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Array.zeros(DType.INT32, Shape.of(2)).doubles())
        .withMessage("array: its type is INT32, not FLOAT64: use to(FLOAT64) first");
  }

  @Test
  void valuesAreAssignedWhereTypeAndNumberFit() {
    Array parameter = Array.parameter(Array.full(DType.FLOAT32, Shape.of(2, 3), 1), "w");
    parameter.assign(Array.full(DType.FLOAT32, Shape.of(6), 2));
    assertThat(parameter.floats()).containsOnly(2);
    assertThat(parameter.storage().version()).isOne();
    for (Array other :
        List.of(
            Array.zeros(DType.FLOAT32, Shape.of(5)), Array.zeros(DType.FLOAT64, Shape.of(2, 3)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> parameter.assign(other))
          .withMessage(
              "assign: %s of %d elements do not fit FLOAT32 [2, 3]: give values of that type and"
                  + " number",
              other.dtype(), other.elements());
    }
    assertThat(parameter.storage().version()).as("nothing was changed").isOne();
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyTypeHoldsItsNumbersInBytesOfItsOwn(DType dtype) {
    assertThat(dtype.bytes()).isEqualTo(dtype == DType.FLOAT64 ? 8 : 4);
    assertThat(dtype.isFloating()).isEqualTo(dtype != DType.INT32);
    Array full = Array.full(dtype, Shape.of(2, 2), -7);
    for (int i = 0; i < 4; i++) {
      assertThat(full.get(i)).isEqualTo(-7);
    }
    assertThat(DType.of(full.data())).isEqualTo(dtype);
  }

  @Test
  void wholeNumbersHaveNoPrecision() {
    assertThatIllegalArgumentException()
        .isThrownBy(DType.INT32::precision)
        .withMessage("formula: INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, Double.NaN, Double.POSITIVE_INFINITY, 2147483648.0, -2147483649.0})
  void whatIsNoWholeNumberInRangeDoesNotBecomeInt32Unnoticed(double value) {
    String message =
        "to: "
            + value
            + " at flat index 1 is not a whole number in the range of INT32: round or clamp first";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Array.wrap(new double[] {3, value}, Shape.of(2)).to(DType.INT32))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Array.full(DType.INT32, Shape.of(2), value))
        .withMessage(
            "full: " + value + " is not a whole number in the range of INT32: use another type");
  }

  @Test
  void wholeNumbersInRangeBecomeInt32() {
    double[] edges = {0, -0.0, Integer.MAX_VALUE, Integer.MIN_VALUE, -3};
    assertThat(Array.wrap(edges, Shape.of(5)).to(DType.INT32).ints())
        .containsExactly(0, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, -3);
    assertThat(Array.full(DType.INT32, Shape.of(1), Integer.MIN_VALUE).get(0))
        .isEqualTo(Integer.MIN_VALUE);
  }

  @Test
  void conversionsRoundAsJavaDoes() {
    double[] values = {0.1, 1e-46, 1e39, -0.0, Double.NaN, 16777217};
    float[] rounded = Array.wrap(values, Shape.of(6)).to(DType.FLOAT32).floats();
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.valueOf(rounded[i])).isEqualTo(Float.valueOf((float) values[i]));
    }
    assertThat(Array.wrap(new int[] {16777217}, Shape.of(1)).to(DType.FLOAT32).get(0))
        .isEqualTo(16777216);
  }

  @Test
  void aConversionToTheSameTypeIsTheArrayItself() {
    Array array = Array.zeros(DType.INT32, Shape.of(2));
    assertThat(array.to(DType.INT32)).isSameAs(array);
  }

  @Test
  void reshapingSharesTheMemory() {
    Array array = Array.wrap(new int[] {1, 2, 3, 4, 5, 6}, Shape.of(6));
    Array matrix = array.reshape(Shape.of(2, 3));
    assertThat(matrix.ints()).isSameAs(array.ints());
    assertThat(matrix.shape()).isEqualTo(Shape.of(2, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> array.reshape(Shape.of(4)))
        .withMessage("reshape: shape [6] has 6 elements and [4] has 4: keep the number");
  }

  @Test
  void aCopyIsOfItsOwn() {
    Array array = Array.wrap(new double[] {1, 2}, Shape.of(2));
    Array copy = array.copy();
    copy.doubles()[0] = 9;
    assertThat(array.get(0)).isEqualTo(1);
  }

  @Test
  void aParameterCopiesItsFirstValues() {
    float[] values = {1, 2};
    Array own = parameter(values);
    values[0] = 9;
    assertThat(own.get(0)).isEqualTo(1);
    assertThat(own.storage().owner()).isEqualTo("w");
  }

  @Test
  void changesAreCountedThroughEveryShapeOfTheMemory() {
    Array own = parameter(1, 2, 3, 4);
    Array square = own.reshape(Shape.of(2, 2));
    assertThat(own.storage().version()).isZero();
    own.changed();
    square.changed();
    assertThat(own.storage().version()).isEqualTo(2);
    assertThat(square.storage()).isSameAs(own.storage());
    assertThat(own.copy().storage().owner()).isNull();
  }

  @Test
  void onlyAParameterChanges() {
    for (Array array :
        List.of(
            Array.zeros(DType.FLOAT32, Shape.of(2, 3)),
            Array.persistent(DType.FLOAT32, Shape.of(2, 3)))) {
      assertThatIllegalStateException()
          .isThrownBy(array::changed)
          .withMessage(
              "array: only the values of a parameter change in place, shape [2, 3]: make a"
                  + " Parameter of it");
    }
  }
}
