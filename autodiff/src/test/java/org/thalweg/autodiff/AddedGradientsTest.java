package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Where several linear maps take one input, or share their weights, their gradients are added up
/// in the products: bit for bit the sum of what each gives.
class AddedGradientsTest {
  private final int threads = Engine.threads();

  @AfterEach
  void threadsAsBefore() {
    Engine.setThreads(threads);
  }

  private static Tensor values(int k, DType dtype, int... sizes) {
    return Draws.normal(dtype, k + 1, 0, Shape.of(sizes));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void haveTheBitsOfSumsOfProducts(DType dtype) {
    int[][] shapes = {{5, 7}, {64, 96}, {3, 40, 130}, {2, 3, 9, 400}, {70}, {0, 4}};
    for (int[] shape : shapes) {
      int in = shape[shape.length - 1];
      for (int count = 1; count <= 3; count++) {
        Engine.setThreads(count);
        Parameter x = new Parameter("x", values(0, dtype, shape));
        Parameter w = new Parameter("w", values(1, dtype, 33, in));
        Tensor other = values(2, dtype, 50, in);
        Tensor b = values(3, dtype, 33);
        Tensor y = x.linear(w, b);
        Tensor z = x.square().linear(w, b).plus(x.linear(w, b));
        Tensor loss =
            y.times(y).sum().plus(x.linear(other, values(4, dtype, 50)).exp().sum()).plus(z.sum());
        List<Tensor> recorded = Derivatives.of(loss, List.of(x, w));
        Gradients added = loss.backward();
        assertThat(added.of(x).sameBits(recorded.get(0))).as("x %s", x.shape()).isTrue();
        assertThat(added.of(w).sameBits(recorded.get(1))).as("w %s", x.shape()).isTrue();
      }
    }
  }

  @Test
  void leaveTheGradientThatIsAddedToAsItIs() {
    Parameter x = new Parameter("x", values(0, DType.FLOAT32, 8, 16));
    Tensor w = values(1, DType.FLOAT32, 16, 16);
    Tensor b = values(2, DType.FLOAT32, 16);
    Tensor seed = values(3, DType.FLOAT32, 8, 16);
    Gradients gradients = x.linear(w, b).plus(x).times(seed).sum().backward();
    assertThat(seed.sameBits(values(3, DType.FLOAT32, 8, 16))).isTrue();
    assertThat(gradients.of(x).sameBits(seed.plus(seed.matmul(w)))).isTrue();
  }

  /// Slices that overlap, of the whole axis, of nothing; what comes first may be one number for
  /// all.
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void ofSlicesHaveTheBitsOfSums(DType dtype) {
    int[][] parts = {{0, 5}, {3, 9}, {0, 12}, {7, 7}, {3, 9}};
    for (int axis = 0; axis < 2; axis++) {
      Parameter x = new Parameter("x", values(0, dtype, 12, 12));
      Tensor loss = x.slice(axis, 2, 11).sum();
      for (int k = 0; k < parts.length; k++) {
        Tensor part = x.slice(axis, parts[k][0], parts[k][1]);
        loss = loss.plus(part.times(values(k + 1, dtype, part.shape().sizes())).sum());
      }
      Tensor recorded = Derivatives.of(loss, List.of(x)).get(0);
      assertThat(loss.backward().of(x).sameBits(recorded)).as("axis %d", axis).isTrue();
    }
  }
}
