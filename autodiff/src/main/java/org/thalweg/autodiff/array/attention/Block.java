package org.thalweg.autodiff.array.attention;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.compile.Call;
import org.thalweg.autodiff.kernel.Numbers;
import org.thalweg.autodiff.kernel.matmul.Matmul;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// The scores of some queries and some keys, a block at a time, in the memory of one thread.
final class Block implements AutoCloseable {
  /// Where the queries of a tile stand, times the scale, which is the number before them: so scores
  /// need no pass of their own for it.
  static final int SCALED = 1;

  private final Scores scores;
  private final Heads q;
  private final Heads k;

  /// The keys as columns.
  private final Strided keys;

  private final Call scaling;
  private final @Nullable Call masking;

  /// Numbers of the type of the scores.
  final Object memory;

  /// The memory as rows that are as wide as a query.
  final Strided queryRows;

  private final Grid full;

  /// The grid that was no full one last.
  private Grid edge;

  /// The block at hand.
  Grid grid;

  /// The memory as blocks that are as wide as the keys at hand, without gaps between rows.
  record Grid(Strided byQuery, Strided byKey) {
    static Grid of(Object memory, int wide) {
      Strided byQuery = Strided.rows(memory, wide);
      return new Grid(byQuery, byQuery.transposed());
    }
  }

  /// Where the scores stand in the memory.
  final int at;

  /// Where the memory begins that others may use.
  final int free;

  /// The queries at hand: so many from the first.
  int head;

  int query;
  int tall;

  /// The keys at hand.
  int key;

  int wide;

  /// @param more how many numbers others want
  Block(Scores scores, Heads q, Heads k, int more) {
    this.scores = scores;
    this.q = q;
    this.k = k;
    this.at = SCALED + Scores.TALL * scores.inner();
    this.free = at + Scores.TALL * Scores.WIDE;
    this.memory = Array.uninitialised(scores.dtype(), Shape.of(free + more)).data();
    this.keys = k.matrix().transposed();
    this.queryRows = Strided.rows(memory, scores.inner());
    this.full = Grid.of(memory, Scores.WIDE);
    this.edge = full;
    this.grid = full;
    Numbers.set(memory, 0, scores.form().scale());
    int inner = scores.inner();
    scaling =
        scores
            .call(Formulas.TIMES, 0b10)
            .with(0, q.data(), q.step())
            .with(1, memory, 0)
            .with(2, memory, inner)
            .at(1, 0)
            .at(2, SCALED);
    masking = scores.mask() == null ? null : masking(scores, scores.mask());
  }

  private Call masking(Scores of, Array mask) {
    boolean isColumn = mask.shape().rank() == 0 || mask.shape().size(-1) == 1;
    return of.call(Formulas.PLUS, isColumn ? 0b10 : 0)
        .with(0, memory, 0)
        .with(1, mask.data(), 0)
        .with(2, memory, 0);
  }

  /// Takes the queries of a tile.
  void takeQueries(int ofHead, int first) {
    head = ofHead;
    query = first;
    tall = Math.min(Scores.TALL, scores.queries() - first);
    scaling.at(0, q.at(head, query)).run(tall, scores.inner());
  }

  /// The end of the keys that they see.
  int stop() {
    return scores.keysBefore(query + tall);
  }

  /// Computes the scores of the block that begins with a key. What a query does not see is left as
  /// it is.
  void takeKeys(int first) {
    key = first;
    wide = Math.min(Scores.WIDE, stop() - first);
    if (wide < Scores.WIDE && edge.byQuery.row() != wide) {
      edge = Grid.of(memory, wide);
    }
    grid = wide < Scores.WIDE ? edge : full;
    Matmul.onThisThread(
        queryRows, SCALED, keys, k.at(head, key), grid.byQuery, at, tall, wide, scores.inner());
    if (masking != null && scores.mask() != null) {
      mask(masking, scores.mask().shape());
    }
  }

  private void mask(Call adding, Shape mask) {
    int columns = mask.rank() == 0 ? 1 : mask.size(-1);
    int rows = mask.rank() < 2 ? 1 : mask.size(-2);
    for (int i = 0; i < tall; i++) {
      int start = scores.maskStarts().get(head) + (rows == 1 ? 0 : (query + i) * columns);
      adding
          .at(0, at + i * wide)
          .at(1, start + (columns == 1 ? 0 : key))
          .at(2, at + i * wide)
          .run(1, seen(i));
    }
  }

  /// How many of the keys a query sees, by its number in the tile.
  private int seen(int i) {
    return scores.seen(query + i, key, wide);
  }

  /// How many of the keys the queries before the tile see.
  int seenBefore() {
    return Math.clamp(scores.keysBefore(query) - key, 0, wide);
  }

  /// Sets what queries do not see, in the scores or in numbers that stand in the same way.
  void hide(int from, double value) {
    for (int i = 0; scores.form().isCausal() && i < tall; i++) {
      int row = from + i * wide;
      Numbers.fill(memory, row + seen(i), row + wide, value);
    }
  }

  /// Whether the keys at hand are the first that the queries meet.
  boolean isFirst() {
    return key == 0;
  }

  /// Computes what the keys at hand give to each query, the sum of their rows times its weights:
  /// straight into place where they are the first, otherwise in the memory, to be added.
  ///
  /// @param weights where those stand in the memory, in the way of the scores
  /// @param sums the memory, by rows as wide as those sums
  /// @param part where in the memory they have room
  void weigh(int weights, Heads rows, Heads to, Strided sums, int part) {
    Matmul.onThisThread(
        grid.byQuery,
        weights,
        rows.matrix(),
        rows.at(head, key),
        isFirst() ? to.matrix() : sums,
        isFirst() ? to.at(head, query) : part,
        tall,
        rows.columns(),
        wide);
  }

  @Override
  public void close() {
    scaling.close();
    if (masking != null) {
      masking.close();
    }
  }
}
