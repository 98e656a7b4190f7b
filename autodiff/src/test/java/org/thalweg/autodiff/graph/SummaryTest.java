package org.thalweg.autodiff.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Checkpoint;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.operation.Op;

class SummaryTest {
  private static final Tensor X = Tensor.uniform(1, 4, 3);
  private static final Tensor W = Tensor.uniform(2, 3, 5);
  private static final Tensor BATCH = Tensor.uniform(3, 2, 4, 3);

  private static Arguments of(String name, long flops, long read, long written, Runnable work) {
    return Arguments.of(name, flops, read, written, work);
  }

  /// Bytes are counted by hand, four for each element of FLOAT32.
  static Stream<Arguments> operations() {
    Formula fma = Formula.of("a", "b", "c", (a, b, c) -> a.fma(b, c).tanh());
    return Stream.of(
        of("plus", 12, 96, 48, () -> X.plus(X.times(1))),
        of("one input twice", 12, 48, 48, () -> X.plus(X)),
        of("a number", 12, 48 + 4, 48, () -> X.plus(1)),
        of("a row", 12, 48 + 12, 48, () -> X.plus(W.slice(1, 0, 1).reshape(3))),
        of("gelu, shared parts once", 12 * 5, 48, 48, () -> X.gelu()),
        of("fma and tanh", 12 * 3, 48 + 8, 48, () -> Tensor.apply(fma, X, scalar(), scalar())),
        of("FLOAT64", 12, 96, 96, () -> X.to(DType.FLOAT64).exp()),
        of("matmul", 2 * 4 * 3 * 5, 48 + 60, 80, () -> X.matmul(W)),
        of("matmul of a batch", 2 * 2 * 4 * 3 * 5, 96 + 60, 160, () -> BATCH.matmul(W)),
        of("transposed", 2 * 3 * 4 * 3, 48, 36, () -> X.transposedMatmul(X)),
        of("matmul with transposed", 2 * 4 * 3 * 4, 48, 64, () -> X.matmulTransposed(X)),
        of("sum along an axis", 12, 48, 16, () -> X.sumKept(1)),
        of("max", 12, 48, 12, () -> X.maxKept(0)),
        of("softmax", 60, 48, 48, () -> X.softmax(1)),
        of("logSoftmax", 72, 48, 48, () -> X.logSoftmax(1)),
        of("logSumExp", 48, 48, 16, () -> X.logSumExpKept(1)),
        of("crossEntropy", 48, 48 + 16, 16, () -> X.crossEntropy(Tensor.ints(0, 1, 2, 0))),
        of("scatterAddRows", 12, 48 + 16, 24, () -> X.scatterAddRows(Tensor.ints(0, 1, 1, 0), 2)),
        of("gatherRows", 0, 48 + 8, 24, () -> X.gatherRows(Tensor.ints(3, 3))),
        of("transpose", 0, 48, 48, () -> X.transpose()),
        of("a reshape moves nothing", 0, 0, 0, () -> X.reshape(12)));
  }

  private static Tensor scalar() {
    return Tensor.scalar(2f);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void theLastOperationIsCountedByHand(
      String name, long flops, long read, long written, Runnable work) {
    List<Summary.Row> rows = Summary.of(work).rows();
    Summary.Row last = rows.get(rows.size() - 1);
    assertThat(last.flops()).isEqualTo(flops);
    assertThat(last.bytesRead()).isEqualTo(read);
    assertThat(last.bytesWritten()).isEqualTo(written);
  }

  @Test
  void aTableOfForwardAndBackward() {
    Parameter w = new Parameter("w", W);
    Summary summary = Summary.of(() -> X.matmul(w).tanh().tanh().sum().backward());

    assertThat(summary)
        .hasToString(
            """
                      operation  output          count  FLOPs  bytes read  bytes written
            forward   matmul     FLOAT32 [4, 5]      1    120         108             80
            forward   tanh       FLOAT32 [4, 5]      2     40         160            160
            forward   sum        FLOAT32 []          1     20          80              4
            forward   total                          4    180         348            244
            backward  tanh′x     FLOAT32 [4, 5]      2     80         244            160
            backward  matmul     FLOAT32 [3, 5]      1    120         128             60
            backward  total                          3    200         372            220
            both      total                          7    380         720            464
            """);
    assertThat(summary.forward().count()).isEqualTo(4);
    assertThat(summary.backward().flops()).isEqualTo(200);
    assertThat(summary.bytesRead()).isEqualTo(720);
    assertThat(summary.bytesWritten()).isEqualTo(464);
  }

  @Test
  void whatACheckpointComputesAgainBelongsToTheBackwardPass() {
    Parameter w = new Parameter("w", W);
    Summary summary = Summary.of(() -> Checkpoint.get(() -> w.exp().sin()).sum().backward());
    assertThat(summary.rows())
        .filteredOn(row -> row.operation().equals("exp"))
        .extracting(Summary.Row::isBackward)
        .containsExactly(false, true);
  }

  @Test
  void nothingIsAnEmptyTableAndNumbersAreGrouped() {
    assertThat(Summary.of(() -> {}).count()).isEqualTo(0);
    assertThat(Summary.of(() -> {}).toString()).contains("both      total");
    Tensor wide = Tensor.zeros(1000, 1000);
    assertThat(Summary.of(() -> wide.matmul(wide)).toString()).contains("2,000,000,000");
  }

  private record Counted() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(Array.zeros(DType.FLOAT32, Shape.of(2)), (_, _) -> null);
    }

    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return 7L * inputs.size() * output.elements();
    }
  }

  @Test
  void anOperationOfOnesOwnSaysWhatItTakes() {
    assertThat(Summary.of(() -> Tensor.apply(new Counted(), X, W)).flops()).isEqualTo(28);
  }
}
