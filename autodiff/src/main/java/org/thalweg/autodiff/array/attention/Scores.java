package org.thalweg.autodiff.array.attention;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Matmul;
import org.thalweg.autodiff.kernel.Reduce;

/// What scores are made of, and one block of them at a time.
///
/// @param heads pairs of matrices
/// @param queries rows of q
/// @param keys rows of k and v
/// @param inner columns of q and k
/// @param outer columns of v
/// @param isCausal whether query i sees the keys 0 … i alone
/// @param scale what products are multiplied by
/// @param mask what is added to them, `null` for nothing: broadcast to `[heads…, queries, keys]`
/// @param maskStarts where the mask of each head begins
record Scores(
    DType dtype,
    int heads,
    int queries,
    int keys,
    int inner,
    int outer,
    boolean isCausal,
    double scale,
    @Nullable Array mask,
    List<Integer> maskStarts) {
  /// Rows of a block.
  static final int TALL = 64;

  /// Columns of a block.
  static final int WIDE = 128;

  /// x moved so that the largest is 0; where that is −∞ or NaN, not moved.
  static final Formula SHIFTED_EXP = Formula.of("x", "m", (x, m) -> x.minus(finite(m)).exp());

  /// m where it is finite, else 0.
  static Expr finite(Expr m) {
    return Expr.where(m.minus(m).equalTo(Expr.number(0)), m, Expr.number(0));
  }

  static Scores of(
      Array q, Array k, Array v, boolean isCausal, double scale, @Nullable Array mask) {
    Shape shape = q.shape();
    int rank = shape.rank();
    Shape batch = Shape.of(Arrays.copyOf(shape.sizes(), rank - 2));
    return new Scores(
        q.dtype(),
        batch.elements(),
        shape.size(-2),
        k.shape().size(-2),
        shape.size(-1),
        v.shape().size(-1),
        isCausal,
        scale,
        mask,
        mask == null ? List.of() : starts(batch, mask.shape()));
  }

  /// Where the matrix of each head begins in a mask whose axes are broadcast.
  private static List<Integer> starts(Shape batch, Shape mask) {
    int[] strides = mask.strides();
    int shift = batch.rank() + 2 - mask.rank();
    int[] starts = new int[batch.elements()];
    for (int i = 0; i < starts.length; i++) {
      int left = i;
      for (int axis = batch.rank() - 1; axis >= 0; axis--) {
        int own = axis - shift;
        if (own >= 0 && mask.size(own) > 1) {
          starts[i] += left % batch.size(axis) * strides[own];
        }
        left /= batch.size(axis);
      }
    }
    return Arrays.stream(starts).boxed().toList();
  }

  FormulaKernel kernel(Formula formula) {
    return FormulaKernel.of(formula, dtype.precision());
  }

  /// The end of the keys that one of the queries before `stop` sees.
  int keysBefore(int stop) {
    return isCausal ? Math.min(keys, stop) : keys;
  }

  /// How many of `wide` keys from `firstKey` a query sees.
  int seen(int query, int firstKey, int wide) {
    return isCausal ? Math.clamp(query + 1L - firstKey, 0, wide) : wide;
  }

  /// The scores of `tall` queries, scaled already, and `wide` keys: a block in `scores`, to which
  /// the mask is added. What a query does not see is left as it is.
  void block(Block b, Object scaled, int fromScaled, Object k, Object scores, int fromScores) {
    int key = (b.head() * keys + b.key()) * inner;
    multiply(
        scaled,
        fromScaled,
        inner,
        1,
        k,
        key,
        1,
        inner,
        scores,
        fromScores,
        b.tall(),
        b.wide(),
        inner);
    if (mask == null) {
      return;
    }
    int columns = mask.shape().rank() == 0 ? 1 : mask.shape().size(-1);
    int rows = mask.shape().rank() < 2 ? 1 : mask.shape().size(-2);
    FormulaKernel plus = kernel(Formulas.PLUS);
    Object[] arrays = {scores, mask.data(), scores};
    int[] offsets = new int[3];
    for (int i = 0; i < b.tall(); i++) {
      offsets[0] = fromScores + i * b.wide();
      offsets[1] =
          maskStarts.get(b.head())
              + (rows == 1 ? 0 : (b.query() + i) * columns)
              + (columns == 1 ? 0 : b.key());
      offsets[2] = offsets[0];
      int seen = seen(b.query() + i, b.key(), b.wide());
      plus.run(columns == 1 ? 0b10 : 0, arrays, offsets, 0, seen);
    }
  }

  /// Makes what queries do not see −∞.
  void hide(Block b, Object scores, int from) {
    for (int i = 0; isCausal && i < b.tall(); i++) {
      int row = from + i * b.wide();
      int seen = seen(b.query() + i, b.key(), b.wide());
      fill(scores, row + seen, row + b.wide(), Double.NEGATIVE_INFINITY);
    }
  }

  /// Turns scores into shares, exp(score − shift), with a shift for each row from `at` on.
  void share(FormulaKernel shiftedExp, Object scores, int from, Block b, Object shift, int at) {
    shiftedExp.run(
        0b10,
        new Object[] {scores, shift, scores},
        new int[] {from, at, from},
        new int[] {b.wide(), 1, b.wide()},
        b.tall(),
        0,
        b.wide());
  }

  /// A block: `tall` queries from `query`, and `wide` keys from `key`.
  record Block(int head, int query, int tall, int key, int wide) {}

  static void clear(Object x, int from, int to) {
    if (x instanceof float[] floats) {
      Arrays.fill(floats, from, to, 0);
    } else {
      Arrays.fill((double[]) x, from, to, 0);
    }
  }

  static void fill(Object x, int from, int to, double value) {
    if (x instanceof float[] floats) {
      Arrays.fill(floats, from, to, (float) value);
    } else {
      Arrays.fill((double[]) x, from, to, value);
    }
  }

  static double get(Object x, int at) {
    return x instanceof float[] floats ? floats[at] : ((double[]) x)[at];
  }

  static void set(Object x, int at, double value) {
    if (x instanceof float[] floats) {
      floats[at] = (float) value;
    } else {
      ((double[]) x)[at] = value;
    }
  }

  /// C = A·B, see [Matmul#multiply].
  static void multiply(
      Object a,
      int aAt,
      int aRow,
      int aColumn,
      Object b,
      int bAt,
      int bRow,
      int bColumn,
      Object c,
      int cAt,
      int m,
      int n,
      int k) {
    if (a instanceof float[] floats) {
      Matmul.multiply(
          floats, aAt, aRow, aColumn, (float[]) b, bAt, bRow, bColumn, (float[]) c, cAt, m, n, k);
    } else {
      Matmul.multiply(
          (double[]) a,
          aAt,
          aRow,
          aColumn,
          (double[]) b,
          bAt,
          bRow,
          bColumn,
          (double[]) c,
          cAt,
          m,
          n,
          k);
    }
  }

  /// Σ x y of some rows of n elements.
  static void products(Object x, int xAt, Object y, int yAt, int n, int rows, double[] to) {
    if (n <= 8192) {
      Reduce.fewDots(x, xAt, y, yAt, n, rows, to);
      return;
    }
    for (int row = 0; row < rows; row++) {
      to[row] = Reduce.dot(x, xAt + row * n, y, yAt + row * n, n);
    }
  }
}
