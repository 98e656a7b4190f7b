package org.thalweg.autodiff.array.product;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.compile.Call;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.matmul.Matmul;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// The matrix product of arrays: the last two axes multiplied, the others broadcast.
///
/// Sums of more than 24,576 products of floats are cut into parts of that length, which are added
/// up in double; where such a sum is the only one, that of two vectors, all of it is in double.
public final class MatrixProduct {
  /// The longest sum in float. Over ten million products, sums in float that are cut no further
  /// than into blocks of 384 were off by up to 3·10⁻⁴ of the sum of the sizes.
  static final int LONGEST_IN_FLOAT = 64 * 384;

  private MatrixProduct() {}

  /// `[…, m, k]` and `[…, k, n]` to `[…, m, n]`, either operand taken as transposed in its last two
  /// axes.
  ///
  /// @throws IllegalArgumentException where types differ or are not floating, an operand has fewer
  ///   than two axes, inner sizes differ, or the other axes do not broadcast
  public static Array apply(Array a, boolean transposeA, Array b, boolean transposeB) {
    check(a, transposeA, b, transposeB);
    int m = a.shape().size(transposeA ? -1 : -2);
    int k = a.shape().size(transposeA ? -2 : -1);
    int n = b.shape().size(transposeB ? -2 : -1);
    if (a.shape().rank() == 2 && b.shape().rank() == 2) {
      return product(a, transposeA, b, transposeB, Shape.of(m, n), m, k);
    }
    Shape batch = batch(a.shape()).broadcast(batch(b.shape()), name(transposeA, transposeB));
    Shape shape = matrices(batch, m, n);
    int matrices = batch(b.shape()).elements();
    if (!transposeA && matrices == 1 && batch.equals(batch(a.shape()))) {
      // One B, and the rows of all A follow each other: that is one product.
      return product(a, false, b, transposeB, shape, batch.elements() * m, k);
    }
    Array c = Array.uninitialised(a.dtype(), shape);
    int[] fromA = starts(batch, batch(a.shape()), m * k);
    int[] fromB = starts(batch, batch(b.shape()), k * n);
    Strided left = strided(a, transposeA);
    Strided right = strided(b, transposeB);
    if (k <= LONGEST_IN_FLOAT || c.dtype() == DType.FLOAT64) {
      Matmul.multiplyBatch(left, fromA, right, fromB, c.data(), m, n, k);
      return c;
    }
    Strided to = Strided.rows(c.data(), n);
    for (int i = 0; i < batch.elements(); i++) {
      int fromC = i * m * n;
      multiply(left, fromA[i], right, fromB[i], to, fromC, m, n, k, Matmul.Epilogue.NONE);
    }
    return c;
  }

  /// One product, of `rows` rows.
  private static Array product(
      Array a, boolean transposeA, Array b, boolean transposeB, Shape shape, int rows, int k) {
    Array c = Array.uninitialised(a.dtype(), shape);
    Strided left = strided(a, transposeA);
    Strided right = strided(b, transposeB);
    multiply(left, right, c, rows, shape.size(-1), k, Matmul.Epilogue.NONE);
    return c;
  }

  /// Whether a product of so many rows with a matrix is divided among threads.
  public static boolean isDivided(int rows, Array matrix) {
    return Pool.parts((long) rows * matrix.elements(), Matmul.PER_THREAD) > 1;
  }

  /// See [PackedMatrix#multiply].
  static void rows(Array a, int fromA, int rows, Array b, boolean transposeB, Array c, int fromC) {
    int k = b.shape().size(transposeB ? 1 : 0);
    int n = b.shape().size(transposeB ? 0 : 1);
    Strided left = Strided.rows(a.data(), k);
    Strided right = strided(b, transposeB);
    Strided to = Strided.rows(c.data(), n);
    if (to.isFloat() && k > LONGEST_IN_FLOAT) {
      inParts(left, fromA, right, 0, to, fromC, rows, n, k);
    } else {
      Matmul.multiply(left, fromA, right, 0, to, fromC, rows, n, k, Matmul.Epilogue.NONE);
    }
  }

  /// X·Wᵀ with the same row added to every row, `[…, k]`, `[n, k]` and `[n]` to `[…, n]`: the bits
  /// of the product and of a sum after it, in one pass. Each part of the product is added to while
  /// it is in the caches.
  ///
  /// @throws IllegalArgumentException where types differ or are not floating, x has no axis or the
  ///   weight not two, or sizes do not fit
  public static Array linear(Array x, Array weight, Array bias) {
    checkLinear(x, weight, bias);
    Array y = Array.uninitialised(x.dtype(), x.shape().with(-1, weight.shape().size(0)));
    linear(x, weight, y, plus(y, weight.shape().size(0), bias, 0));
    return y;
  }

  /// A linear map and what a formula makes of it.
  ///
  /// @param before the linear map; the value again where it was not kept
  public record Activated(Array before, Array value) {}

  /// f(X·Wᵀ + b): the bits of [#linear(Array, Array, Array)] and of a formula after it, in one
  /// pass.
  ///
  /// @param formula of one input and one output
  /// @param isKept whether the linear map is kept, too
  /// @throws IllegalArgumentException as [#linear(Array, Array, Array)]
  public static Activated linear(
      Array x, Array weight, Array bias, Formula formula, boolean isKept) {
    checkLinear(x, weight, bias);
    int n = weight.shape().size(0);
    Array z = Array.uninitialised(x.dtype(), x.shape().with(-1, n));
    Array y = isKept ? Array.uninitialised(x.dtype(), z.shape()) : z;
    linear(x, weight, z, plus(z, n, bias, 0).then(map(formula, z, y, n)));
    return new Activated(z, y);
  }

  private static void linear(Array x, Array weight, Array z, Matmul.Epilogue epilogue) {
    int k = weight.shape().size(1);
    int n = weight.shape().size(0);
    int m = z.elements() / Math.max(1, n);
    multiply(strided(x, false), strided(weight, true), z, m, n, k, epilogue);
  }

  /// A·B, or A·B + C, of all rows of a and b as one matrix each, A taken as transposed or not: the
  /// bits of the product and of a sum after it, in one pass. `c` stays as it is.
  ///
  /// @param b as many rows as there are terms, or more, of which the first ones count
  /// @param c in the shape of the result; `null` where there is nothing to be added to
  /// @param shape of the result, which has as many rows and columns as the product
  public static Array ofRows(Array a, boolean transposeA, Array b, @Nullable Array c, Shape shape) {
    int n = shape.size(-1);
    int m = shape.product(0, shape.rank() - 1);
    int k = transposeA ? a.shape().product(0, a.shape().rank() - 1) : a.shape().size(-1);
    Array y = Array.uninitialised(a.dtype(), shape);
    Matmul.Epilogue last = c == null ? Matmul.Epilogue.NONE : plus(y, n, c, n);
    multiply(strided(a, transposeA), strided(b, false), y, m, n, k, last);
    return y;
  }

  /// Adds an array to a part of a product that is in the caches.
  ///
  /// @param n the columns of y
  /// @param distance how far apart the rows of `other` are, 0 for one row that counts for all
  private static Matmul.Epilogue plus(Array y, int n, Array other, int distance) {
    FormulaKernel add = FormulaKernel.of(Formulas.PLUS, y.dtype().precision());
    Object to = y.data();
    Object from = other.data();
    return (row, column, rows, columns) -> {
      int at = row * n + column;
      try (Call call = add.call(0)) {
        call.with(0, to, n).with(1, from, distance).with(2, to, n);
        call.at(0, at).at(1, row * distance + column).at(2, at).run(rows, columns);
      }
    };
  }

  /// Applies a formula to a part of a product that is in the caches.
  private static Matmul.Epilogue map(Formula formula, Array from, Array to, int n) {
    FormulaKernel kernel = FormulaKernel.of(formula, to.dtype().precision());
    return (row, column, rows, columns) -> {
      int at = row * n + column;
      try (Call call = kernel.call(0)) {
        call.with(0, from.data(), n).with(1, to.data(), n);
        call.at(0, at).at(1, at).run(rows, columns);
      }
    };
  }

  /// The matrices in an array, each taken as transposed or not.
  static Strided strided(Array array, boolean transpose) {
    int columns = array.shape().size(-1);
    return transpose ? Strided.columns(array.data(), columns) : Strided.rows(array.data(), columns);
  }

  /// One product, to where `c` begins.
  private static void multiply(
      Strided a, Strided b, Array c, int m, int n, int k, Matmul.Epilogue epilogue) {
    multiply(a, 0, b, 0, Strided.rows(c.data(), n), 0, m, n, k, epilogue);
  }

  private static void multiply(
      Strided a,
      int fromA,
      Strided b,
      int fromB,
      Strided c,
      int fromC,
      int m,
      int n,
      int k,
      Matmul.Epilogue epilogue) {
    if (!c.isFloat() || k <= LONGEST_IN_FLOAT) {
      Matmul.multiply(a, fromA, b, fromB, c, fromC, m, n, k, epilogue);
    } else if (m == 1 && n == 1) {
      c.floats()[fromC] = (float) Reduce.dot(a.data(), fromA, b.data(), fromB, k);
      epilogue.apply(0, 0, 1, 1);
    } else {
      inParts(a, fromA, b, fromB, c, fromC, m, n, k);
      epilogue.apply(0, 0, m, n);
    }
  }

  private static void inParts(
      Strided a, int fromA, Strided b, int fromB, Strided c, int fromC, int m, int n, int k) {
    double[] sums = Array.zeros(DType.FLOAT64, Shape.of(m, n)).doubles();
    float[] product = c.floats();
    for (long p = 0; p < k; p += LONGEST_IN_FLOAT) {
      int from = (int) p;
      int depth = Math.min(LONGEST_IN_FLOAT, k - from);
      int atA = fromA + a.at(0, from);
      int atB = fromB + b.at(from, 0);
      Matmul.multiply(a, atA, b, atB, c, fromC, m, n, depth, Matmul.Epilogue.NONE);
      for (int i = 0; i < m * n; i++) {
        sums[i] += product[fromC + i];
      }
    }
    for (int i = 0; i < m * n; i++) {
      product[fromC + i] = (float) sums[i];
    }
  }

  /// The shape of so many matrices.
  private static Shape matrices(Shape batch, int m, int n) {
    int[] sizes = java.util.Arrays.copyOf(batch.sizes(), batch.rank() + 2);
    sizes[batch.rank()] = m;
    sizes[batch.rank() + 1] = n;
    return Shape.of(sizes);
  }

  private static Shape batch(Shape shape) {
    return Shape.of(java.util.Arrays.copyOf(shape.sizes(), shape.rank() - 2));
  }

  /// Where the matrix of each place of the batch begins in an operand.
  private static int[] starts(Shape batch, Shape own, int matrix) {
    int[] strides = own.stridesIn(batch);
    int[] starts = new int[batch.elements()];
    for (int i = 0; i < starts.length; i++) {
      int left = i;
      for (int axis = batch.rank() - 1; axis >= 0; axis--) {
        starts[i] += left % batch.size(axis) * strides[axis] * matrix;
        left /= batch.size(axis);
      }
    }
    return starts;
  }

  private static void checkLinear(Array x, Array weight, Array bias) {
    if (x.dtype() != weight.dtype() || x.dtype() != bias.dtype()) {
      throw mixed("linear", x, x.dtype() != weight.dtype() ? weight : bias);
    }
    if (!x.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "linear: INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
    }
    boolean fits =
        x.shape().rank() > 0
            && weight.shape().rank() == 2
            && x.shape().size(-1) == weight.shape().size(1)
            && bias.shape().rank() == 1
            && bias.elements() == weight.shape().size(0);
    if (!fits) {
      throw new IllegalArgumentException(
          "linear: sizes do not fit, input "
              + x.shape()
              + ", weight "
              + weight.shape()
              + ", bias "
              + bias.shape()
              + ": give […, in], [out, in] and [out]");
    }
  }

  private static IllegalArgumentException mixed(String operation, Array a, Array b) {
    return new IllegalArgumentException(
        operation
            + ": types "
            + a.dtype()
            + " and "
            + b.dtype()
            + " do not mix: use to(FLOAT32) or to(FLOAT64) on one");
  }

  /// The method that multiplies so.
  private static String name(boolean transposeA, boolean transposeB) {
    return transposeA ? "transposedMatmul" : transposeB ? "matmulTransposed" : "matmul";
  }

  private static void check(Array a, boolean transposeA, Array b, boolean transposeB) {
    String name = name(transposeA, transposeB);
    if (a.dtype() == DType.INT32 && b.dtype() == DType.INT32) {
      throw new IllegalArgumentException(
          name + ": INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
    }
    if (a.dtype() != b.dtype()) {
      throw mixed(name, a, b);
    }
    if (a.shape().rank() < 2 || b.shape().rank() < 2) {
      throw new IllegalArgumentException(
          name
              + ": "
              + a.shape()
              + " and "
              + b.shape()
              + " are not both matrices: reshape a vector to [n, 1] or [1, n]");
    }
    if (a.shape().size(transposeA ? -2 : -1) != b.shape().size(transposeB ? -1 : -2)) {
      throw new IllegalArgumentException(
          name
              + ": inner sizes differ, "
              + a.shape()
              + (transposeA ? " transposed" : "")
              + " and "
              + b.shape()
              + (transposeB ? " transposed" : "")
              + ": transpose one of them?");
    }
  }
}
