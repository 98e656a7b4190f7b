package org.thalweg.autodiff.array.attention;

import org.thalweg.autodiff.array.normal.Exponentials;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.compile.Call;
import org.thalweg.autodiff.kernel.Numbers;
import org.thalweg.autodiff.kernel.matmul.Matmul;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// The gradients, a tile of queries at a time: what one thread needs for them. The scores are found
/// again, and their shares from each query's largest score and its sum of exponentials.
final class Backward implements Attended.Worker {
  /// exp(s − m) ÷ l; 0 where no key counts.
  private static final Formula SHARE =
      Formula.of(
          "s",
          "m",
          "l",
          (s, m, l) ->
              s.minus(Exponentials.finite(m))
                  .exp()
                  .times(Expr.where(l.equalTo(Expr.number(0)), Expr.number(0), l.reciprocal())));

  /// p (g − d)
  private static final Formula SOFTMAX_GRADIENT =
      Formula.of("p", "g", "d", (p, g, d) -> p.times(g.minus(d)));

  private final Scores scores;
  private final Heads k;
  private final Heads v;
  private final Heads g;
  private final Heads dq;
  private final Heads dk;
  private final Heads dv;
  private final Block block;
  private final Object memory;

  /// The values as columns.
  private final Strided values;

  /// The memory as rows that are as wide as a value.
  private final Strided valueRows;

  /// In the memory: the scaled queries, which the block has made.
  private final int scaled;

  /// In the memory: the gradients of the scores.
  private final int slopes;

  /// In the memory: what the block adds to a gradient.
  private final int part;

  private final Call sharing;
  private final Call gradient;
  private final Call addingKeys;
  private final Call addingValues;
  private final Call addingQueries;
  private final Call scaling;

  /// @param output what the forward pass gave
  /// @param insides Σ g y of each row, those of heads side by side after each other
  /// @param dq where the gradient of the queries goes; those of keys and values likewise
  Backward(
      Scores scores,
      Heads q,
      Heads k,
      Heads v,
      Attended.Output output,
      Object insides,
      Heads g,
      Heads dq,
      Heads dk,
      Heads dv) {
    this.scores = scores;
    this.k = k;
    this.v = v;
    this.g = g;
    this.dq = dq;
    this.dk = dk;
    this.dv = dv;
    int inner = k.columns();
    int outer = v.columns();
    block = new Block(scores, q, k, Scores.WIDE * (Scores.TALL + Math.max(inner, outer)));
    memory = block.memory;
    values = v.matrix().transposed();
    valueRows = Strided.rows(memory, outer);
    scaled = Block.SCALED;
    slopes = block.free;
    part = slopes + Scores.TALL * Scores.WIDE;
    sharing =
        scores
            .call(SHARE, 0b110)
            .with(1, output.largest().data(), 1)
            .with(2, output.sums().data(), 1)
            .at(0, block.at)
            .at(3, block.at);
    gradient =
        scores
            .call(SOFTMAX_GRADIENT, 0b100)
            .with(2, insides, g.beside())
            .at(0, block.at)
            .at(1, slopes)
            .at(3, slopes);
    addingKeys = adding(scores, dk);
    addingValues = adding(scores, dv);
    addingQueries = adding(scores, dq);
    scaling = scaling();
  }

  /// The scale is at the start of the memory.
  private Call scaling() {
    return scores
        .call(Formulas.TIMES, 0b10)
        .with(0, dq.data(), dq.step())
        .with(1, memory, 0)
        .with(2, dq.data(), dq.step())
        .at(1, 0);
  }

  private Call adding(Scores scores, Heads to) {
    return scores
        .call(Formulas.PLUS, 0)
        .with(0, to.data(), to.step())
        .with(1, memory, to.columns())
        .with(2, to.data(), to.step())
        .at(1, part);
  }

  /// The gradients of a head.
  @Override
  public void run(int head) {
    for (int query = 0; query < g.rows(); query += Scores.TALL) {
      tile(head, query);
    }
    int seen = g.rows() == 0 ? 0 : scores.keysBefore(g.rows());
    clear(dk, head, seen, dk.rows());
    clear(dv, head, seen, dv.rows());
  }

  private static void clear(Heads x, int head, int from, int to) {
    for (int row = from; row < to; row++) {
      int at = x.at(head, row);
      Numbers.fill(x.data(), at, at + x.columns(), 0);
    }
  }

  /// Adds what the queries of a tile give to the gradients of keys and values, and writes their
  /// own.
  private void tile(int head, int query) {
    block.takeQueries(head, query);
    int inner = k.columns();
    int at = dq.at(head, query);
    int stop = block.stop();
    if (stop == 0) {
      clear(dq, head, query, query + block.tall);
    }
    for (int key = 0; key < stop; key += Scores.WIDE) {
      block.takeKeys(key);
      slopes();
      toKeys(dv, addingValues, block.at, g.matrix(), g.at(head, query), valueRows);
      toKeys(dk, addingKeys, slopes, block.queryRows, scaled, block.queryRows);
      block.weigh(slopes, k, dq, block.queryRows, part);
      if (!block.isFirst()) {
        addingQueries.at(0, at).at(2, at).run(block.tall, inner);
      }
    }
    scaling.at(0, at).at(2, at).run(block.tall, inner);
  }

  /// Turns the scores of the block into shares, and finds the gradients of the scores.
  private void slopes() {
    int wide = block.wide;
    int row = g.at(block.head, block.query);
    int key = v.at(block.head, block.key);
    Strided to = block.grid.byQuery();
    Matmul.onThisThread(g.matrix(), row, values, key, to, slopes, block.tall, wide, v.columns());
    block.hide(block.at, Double.NEGATIVE_INFINITY);
    int number = block.head * g.rows() + block.query;
    sharing
        .with(0, memory, wide)
        .at(1, number)
        .at(2, number)
        .with(3, memory, wide)
        .run(block.tall, wide);
    gradient
        .with(0, memory, wide)
        .with(1, memory, wide)
        .at(2, g.number(block.head, block.query))
        .with(3, memory, wide)
        .run(block.tall, wide);
    // Nothing times infinity is not nothing.
    block.hide(slopes, 0);
  }

  /// Adds what the queries give to the gradients of the keys, or of their values.
  ///
  /// @param weights where those of the queries stand in the memory, by query and key
  /// @param x what is weighted, a row for each query, from `xAt` on
  /// @param sums the memory, by rows as wide as those of x
  private void toKeys(Heads to, Call adding, int weights, Strided x, int xAt, Strided sums) {
    int columns = to.columns();
    int at = to.at(block.head, block.key);
    // What queries before have not seen is written and not added to.
    int known = block.query == 0 ? 0 : block.seenBefore();
    Matmul.onThisThread(
        block.grid.byKey(),
        weights,
        x,
        xAt,
        known == 0 ? to.matrix() : sums,
        known == 0 ? at : part,
        block.wide,
        columns,
        block.tall);
    if (known > 0) {
      adding.at(0, at).at(2, at).run(known, columns);
      for (int i = known; i < block.wide; i++) {
        System.arraycopy(memory, part + i * columns, to.data(), at + i * to.step(), columns);
      }
    }
  }

  @Override
  public void close() {
    block.close();
    sharing.close();
    gradient.close();
    addingKeys.close();
    addingValues.close();
    addingQueries.close();
    scaling.close();
  }
}
