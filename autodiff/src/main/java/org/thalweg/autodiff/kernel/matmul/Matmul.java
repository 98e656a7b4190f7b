package org.thalweg.autodiff.kernel.matmul;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;

/// Matrix products.
///
/// Every element of C has the same bits whichever kernel computes it, whatever the width of its
/// vectors and however many threads take part: see [MatmulKernel] for the order of its sum. A
/// product is divided among threads by rows and columns of C, so each element is one thread's.
///
/// The scalar kernel answers until the vector kernel has been compiled, see [WarmUp].
public final class Matmul {
  /// The least number of multiply-adds that is worth a thread of its own.
  public static final long PER_THREAD = 400_000;

  /// The number of multiply-adds from which one product of a batch keeps a thread busy by itself.
  private static final long ALONE = 64L << 20;

  /// Into how many chunks a thread's share of a batch is divided: a late thread delays less.
  private static final int CHUNKS_PER_THREAD = 4;

  /// The bytes of C that are computed before they are finished.
  private static final int BAND_BYTES = 1 << 20;

  /// The least number of rows that is worth packing B for.
  private static final int LEAST_BAND = 256;

  private static final MatmulKernel SCALAR = new ScalarMatmul();

  /// Threads that count in one number take it from each other's caches: that took longer than a
  /// small product does.
  private static final LongAdder VECTOR_CALLS = new LongAdder();

  private Matmul() {}

  /// What is done to a part of C as soon as it is computed and still in the caches.
  @FunctionalInterface
  public interface Epilogue {
    /// Nothing.
    Epilogue NONE = (_, _, _, _) -> {};

    /// Finishes `rows` rows from `row` on, in `columns` columns from `column` on.
    void apply(int row, int column, int rows, int columns);

    /// This one, and another one after it.
    default Epilogue then(Epilogue other) {
      return (row, column, rows, columns) -> {
        apply(row, column, rows, columns);
        other.apply(row, column, rows, columns);
      };
    }
  }

  /// The kernel in use for `float`.
  private static final class Floats {
    static volatile MatmulKernel kernel = SCALAR;

    static {
      if (Simd.available()) {
        MatmulKernel vector = Vectors.KERNEL;
        WarmUp.submitFirst(
            "matmul float", new MatmulWarmUp(vector)::floats, () -> Floats.kernel = vector);
      }
    }

    private Floats() {}
  }

  /// The kernel in use for `double`.
  private static final class Doubles {
    static volatile MatmulKernel kernel = SCALAR;

    static {
      if (Simd.available()) {
        MatmulKernel vector = Vectors.KERNEL;
        WarmUp.submitFirst(
            "matmul double", new MatmulWarmUp(vector)::doubles, () -> Doubles.kernel = vector);
      }
    }

    private Doubles() {}
  }

  private static final class Vectors {
    static final MatmulKernel KERNEL = Simd.load("matmul.VectorMatmul", MatmulKernel.class);

    private Vectors() {}
  }

  /// The number of products so far, or parts of products, that the vector kernel has computed.
  public static long vectorCalls() {
    return VECTOR_CALLS.sum();
  }

  /// The kernel in use now for numbers of so many bytes.
  static MatmulKernel kernel(int bytes) {
    return bytes == Float.BYTES ? Floats.kernel : Doubles.kernel;
  }

  /// The same kernel, of which some products are counted.
  static MatmulKernel counted(MatmulKernel kernel, int products) {
    if (kernel != SCALAR) {
      VECTOR_CALLS.add(products);
    }
    return kernel;
  }

  /// The kernel in plain Java.
  public static MatmulKernel scalar() {
    return SCALAR;
  }

  /// Overwrites C, m × n and contiguous, by the product of A, m × k, and B, k × n:
  ///
  /// ```
  /// A[i, p] = a[aOffset + i·aRow + p·aColumn]
  /// B[p, j] = b[bOffset + p·bRow + j·bColumn]
  /// C[i, j] = c[cOffset + i·n + j] = Σ_p A[i, p]·B[p, j]
  /// ```
  ///
  /// Any strides are right; they are fast where A and B each have unit stride in one dimension. An
  /// empty sum (k = 0) is +0. `c` must be neither `a` nor `b`.
  public static void multiply(
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      int bColumn,
      float[] c,
      int cOffset,
      int m,
      int n,
      int k) {
    multiply(
        a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, m, n, k, Epilogue.NONE);
  }

  /// Does the same, and has each part of C finished by the thread that has computed it.
  public static void multiply(
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      int bColumn,
      float[] c,
      int cOffset,
      int m,
      int n,
      int k,
      Epilogue epilogue) {
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      Arrays.fill(c, cOffset, cOffset + m * n, 0);
      epilogue.apply(0, 0, m, n);
      return;
    }
    MatmulKernel kernel = Floats.kernel;
    int parts = Pool.parts((long) m * n * k, PER_THREAD);
    if (parts == 1 && epilogue == Epilogue.NONE) {
      onThisThread(a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, n, m, n, k);
      return;
    }
    Cut cut = Cut.of(parts, kernel.rowStep(), kernel.columnStep(Float.BYTES), Float.BYTES, m, n);
    Pool.run(
        parts,
        part -> {
          int i = cut.row(part);
          int j = cut.column(part);
          int rows = Math.min(cut.height(), m - i);
          int columns = Math.min(cut.width(), n - j);
          int band = epilogue == Epilogue.NONE ? rows : band(columns * Float.BYTES, rows, kernel);
          for (int r = i; r < i + rows && columns > 0; r += band) {
            int some = Math.min(band, i + rows - r);
            onThisThread(
                a,
                aOffset + r * aRow,
                aRow,
                aColumn,
                b,
                bOffset + j * bColumn,
                bRow,
                bColumn,
                c,
                cOffset + r * n + j,
                n,
                some,
                columns,
                k);
            epilogue.apply(r, j, some, columns);
          }
        });
  }

  /// Multiplies as many pairs of matrices as there are `aStarts`, as [#multiply(float[], int, int,
  /// int, float[], int, int, int, float[], int, int, int, int)] does each: A number `t` begins at
  /// `aStarts[t]`, B at `bStarts[t]`, C at `t·m·n`. Small products are divided among threads, large
  /// ones each by itself.
  public static void multiplyBatch(
      float[] a,
      int[] aStarts,
      int aRow,
      int aColumn,
      float[] b,
      int[] bStarts,
      int bRow,
      int bColumn,
      float[] c,
      int m,
      int n,
      int k) {
    int batch = aStarts.length;
    int chunks = batchChunks(batch, (long) m * n * k);
    if (chunks == 0) {
      for (int t = 0; t < batch; t++) {
        multiply(a, aStarts[t], aRow, aColumn, b, bStarts[t], bRow, bColumn, c, t * m * n, m, n, k);
      }
      return;
    }
    Pool.share(
        batch,
        chunks,
        (first, stop) -> {
          MatmulKernel kernel = counted(Floats.kernel, stop - first);
          for (int t = first; t < stop; t++) {
            kernel.multiply(
                a,
                aStarts[t],
                aRow,
                aColumn,
                b,
                bStarts[t],
                bRow,
                bColumn,
                c,
                t * m * n,
                n,
                m,
                n,
                k,
                MatmulKernel.BLOCK);
          }
        });
  }

  /// Does what [#multiply] does, without other threads, for a C whose rows begin every `cRow`
  /// places and a k that is not 0.
  public static void onThisThread(
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      int bColumn,
      float[] c,
      int cOffset,
      int cRow,
      int m,
      int n,
      int k) {
    counted(Floats.kernel, 1)
        .multiply(
            a,
            aOffset,
            aRow,
            aColumn,
            b,
            bOffset,
            bRow,
            bColumn,
            c,
            cOffset,
            cRow,
            m,
            n,
            k,
            MatmulKernel.BLOCK);
  }

  /// [#multiply(float[], int, int, int, float[], int, int, int, float[], int, int, int, int)] for
  /// `double`.
  public static void multiply(
      double[] a,
      int aOffset,
      int aRow,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      int bColumn,
      double[] c,
      int cOffset,
      int m,
      int n,
      int k) {
    multiply(
        a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, m, n, k, Epilogue.NONE);
  }

  /// Does the same, and has each part of C finished by the thread that has computed it.
  public static void multiply(
      double[] a,
      int aOffset,
      int aRow,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      int bColumn,
      double[] c,
      int cOffset,
      int m,
      int n,
      int k,
      Epilogue epilogue) {
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      Arrays.fill(c, cOffset, cOffset + m * n, 0);
      epilogue.apply(0, 0, m, n);
      return;
    }
    MatmulKernel kernel = Doubles.kernel;
    int parts = Pool.parts((long) m * n * k, PER_THREAD);
    if (parts == 1 && epilogue == Epilogue.NONE) {
      onThisThread(a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, n, m, n, k);
      return;
    }
    Cut cut = Cut.of(parts, kernel.rowStep(), kernel.columnStep(Double.BYTES), Double.BYTES, m, n);
    Pool.run(
        parts,
        part -> {
          int i = cut.row(part);
          int j = cut.column(part);
          int rows = Math.min(cut.height(), m - i);
          int columns = Math.min(cut.width(), n - j);
          int band = epilogue == Epilogue.NONE ? rows : band(columns * Double.BYTES, rows, kernel);
          for (int r = i; r < i + rows && columns > 0; r += band) {
            int some = Math.min(band, i + rows - r);
            onThisThread(
                a,
                aOffset + r * aRow,
                aRow,
                aColumn,
                b,
                bOffset + j * bColumn,
                bRow,
                bColumn,
                c,
                cOffset + r * n + j,
                n,
                some,
                columns,
                k);
            epilogue.apply(r, j, some, columns);
          }
        });
  }

  /// [#multiplyBatch(float[], int[], int, int, float[], int[], int, int, float[], int, int, int)]
  /// for `double`.
  public static void multiplyBatch(
      double[] a,
      int[] aStarts,
      int aRow,
      int aColumn,
      double[] b,
      int[] bStarts,
      int bRow,
      int bColumn,
      double[] c,
      int m,
      int n,
      int k) {
    int batch = aStarts.length;
    int chunks = batchChunks(batch, (long) m * n * k);
    if (chunks == 0) {
      for (int t = 0; t < batch; t++) {
        multiply(a, aStarts[t], aRow, aColumn, b, bStarts[t], bRow, bColumn, c, t * m * n, m, n, k);
      }
      return;
    }
    Pool.share(
        batch,
        chunks,
        (first, stop) -> {
          MatmulKernel kernel = counted(Doubles.kernel, stop - first);
          for (int t = first; t < stop; t++) {
            kernel.multiply(
                a,
                aStarts[t],
                aRow,
                aColumn,
                b,
                bStarts[t],
                bRow,
                bColumn,
                c,
                t * m * n,
                n,
                m,
                n,
                k,
                MatmulKernel.BLOCK);
          }
        });
  }

  /// The same for `double`.
  public static void onThisThread(
      double[] a,
      int aOffset,
      int aRow,
      int aColumn,
      double[] b,
      int bOffset,
      int bRow,
      int bColumn,
      double[] c,
      int cOffset,
      int cRow,
      int m,
      int n,
      int k) {
    counted(Doubles.kernel, 1)
        .multiply(
            a,
            aOffset,
            aRow,
            aColumn,
            b,
            bOffset,
            bRow,
            bColumn,
            c,
            cOffset,
            cRow,
            m,
            n,
            k,
            MatmulKernel.BLOCK);
  }

  /// Into how many chunks to cut a batch of products; 0 where each is divided by itself, or has
  /// nothing to add up.
  private static int batchChunks(int batch, long one) {
    int parts = Pool.parts(batch * Math.min(one, ALONE), PER_THREAD);
    if (one == 0 || one >= ALONE || batch < parts) {
      return 0;
    }
    return parts == 1 ? 1 : Math.min(batch, CHUNKS_PER_THREAD * parts);
  }

  /// Into how many rows to cut a part of C, each of so many bytes, before it is finished: few
  /// enough to be in the second-level cache then, but not so few that packing B anew for each costs
  /// much.
  private static int band(int rowBytes, int rows, MatmulKernel kernel) {
    int most = Math.max(LEAST_BAND, BAND_BYTES / Math.max(1, rowBytes));
    return Parts.of(rows, Math.max(1, (rows + most - 1) / most), kernel.rowStep());
  }
}
