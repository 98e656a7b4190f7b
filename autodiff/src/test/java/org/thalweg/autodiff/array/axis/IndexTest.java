package org.thalweg.autodiff.array.axis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Naive;
import org.thalweg.autodiff.array.Shape;

class IndexTest {
  private static final int CASES = 150;

  private static Array ints(int... values) {
    return Array.wrap(values, Shape.of(values.length));
  }

  private static Array positions(SplittableRandom random, Shape shape, int bound) {
    return Array.wrap(random.ints(shape.elements(), 0, bound).toArray(), shape);
  }

  /// One random case: x of three axes, and an axis of it.
  private record Case(SplittableRandom random, Array x, int axis) {
    static Case of(int seed, DType dtype) {
      SplittableRandom random = new SplittableRandom(seed);
      Shape shape = Shape.of(1 + seed % 4, 1 + random.nextInt(6), 1 + random.nextInt(5));
      return new Case(random, Naive.values(random, dtype, shape), random.nextInt(3));
    }

    int size() {
      return x.shape().size(axis);
    }

    double at(int place, int... index) {
      int[] there = index.clone();
      there[axis] = place;
      return x.get(Naive.flat(x.shape(), there));
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void slabsAreTakenByPositionsOfAnyShape(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      Case c = Case.of(seed, dtype);
      Array at = positions(c.random, Naive.shape(c.random, 2, 4), c.size());
      int skipped = seed % 3 == 0 ? Index.NONE : seed % c.size();
      Array y = Index.select(c.x, c.axis, at, skipped, "select");
      assertThat(y.dtype()).isEqualTo(dtype);
      assertThat(y.shape().rank()).isEqualTo(2 + at.shape().rank());
      int outer = c.x.shape().product(0, c.axis);
      Array flat = y.reshape(Shape.of(outer, at.elements(), y.elements() == 0 ? 0 : inner(c)));
      Naive.forEach(
          flat.shape(),
          i -> {
            int place = at.ints()[i[1]];
            double there = c.x.get((i[0] * c.size() + place) * inner(c) + i[2]);
            assertThat(flat.get(Naive.flat(flat.shape(), i)))
                .isEqualTo(place == skipped ? 0 : there);
          });
    }
  }

  private static int inner(Case c) {
    return c.x.shape().product(c.axis + 1, 3);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void elementsAreTakenByPosition(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      Case c = Case.of(seed, dtype);
      Shape shape = c.x.shape().with(c.axis, c.random.nextInt(6));
      Array at = positions(c.random, shape, c.size());
      Array y = Index.gather(c.x, c.axis - 3, at, "gather");
      assertThat(y.shape()).isEqualTo(shape);
      assertThat(y.dtype()).isEqualTo(dtype);
      Naive.forEach(
          shape,
          i -> {
            int flat = Naive.flat(shape, i);
            assertThat(y.get(flat)).isEqualTo(c.at(at.ints()[flat], i));
          });
    }
  }

  /// ⟨g, A x⟩ = ⟨Aᵀ g, x⟩, exact in whole numbers and halves.
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void addingIsTheTransposeOfTaking(DType dtype) {
    for (int seed = 0; seed < CASES; seed++) {
      Case c = Case.of(seed, dtype);
      int skipped = seed % 3 == 0 ? Index.NONE : seed % c.size();
      Array at = positions(c.random, Naive.shape(c.random, 2, 4), c.size());
      Array y = Index.select(c.x, c.axis, at, skipped, "select");
      Array g = Naive.values(c.random, dtype, y.shape());
      Array back = Index.accumulate(g, c.axis, at, c.size(), skipped, "accumulate");
      assertThat(back.shape()).isEqualTo(c.x.shape());
      assertThat(dot(back, c.x)).isEqualTo(dot(g, y));

      Shape shape = c.x.shape().with(c.axis, c.random.nextInt(6));
      Array places = positions(c.random, shape, c.size());
      Array z = Index.gather(c.x, c.axis, places, "gather");
      Array h = Naive.values(c.random, dtype, shape);
      Array added = Index.scatter(h, c.axis, places, c.size(), "scatter");
      assertThat(added.shape()).isEqualTo(c.x.shape());
      assertThat(dot(added, c.x)).isEqualTo(dot(h, z));
    }
  }

  private static double dot(Array a, Array b) {
    double sum = 0;
    for (int i = 0; i < a.elements(); i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void whatGoesToOnePlaceIsAddedInTheOrderOfThePositions(DType dtype) {
    // 2⁶⁰ − 2⁶⁰ + 1 is 1 in this order only.
    Array g = Array.wrap(new double[] {0x1p60, 7, -0x1p60, 1}, Shape.of(4)).to(dtype);
    Array at = ints(2, 0, 2, 2);
    for (Array sum :
        new Array[] {
          Index.accumulate(g, 0, at, 4, Index.NONE, "accumulate"),
          Index.scatter(g, 0, at, 4, "scatter")
        }) {
      assertThat(sum.to(DType.FLOAT64).doubles()).containsExactly(7, 0, 1, 0);
    }
  }

  @Test
  void placesOfWhatIsNotZeroAreFoundInOrder() {
    double[] values = {0, 1, -0.0, Double.NaN, 0, -3};
    Array x = Array.wrap(values, Shape.of(2, 3));
    assertThat(Index.nonzero(x).ints()).containsExactly(1, 3, 5);
    assertThat(Index.nonzero(x.to(DType.FLOAT32)).ints()).containsExactly(1, 3, 5);
    assertThat(Index.nonzero(ints(0, 4, 0, -1)).ints()).containsExactly(1, 3);
    assertThat(Index.nonzero(ints()).shape()).isEqualTo(Shape.of(0));
  }

  @Test
  void aPositionOutOfRangeIsRefusedBeforeAnythingIsRead() {
    Array x = Array.zeros(DType.FLOAT32, Shape.of(3, 2));
    for (int wrong : new int[] {3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      String advice = " is not in 0 … 2: check the data";
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Index.select(x, 0, ints(0, wrong), Index.NONE, "gatherRows"))
          .withMessage("gatherRows: index " + wrong + " at position 1" + advice);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Index.accumulate(x, 0, ints(0, 1, wrong), 3, Index.NONE, "indexAdd"))
          .withMessage("indexAdd: index " + wrong + " at position 2" + advice);
      Array at = Array.wrap(new int[] {0, 0, wrong, 0}, Shape.of(2, 2));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Index.gather(x, 0, at, "gather"))
          .withMessage("gather: index " + wrong + " at position 2" + advice);
      Array y = Array.zeros(DType.FLOAT32, Shape.of(2, 2));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Index.scatter(y, 0, at, 3, "scatterAdd"))
          .withMessage("scatterAdd: index " + wrong + " at position 2" + advice);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Index.select(x, 0, ints(0).to(DType.FLOAT32), Index.NONE, "gatherRows"))
        .withMessage(
            "gatherRows: indices are FLOAT32 and must be INT32: make them with"
                + " Tensor.ints(…) or to(INT32)");
    Array none = Array.zeros(DType.FLOAT32, Shape.of(0, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Index.select(none, 0, ints(0), Index.NONE, "indexSelect"))
        .withMessage(
            "indexSelect: index 0 at position 0 is out of range, the axis is empty: check the"
                + " data");
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Array x = Array.zeros(DType.FLOAT32, Shape.of(3, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Index.accumulate(x, 0, ints(0, 1), 5, Index.NONE, "indexAdd"))
        .withMessage(
            "indexAdd: FLOAT32 [3, 2] does not have the shape of the indices, [2], from axis 0 on:"
                + " give one slab for each index");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Index.accumulate(x, 0, ints(0, 1, 2), -1, Index.NONE, "scatterAddRows"))
        .withMessage("scatterAddRows: size -1 is negative: use 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Index.accumulate(x.to(DType.INT32), 0, ints(0, 1, 2), 3, Index.NONE, "indexAdd"))
        .withMessage(
            "indexAdd: INT32 has no arithmetic, shape [3, 2]: use to(FLOAT32) or to(FLOAT64)"
                + " first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Index.gather(x, 1, ints(0, 1), "gather"))
        .withMessage(
            "gather: [3, 2] and indices [2] do not fit along axis 1: all other sizes must be"
                + " equal");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Index.scatter(x, 1, ints(0, 1), 3, "scatterAdd"))
        .withMessage(
            "scatterAdd: values [3, 2] and indices [2] differ in shape: give one index for each"
                + " value");
    Array one = Array.zeros(DType.FLOAT32, Shape.SCALAR);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Index.select(one, 0, ints(0), Index.NONE, "gatherRows"))
        .withMessage("gatherRows: a scalar has no rows: reshape it to [1]");
  }
}
