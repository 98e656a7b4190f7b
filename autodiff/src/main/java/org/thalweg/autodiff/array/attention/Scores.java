package org.thalweg.autodiff.array.attention;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.Call;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Reduce;

/// What scores are made of.
///
/// @param heads pairs of matrices
/// @param queries rows of q
/// @param keys rows of k and v
/// @param inner columns of q and k
/// @param outer columns of v
/// @param mask what is added to the scores, `null` for nothing: broadcast to `[…, queries, keys]`,
///   or to `[…, beside, queries, keys]` where heads stand side by side
/// @param maskStarts where the mask of each head begins
record Scores(
    Attended.Form form,
    DType dtype,
    int heads,
    int queries,
    int keys,
    int inner,
    int outer,
    @Nullable Array mask,
    List<Integer> maskStarts) {
  /// Rows of a block.
  static final int TALL = 64;

  /// Columns of a block.
  static final int WIDE = 128;

  private static final int MOST_IDLE = 64;

  /// What reductions of the rows of a tile give, with room for their work.
  static final FreeList<double[]> RESULTS =
      new FreeList<>(MOST_IDLE, () -> new double[Reduce.room(TALL)]);

  /// @param q the array of the queries
  static Scores of(
      Attended.Form form, Array q, Heads queries, Heads keys, Heads values, @Nullable Array mask) {
    Shape shape = q.shape();
    // Beside an axis of size 0 it may be beyond an int; there is nothing to be done then.
    long heads = (long) shape.product(0, shape.rank() - 2) * form.beside();
    return new Scores(
        form,
        q.dtype(),
        (int) Math.min(heads, Integer.MAX_VALUE),
        queries.rows(),
        keys.rows(),
        queries.columns(),
        values.columns(),
        mask,
        mask == null ? List.of() : starts(shape, form.beside(), mask.shape()));
  }

  /// Where the matrix of each head begins in a mask whose axes are broadcast.
  private static List<Integer> starts(Shape q, int beside, Shape mask) {
    int axes = q.rank() - 2;
    int[] sizes = Arrays.copyOf(q.sizes(), beside == 1 ? axes : axes + 1);
    if (beside > 1) {
      sizes[axes] = beside;
    }
    Shape batch = Shape.of(sizes);
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

  /// A call of the kernel of a formula.
  ///
  /// @param broadcast bit k is set where input k has one element for each row
  Call call(Formula formula, long broadcast) {
    return FormulaKernel.of(formula, dtype.precision()).call(broadcast);
  }

  /// The end of the keys that one of the queries before `stop` sees.
  int keysBefore(int stop) {
    return form.isCausal() ? Math.min(keys, stop) : keys;
  }

  /// How many of `wide` keys from `firstKey` a query sees.
  int seen(int query, int firstKey, int wide) {
    return form.isCausal() ? Math.clamp(query + 1L - firstKey, 0, wide) : wide;
  }
}
