package org.thalweg.autodiff.kernel.matmul;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.Simd;

/// Products of 64 multiply-adds or fewer, for which kernels take a path of their own, and of some
/// more.
class FewProductsTest {
  @Test
  void haveTheBitsOfTheDefinitionInEveryKernel() {
    List<MatmulKernel> kernels = new ArrayList<>(List.of(Matmul.scalar()));
    if (Simd.available()) {
      kernels.add(Simd.load("matmul.VectorMatmul", MatmulKernel.class));
    }
    Random random = new Random(9);
    int[] sizes = {1, 2, 3, 4, 5, 7, 13, 21, 64, 65};
    for (int shape = 0; shape < 1000; shape++) {
      Products q =
          new Products(
              sizes[shape % 10],
              sizes[shape / 10 % 10],
              sizes[shape / 100],
              random.nextInt(Products.LAYOUTS),
              random.nextInt(Products.LAYOUTS));
      if (q.m() * q.n() * q.k() <= 80) {
        float[] a = q.a(1, random);
        float[] b = q.b(2, random);
        kernels.forEach(kernel -> assertFew(kernel, q, a, b));
        finished(q, a, b);
      }
    }
  }

  private static void assertFew(MatmulKernel kernel, Products q, float[] a, float[] b) {
    double[] wideA = Products.widen(a);
    double[] wideB = Products.widen(b);
    float[] floats = new float[q.m() * q.n()];
    double[] doubles = new double[q.m() * q.n()];
    for (int i = 0; i < q.m(); i++) {
      for (int j = 0; j < q.n(); j++) {
        floats[i * q.n() + j] = q.element(a, 1, b, 2, i, j);
        doubles[i * q.n() + j] = q.element(wideA, 1, wideB, 2, i, j);
      }
    }
    assertThat(MatmulTest.run(kernel, q, a, b)).as("%s", q).isEqualTo(MatmulTest.bits(floats));
    assertThat(MatmulTest.run(kernel, q, wideA, wideB))
        .as("%s", q)
        .isEqualTo(MatmulTest.bits(doubles));
  }

  /// Each part of C is finished once, after it has been computed.
  private static void finished(Products q, float[] a, float[] b) {
    int width = q.n();
    float[] c = new float[q.m() * width];
    float[] finished = new float[q.m() * width];
    q.multiply(
        a,
        1,
        b,
        2,
        c,
        0,
        (row, column, rows, columns) -> {
          for (int i = row; i < row + rows; i++) {
            for (int j = column; j < column + columns; j++) {
              finished[i * width + j] += c[i * width + j];
            }
          }
        });
    assertThat(MatmulTest.bits(finished))
        .as("%s", q)
        .isEqualTo(MatmulTest.run(Matmul.scalar(), q, a, b));
  }
}
