package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;

/// Scopes hand out memory that holds what was computed before. Every operation must write all of
/// its result, above all where there is nothing to compute.
class UsedMemoryTest {
  private static final Tensor X = Numeric.random(1, 64, 64).to(DType.FLOAT32);
  private static final Tensor COLUMN = X.slice(1, 0, 1);
  private static final Tensor ROWS = Tensor.arange(64);

  private static Arguments of(String name, Supplier<Tensor> operation) {
    return Arguments.of(name, operation);
  }

  static Stream<Arguments> operations() {
    Tensor none = Tensor.zeros(64, 0);
    return Stream.of(
        of("matmul over nothing", () -> none.matmul(Tensor.zeros(0, 64))),
        of("matmul of nothing in a batch", () -> none.reshape(1, 64, 0).matmul(none.transpose())),
        of("matmul transposed", () -> none.matmulTransposed(none)),
        of("transposed matmul", () -> none.transpose().transposedMatmul(none.transpose())),
        of("matmul", () -> X.matmul(X)),
        of("sum over nothing", () -> Tensor.zeros(64, 0, 64).sum(1)),
        of("sum over nothing inside", () -> Tensor.zeros(4096, 0).sum(1)),
        of("logSumExp over nothing", () -> Tensor.zeros(64, 0, 64).logSumExp(1)),
        of("mean over nothing", () -> Tensor.zeros(64, 0, 64).mean(1)),
        of("sum", () -> X.reshape(64, 1, 64).sum(1)),
        of("max", () -> X.reshape(64, 1, 64).max(1)),
        of("argmax", () -> X.reshape(64, 64, 1).broadcastTo(Shape.of(64, 64, 2)).argmax(2)),
        of("plus", () -> X.plus(COLUMN)),
        of("where", () -> COLUMN.where(X, COLUMN)),
        of("softmax", () -> X.softmax(0)),
        of("crossEntropy", () -> X.reshape(2048, 2).crossEntropy(Tensor.zeros(DType.INT32, 2048))),
        of("permute", () -> X.reshape(8, 8, 64).permute(2, 0, 1)),
        of("slice", () -> X.slice(1, 3, 40)),
        of("concat", () -> X.concat(1, none, COLUMN, X)),
        of("broadcastTo", () -> COLUMN.broadcastTo(Shape.of(64, 64))),
        of("broadcastTo of one", () -> X.mean().broadcastTo(Shape.of(64, 64))),
        of("gatherRows", () -> X.gatherRows(ROWS)),
        of("scatterAddRows", () -> X.slice(0, 0, 2).scatterAddRows(Tensor.ints(5, 5), 64)),
        of("scatterAddRows of none", () -> X.slice(0, 0, 0).scatterAddRows(Tensor.ints(), 64)),
        of("pick", () -> X.reshape(2048, 2).pick(Tensor.zeros(DType.INT32, 2048))),
        of("to", () -> X.to(DType.FLOAT64).to(DType.FLOAT32)),
        of("zeros", () -> Tensor.zeros(64, 64)),
        of("eye", () -> Tensor.eye(DType.FLOAT32, 64)),
        of("arange", () -> Tensor.arange(DType.FLOAT32, 4096)),
        of("rows", () -> Tensor.of(new float[64][64])),
        of("uniform", () -> Tensor.uniform(1, 64, 64)),
        of("normal", () -> Tensor.normal(1, 64, 64)),
        of("gradient of slice", () -> slope(x -> x.slice(1, 3, 40))),
        of("gradient of slice of nothing", () -> slope(x -> x.slice(1, 3, 3))),
        of("gradient of gatherRows", () -> slope(x -> x.gatherRows(Tensor.ints(1, 1)))),
        of("gradient of pick", () -> slope(x -> x.pick(ROWS))),
        of("gradient of max", () -> slope(x -> x.max(0))),
        of("gradient of crossEntropy", () -> slope(x -> x.crossEntropy(ROWS))));
  }

  private static Tensor slope(java.util.function.UnaryOperator<Tensor> f) {
    Tensor x = X.tracked();
    Tensor y = f.apply(x);
    return y.times(y.plus(1)).sum().backward().of(x);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void whatTheMemoryHeldBeforeDoesNotShow(String name, Supplier<Tensor> operation) {
    Tensor expected = operation.get();
    leaveNaNBehind(expected);
    Tensor there = Scope.get(operation);
    assertThat(there.sameBits(expected)).isTrue();
  }

  private static void leaveNaNBehind(Tensor like) {
    Scope.run(
        () -> {
          long used = 0;
          for (int k = 0; k < 8; k++) {
            for (int length : new int[] {like.elements(), 4096, 2048, 64 * 37}) {
              used += Tensor.full(DType.FLOAT32, Double.NaN, length).elements();
              used += Tensor.full(DType.FLOAT64, Double.NaN, length).elements();
              used += Tensor.full(DType.INT32, 12345, length).elements();
            }
          }
          assertThat(used).isPositive();
        });
  }
}
