package org.thalweg.autodiff.kernel.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;

@Tag("alone")
class MatmulTest {
  private static final int[] SIZES = {1, 2, 3, 7, 8, 11, 12, 13, 15, 16, 17, 31, 32, 33, 66};
  private static final int[] DEPTHS = {
    1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 383, 384, 385, 768, 769, 1919, 1920, 1921, 2400
  };

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  /// Awkward products in all layouts, the larger ones sparsely.
  private static List<Products> awkward(long seed) {
    Random random = new Random(seed);
    List<Products> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int m = SIZES[random.nextInt(SIZES.length)];
      int n = SIZES[random.nextInt(SIZES.length)];
      int k = DEPTHS[random.nextInt(DEPTHS.length)];
      int layout = random.nextInt(Products.LAYOUTS);
      all.add(new Products(m, n, k, layout, random.nextInt(Products.LAYOUTS)));
    }
    return all;
  }

  @Test
  void everyElementHasTheBitsOfTheDefinition() {
    Random random = new Random(1);
    for (Products q : awkward(1)) {
      float[] a = q.a(3, random);
      float[] b = q.b(5, random);
      float[] c = multiply(q, a, 3, b, 5);
      double[] wideA = Products.widen(a);
      double[] wideB = Products.widen(b);
      double[] wideC = multiply(q, wideA, 3, wideB, 5);
      for (int trial = 0; trial < 8; trial++) {
        int i = random.nextInt(q.m());
        int j = random.nextInt(q.n());
        float expected = q.element(a, 3, b, 5, i, j);
        assertThat(c[2 + i * q.n() + j]).as("%s [%d, %d]", q, i, j).isEqualTo(expected);
        double wide = q.element(wideA, 3, wideB, 5, i, j);
        assertThat(wideC[2 + i * q.n() + j]).as("%s [%d, %d]", q, i, j).isEqualTo(wide);
      }
    }
  }

  /// C stands behind two numbers and before one, which must not change.
  private static float[] multiply(Products q, float[] a, int aOffset, float[] b, int bOffset) {
    float[] c = new float[2 + q.m() * q.n() + 1];
    Arrays.fill(c, 77);
    q.multiply(a, aOffset, b, bOffset, c, 2, Matmul.Epilogue.NONE);
    assertThat(new float[] {c[0], c[1], c[c.length - 1]}).containsOnly(77);
    return c;
  }

  private static double[] multiply(Products q, double[] a, int aOffset, double[] b, int bOffset) {
    double[] c = new double[2 + q.m() * q.n() + 1];
    Arrays.fill(c, 77);
    q.multiply(a, aOffset, b, bOffset, c, 2, Matmul.Epilogue.NONE);
    assertThat(new double[] {c[0], c[1], c[c.length - 1]}).containsOnly(77);
    return c;
  }

  @Test
  void theVectorKernelHasTheBitsOfTheScalarKernel() {
    assumeTrue(Simd.available());
    warm();
    MatmulKernel vector = Simd.load("matmul.VectorMatmul", MatmulKernel.class);
    Random random = new Random(2);
    List<Products> all = awkward(2);
    all.add(new Products(250, 700, 40, 0, 0));
    all.add(new Products(1300, 40, 390, 1, 1));
    all.add(new Products(130, 1300, 1930, 0, 1));
    all.add(new Products(1, 900, 900, 0, 0));
    all.add(new Products(900, 1, 900, 0, 0));
    all.add(new Products(900, 1, 900, 1, 0));
    all.add(new Products(67, 1, 389, 0, 0));
    all.add(new Products(1, 900, 900, 0, 1));
    all.add(new Products(1, 70, 1000, 1, 1));
    all.add(new Products(1, 16, 17, 0, 1));
    all.add(new Products(16, 16, 16, 0, 0));
    all.add(new Products(9, 37, 50, 1, 0));
    all.add(new Products(8, 16, 255, 2, 0));
    all.add(new Products(70, 45, 9, 0, 0));
    all.add(new Products(300, 1, 7, 1, 1));
    all.add(new Products(4, 100, 400, 0, 1));
    all.add(new Products(200, 70, 1, 1, 0));
    all.add(new Products(97, 5, 3, 1, 0));
    all.add(new Products(150, 33, 2100, 1, 0));
    for (Products q : all) {
      float[] a = q.a(1, random);
      float[] b = q.b(2, random);
      assertThat(run(vector, q, a, b)).as("%s", q).isEqualTo(run(Matmul.scalar(), q, a, b));
      double[] wideA = Products.widen(a);
      double[] wideB = Products.widen(b);
      assertThat(run(vector, q, wideA, wideB))
          .as("%s", q)
          .isEqualTo(run(Matmul.scalar(), q, wideA, wideB));
    }
  }

  /// Waits until both vector kernels are compiled: an uncompiled one takes minutes here.
  private static void warm() {
    Products one = new Products(1, 1, 1, 0, 0);
    one.multiply(new float[1], 0, new float[1], 0, new float[1], 0, Matmul.Epilogue.NONE);
    one.multiply(new double[1], 0, new double[1], 0, new double[1], 0, Matmul.Epilogue.NONE);
    WarmUp.await();
  }

  static int[] run(MatmulKernel kernel, Products q, float[] a, float[] b) {
    float[] c = new float[q.m() * q.n()];
    kernel.multiply(q.inA(a), 1, q.inB(b), 2, q.inC(c), 0, q.m(), q.n(), q.k(), MatmulKernel.BLOCK);
    return bits(c);
  }

  static int[] bits(float[] c) {
    int[] bits = new int[c.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(c[i]));
    return bits;
  }

  static long[] run(MatmulKernel kernel, Products q, double[] a, double[] b) {
    double[] c = new double[q.m() * q.n()];
    kernel.multiply(q.inA(a), 1, q.inB(b), 2, q.inC(c), 0, q.m(), q.n(), q.k(), MatmulKernel.BLOCK);
    return bits(c);
  }

  static long[] bits(double[] c) {
    long[] bits = new long[c.length];
    Arrays.setAll(bits, i -> Double.doubleToLongBits(c[i]));
    return bits;
  }

  @Test
  void specialValuesAreWhatTheDefinitionMakesOfThem() {
    float[] specials = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      0f,
      -0f,
      1f,
      -1f
    };
    Random random = new Random(3);
    for (int trial = 0; trial < 200; trial++) {
      int k = trial % 2 == 0 ? 1 + random.nextInt(5) : 380 + random.nextInt(10);
      Products q =
          new Products(1 + random.nextInt(14), 1 + random.nextInt(40), k, trial % 3, trial / 3 % 3);
      float[] a = q.a(0, random);
      float[] b = q.b(0, random);
      for (int i = 0; i < 5; i++) {
        a[random.nextInt(a.length)] = specials[random.nextInt(specials.length)];
        b[random.nextInt(b.length)] = specials[random.nextInt(specials.length)];
      }
      float[] c = multiply(q, a, 0, b, 0);
      for (int i = 0; i < q.m(); i++) {
        for (int j = 0; j < q.n(); j++) {
          // Boxed: NaN equals NaN, and +0 differs from −0.
          Float expected = q.element(a, 0, b, 0, i, j);
          assertThat((Float) c[2 + i * q.n() + j]).as("%s [%d, %d]", q, i, j).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aFirstBlockThatUnderflowsToMinusZeroStaysMinusZero() {
    float[] tiny = {-Float.MIN_VALUE};
    float[] small = {0.25f};
    float[] c = {1};
    new Products(1, 1, 1, 0, 0).multiply(tiny, 0, small, 0, c, 0, Matmul.Epilogue.NONE);
    assertThat((Float) c[0]).isEqualTo(-0f);
  }

  @Test
  void anEmptySumIsPlusZero() {
    float[] c = {5, 5, 5, 5};
    Products empty = new Products(1, 2, 0, 0, 0);
    empty.multiply(new float[0], 0, new float[0], 0, c, 1, Matmul.Epilogue.NONE);
    assertThat(c).containsExactly(5, 0, 0, 5);
    double[] d = {5, 5, 5, 5};
    empty.multiply(new double[0], 0, new double[0], 0, d, 1, Matmul.Epilogue.NONE);
    assertThat(d).containsExactly(5, 0, 0, 5);
  }

  @Test
  void anEmptyProductTouchesNothing() {
    float[] c = {5};
    Products noRows = new Products(0, 2, 3, 0, 0);
    noRows.multiply(new float[0], 0, new float[6], 0, c, 0, Matmul.Epilogue.NONE);
    Products noColumns = new Products(2, 0, 3, 0, 0);
    noColumns.multiply(new float[6], 0, new float[0], 0, c, 0, Matmul.Epilogue.NONE);
    assertThat(c).containsExactly(5);
  }

  @Test
  void theErrorStaysWithinTheBoundOfBlockedSummation() {
    Products q = new Products(9, 21, 5000, 0, 0);
    Random random = new Random(4);
    float[] a = q.a(0, random);
    float[] b = q.b(0, random);
    float[] c = multiply(q, a, 0, b, 0);
    for (int i = 0; i < q.m(); i++) {
      for (int j = 0; j < q.n(); j++) {
        double sum = 0;
        double magnitude = 0;
        for (int p = 0; p < q.k(); p++) {
          double product = (double) a[i * q.k() + p] * b[p * q.n() + j];
          sum += product;
          magnitude += Math.abs(product);
        }
        // A chain of 384 roundings and 14 more between blocks, each of at most 2⁻²⁴ of a partial
        // sum.
        assertThat(Math.abs(c[2 + i * q.n() + j] - sum)).isLessThan(398 * 0x1p-24 * magnitude);
      }
    }
  }

  @Test
  void everyNumberOfThreadsGivesTheSameBitsAndWorkersTakePart() {
    Random random = new Random(5);
    for (Products q :
        List.of(
            new Products(200, 150, 800, 0, 0),
            new Products(35, 1500, 400, 1, 1),
            new Products(3000, 10, 500, 0, 1),
            new Products(1, 3000, 1000, 0, 0))) {
      float[] a = q.a(0, random);
      float[] b = q.b(0, random);
      Pool.setThreads(1);
      float[] expected = multiply(q, a, 0, b, 0);
      for (int count = 2; count <= 4; count++) {
        Pool.setThreads(count);
        long before = Pool.chunksByWorkers();
        // A worker may come too late for a short product, so more than one may be needed.
        for (int trial = 0; trial < 10_000 && Pool.chunksByWorkers() == before; trial++) {
          assertThat(multiply(q, a, 0, b, 0)).as("%s", q).isEqualTo(expected);
        }
        assertThat(Pool.chunksByWorkers()).as("%s, %d threads", q, count).isGreaterThan(before);
      }
    }
  }

  @Test
  void aBatchGivesWhatItsProductsGiveOneByOne() {
    Random random = new Random(8);
    int[][] sizes = {{3, 4, 5}, {40, 30, 50}, {90, 70, 200}, {1, 1, 1}, {2, 3, 0}, {0, 3, 2}};
    for (int[] size : sizes) {
      Products q = new Products(size[0], size[1], size[2], 0, 1);
      int batch = 21;
      float[] a = new Products(q.m() * batch, q.n(), q.k(), 0, 0).a(2, random);
      float[] b = new Products(q.m(), q.n() * batch, q.k(), 0, 1).b(3, random);
      for (int threads = 1; threads <= 3; threads++) {
        Pool.setThreads(threads);
        for (int kind = 0; kind < 4; kind++) {
          int aBatch = kind % 2 == 0 ? q.m() * q.k() : 0;
          int bBatch = kind / 2 == 0 ? q.k() * q.n() : 0;
          assertBatch(q, batch, a, aBatch, b, bBatch);
        }
      }
    }
  }

  private static void assertBatch(
      Products q, int batch, float[] a, int aBatch, float[] b, int bBatch) {
    int size = q.m() * q.n();
    float[] c = new float[batch * size + 1];
    double[] wide = new double[batch * size + 1];
    Arrays.fill(c, 77);
    Arrays.fill(wide, 77);
    double[] wideA = Products.widen(a);
    double[] wideB = Products.widen(b);
    int[] aStarts = starts(batch, 2, aBatch);
    int[] bStarts = starts(batch, 3, bBatch);
    Matmul.multiplyBatch(q.inA(a), aStarts, q.inB(b), bStarts, c, q.m(), q.n(), q.k());
    Matmul.multiplyBatch(q.inA(wideA), aStarts, q.inB(wideB), bStarts, wide, q.m(), q.n(), q.k());
    assertThat(c[batch * size]).isEqualTo(77);
    assertThat(wide[batch * size]).isEqualTo(77);
    for (int t = 0; t < batch; t++) {
      float[] one = multiply(q, a, 2 + t * aBatch, b, 3 + t * bBatch);
      assertThat(Arrays.copyOfRange(c, t * size, (t + 1) * size))
          .as("%s, product %d", q, t)
          .isEqualTo(Arrays.copyOfRange(one, 2, 2 + size));
      double[] wideOne = multiply(q, wideA, 2 + t * aBatch, wideB, 3 + t * bBatch);
      assertThat(Arrays.copyOfRange(wide, t * size, (t + 1) * size))
          .as("%s, product %d", q, t)
          .isEqualTo(Arrays.copyOfRange(wideOne, 2, 2 + size));
    }
  }

  private static int[] starts(int count, int first, int distance) {
    return IntStream.range(0, count).map(t -> first + t * distance).toArray();
  }

  @Test
  void aBatchOfSmallProductsIsSharedAmongThreads() {
    Pool.setThreads(2);
    Products q = new Products(40, 50, 60, 0, 0);
    Random random = new Random(9);
    int batch = 32;
    float[] a = new Products(q.m() * batch, 1, q.k(), 0, 0).a(0, random);
    float[] b = new Products(1, q.n(), q.k() * batch, 0, 0).b(0, random);
    float[] c = new float[batch * q.m() * q.n()];
    int[] aStarts = starts(batch, 0, q.m() * q.k());
    int[] bStarts = starts(batch, 0, q.k() * q.n());
    long before = Pool.chunksByWorkers();
    for (int trial = 0; trial < 10_000 && Pool.chunksByWorkers() == before; trial++) {
      Matmul.multiplyBatch(q.inA(a), aStarts, q.inB(b), bStarts, c, q.m(), q.n(), q.k());
    }
    assertThat(Pool.chunksByWorkers()).isGreaterThan(before);
  }

  @Test
  void manyCallersMayMultiplyAtOnce() {
    Products q = new Products(120, 90, 400, 0, 1);
    Random random = new Random(6);
    float[] a = q.a(0, random);
    float[] b = q.b(0, random);
    float[] expected = multiply(q, a, 0, b, 0);
    assertThat(
            IntStream.range(0, 64)
                .parallel()
                .allMatch(i -> Arrays.equals(multiply(q, a, 0, b, 0), expected)))
        .isTrue();
  }

  @Test
  void theVectorKernelAnswersOnceItIsWarm() {
    assumeTrue(Simd.available());
    Products q = new Products(20, 40, 30, 0, 0);
    Random random = new Random(7);
    float[] a = q.a(0, random);
    float[] b = q.b(0, random);
    float[] first = multiply(q, a, 0, b, 0);
    warm();
    long before = Matmul.vectorCalls();
    assertThat(multiply(q, a, 0, b, 0)).isEqualTo(first);
    multiply(q, Products.widen(a), 0, Products.widen(b), 0);
    assertThat(Matmul.vectorCalls() - before).isEqualTo(2);
  }
}
