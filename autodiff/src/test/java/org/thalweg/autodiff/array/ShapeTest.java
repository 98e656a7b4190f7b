package org.thalweg.autodiff.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
  @Test
  void allPairsOfSmallShapesBroadcastByTheRuleOfNumpy() {
    int joined = 0;
    int refused = 0;
    for (Shape a : Naive.smallShapes()) {
      for (Shape b : Naive.smallShapes()) {
        Optional<Shape> expected = rule(a, b);
        if (expected.isPresent()) {
          assertThat(a.broadcast(b, "plus")).as("%s and %s", a, b).isEqualTo(expected.get());
          joined++;
        } else {
          assertThatIllegalArgumentException()
              .as("%s and %s", a, b)
              .isThrownBy(() -> a.broadcast(b, "plus"))
              .withMessageStartingWith("plus: shapes " + a + " and " + b + " do not broadcast, ");
          refused++;
        }
      }
    }
    assertThat(joined + refused).isEqualTo(40 * 40);
    assertThat(joined).isPositive();
    assertThat(refused).isPositive();
  }

  /// Prepends ones to the shorter, then compares size by size.
  private static Optional<Shape> rule(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] joint = new int[rank];
    int[] left = padded(a, rank);
    int[] right = padded(b, rank);
    for (int axis = 0; axis < rank; axis++) {
      if (left[axis] != right[axis] && left[axis] != 1 && right[axis] != 1) {
        return Optional.empty();
      }
      joint[axis] = left[axis] == 1 ? right[axis] : left[axis];
    }
    return Optional.of(Shape.of(joint));
  }

  private static int[] padded(Shape shape, int rank) {
    int[] sizes = new int[rank];
    Arrays.fill(sizes, 1);
    System.arraycopy(shape.sizes(), 0, sizes, rank - shape.rank(), shape.rank());
    return sizes;
  }

  @Test
  void aRefusedBroadcastNamesTheSizesThatDiffer() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(2, 3).broadcast(Shape.of(4, 1), "minus"))
        .withMessage(
            "minus: shapes [2, 3] and [4, 1] do not broadcast, sizes 2 and 4 differ: reshape one,"
                + " or make the size 1");
  }

  @ParameterizedTest
  @CsvSource({
    "65536, 65536", // 2³², which is 0 in an int
    "46341, 46341", // just above 2³¹, which is negative in an int
    "2147483647, 2147483647",
    "2147483640, 1",
  })
  void aProductThatDoesNotFitIsRefusedByName(int rows, int columns) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(rows, columns))
        .withMessage("shape: [%d, %d] has more than 2147483639 elements: split it", rows, columns);
  }

  @Test
  void aProductThatOverflowsLongIsRefusedToo() {
    int most = Integer.MAX_VALUE;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(most, most, most, most, 4))
        .withMessageContaining("has more than 2147483639 elements");
  }

  @Test
  void theLargestShapeIsAccepted() {
    assertThat(Shape.of(1, Shape.MOST_ELEMENTS).elements()).isEqualTo(2_147_483_639);
  }

  @Test
  void aSizeOfZeroMakesAnyProductZero() {
    int most = Integer.MAX_VALUE;
    assertThat(Shape.of(most, most, 0).elements()).isZero();
    assertThat(Shape.of(0, most, most).elements()).isZero();
    assertThat(Shape.of(most, 0, most, most).elements()).isZero();
  }

  @Test
  void aNegativeSizeIsRefusedWhereverItStands() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(0, -1))
        .withMessage("shape: a size is negative, [0, -1]: use 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, -2))
        .withMessageStartingWith("shape: a size is negative, ");
  }

  @Test
  void aScalarHasNoAxesAndOneElement() {
    assertThat(Shape.of()).isSameAs(Shape.SCALAR);
    assertThat(Shape.SCALAR.rank()).isZero();
    assertThat(Shape.SCALAR.elements()).isOne();
    assertThat(Shape.SCALAR).hasToString("[]");
    assertThat(Shape.SCALAR.axes()).isEmpty();
  }

  @Test
  void axesAreCountedFromEitherEnd() {
    Shape shape = Shape.of(5, 6, 7);
    for (int axis = 0; axis < 3; axis++) {
      assertThat(shape.axis(axis)).isEqualTo(axis);
      assertThat(shape.axis(axis - 3)).isEqualTo(axis);
      assertThat(shape.size(axis - 3)).isEqualTo(5 + axis);
    }
  }

  @ParameterizedTest
  @CsvSource({"3", "-4", "2147483647", "-2147483648"})
  void anAxisThatIsNotThereIsRefused(int axis) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(5, 6, 7).axis(axis))
        .withMessage("axis: there is no axis %d in shape [5, 6, 7]: use -3 to 2", axis);
  }

  @Test
  void aScalarHasNoAxisToName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.SCALAR.axis(0))
        .withMessage("axis: there is no axis 0 in shape []: a scalar has none");
  }

  @Test
  void namedAxesAreSortedAndNoneStandsForAll() {
    Shape shape = Shape.of(5, 6, 7);
    assertThat(shape.axes(-1, 0)).containsExactly(0, 2);
    assertThat(shape.axes()).containsExactly(0, 1, 2);
  }

  @Test
  void anAxisNamedTwiceIsRefusedUnderEitherOfItsNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(5, 6, 7).axes(2, 0, -1))
        .withMessage("axis: axis 2 is named twice in [2, 0, -1]: name each axis once");
  }

  @Test
  void stridesSayWhereElementsStand() {
    for (Shape shape : Naive.smallShapes()) {
      int[] strides = shape.strides();
      int[] next = {0};
      Naive.forEach(
          shape,
          index -> {
            int flat = 0;
            for (int axis = 0; axis < index.length; axis++) {
              flat += index[axis] * strides[axis];
            }
            assertThat(flat).as("%s in %s", Arrays.toString(index), shape).isEqualTo(next[0]++);
          });
    }
  }

  @Test
  void reducedAxesStayWithSizeOneOrGo() {
    Shape shape = Shape.of(5, 6, 7);
    assertThat(shape.reduced(new int[] {0, 2}, true)).isEqualTo(Shape.of(1, 6, 1));
    assertThat(shape.reduced(new int[] {0, 2}, false)).isEqualTo(Shape.of(6));
    assertThat(shape.reduced(new int[] {}, false)).isEqualTo(shape);
  }

  @Test
  void aShapeDoesNotChangeWithTheArraysThatWentInOrCameOut() {
    int[] sizes = {2, 3};
    Shape shape = Shape.of(sizes);
    sizes[0] = 9;
    shape.sizes()[1] = 9;
    assertThat(shape).isEqualTo(Shape.of(2, 3)).hasToString("[2, 3]");
    assertThat(shape.with(-1, 4)).isEqualTo(Shape.of(2, 4));
    assertThat(shape).hasSameHashCodeAs(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2));
  }

  @Test
  void aShapeBroadcastsToAnotherWhereBothTogetherAreThatOther() {
    for (Shape a : Naive.smallShapes()) {
      for (Shape b : Naive.smallShapes()) {
        boolean expected;
        try {
          expected = a.broadcast(b, "test").equals(b);
        } catch (IllegalArgumentException e) {
          expected = false;
        }
        assertThat(a.broadcastsTo(b)).as("%s to %s", a, b).isEqualTo(expected);
      }
    }
  }

  @Test
  void aShapeBroadcastsToSizesThatNoArrayHolds() {
    int[] scores = {16, 12, 4096, 4096};
    assertThat(Shape.of(16, 1, 1, 4096).broadcastsTo(scores)).isTrue();
    assertThat(Shape.SCALAR.broadcastsTo(scores)).isTrue();
    assertThat(Shape.of(16, 1, 1, 4095).broadcastsTo(scores)).isFalse();
    assertThat(Shape.of(1, 16, 1, 1, 4096).broadcastsTo(scores)).isFalse();
  }
}
