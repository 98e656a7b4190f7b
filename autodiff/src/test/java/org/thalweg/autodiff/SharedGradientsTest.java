package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;

/// The gradients of a formula in several inputs are computed in one pass, and each has the bits
/// that it has alone.
@Tag("alone")
class SharedGradientsTest {
  private static final Formula CHAIN =
      Formula.of(
              List.of("x", "a", "b", "mask"),
              in -> List.of(in.get(0).times(in.get(1)).plus(in.get(2)).gelu().times(in.get(3))))
          .named("chain");

  /// The output's own value, the gradient as it is, an input that counts for nothing.
  private static final Formula ODD =
      Formula.of(
              List.of("x", "a", "b", "none"),
              in -> List.of(in.get(0).times(in.get(1)).exp().plus(in.get(2))))
          .named("odd");

  /// Two choices over what they have in common.
  private static final Formula CHOSEN =
      Formula.of(
              List.of("x", "a", "b"),
              in -> {
                Expr h = in.get(0).times(in.get(1)).tanh();
                Expr larger = h.max(in.get(2)).times(2);
                return List.of(larger.plus(Expr.where(h.lessThan(in.get(0)), h, in.get(1))));
              })
          .named("chosen");

  private final int threads = Engine.threads();

  /// The kernels of sums, which read whole vectors, and not only their scalar twins.
  @BeforeAll
  static void sumsAreWarm() {
    Tensor.ones(64, 64).sum(0);
    Tensor.ones(64, 64).to(DType.FLOAT64).sum(0);
    Engine.awaitWarmUp();
  }

  @AfterEach
  void threadsAsBefore() {
    Engine.setThreads(threads);
  }

  private static List<Shape> shapes(Shape... shapes) {
    return List.of(shapes);
  }

  private static List<List<Shape>> cases() {
    Shape matrix = Shape.of(1100, 70);
    Shape wide = Shape.of(37, 1030);
    Shape flat = Shape.of(3, 5000);
    Shape row = Shape.of(1030);
    Shape blocks = Shape.of(5, 40, 100);
    return List.of(
        shapes(matrix, matrix, matrix, matrix),
        shapes(matrix, Shape.of(70), Shape.of(1, 70), matrix),
        shapes(Shape.of(70), matrix, Shape.of(70), Shape.of(70)),
        shapes(wide, row, row, Shape.SCALAR),
        shapes(row, row, wide, wide),
        shapes(wide, Shape.of(37, 1), Shape.SCALAR, row),
        shapes(blocks, Shape.of(40, 100), Shape.of(100), Shape.of(5, 1, 1)),
        shapes(Shape.of(1, 2000), Shape.of(2000), Shape.of(2000), Shape.of(1, 1)),
        shapes(Shape.of(2100, 64), Shape.of(64), Shape.of(64), Shape.of(64)),
        shapes(flat, Shape.of(5000), Shape.of(5000), flat),
        shapes(Shape.of(600, 3), Shape.of(3), Shape.of(3), Shape.of(600, 1)),
        shapes(row, Shape.of(20, 1), Shape.SCALAR, row),
        shapes(Shape.of(4, 5), Shape.of(5), Shape.SCALAR, Shape.of(4, 1)),
        shapes(Shape.of(1, 3), Shape.of(2, 1), Shape.SCALAR, Shape.of(3)),
        shapes(Shape.of(0, 3), Shape.of(3), Shape.SCALAR, Shape.of(0, 1)));
  }

  /// As many inputs as a formula may have: there is no room for the gradient beside all of them.
  @ParameterizedTest
  @ValueSource(ints = {5, 1500})
  void asManyInputsAsThereMayBeHaveGradients(int elements) {
    List<String> names = IntStream.range(0, 64).mapToObj(k -> "x" + k).toList();
    Formula squares =
        Formula.of(
            names, in -> List.of(in.stream().map(Expr::square).reduce(Expr::plus).orElseThrow()));
    List<Shape> shapes = Collections.nCopies(64, Shape.of(elements));
    List<Tensor> gradients = gradients(squares, DType.FLOAT32, shapes, -1, true, false);
    for (int k = 0; k < 64; k++) {
      Tensor twice = values(k, DType.FLOAT32, Shape.of(elements)).times(2);
      assertThat(gradients.get(k).sameBits(twice)).as("input %d", k).isTrue();
    }
  }

  private static Tensor values(int k, DType dtype, Shape shape) {
    return Draws.normal(dtype, k + 1, 0, shape);
  }

  /// The gradients in the inputs that are wanted, `null` for the others.
  private static List<Tensor> gradients(
      Formula formula,
      DType dtype,
      List<Shape> shapes,
      long wanted,
      boolean isSum,
      boolean isWatched) {
    Tensor[] inputs = new Tensor[shapes.size()];
    List<Parameter> parameters = new ArrayList<>();
    for (int k = 0; k < inputs.length; k++) {
      inputs[k] = values(k, dtype, shapes.get(k));
      if ((wanted >>> k & 1) == 1) {
        Parameter parameter = new Parameter("p" + k, inputs[k]);
        parameters.add(parameter);
        inputs[k] = parameter;
      }
    }
    Tensor y = Tensor.apply(formula, inputs);
    Tensor loss = isSum ? y.sum() : y.times(values(9, dtype, y.shape())).sum();
    Gradients gradients =
        isWatched ? Watch.get((op, in, out) -> {}, loss::backward) : loss.backward();
    return parameters.stream().map(gradients::of).toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void eachHasTheBitsThatItHasAlone(DType dtype) {
    for (Formula formula : List.of(CHAIN, ODD, CHOSEN)) {
      for (List<Shape> all : cases()) {
        List<Shape> shapes = all.subList(0, formula.inputs().size());
        eachHasTheBitsThatItHasAlone(formula, dtype, shapes, true);
        eachHasTheBitsThatItHasAlone(formula, dtype, shapes, false);
      }
    }
  }

  /// So many rows that threads share the cells of a sum, and not only parts of them.
  @Test
  void eachHasTheBitsThatItHasAloneWhereRowsAreMany() {
    List<Shape> shapes = shapes(Shape.of(8200, 64), Shape.of(64), Shape.of(64));
    eachHasTheBitsThatItHasAlone(CHOSEN, DType.FLOAT32, shapes, true);
  }

  private static void eachHasTheBitsThatItHasAlone(
      Formula formula, DType dtype, List<Shape> shapes, boolean isSum) {
    int inputs = formula == CHAIN ? 4 : 3;
    List<Tensor> alone = new ArrayList<>();
    for (int k = 0; k < inputs; k++) {
      alone.addAll(gradients(formula, dtype, shapes, 1L << k, isSum, false));
    }
    for (int count = isSum ? 0 : 1; count <= 3; count++) {
      // Where somebody looks, each gradient is an operation.
      boolean isWatched = count == 0;
      Engine.setThreads(Math.max(1, count));
      List<Tensor> together =
          gradients(formula, dtype, shapes, (1L << inputs) - 1, isSum, isWatched);
      for (int k = 0; k < inputs; k++) {
        assertThat(together.get(k).sameBits(alone.get(k)))
            .as("%s of %s, input %d, %d threads", formula.name(), shapes, k, count)
            .isTrue();
      }
    }
  }
}
