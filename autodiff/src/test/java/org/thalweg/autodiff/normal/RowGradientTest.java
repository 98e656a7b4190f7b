package org.thalweg.autodiff.normal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.normal.Normalizations;

/// Gradients that come as one number, or as one row for all rows, and sums over rows: their bits.
class RowGradientTest {
  private static final double EPSILON = 1e-5;
  private static final int[][] SHAPES = {
    {3, 5}, {6, 40}, {9, 1000}, {70, 64}, {2, 3, 64}, {1, 2, 1, 33}, {2, 9000}, {1, 33}, {4, 1}
  };

  /// A function of x, weight and bias, of the last sizes of x.
  interface Rows {
    Tensor of(Tensor x, Tensor weight, Tensor bias);
  }

  /// @param inputs how many of the three it uses
  record Case(String name, DType dtype, int inputs, Rows rows) {}

  static Stream<Case> cases() {
    return Stream.of(DType.FLOAT32, DType.FLOAT64)
        .flatMap(
            dtype ->
                Stream.of(
                    new Case("layer", dtype, 3, RowGradientTest::layer),
                    new Case(
                        "plain", dtype, 1, (x, _, _) -> Normalizations.layerNorm(x, 1, EPSILON)),
                    new Case("rms", dtype, 2, (x, w, _) -> Normalizations.rmsNorm(x, w, EPSILON)),
                    new Case("groups", dtype, 3, RowGradientTest::groups),
                    new Case("two groups", dtype, 3, RowGradientTest::twoGroups),
                    new Case("softmax", dtype, 1, (x, _, _) -> x.softmax(-1)),
                    new Case("softmax of columns", dtype, 1, (x, _, _) -> x.softmax(0))));
  }

  private static Tensor layer(Tensor x, Tensor weight, Tensor bias) {
    return Normalizations.layerNorm(x, weight, bias, EPSILON);
  }

  private static Tensor groups(Tensor x, Tensor weight, Tensor bias) {
    Tensor images = x.reshape(1, x.shape().elements() / x.shape().size(-1), x.shape().size(-1), 1);
    Tensor turned = images.swapAxes(1, 2);
    return Normalizations.groupNorm(turned, 1, weight, bias, EPSILON)
        .swapAxes(1, 2)
        .reshape(x.shape().sizes());
  }

  /// As many groups as places; where x does not come in pairs, one of each.
  private static Tensor twoGroups(Tensor x, Tensor weight, Tensor bias) {
    int n = x.shape().size(-1);
    int pair = n % 2 == 0 && x.shape().elements() / n % 2 == 0 ? 2 : 1;
    return Normalizations.groupNorm(x.reshape(-1, n, pair), pair, weight, bias, EPSILON)
        .reshape(x.shape().sizes());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneNumberHasTheBitsOfOneForEachElement(Case made) {
    for (int[] sizes : SHAPES) {
      Tensor whole = Tensor.full(made.dtype, 0.3, sizes);
      check(made, sizes, y -> y.sum().times(0.3), y -> y.times(whole).sum());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneRowHasTheBitsOfOneForEachRow(Case made) {
    for (int[] sizes : SHAPES) {
      Tensor row = Tensor.normal(7, sizes[sizes.length - 1]).to(made.dtype);
      Tensor whole = row.broadcastTo(Shape.of(sizes)).snapshot();
      int[] leading = new int[sizes.length - 1];
      for (int axis = 0; axis < leading.length; axis++) {
        leading[axis] = axis;
      }
      check(made, sizes, y -> y.sum(leading).times(row).sum(), y -> y.times(whole).sum());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneForTheElementsOfEachRowHasTheBitsOfOneForEachElement(Case made) {
    for (int[] sizes : SHAPES) {
      int[] ofRows = sizes.clone();
      ofRows[sizes.length - 1] = 1;
      Tensor column = Tensor.normal(7, ofRows).to(made.dtype);
      Tensor whole = column.broadcastTo(Shape.of(sizes)).snapshot();
      check(made, sizes, y -> y.sumKept(-1).times(column).sum(), y -> y.times(whole).sum());
    }
  }

  private interface Loss {
    Tensor of(Tensor y);
  }

  private static void check(Case made, int[] sizes, Loss small, Loss whole) {
    int n = sizes[sizes.length - 1];
    List<Tensor> inputs =
        List.of(
            Tensor.normal(1, sizes).to(made.dtype).tracked(),
            Tensor.uniform(2, n).to(made.dtype).tracked(),
            Tensor.normal(3, n).to(made.dtype).tracked());
    Tensor y = made.rows.of(inputs.get(0), inputs.get(1), inputs.get(2));
    Gradients ours = small.of(y).backward();
    Gradients wanted = whole.of(y).backward();
    for (Tensor input : inputs.subList(0, made.inputs)) {
      assertThat(ours.of(input).sameBits(wanted.of(input)))
          .as("%s, %s, gradient of %s", made, Shape.of(sizes), input.shape())
          .isTrue();
    }
  }

  /// Up to 16 rows are added up in order, in the type of the arrays.
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void gradientsOfWeightsAreSumsInTheOrderOfTheRows(DType dtype) {
    for (int n : new int[] {1, 7, 16, 40, 64, 1000, 3000}) {
      for (int rows = 1; rows <= 13; rows++) {
        Tensor x = Tensor.normal(1, rows, n).to(dtype);
        Tensor g = Tensor.normal(2, rows, n).to(dtype);
        Tensor weight = Tensor.uniform(3, n).to(dtype).tracked();
        Tensor bias = Tensor.normal(4, n).to(dtype).tracked();
        // That of x too, so that all come from one pass.
        Gradients gradients = layer(x.tracked(), weight, bias).times(g).sum().backward();

        Tensor products = Normalizations.layerNorm(x, 1, EPSILON).times(g);
        assertThat(gradients.of(weight).sameBits(inOrder(products)))
            .as("%d rows of %d", rows, n)
            .isTrue();
        assertThat(gradients.of(bias).sameBits(inOrder(g))).as("%d rows of %d", rows, n).isTrue();
      }
    }
  }

  private static Tensor inOrder(Tensor rows) {
    Tensor sum = Tensor.zeros(rows.shape().size(1)).to(rows.dtype());
    for (int row = 0; row < rows.shape().size(0); row++) {
      sum = sum.plus(rows.slice(0, row, row + 1).flatten());
    }
    return sum;
  }

  @Test
  void aGradientOfNothingIsNothing() {
    Tensor x = Tensor.zeros(0, 5).tracked();
    Tensor weight = Tensor.ones(5).tracked();
    Gradients gradients = layer(x, weight, Tensor.zeros(5)).sum().backward();
    assertThat(gradients.of(x).shape()).isEqualTo(Shape.of(0, 5));
    assertThat(gradients.of(weight).toDoubles()).containsOnly(0);
    assertThat(x.softmax(1).sum().backward().of(x).shape()).isEqualTo(Shape.of(0, 5));
  }
}
