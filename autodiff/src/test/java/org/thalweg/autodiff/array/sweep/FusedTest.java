package org.thalweg.autodiff.array.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Naive;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.kernel.Pool;

@Timeout(60)
class FusedTest {
  private static final Formula BOTH =
      Formula.of(
          List.of("a", "b"),
          in -> {
            Expr y = in.get(0).times(in.get(1)).plus(0.25);
            return List.of(y, y, y, y, y);
          });
  private static final List<Fused.Goal> GOALS =
      List.of(
          new Fused.Goal.Whole(Sweep.Measure.SUM),
          new Fused.Goal.Whole(Sweep.Measure.NORM),
          new Fused.Goal.Whole(Sweep.Measure.LARGEST),
          new Fused.Goal.RowMeans(),
          new Fused.Goal.ColumnMeans());

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  /// Shapes of two inputs.
  static Stream<List<Shape>> shapes() {
    return Stream.of(
        List.of(Shape.of(3, 5), Shape.of(3, 5)),
        List.of(Shape.of(3, 5), Shape.of(5)),
        List.of(Shape.of(3, 5), Shape.of(3, 1)),
        List.of(Shape.of(3, 1), Shape.of(1, 5)),
        List.of(Shape.of(4, 3, 5), Shape.of(4, 1, 5)),
        List.of(Shape.of(2, 3, 4, 5), Shape.of(3, 1, 5)),
        List.of(Shape.of(1, 1), Shape.SCALAR),
        List.of(Shape.of(1, 7), Shape.of(7)),
        List.of(Shape.of(40, 4100), Shape.of(40, 1)),
        List.of(Shape.of(700, 300), Shape.of(1, 300)),
        List.of(Shape.of(17, 1), Shape.of(17, 1)),
        List.of(Shape.of(0, 4), Shape.of(4)),
        List.of(Shape.of(4, 0), Shape.of(4, 1)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void outputsAreReducedAsIfTheyHadBeenWritten(List<Shape> shapes) {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Array a = Naive.values(new SplittableRandom(1), dtype, shapes.get(0));
      Array b = Naive.values(new SplittableRandom(2), dtype, shapes.get(1));
      Shape shape = shapes.get(0).broadcast(shapes.get(1), "test");
      List<List<Array>> all = new ArrayList<>();
      for (int count = 1; count <= 2; count++) {
        Pool.setThreads(count);
        all.add(List.of(new Fused(BOTH, GOALS, dtype).of(shape, a, b)));
      }
      Array y = Elementwise.apply(Formula.of("a", "b", (p, q) -> p.times(q).plus(0.25)), a, b);
      double bound = dtype == DType.FLOAT32 ? 1e-5 : 1e-13;
      for (int j = 0; j < GOALS.size(); j++) {
        Array got = all.get(0).get(j);
        Array expected = expected(GOALS.get(j), y, shape);
        assertThat(got.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < got.elements(); i++) {
          assertThat(all.get(1).get(j).get(i)).as("two threads").isEqualTo(got.get(i));
          double size = Math.max(1, Math.abs(expected.get(i)));
          assertThat(got.get(i))
              .as("%s of %s, element %d", GOALS.get(j), shape, i)
              .isCloseTo(expected.get(i), within(bound * size));
        }
      }
    }
  }

  private static Array expected(Fused.Goal goal, Array y, Shape shape) {
    int rank = shape.rank();
    return switch (goal) {
      case Fused.Goal.Whole(Sweep.Measure measure) -> {
        BigDecimal sum = BigDecimal.ZERO;
        double largest = 0;
        for (int i = 0; i < y.elements(); i++) {
          BigDecimal e = new BigDecimal(y.get(i));
          sum = sum.add(measure == Sweep.Measure.NORM ? e.multiply(e) : e);
          largest = Math.max(largest, Math.abs(y.get(i)));
        }
        double result =
            switch (measure) {
              case SUM -> sum.doubleValue();
              case NORM -> Math.sqrt(sum.doubleValue());
              case LARGEST -> largest;
            };
        yield Array.full(y.dtype(), Shape.SCALAR, result);
      }
      case Fused.Goal.RowMeans _ -> means(y, shape, rank - 1);
      case Fused.Goal.ColumnMeans _ -> means(y, shape, rank - 2);
    };
  }

  private static Array means(Array y, Shape shape, int axis) {
    Shape kept = shape.reduced(new int[] {axis}, true);
    BigDecimal[] exact = new BigDecimal[kept.elements()];
    Arrays.fill(exact, BigDecimal.ZERO);
    int stride = shape.strides()[axis];
    for (int i = 0; i < y.elements(); i++) {
      int at = i / (stride * shape.size(axis)) * stride + i % stride;
      exact[at] = exact[at].add(new BigDecimal(y.get(i)));
    }
    double[] sums = new double[kept.elements()];
    Arrays.setAll(sums, i -> exact[i].doubleValue() / Math.max(1, shape.size(axis)));
    return Array.wrap(sums, kept).to(y.dtype());
  }
}
