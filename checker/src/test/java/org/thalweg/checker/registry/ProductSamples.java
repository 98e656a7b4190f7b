package org.thalweg.checker.registry;

import static org.thalweg.checker.registry.Samples.add;
import static org.thalweg.checker.registry.Samples.numbers;
import static org.thalweg.checker.registry.Samples.x;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.formula.Formulas;

/// Sample calls of products of matrices.
final class ProductSamples {
  private ProductSamples() {}

  static void addAll() {
    products("matmul(Tensor)", false, false, in -> in.get(0).matmul(in.get(1)));
    products("matmulTransposed(Tensor)", false, true, in -> in.get(0).matmulTransposed(in.get(1)));
    products("transposedMatmul(Tensor)", true, false, in -> in.get(0).transposedMatmul(in.get(1)));
    linear();
    vectors();
  }

  private static void linear() {
    // The rows of the input, out, in.
    int[][][] cases = {
      {{3}, {5, 4}},
      {{}, {2, 3}},
      {{2, 3}, {4, 2}},
      {{1, 1, 1}, {1, 1}},
      {{2}, {3, 0}},
      {{0}, {2, 3}},
      {{2}, {0, 3}},
      {{13}, {35, 37}}
    };
    for (int[][] sizes : cases) {
      int out = sizes[1][0];
      int in = sizes[1][1];
      int[] shape = Arrays.copyOf(sizes[0], sizes[0].length + 1);
      shape[sizes[0].length] = in;
      add(
          "linear(Tensor, Tensor)",
          Sample.of(
              "rows",
              given -> given.get(0).linear(given.get(1), given.get(2)),
              given -> Naive.linear(given.get(0), given.get(1), given.get(2)),
              x(shape),
              numbers(2, out, in),
              numbers(3, out)));
      add(
          "linear(Tensor, Tensor, Formula)",
          Sample.of(
              "rows",
              given -> given.get(0).linear(given.get(1), given.get(2), Formulas.SOFTPLUS),
              given ->
                  Arrays.stream(Naive.linear(given.get(0), given.get(1), given.get(2)))
                      .map(z -> Math.log1p(Math.exp(z)))
                      .toArray(),
              x(shape),
              numbers(2, out, in),
              numbers(3, out)));
    }
  }

  private static void products(
      String signature,
      boolean transposeA,
      boolean transposeB,
      Function<List<Tensor>, Tensor> call) {
    // m, k, n; then the batches of both.
    int[][][] cases = {
      {{3, 4, 5}, {}, {}},
      {{2, 3, 2}, {4}, {4}},
      {{2, 3, 2}, {3, 1}, {2}},
      {{2, 2, 3}, {}, {2, 2}},
      {{2, 2, 3}, {2}, {}},
      {{1, 1, 1}, {}, {}},
      {{2, 0, 3}, {}, {}},
      {{0, 2, 3}, {}, {}},
      {{1, 37, 17}, {}, {}}
    };
    for (int[][] sizes : cases) {
      int m = sizes[0][0];
      int k = sizes[0][1];
      int n = sizes[0][2];
      Tensor a = x(appended(sizes[1], transposeA ? k : m, transposeA ? m : k));
      Tensor b = numbers(2, appended(sizes[2], transposeB ? n : k, transposeB ? k : n));
      Sample sample =
          Sample.of(
              "matrices",
              call,
              in -> Naive.matmul(in.get(0), transposeA, in.get(1), transposeB),
              a,
              b);
      add(signature, sample);
    }
  }

  private static int[] appended(int[] sizes, int rows, int columns) {
    int[] all = Arrays.copyOf(sizes, sizes.length + 2);
    all[sizes.length] = rows;
    all[sizes.length + 1] = columns;
    return all;
  }

  private static void vectors() {
    Function<List<Tensor>, Tensor> call = in -> in.get(0).matmul(in.get(1));
    Function<List<Tensor>, double[]> rule = in -> Naive.matmul(in.get(0), false, in.get(1), false);
    add(
        "matmul(Tensor)",
        Sample.of("vector and matrix", call, rule, x(3), numbers(2, 3, 4)),
        Sample.of("matrix and vector", call, rule, x(2, 3), numbers(2, 3)),
        Sample.of("two vectors", call, rule, x(3), numbers(2, 3)),
        Sample.of("matrices and a vector", call, rule, x(2, 2, 3), numbers(2, 3)));
  }
}
