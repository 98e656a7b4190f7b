package org.thalweg.autodiff.kernel.matmul;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.Simd;

/// Products that are written to rows with gaps, or by columns.
class StridedTest {
  private static final float UNTOUCHED = 77;

  private final Random random = new Random(3);

  @Test
  void aProductIsWrittenWhereItsStridesSayAndNowhereElse() {
    List<MatmulKernel> kernels = new ArrayList<>(List.of(Matmul.scalar()));
    if (Simd.available()) {
      kernels.add(Simd.load("matmul.VectorMatmul", MatmulKernel.class));
    }
    int[] sizes = {1, 2, 5, 12, 13, 16, 33, 64, 70};
    for (int shape = 0; shape < 200; shape++) {
      int m = sizes[random.nextInt(sizes.length)];
      int n = sizes[random.nextInt(sizes.length)];
      int k = shape % 7 == 0 ? 0 : 1 + random.nextInt(400);
      Products q = new Products(m, n, k, random.nextInt(3), random.nextInt(3));
      float[] a = q.a(0, random);
      float[] b = q.b(0, random);
      for (MatmulKernel kernel : kernels) {
        check(kernel, q, a, b, n + 3, 1);
        check(kernel, q, a, b, 1, m + 2);
        check(kernel, q, a, b, 2 * n, 2);
      }
    }
  }

  private static void check(
      MatmulKernel kernel, Products q, float[] a, float[] b, int row, int column) {
    int from = 3;
    int last = from + (q.m() - 1) * row + (q.n() - 1) * column;
    float[] floats = new float[last + 20];
    double[] doubles = new double[last + 20];
    Arrays.fill(floats, UNTOUCHED);
    Arrays.fill(doubles, UNTOUCHED);
    float[] expected = floats.clone();
    double[] wide = doubles.clone();
    double[] wideA = Products.widen(a);
    double[] wideB = Products.widen(b);
    for (int i = 0; i < q.m(); i++) {
      for (int j = 0; j < q.n(); j++) {
        expected[from + i * row + j * column] = q.element(a, 0, b, 0, i, j);
        wide[from + i * row + j * column] = q.element(wideA, 0, wideB, 0, i, j);
      }
    }
    multiply(kernel, q, a, b, new Strided(floats, row, column), from);
    multiply(kernel, q, wideA, wideB, new Strided(doubles, row, column), from);
    assertThat(floats).as("%s, %d, %d", q, row, column).isEqualTo(expected);
    assertThat(doubles).as("%s, %d, %d", q, row, column).isEqualTo(wide);
  }

  private static void multiply(
      MatmulKernel kernel, Products q, Object a, Object b, Strided c, int from) {
    kernel.multiply(q.inA(a), 0, q.inB(b), 0, c, from, q.m(), q.n(), q.k(), MatmulKernel.BLOCK);
  }

  @Test
  void transposedRowsAreColumns() {
    Strided x = Strided.rows(new double[6], 3);
    assertThat(x.at(1, 2)).isEqualTo(5);
    assertThat(x.transposed().at(2, 1)).isEqualTo(5);
    assertThat(x.isFloat()).isFalse();
  }
}
