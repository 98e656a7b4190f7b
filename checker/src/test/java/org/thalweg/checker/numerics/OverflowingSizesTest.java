package org.thalweg.checker.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Draws;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Sizes whose product does not fit an `int`: no array of the wrong length, and no
/// OutOfMemoryError.
class OverflowingSizesTest {
  private static final int MOST = Integer.MAX_VALUE - 8;

  /// Products 2³² (0 in an int), 46341² (negative), 2³¹ − 1, and one that overflows a long.
  private static final List<int[]> TOO_MANY =
      List.of(
          new int[] {65536, 65536},
          new int[] {46341, 46341},
          new int[] {Integer.MAX_VALUE},
          new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE},
          new int[] {1 << 16, 1 << 16, 1 << 16, 1 << 16});

  private static final Map<String, Function<int[], Object>> FACTORIES =
      new TreeMap<>(
          Map.of(
              "Shape.of", Shape::of,
              "zeros", Tensor::zeros,
              "zeros of a type", sizes -> Tensor.zeros(DType.INT32, sizes),
              "ones", Tensor::ones,
              "full", sizes -> Tensor.full(DType.FLOAT64, 1, sizes),
              "uniform", sizes -> Tensor.uniform(1, sizes),
              "normal", sizes -> Tensor.normal(1, sizes),
              "Draws.uniform", sizes -> Draws.uniform(DType.FLOAT64, 1, 2, Shape.of(sizes)),
              "wrap", sizes -> Tensor.wrap(new float[0], Shape.of(sizes)),
              "reshape", sizes -> Tensor.zeros(0).reshape(sizes)));

  static Stream<String> factories() {
    return FACTORIES.keySet().stream();
  }

  private static Object make(String factory, int... sizes) {
    Function<int[], Object> function = FACTORIES.get(factory);
    assertThat(function).isNotNull();
    return function.apply(sizes);
  }

  @ParameterizedTest
  @MethodSource("factories")
  void aFactoryRefusesTooManyElements(String factory) {
    for (int[] sizes : TOO_MANY) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> make(factory, sizes))
          .withMessage(message(sizes));
    }
  }

  @ParameterizedTest
  @MethodSource("factories")
  void aFactoryRefusesNegativeSizes(String factory) {
    for (int[] sizes : List.of(new int[] {-2}, new int[] {2, -2}, new int[] {-2, -2})) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> make(factory, sizes))
          .withMessage("shape: a size is negative, %s: use 0 or more", Arrays.toString(sizes));
    }
  }

  private static String message(int... sizes) {
    return "shape: %s has more than %d elements: split it".formatted(Arrays.toString(sizes), MOST);
  }

  static Stream<Named> operations() {
    Tensor column = Tensor.zeros(65536, 1);
    Tensor row = Tensor.zeros(1, 65536);
    Tensor nothing = Tensor.zeros(0, Integer.MAX_VALUE);
    return Stream.of(
        new Named("plus", () -> column.plus(row), message(65536, 65536)),
        new Named(
            "broadcastTo", () -> row.broadcastTo(Shape.of(65536, 65536)), message(65536, 65536)),
        new Named("matmul", () -> column.matmul(row), message(65536, 65536)),
        new Named(
            "matmul over nothing",
            () -> Tensor.zeros(65536, 0).matmul(Tensor.zeros(0, 65536)),
            message(65536, 65536)),
        new Named("matmulTransposed", () -> column.matmulTransposed(column), message(65536, 65536)),
        new Named("linear", () -> column.linear(column, row.flatten()), message(65536, 65536)),
        new Named("transposedMatmul", () -> row.transposedMatmul(row), message(65536, 65536)),
        new Named(
            "gatherRows",
            () -> Tensor.zeros(1, 65536).gatherRows(Tensor.zeros(DType.INT32, 65536)),
            message(65536, 65536)),
        new Named(
            "scatterAddRows",
            () -> row.scatterAddRows(Tensor.ints(0), 65536),
            message(65536, 65536)),
        new Named("eye", () -> Tensor.eye(DType.FLOAT32, 65536), message(65536, 65536)),
        new Named("arange", () -> Tensor.arange(Integer.MAX_VALUE), message(Integer.MAX_VALUE)),
        new Named(
            "sum of nothing, the empty axis gone",
            () -> Tensor.zeros(65536, 65536, 0).sum(2),
            message(65536, 65536)),
        new Named(
            "concat",
            () -> nothing.concat(1, nothing),
            "concat: the sizes along axis 1 add up to %d, over %d: join fewer"
                .formatted(2L * Integer.MAX_VALUE, MOST)));
  }

  record Named(String name, Runnable call, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anOperationRefusesAResultOfTooManyElements(Named operation) {
    assertThatIllegalArgumentException()
        .isThrownBy(operation.call()::run)
        .withMessage(operation.message());
  }

  @Test
  void hugeSizesBesideAnEmptyOneAreNothing() {
    Tensor x = Tensor.zeros(65536, 65536, 0);
    assertThat(x.elements()).isZero();
    assertThat(x.toFloats()).isEmpty();
    assertThat(x.exp().shape()).isEqualTo(x.shape());
    assertThat(x.sum(0, 1).shape()).isEqualTo(Shape.of(0));
    assertThat(x.max(0, 1).shape()).isEqualTo(Shape.of(0));
    assertThat(x.prod(0, 1).shape()).isEqualTo(Shape.of(0));
    assertThat(x.permute(2, 0, 1).shape()).isEqualTo(Shape.of(0, 65536, 65536));
    assertThat(x.sum().item()).isZero();
    assertThat(x.reshape(0).shape()).isEqualTo(Shape.of(0));
    assertThat(x).hasToString("FLOAT32 [65536, 65536, 0] []");
  }
}
