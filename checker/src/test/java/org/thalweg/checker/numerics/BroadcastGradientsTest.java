package org.thalweg.checker.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;

/// The gradient of what was broadcast, against a plain loop over the result.
class BroadcastGradientsTest {
  private static final Formula FORMULA =
      Formula.of("a", "b", (a, b) -> a.square().times(b)).named("squareTimes");

  /// All shapes of rank up to 3 with sizes 0, 1 and 2.
  private static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>(List.of(Shape.SCALAR));
    for (int i = 0; i < 3; i++) {
      shapes.add(Shape.of(i));
      for (int j = 0; j < 3; j++) {
        shapes.add(Shape.of(i, j));
        for (int k = 0; k < 3; k++) {
          shapes.add(Shape.of(i, j, k));
        }
      }
    }
    return shapes;
  }

  @Test
  void everyPairOfSmallShapesHasGradientsOfItsOwnShapes() {
    int broadcast = 0;
    int refused = 0;
    for (Shape left : shapes()) {
      for (Shape right : shapes()) {
        if (fits(left, right)) {
          for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            check(numbers(left, 1, dtype), numbers(right, 2, dtype));
          }
          broadcast++;
        } else {
          assertThatIllegalArgumentException()
              .isThrownBy(
                  () ->
                      Tensor.apply(
                          FORMULA,
                          numbers(left, 1, DType.FLOAT32),
                          numbers(right, 2, DType.FLOAT32)))
              .withMessageStartingWith(
                  "squareTimes: shapes " + left + " and " + right + " do not broadcast, sizes ");
          refused++;
        }
      }
    }
    assertThat(broadcast + refused).isEqualTo(40 * 40);
    assertThat(broadcast).as("pairs that fit").isGreaterThan(700);
    assertThat(refused).as("pairs that do not").isGreaterThan(400);
  }

  /// By NumPy's rule, written down once more.
  private static boolean fits(Shape left, Shape right) {
    boolean fits = true;
    for (int back = 1; back <= Math.min(left.rank(), right.rank()); back++) {
      int a = left.size(-back);
      int b = right.size(-back);
      fits &= a == b || a == 1 || b == 1;
    }
    return fits;
  }

  /// Whole numbers, so that every sum is exact.
  private static Tensor numbers(Shape shape, int first, DType dtype) {
    double[] values = new double[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i;
    }
    return Tensor.of(values, shape).to(dtype);
  }

  private static void check(Tensor left, Tensor right) {
    Tensor a = left.tracked();
    Tensor b = right.tracked();
    Tensor y = Tensor.apply(FORMULA, a, b);
    Tensor g = numbers(y.shape(), 3, y.dtype());
    double[] value = new double[y.elements()];
    double[] gradientOfA = new double[a.elements()];
    double[] gradientOfB = new double[b.elements()];
    for (int i = 0; i < y.elements(); i++) {
      int atA = place(i, y.shape(), a.shape());
      int atB = place(i, y.shape(), b.shape());
      double x = a.toDoubles()[atA];
      double w = b.toDoubles()[atB];
      value[i] = x * x * w;
      gradientOfA[atA] += 2 * x * w * (3 + i);
      gradientOfB[atB] += x * x * (3 + i);
    }
    String what = left.shape() + " and " + right.shape();
    assertThat(y.toDoubles()).as(what).containsExactly(value);
    List<Tensor> gradients = Derivatives.of(y, g, List.of(a, b));
    assertThat(gradients).extracting(Tensor::shape).containsExactly(a.shape(), b.shape());
    assertThat(gradients).extracting(Tensor::dtype).containsOnly(y.dtype());
    assertThat(gradients.get(0).toDoubles()).as(what).containsExactly(gradientOfA);
    assertThat(gradients.get(1).toDoubles()).as(what).containsExactly(gradientOfB);
    // The gradient of a plain sum stays small for as long as it can.
    assertThat(y.sum().backward().of(a).shape()).as(what).isEqualTo(a.shape());
  }

  /// Where an element of the result comes from.
  private static int place(int element, Shape result, Shape from) {
    int place = 0;
    int stride = 1;
    int left = element;
    for (int back = 1; back <= result.rank(); back++) {
      int index = left % result.size(-back);
      left /= result.size(-back);
      if (back <= from.rank()) {
        place += from.size(-back) == 1 ? 0 : index * stride;
        stride *= from.size(-back);
      }
    }
    return place;
  }
}
