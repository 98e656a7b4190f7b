package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Naive;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;

class ProductsTest {
  private final int threads = Engine.threads();

  @AfterEach
  void threadsAsBefore() {
    Engine.setThreads(threads);
  }

  /// Whole numbers small enough that every product is exact.
  private static Tensor whole(int seed, DType dtype, Shape shape) {
    Tensor x = Tensor.of(Naive.values(new SplittableRandom(seed), DType.INT32, shape));
    return x.to(DType.FLOAT64).over(50).round().to(dtype);
  }

  /// Σ a·b by three loops, batch axes broadcast.
  private static void check(Tensor a, Tensor b, Tensor c) {
    int inner = a.shape().size(-1);
    Naive.forEach(
        c.shape(),
        index -> {
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            int[] left = index.clone();
            left[left.length - 1] = k;
            int[] right = index.clone();
            right[right.length - 2] = k;
            sum += at(a, left) * at(b, right);
          }
          assertThat(c.get(index))
              .as("%s · %s at %s", a.shape(), b.shape(), Arrays.toString(index))
              .isEqualTo(sum);
        });
  }

  /// The element at an index of the whole batch; only batch axes of size 1 are broadcast.
  private static double at(Tensor x, int... index) {
    int rank = x.shape().rank();
    int[] own = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int here = index[index.length - rank + axis];
      own[axis] = axis < rank - 2 && x.shape().size(axis) == 1 ? 0 : here;
    }
    return x.get(own);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void matricesOfManySizesAreMultiplied(DType dtype) {
    for (int m : new int[] {0, 1, 3, 17}) {
      for (int k : new int[] {0, 1, 5, 33}) {
        for (int n : new int[] {0, 1, 4, 19}) {
          Tensor a = whole(m, dtype, Shape.of(m, k));
          Tensor b = whole(n, dtype, Shape.of(k, n));
          Tensor c = a.matmul(b);
          assertThat(c.shape()).isEqualTo(Shape.of(m, n));
          assertThat(c.dtype()).isEqualTo(dtype);
          check(a, b, c);
          assertThat(a.matmulTransposed(b.transpose()).sameBits(c)).isTrue();
          assertThat(a.transpose().transposedMatmul(b).sameBits(c)).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aLinearMapHasTheBitsOfAProductAndASum(DType dtype) {
    int[][] sizes = {
      {1, 1, 1},
      {1, 100, 50},
      {700, 3, 5},
      {37, 1, 400},
      {128, 96, 784},
      {1500, 330, 40},
      {3, 2, 24_600}
    };
    for (int[] s : sizes) {
      Tensor x = Draws.normal(dtype, 1, 0, Shape.of(s[0], s[2]));
      Tensor weight = Draws.normal(dtype, 2, 0, Shape.of(s[1], s[2]));
      Tensor bias = Draws.normal(dtype, 3, 0, Shape.of(s[1]));
      for (int threads = 1; threads <= 3; threads++) {
        Engine.setThreads(threads);
        Tensor y = x.linear(weight, bias);
        assertThat(y.sameBits(x.matmulTransposed(weight).plus(bias)))
            .as("%s on %d threads", Arrays.toString(s), threads)
            .isTrue();
      }
    }
  }

  /// Gradients that take x Wᵀ + b, those that take the value, that are as they are, and of nothing.
  private static final List<Formula> ACTIVATIONS =
      List.of(
          Formulas.GELU,
          Formulas.RELU,
          Formulas.TANH,
          Formula.of("x", x -> x).named("same"),
          Formula.of("x", x -> x.plus(1)).named("shifted"),
          Formula.of("x", Expr::sign).named("sign"));

  private interface Function3 {
    Tensor apply(Tensor x, Tensor weight, Tensor bias);
  }

  private static List<Tensor> gradients(
      DType dtype, int[] sizes, boolean isWatched, Function3 function) {
    Parameter x = new Parameter("x", Draws.normal(dtype, 1, 0, Shape.of(sizes[0], sizes[2])));
    Parameter weight = new Parameter("w", Draws.normal(dtype, 2, 0, Shape.of(sizes[1], sizes[2])));
    Parameter bias = new Parameter("b", Draws.normal(dtype, 3, 0, Shape.of(sizes[1])));
    Tensor y = function.apply(x, weight.times(1), bias.times(1));
    Tensor loss = y.times(Draws.normal(dtype, 4, 0, y.shape())).plus(x.sum()).sum();
    Gradients found = isWatched ? Watch.get((op, in, out) -> {}, loss::backward) : loss.backward();
    List<Tensor> all = new ArrayList<>(List.of(y, found.of(x)));
    found.find(weight).ifPresent(all::add);
    found.find(bias).ifPresent(all::add);
    return all;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void aLinearMapAndAFormulaHaveTheBitsOfOneAfterTheOther(DType dtype) {
    int[][] sizes = {
      {1, 1, 1},
      {1, 100, 50},
      {37, 70, 1},
      {128, 96, 784},
      {1500, 330, 40},
      {3, 2, 24_600},
      {5, 64, 0}
    };
    for (int[] s : sizes) {
      for (Formula f : ACTIVATIONS) {
        Engine.setThreads(1);
        List<Tensor> wanted =
            gradients(dtype, s, false, (x, w, b) -> Tensor.apply(f, x.linear(w, b)));
        for (int threads = 0; threads <= 3; threads++) {
          Engine.setThreads(Math.max(1, threads));
          List<Tensor> found = gradients(dtype, s, threads == 0, (x, w, b) -> x.linear(w, b, f));
          assertThat(found).hasSameSizeAs(wanted);
          for (int k = 0; k < wanted.size(); k++) {
            assertThat(found.get(k).sameBits(wanted.get(k)))
                .as("%s, %s, %d on %d threads", f.name(), Arrays.toString(s), k, threads)
                .isTrue();
          }
        }
      }
    }
  }

  @Test
  void aLinearMapAndAFormulaAreDifferentiatedTwice() {
    for (Formula f : ACTIVATIONS.subList(0, 5)) {
      Tensor w = Numeric.random(2, 4, 3);
      Tensor b = Numeric.random(3, 4);
      Numeric.check(f.name(), x -> x.linear(w, b, f), Numeric.random(1, 2, 3));
      Numeric.check(f.name(), v -> v.slice(1, 0, 3).linear(v, b, f), Numeric.random(1, 4, 3));
    }
  }

  @Test
  void aFormulaOfSeveralInputsIsNoActivation() {
    Tensor x = Tensor.ones(2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.linear(Tensor.ones(4, 3), Tensor.ones(4), Formulas.TIMES))
        .withMessage("linear: the activation times has inputs [a, b]: give a formula of one input");
  }

  @Test
  void aLinearMapRefusesWhatDoesNotFit() {
    Tensor x = Tensor.zeros(2, 3);
    Tensor weight = Tensor.zeros(4, 3);
    String advice = ": give […, in], [out, in] and [out]";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.linear(weight, Tensor.zeros(3)))
        .withMessage("linear: sizes do not fit, input [2, 3], weight [4, 3], bias [3]" + advice);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.linear(Tensor.zeros(3, 4), Tensor.zeros(3)))
        .withMessage("linear: sizes do not fit, input [2, 3], weight [3, 4], bias [3]" + advice);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.scalar(1).linear(weight, Tensor.zeros(4)))
        .withMessage("linear: sizes do not fit, input [], weight [4, 3], bias [4]" + advice);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> x.linear(weight, Tensor.zeros(DType.FLOAT64, 4)))
        .withMessage(
            "linear: types FLOAT32 and FLOAT64 do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    Tensor ints = Tensor.zeros(DType.INT32, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ints.linear(ints, Tensor.zeros(DType.INT32, 1)))
        .withMessage("linear: INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
  }

  @ParameterizedTest
  @CsvSource({"'5,2,3', 4", "'5,2,3', 0", "'0,2,3', 4", "'5,0,3', 4", "'5,2,0', 4", "'2,3,2,3', 4"})
  void theGradientOfOneMatrixForAllIsTheSumOverAll(String sizes, int n) {
    Shape shape = Shape.of(Arrays.stream(sizes.split(",")).mapToInt(Integer::parseInt).toArray());
    int k = shape.size(-1);
    Tensor a = whole(1, DType.FLOAT32, shape);
    Parameter b = new Parameter("b", whole(2, DType.FLOAT32, Shape.of(k, n)));
    Parameter transposed = new Parameter("transposed", b.transpose().detach());
    Tensor c = a.matmul(b);
    Tensor g = whole(3, DType.FLOAT32, c.shape());
    int[] all = {a.elements() / Math.max(1, k), k};
    Tensor expected = Tensor.zeros(k, n);
    if (a.elements() > 0 && n > 0) {
      expected = a.reshape(all).transposedMatmul(g.reshape(all[0], n));
    }
    assertThat(c.times(g).sum().backward().of(b).sameBits(expected)).isTrue();
    Tensor other = a.matmulTransposed(transposed).times(g).sum();
    assertThat(other.backward().of(transposed).sameBits(expected.transpose())).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'2,3', '3,4', '2,4'",
    "'5,2,3', '5,3,4', '5,2,4'",
    "'5,2,3', '3,4', '5,2,4'",
    "'2,3', '5,3,4', '5,2,4'",
    "'5,1,2,3', '6,3,4', '5,6,2,4'",
    "'1,2,3', '7,3,4', '7,2,4'",
    "'0,2,3', '3,4', '0,2,4'",
    "'5,2,0', '5,0,4', '5,2,4'",
    "'2,1,2,3', '1,3,3,4', '2,3,2,4'",
  })
  void theOtherAxesBroadcast(String left, String right, String result) {
    Tensor a = whole(1, DType.FLOAT64, shape(left));
    Tensor b = whole(2, DType.FLOAT64, shape(right));
    Tensor c = a.matmul(b);
    assertThat(c.shape()).isEqualTo(shape(result));
    check(a, b, c);
    assertThat(a.matmulTransposed(b.transpose()).sameBits(c)).isTrue();
    assertThat(a.transpose().transposedMatmul(b).sameBits(c)).isTrue();
    Numeric.check(left + " · " + right, t -> t.matmul(b), a);
    Numeric.check(left + " · " + right, t -> a.matmul(t), b);
    Numeric.check("its transposes", t -> t.transpose().transposedMatmul(b), a);
    Numeric.check("its transposes", t -> a.matmulTransposed(t.transpose()), b);
    Numeric.check("its transposes", t -> t.matmulTransposed(b.transpose()), a);
    Numeric.check("its transposes", t -> a.transpose().transposedMatmul(t), b);
  }

  private static Shape shape(String text) {
    return Shape.of(Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray());
  }

  @Test
  void aVectorCountsAsARowOnTheLeftAndAsAColumnOnTheRight() {
    Tensor v = Tensor.of(1.0, 2.0, 3.0);
    Tensor a = Tensor.arange(DType.FLOAT64, 6).reshape(2, 3);
    assertThat(a.matmul(v).shape()).isEqualTo(Shape.of(2));
    assertThat(a.matmul(v).toDoubles()).containsExactly(8, 26);
    assertThat(v.matmul(a.transpose()).shape()).isEqualTo(Shape.of(2));
    assertThat(v.matmul(a.transpose()).toDoubles()).containsExactly(8, 26);
    assertThat(v.matmul(v).shape()).isEqualTo(Shape.SCALAR);
    assertThat(v.matmul(v).item()).isEqualTo(14);
    Tensor batch = a.reshape(1, 2, 3).broadcastTo(Shape.of(4, 2, 3));
    assertThat(batch.matmul(v).shape()).isEqualTo(Shape.of(4, 2));
    assertThat(v.matmul(batch.transpose()).shape()).isEqualTo(Shape.of(4, 2));
    Numeric.check("A · v", a::matmul, v);
    Numeric.check("v · A", t -> t.matmul(a.transpose()), v);
    Numeric.check("v · v", t -> t.matmul(t), v);
  }

  @Test
  void whatDoesNotFitIsRefusedWithItsShapes() {
    Tensor a = Tensor.zeros(2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.matmul(Tensor.zeros(4, 5)))
        .withMessage("matmul: inner sizes differ, [2, 3] and [4, 5]: transpose one of them?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.matmulTransposed(Tensor.zeros(5, 4)))
        .withMessage(
            "matmulTransposed: inner sizes differ, [2, 3] and [5, 4] transposed: transpose one of"
                + " them?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.transposedMatmul(Tensor.zeros(3, 4)))
        .withMessage(
            "transposedMatmul: inner sizes differ, [2, 3] transposed and [3, 4]: transpose one of"
                + " them?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.matmul(Tensor.zeros(DType.FLOAT64, 3, 4)))
        .withMessage(
            "matmul: types FLOAT32 and FLOAT64 do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.matmul(Tensor.scalar(1f)))
        .withMessage(
            "matmul: [2, 3] and [] are not both vectors or matrices: use times for a single"
                + " number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.matmul(Tensor.zeros(4)))
        .withMessage("matmul: [2, 3] and [4] have inner sizes that differ: make them equal");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, 2, 3).matmul(Tensor.zeros(3, 3, 4)))
        .withMessageStartingWith("matmul: shapes [2] and [3] do not broadcast, sizes 2 and 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.matmulTransposed(Tensor.zeros(3)))
        .withMessage(
            "matmulTransposed: [2, 3] and [3] are not both matrices: reshape a vector to [n, 1] or"
                + " [1, n]");
  }

  @Test
  void wholeNumbersAreNotMultiplied() {
    Tensor a = Tensor.ints(1, 2).reshape(1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.matmulTransposed(a))
        .withMessage(
            "matmulTransposed: INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
  }
}
