package org.thalweg.checker.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.Reductions;

/// Long sums of floats, to 10⁻⁶ of the sum of the sizes of their terms.
class LongSumsTest {
  private static final int N = 10_000_000;
  private static final double BOUND = 1e-6;

  /// Terms that a plain loop in float adds up badly.
  enum Terms {
    ONES(_ -> 1),
    TENTHS(_ -> 0.1f),
    RANDOM_SIGNS(i -> (i * 0x9E3779B97F4A7C15L) >= 0 ? 0.7f : -0.7f),
    ALTERNATING(i -> i % 2 == 0 ? 1 : -1 + 0x1p-20f),
    FALLING(i -> 1f / (1 + i)),
    LARGE_AND_SMALL(i -> i % 1000 == 0 ? 1e6f : 1e-3f);

    final float[] values = new float[N];
    final double sum;
    final double sizes;
    final double squares;

    Terms(IntToDoubleFunction term) {
      double sum = 0;
      double sizes = 0;
      double squares = 0;
      for (int i = 0; i < N; i++) {
        float x = (float) term.applyAsDouble(i);
        values[i] = x;
        sum += x;
        sizes += Math.abs(x);
        squares += (double) x * x;
      }
      this.sum = sum;
      this.sizes = sizes;
      this.squares = squares;
    }
  }

  @ParameterizedTest
  @EnumSource(Terms.class)
  void tenMillionTermsAddUpAlmostExactly(Terms terms) {
    Tensor x = Tensor.wrap(terms.values, Shape.of(N));
    close("sum", x.sum(), terms.sum, terms.sizes);
    close("mean", x.mean(), terms.sum / N, terms.sizes / N);
    close("product of vectors", x.matmul(x), terms.squares, terms.squares);
    close("sum of squares", x.square().sum(), terms.squares, terms.squares);
    double mean = terms.sum / N;
    double variance = terms.squares / N - mean * mean;
    close("variance", x.variance(), variance, terms.squares / N);
  }

  @ParameterizedTest
  @EnumSource(Terms.class)
  void oneAxisOfAMatrixAddsUpAsWell(Terms terms) {
    Tensor x = Tensor.wrap(terms.values, Shape.of(N / 2, 2));
    close("columns", x.sum(0).sum(), terms.sum, terms.sizes);
    Tensor rows = Tensor.wrap(terms.values, Shape.of(2, N / 2));
    close("rows", rows.sum(1).sum(), terms.sum, terms.sizes);
    close("all axes", ((Reductions) rows).sum(0, 1), terms.sum, terms.sizes);
  }

  /// A product of matrices adds up blocks of 384 in float, so that it is fast.
  @ParameterizedTest
  @EnumSource(Terms.class)
  void longProductsOfMatricesAddUpNearlyAsWell(Terms terms) {
    Tensor x = Tensor.wrap(terms.values, Shape.of(1, N));
    Tensor twice = Tensor.wrap(terms.values, Shape.of(N, 1)).broadcastTo(Shape.of(N, 2));
    Tensor squares = x.matmul(twice);
    assertThat(squares.shape()).isEqualTo(Shape.of(1, 2));
    for (int column = 0; column < 2; column++) {
      assertThat(squares.get(0, column))
          .isCloseTo(terms.squares, within(4 * BOUND * terms.squares));
    }
  }

  private static void close(String what, Tensor there, double exact, double sizes) {
    assertThat(there.item()).as(what).isCloseTo(exact, within(BOUND * sizes));
  }
}
