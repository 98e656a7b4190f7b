package org.thalweg.autodiff.kernel.matmul;

import java.util.concurrent.atomic.LongAdder;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.Twin;

/// Matrix products.
///
/// Every element of C has the same bits whichever kernel computes it, whatever the width of its
/// vectors and however many threads take part: see [MatmulKernel] for the order of its sum. A
/// product is divided among threads by rows and columns of C, so each element is one thread's.
///
/// The scalar kernel answers until the vector kernel has been compiled, see [Twin].
public final class Matmul {
  /// The least number of multiply-adds that is worth a thread of its own.
  public static final long PER_THREAD = 400_000;

  /// The number of multiply-adds from which one product of a batch keeps a thread busy by itself.
  private static final long ALONE = 64L << 20;

  /// Into how many chunks a thread's share of a batch is divided: a late thread delays less.
  private static final int CHUNKS_PER_THREAD = 4;

  private static final MatmulKernel SCALAR = new ScalarMatmul();

  private static final Twin<MatmulKernel> FLOATS =
      Twin.ahead("matmul float", SCALAR, Matmul::vector, () -> new MatmulWarmUp(float[]::new)::run);

  private static final Twin<MatmulKernel> DOUBLES =
      Twin.ahead(
          "matmul double", SCALAR, Matmul::vector, () -> new MatmulWarmUp(double[]::new)::run);

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

  /// The vector kernel, for vectors of the width in use.
  private static MatmulKernel vector() {
    return Simd.load("matmul.VectorMatmul", MatmulKernel.class);
  }

  /// The number of products so far, or parts of products, that the vector kernel has computed.
  public static long vectorCalls() {
    return VECTOR_CALLS.sum();
  }

  /// The kernel in use now for matrices of such numbers.
  static MatmulKernel kernel(boolean isFloat) {
    return isFloat ? FLOATS.get() : DOUBLES.get();
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

  /// Overwrites C, m × n, by the product of A, m × k, and B, k × n, and has each part of C finished
  /// by the thread that has computed it:
  ///
  /// ```
  /// C[i, j] = Σ_p A[i, p]·B[p, j]
  /// ```
  ///
  /// All are `float` or all `double`; `aFrom`, `bFrom` and `cFrom` say where they begin. Any
  /// strides are right; they are fast where A and B each have unit stride in one dimension, and C
  /// along its rows. An empty sum (k = 0) is +0. C's numbers must be neither A's nor B's.
  public static void multiply(
      Strided a,
      int aFrom,
      Strided b,
      int bFrom,
      Strided c,
      int cFrom,
      int m,
      int n,
      int k,
      Epilogue epilogue) {
    if (m == 0 || n == 0) {
      return;
    }
    int parts = Pool.parts((long) m * n * k, PER_THREAD);
    if (parts == 1 && epilogue == Epilogue.NONE) {
      onThisThread(a, aFrom, b, bFrom, c, cFrom, m, n, k);
    } else {
      Parted.multiply(a, aFrom, b, bFrom, c, cFrom, m, n, k, epilogue, parts);
    }
  }

  /// Multiplies as many pairs of matrices as there are `aStarts`, as [#multiply] does each: A
  /// number `t` begins at `aStarts[t]`, B at `bStarts[t]`; the products follow each other in an
  /// array, their rows without gaps. Small products are divided among threads, large ones each by
  /// itself.
  public static void multiplyBatch(
      Strided a, int[] aStarts, Strided b, int[] bStarts, Object products, int m, int n, int k) {
    Strided c = Strided.rows(products, n);
    int batch = aStarts.length;
    int chunks = batchChunks(batch, (long) m * n * k);
    if (chunks == 0) {
      for (int t = 0; t < batch; t++) {
        multiply(a, aStarts[t], b, bStarts[t], c, t * m * n, m, n, k, Epilogue.NONE);
      }
      return;
    }
    Pool.share(
        batch,
        chunks,
        (first, stop) -> {
          MatmulKernel kernel = counted(kernel(c.isFloat()), stop - first);
          for (int t = first; t < stop; t++) {
            int to = t * m * n;
            kernel.multiply(a, aStarts[t], b, bStarts[t], c, to, m, n, k, MatmulKernel.BLOCK);
          }
        });
  }

  /// Does what [#multiply] does, without other threads.
  public static void onThisThread(
      Strided a, int aFrom, Strided b, int bFrom, Strided c, int cFrom, int m, int n, int k) {
    counted(kernel(c.isFloat()), 1)
        .multiply(a, aFrom, b, bFrom, c, cFrom, m, n, k, MatmulKernel.BLOCK);
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
}
