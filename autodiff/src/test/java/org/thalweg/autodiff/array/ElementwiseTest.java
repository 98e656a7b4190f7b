package org.thalweg.autodiff.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.kernel.Pool;

class ElementwiseTest {
  private static final Formula MINUS = Formula.of("a", "b", Expr::minus).named("minus");
  private static final Formula MIX =
      Formula.of("a", "b", "c", (a, b, c) -> a.times(b).minus(c)).named("mix");
  private static final Formula SWAP =
      Formula.of(List.of("a", "b"), in -> List.of(in.get(1), in.get(0))).named("swap");

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void allPairsOfSmallShapesBroadcastElementByElement(DType dtype) {
    SplittableRandom random = new SplittableRandom(1);
    int compared = 0;
    for (Shape left : Naive.smallShapes()) {
      for (Shape right : Naive.smallShapes()) {
        Array a = Naive.values(random, dtype, left);
        Array b = Naive.values(random, dtype, right);
        Shape joint;
        try {
          joint = left.broadcast(right, "minus");
        } catch (IllegalArgumentException refused) {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> Elementwise.apply(MINUS, a, b))
              .withMessage(refused.getMessage());
          continue;
        }
        Array y = Elementwise.apply(MINUS, a, b);
        assertThat(y.shape()).isEqualTo(joint);
        Naive.forEach(
            joint,
            index ->
                assertThat(Naive.broadcast(y, index))
                    .as("%s − %s at %s", left, right, Arrays.toString(index))
                    .isEqualTo(Naive.broadcast(a, index) - Naive.broadcast(b, index)));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void threeInputsOfRandomShapesBroadcastElementByElement(DType dtype) {
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Shape whole = Naive.shape(random, 5, 5);
      Array a = Naive.values(random, dtype, Naive.smaller(random, whole));
      Array b = Naive.values(random, dtype, Naive.smaller(random, whole));
      Array c = Naive.values(random, dtype, Naive.smaller(random, whole));
      check(seed, a, b, c, Elementwise.apply(MIX, a, b, c));
    }
  }

  private static void check(int seed, Array a, Array b, Array c, Array y) {
    Naive.forEach(
        y.shape(),
        index -> {
          double product = Naive.broadcast(a, index) * Naive.broadcast(b, index);
          assertThat(Naive.broadcast(y, index))
              .as(
                  "seed %d: %s, %s, %s at %s",
                  seed, a.shape(), b.shape(), c.shape(), Arrays.toString(index))
              .isEqualTo(product - Naive.broadcast(c, index));
        });
  }

  @Test
  void largeArraysOfAnyPatternHaveTheSameBitsOnAnyNumberOfThreads() {
    Shape shape = Shape.of(101, 2, 701);
    Shape row = Shape.of(701);
    onAnyNumberOfThreads(shape, Shape.of(101, 1, 701), row);
    onAnyNumberOfThreads(shape, Shape.of(1, 2, 701), row);
    onAnyNumberOfThreads(shape, Shape.of(101, 2, 1), row);
    onAnyNumberOfThreads(shape, Shape.SCALAR, row);
    onAnyNumberOfThreads(shape, shape, Shape.SCALAR);
    onAnyNumberOfThreads(shape, shape, shape);
  }

  private static void onAnyNumberOfThreads(Shape ofA, Shape ofB, Shape ofC) {
    SplittableRandom random = new SplittableRandom(2);
    Array a = Naive.values(random, DType.FLOAT32, ofA);
    Array b = Naive.values(random, DType.FLOAT32, ofB);
    Array c = Naive.values(random, DType.FLOAT32, ofC);
    Pool.setThreads(1);
    Array expected = Elementwise.apply(MIX, a, b, c);
    check(0, a, b, c, expected);
    for (int count = 2; count <= 4; count++) {
      Pool.setThreads(count);
      long regions = Pool.regions();
      Array y = Elementwise.apply(MIX, a, b, c);
      assertThat(Pool.regions()).as("a second thread was asked").isGreaterThan(regions);
      assertThat(y.floats()).as("%s, %s, %d threads", ofB, ofC, count).isEqualTo(expected.floats());
    }
  }

  @Test
  void anOutputMayBeAnInput() {
    for (int n : new int[] {0, 1, 7, 100, 5000}) {
      SplittableRandom random = new SplittableRandom(n);
      Array a = Naive.values(random, DType.FLOAT64, Shape.of(n));
      Array b = Naive.values(random, DType.FLOAT64, Shape.of(n));
      double[] before = a.doubles().clone();
      Elementwise.applyInto(MINUS, new Array[] {a, b}, new Array[] {a});
      for (int i = 0; i < n; i++) {
        assertThat(a.get(i)).isEqualTo(before[i] - b.get(i));
      }
    }
  }

  @Test
  void twoOutputsMayBeTheTwoInputsTheOtherWayRound() {
    for (int n : new int[] {1, 15, 16, 33, 1000}) {
      Array a = Naive.values(new SplittableRandom(n), DType.FLOAT32, Shape.of(n));
      Array b = Naive.values(new SplittableRandom(-n), DType.FLOAT32, Shape.of(n));
      float[] wasA = a.floats().clone();
      float[] wasB = b.floats().clone();
      Elementwise.applyInto(SWAP, new Array[] {a, b}, new Array[] {a, b});
      assertThat(a.floats()).isEqualTo(wasB);
      assertThat(b.floats()).isEqualTo(wasA);
    }
  }

  @Test
  void anOutputThatIsNotOfTheBroadcastShapeOrTypeIsRefusedBeforeAnythingIsWritten() {
    Array a = Array.full(DType.FLOAT32, Shape.of(2, 3), 1);
    Array b = Array.full(DType.FLOAT32, Shape.of(3), 2);
    Array fits = Array.zeros(DType.FLOAT32, Shape.of(2, 3));
    for (Array wrong :
        List.of(
            Array.zeros(DType.FLOAT32, Shape.of(3)),
            Array.zeros(DType.FLOAT32, Shape.of(3, 2)),
            Array.zeros(DType.FLOAT32, Shape.of(2, 2, 3)),
            Array.zeros(DType.FLOAT64, Shape.of(2, 3)))) {
      assertThatIllegalArgumentException()
          .as("%s %s", wrong.dtype(), wrong.shape())
          .isThrownBy(
              () -> Elementwise.applyInto(SWAP, new Array[] {a, b}, new Array[] {fits, wrong}))
          .withMessage(
              "swap: an output is %s %s and must be FLOAT32 [2, 3]: make it of that shape and type",
              wrong.dtype(), wrong.shape());
      assertThat(fits.floats()).containsOnly(0);
    }
  }

  @Test
  void asManyOutputsAsTheFormulaHasAreWanted() {
    Array a = Array.zeros(DType.FLOAT32, Shape.of(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementwise.applyInto(SWAP, new Array[] {a, a}, new Array[] {a}))
        .withMessage("swap: it has 2 outputs and was given 1: pass one array for each");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementwise.apply(SWAP, a, a))
        .withMessage("swap: it has 2 outputs and was given 1: pass one array for each");
  }

  @Test
  void theNumberOfInputsIsChecked() {
    Array a = Array.zeros(DType.FLOAT32, Shape.of(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementwise.apply(MIX, a, a))
        .withMessage("mix: it has inputs [a, b, c] and was given 2: pass one tensor for each");
    Formula constant = Formula.of(List.of(), in -> List.of(Expr.number(1))).named("one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementwise.apply(constant))
        .withMessage("one: a formula without inputs has no type: give it one");
  }

  @Test
  void typesDoNotMix() {
    Array floats = Array.zeros(DType.FLOAT32, Shape.of(2));
    Array doubles = Array.zeros(DType.FLOAT64, Shape.of(2));
    Array ints = Array.zeros(DType.INT32, Shape.of(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementwise.apply(MINUS, floats, doubles))
        .withMessage(
            "minus: types FLOAT32 and FLOAT64 do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementwise.apply(MINUS, floats, ints))
        .withMessage(
            "minus: types FLOAT32 and INT32 do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementwise.apply(MINUS, ints, ints))
        .withMessage("minus: INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
  }

  @Test
  void inputsThatAreNotUsedStillDecideTheShape() {
    Formula first = Formula.of("a", "b", (a, b) -> a).named("first");
    Array y =
        Elementwise.apply(
            first,
            Array.full(DType.FLOAT32, Shape.of(1, 3), 5),
            Array.full(DType.FLOAT32, Shape.of(2, 1), 7));
    assertThat(y.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(y.floats()).containsOnly(5);
  }
}
