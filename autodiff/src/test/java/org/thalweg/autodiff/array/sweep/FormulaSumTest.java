package org.thalweg.autodiff.array.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Reduction;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.kernel.Pool;

/// Sums in one pass have the bits of a formula's value that is written and added up then.
@Tag("alone")
class FormulaSumTest {
  private static final Formula FORMULA =
      Formula.of(
          List.of("x", "y", "z"),
          in -> List.of(in.get(0).times(in.get(1)).plus(in.get(2).tanh()).minus(0.25)));

  private final int before = Pool.threads();

  private record Case(Shape x, Shape y, Shape z, int... axes) {}

  @BeforeAll
  static void sumsAreWarm() {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Reduction.SUM.apply(Array.full(dtype, Shape.of(64, 64), 1), 0);
    }
    Engine.awaitWarmUp();
  }

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(before);
  }

  private static Case like(Shape x, int... axes) {
    return new Case(x, x, x, axes);
  }

  /// All elements, whole rows, cells of the fixed grid and what is beside them by one; inputs that
  /// are broadcast along any axes; columns, and axes that are left to two passes.
  private static List<Case> cases() {
    Shape one = Shape.SCALAR;
    Shape images = Shape.of(6, 5, 7, 9);
    return List.of(
        like(Shape.of(3), 0),
        like(Shape.of(1023), 0),
        like(Shape.of(1024), 0),
        like(Shape.of(8191), 0),
        like(Shape.of(8193), 0),
        like(Shape.of(16_384), 0),
        like(Shape.of(16_385), 0),
        like(Shape.of(100_003), 0),
        like(Shape.of(300, 7), 1),
        like(Shape.of(65, 1000), 1),
        like(Shape.of(3, 40_000), 1),
        like(Shape.of(40, 30, 20), 0, 1, 2),
        like(Shape.of(40, 30, 20), 1, 2),
        like(Shape.of(40, 30, 20), 2),
        like(Shape.of(40, 30, 1, 20, 1), 3, 4),
        like(Shape.of(500, 70), 0),
        like(Shape.of(40, 30, 80), 0, 1),
        like(Shape.of(40, 30, 20), 0),
        like(Shape.of(40, 30, 20), 0, 2),
        new Case(Shape.of(130, 1000), Shape.of(1000), one, 0, 1),
        new Case(Shape.of(130, 1000), Shape.of(130, 1), Shape.of(1000), 0, 1),
        new Case(Shape.of(130, 1), Shape.of(1000), one, 0, 1),
        new Case(Shape.of(130, 1000), Shape.of(1000), Shape.of(130, 1), 1),
        new Case(Shape.of(130, 1000), Shape.of(1000), Shape.of(130, 1), 0),
        new Case(images, Shape.of(5, 1, 1), one, 0, 1, 2, 3),
        new Case(images, Shape.of(5, 1, 1), Shape.of(6, 1, 1, 9), 2, 3),
        new Case(Shape.of(6, 1, 7, 1), Shape.of(5, 1, 9), Shape.of(6, 5, 1, 1), 1, 2, 3),
        new Case(Shape.of(0, 3), Shape.of(3), one, 0),
        new Case(Shape.of(3, 0), Shape.of(3, 1), one, 1));
  }

  private static Array values(DType dtype, Shape shape, int seed) {
    Random random = new Random(seed);
    double[] values = random.doubles(shape.elements(), -1, 1).toArray();
    return Array.wrap(values, shape).to(dtype);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void haveTheBitsOfTwoPasses(DType dtype) {
    for (Case c : cases()) {
      Array[] in = {values(dtype, c.x, 1), values(dtype, c.y, 2), values(dtype, c.z, 3)};
      Array wanted = Reduction.SUM.apply(Elementwise.apply(FORMULA, in), c.axes);
      for (int threads : new int[] {1, 2, 3, 7}) {
        Pool.setThreads(threads);
        Array found = FormulaSum.apply(FORMULA, c.axes, in);
        assertThat(found.shape()).isEqualTo(wanted.shape());
        assertThat(found.data()).as("%s, %d threads", c, threads).isEqualTo(wanted.data());
      }
    }
  }

  @Test
  void noAxesAreTheValueItself() {
    Array x = values(DType.FLOAT64, Shape.of(2000), 1);
    Array found = FormulaSum.apply(FORMULA, new int[0], x, x, x);
    assertThat(found.data()).isEqualTo(Elementwise.apply(FORMULA, x, x, x).data());
  }

  @Test
  void whatDoesNotBroadcastIsRefused() {
    Array x = values(DType.FLOAT32, Shape.of(2000), 1);
    Array y = values(DType.FLOAT32, Shape.of(3), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FormulaSum.apply(FORMULA, new int[] {0}, x, y, x))
        .withMessageContaining("[2000]")
        .withMessageContaining("[3]");
  }
}
