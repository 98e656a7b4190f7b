package org.thalweg.autodiff.array.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.attention.Scores.Block;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// softmax(q kᵀ · scale + mask) v, a block of 64 queries and 128 keys at a time: memory for all
/// scores is never taken. What is known of the softmax of a query from the keys so far is corrected
/// when a larger score is met (Milakov and Gimelshein, 2018; Dao et al., 2022). The gradients find
/// the scores again, block by block, from the logarithm of each query's sum of exponentials.
///
/// Blocks are taken in order, and a sum is one thread's: the bits depend on the shape alone.
public final class Attended {
  /// The least number of multiply-adds that is worth a thread of its own.
  private static final long PER_THREAD = 200_000;

  private static final Formula ADDED =
      Formula.of("o", "alpha", "t", (o, alpha, t) -> o.times(alpha).plus(t));

  /// The mean of what has been added up; 0 where no key counts.
  private static final Formula MEAN =
      Formula.of(
          "o", "l", (o, l) -> Expr.where(l.equalTo(Expr.number(0)), Expr.number(0), o.over(l)));

  private static final Formula LOG_PLUS =
      Formula.of("l", "m", (l, m) -> l.log().plus(Scores.finite(m)));

  /// p (g − d)
  private static final Formula SOFTMAX_GRADIENT =
      Formula.of("p", "g", "d", (p, g, d) -> p.times(g.minus(d)));

  private final Scores scores;
  private final FormulaKernel shiftedExp;
  private final FormulaKernel times;
  private final Object q;
  private final Object k;
  private final Object v;

  private Attended(Scores scores, Array q, Array k, Array v) {
    this.scores = scores;
    this.shiftedExp = scores.kernel(Scores.SHIFTED_EXP);
    this.times = scores.kernel(Formulas.TIMES);
    this.q = q.data();
    this.k = k.data();
    this.v = v.data();
  }

  /// What attention gives.
  ///
  /// @param value `[…, queries, outer]`
  /// @param logSums `[…, queries]`, ln Σ exp(score) of each query; −∞ where no key counts
  public record Output(Array value, Array logSums) {}

  /// The value for q `[…, queries, inner]`, k `[…, keys, inner]`, v `[…, keys, outer]`.
  ///
  /// @param isCausal whether query i sees the keys 0 … i alone
  /// @param mask added to the scores, broadcast to `[…, queries, keys]`; `null` for none
  public static Output output(
      Array q, Array k, Array v, boolean isCausal, double scale, @Nullable Array mask) {
    Scores s = Scores.of(q, k, v, isCausal, scale, mask);
    int[] sizes = q.shape().sizes();
    sizes[sizes.length - 1] = s.outer();
    Array value = Array.uninitialised(q.dtype(), Shape.of(sizes));
    Shape rows = q.shape().reduced(new int[] {sizes.length - 1}, false);
    Array logSums = Array.uninitialised(q.dtype(), rows);
    Attended attended = new Attended(s, q, k, v);
    int tiles = (s.queries() + Scores.TALL - 1) / Scores.TALL;
    int size = Scores.TALL * (s.inner() + Scores.WIDE + s.outer() + 4) + 1;
    inParts(
        s,
        s.heads() * tiles,
        size,
        (unit, workspace) ->
            attended.forward(
                unit / tiles, unit % tiles * Scores.TALL, value.data(), logSums.data(), workspace));
    return new Output(value, logSums);
  }

  /// The memory of one thread.
  private static final class Workspace {
    /// Of the type of the scores.
    final Object numbers;

    /// What reductions of the rows of a tile give, with room for their work.
    final double[] results;

    Workspace(DType dtype, int size) {
      numbers = Array.uninitialised(dtype, Shape.of(size)).data();
      results = Array.uninitialised(DType.FLOAT64, Shape.of(Reduce.room(Scores.TALL))).doubles();
    }
  }

  private interface Unit {
    void run(int unit, Workspace workspace);
  }

  /// Shares out units, each part with a workspace of so many numbers.
  private static void inParts(Scores s, int units, int size, Unit unit) {
    long work = (long) s.heads() * s.queries() * s.keys() * (s.inner() + s.outer());
    int parts = Math.min(units, Pool.parts(work, PER_THREAD));
    Workspace[] workspaces = new Workspace[parts];
    Arrays.setAll(workspaces, part -> new Workspace(s.dtype(), size));
    Pool.run(
        parts,
        part -> {
          int stop = (int) ((part + 1L) * units / parts);
          for (int k = (int) ((long) part * units / parts); k < stop; k++) {
            unit.run(k, workspaces[part]);
          }
        });
  }

  /// The value of the queries of a tile.
  private void forward(int head, int query, Object y, Object logSums, Workspace workspace) {
    Object memory = workspace.numbers;
    double[] rowResults = workspace.results;
    int tall = Math.min(Scores.TALL, scores.queries() - query);
    int rows = head * scores.queries() + query;
    int outer = scores.outer();
    int largest = 1;
    int next = largest + Scores.TALL;
    int alpha = next + Scores.TALL;
    int sums = alpha + Scores.TALL;
    int scaled = sums + Scores.TALL;
    int block = scaled + Scores.TALL * scores.inner();
    int part = block + Scores.TALL * Scores.WIDE;
    scale(rows, tall, memory, scaled);
    Scores.fill(memory, largest, largest + tall, Double.NEGATIVE_INFINITY);
    Scores.clear(memory, sums, sums + tall);
    Scores.clear(y, rows * outer, (rows + tall) * outer);
    FormulaKernel added = scores.kernel(ADDED);
    int stop = scores.keysBefore(query + tall);
    for (int key = 0; key < stop; key += Scores.WIDE) {
      Block b = new Block(head, query, tall, key, Math.min(Scores.WIDE, stop - key));
      scores.block(b, memory, scaled, k, memory, block);
      scores.hide(b, memory, block);
      Reduce.fewRows(Operation.MAX, memory, block, b.wide(), tall, rowResults);
      for (int i = 0; i < tall; i++) {
        double most = Math.max(Scores.get(memory, largest + i), rowResults[i]);
        Scores.set(memory, next + i, most);
      }
      run(shiftedExp, 0, memory, largest, memory, next, memory, alpha, tall);
      scores.share(shiftedExp, memory, block, b, memory, next);
      Reduce.fewRows(Operation.SUM, memory, block, b.wide(), tall, rowResults);
      for (int i = 0; i < tall; i++) {
        double before = Scores.get(memory, sums + i) * Scores.get(memory, alpha + i);
        Scores.set(memory, sums + i, before + rowResults[i]);
      }
      System.arraycopy(memory, next, memory, largest, tall);
      int values = (head * scores.keys() + key) * outer;
      if (key == 0) {
        Scores.multiply(
            memory,
            block,
            b.wide(),
            1,
            v,
            values,
            outer,
            1,
            y,
            rows * outer,
            tall,
            outer,
            b.wide());
        continue;
      }
      Scores.multiply(
          memory, block, b.wide(), 1, v, values, outer, 1, memory, part, tall, outer, b.wide());
      added.run(
          0b010,
          new Object[] {y, memory, memory, y},
          new int[] {rows * outer, alpha, part, rows * outer},
          new int[] {outer, 1, outer, outer},
          tall,
          0,
          outer);
    }
    scores
        .kernel(MEAN)
        .run(
            0b10,
            new Object[] {y, memory, y},
            new int[] {rows * outer, sums, rows * outer},
            new int[] {outer, 1, outer},
            tall,
            0,
            outer);
    run(scores.kernel(LOG_PLUS), 0, memory, sums, memory, largest, logSums, rows, tall);
  }

  /// q · scale of some rows, so that scores need no pass of their own for it. The scale is left at
  /// the start of the memory.
  private void scale(int rows, int tall, Object memory, int to) {
    Scores.set(memory, 0, scores.scale());
    int inner = scores.inner();
    run(times, 0b10, q, rows * inner, memory, 0, memory, to, tall * inner);
  }

  private static void run(
      FormulaKernel kernel,
      long broadcast,
      Object a,
      int aAt,
      Object b,
      int bAt,
      Object y,
      int yAt,
      int n) {
    kernel.run(broadcast, new Object[] {a, b, y}, new int[] {aAt, bAt, yAt}, 0, n);
  }

  /// The gradients of q, k and v.
  public record Gradients(Array q, Array k, Array v) {}

  /// The gradients where g is that of the value, without the memory of all scores.
  ///
  /// @param output what [#output] gave for the same arguments
  public static Gradients gradients(
      Array q,
      Array k,
      Array v,
      boolean isCausal,
      double scale,
      @Nullable Array mask,
      Output output,
      Array g) {
    Scores s = Scores.of(q, k, v, isCausal, scale, mask);
    Gradients all =
        new Gradients(
            Array.uninitialised(q.dtype(), q.shape()),
            Array.zeros(q.dtype(), k.shape()),
            Array.zeros(q.dtype(), v.shape()));
    Attended attended = new Attended(s, q, k, v);
    int size =
        Scores.TALL * (2 * s.inner() + 2 * Scores.WIDE + 1)
            + Scores.WIDE * Math.max(s.inner(), s.outer())
            + 1;
    inParts(
        s,
        s.heads(),
        size,
        (head, workspace) -> {
          for (int query = 0; query < s.queries(); query += Scores.TALL) {
            attended.backward(head, query, output, g.data(), all, workspace);
          }
        });
    return all;
  }

  /// Adds what the queries of a tile give to the gradients of keys and values, and writes their
  /// own.
  private void backward(
      int head, int query, Output output, Object g, Gradients to, Workspace workspace) {
    Object memory = workspace.numbers;
    int tall = Math.min(Scores.TALL, scores.queries() - query);
    int inner = scores.inner();
    int outer = scores.outer();
    int rows = head * scores.queries() + query;
    int inside = 1;
    int scaled = inside + Scores.TALL;
    int block = scaled + Scores.TALL * inner;
    int slopes = block + Scores.TALL * Scores.WIDE;
    int part = slopes + Scores.TALL * Scores.WIDE;
    int ofQueries = part + Scores.WIDE * Math.max(inner, outer);
    scale(rows, tall, memory, scaled);
    insides(rows, tall, output.value().data(), g, workspace, inside);
    Object dq = to.q.data();
    Scores.clear(dq, rows * inner, (rows + tall) * inner);
    FormulaKernel gradient = scores.kernel(SOFTMAX_GRADIENT);
    FormulaKernel plus = scores.kernel(Formulas.PLUS);
    int stop = scores.keysBefore(query + tall);
    for (int key = 0; key < stop; key += Scores.WIDE) {
      Block b = new Block(head, query, tall, key, Math.min(Scores.WIDE, stop - key));
      int keys = head * scores.keys() + key;
      int wide = b.wide();
      scores.block(b, memory, scaled, k, memory, block);
      Scores.multiply(
          g, rows * outer, outer, 1, v, keys * outer, 1, outer, memory, slopes, tall, wide, outer);
      scores.hide(b, memory, block);
      scores.share(shiftedExp, memory, block, b, output.logSums().data(), rows);
      gradient.run(
          0b100,
          new Object[] {memory, memory, memory, memory},
          new int[] {block, slopes, inside, slopes},
          new int[] {wide, wide, 1, wide},
          tall,
          0,
          wide);
      for (int i = 0; scores.isCausal() && i < tall; i++) {
        int slope = slopes + i * wide;
        // Nothing times infinity is not nothing.
        Scores.clear(memory, slope + scores.seen(query + i, key, wide), slope + wide);
      }
      Scores.multiply(
          memory, block, 1, wide, g, rows * outer, outer, 1, memory, part, wide, outer, tall);
      add(plus, memory, part, to.v.data(), keys * outer, wide * outer);
      Scores.multiply(
          memory, slopes, 1, wide, memory, scaled, inner, 1, memory, part, wide, inner, tall);
      add(plus, memory, part, to.k.data(), keys * inner, wide * inner);
      Scores.multiply(
          memory, slopes, wide, 1, k, keys * inner, inner, 1, memory, ofQueries, tall, inner, wide);
      add(plus, memory, ofQueries, dq, rows * inner, tall * inner);
    }
    run(times, 0b10, dq, rows * inner, memory, 0, dq, rows * inner, tall * inner);
  }

  private static void add(FormulaKernel plus, Object x, int from, Object to, int at, int n) {
    run(plus, 0, to, at, x, from, to, at, n);
  }

  /// Σ g y of each query, which is Σ of its shares times their gradients.
  private void insides(int rows, int tall, Object y, Object g, Workspace workspace, int to) {
    int outer = scores.outer();
    double[] products = workspace.results;
    Scores.products(g, rows * outer, y, rows * outer, outer, tall, products);
    for (int i = 0; i < tall; i++) {
      Scores.set(workspace.numbers, to + i, products[i]);
    }
  }
}
