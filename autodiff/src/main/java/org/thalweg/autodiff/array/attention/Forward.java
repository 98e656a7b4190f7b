package org.thalweg.autodiff.array.attention;

import org.thalweg.autodiff.array.normal.Exponentials;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.Call;
import org.thalweg.autodiff.kernel.Numbers;
import org.thalweg.autodiff.kernel.Reduce;
import org.thalweg.autodiff.kernel.Reduce.Operation;
import org.thalweg.autodiff.kernel.matmul.Strided;

/// The value, a tile of queries at a time: what one thread needs for it.
///
/// What is known of the softmax of a query from the keys so far is corrected when a larger score is
/// met (Milakov and Gimelshein, 2018; Dao et al., 2022).
final class Forward implements Attended.Worker {
  private static final Formula ADDED =
      Formula.of("o", "alpha", "t", (o, alpha, t) -> o.times(alpha).plus(t));

  /// The mean of what has been added up; 0 where no key counts.
  private static final Formula MEAN =
      Formula.of(
          "o", "l", (o, l) -> Expr.where(l.equalTo(Expr.number(0)), Expr.number(0), o.over(l)));

  private final Heads v;
  private final Heads y;
  private final Block block;
  private final Object memory;

  /// The memory as rows that are as wide as a value.
  private final Strided valueRows;

  /// What is kept of each query of each head.
  private final Object allLargest;

  private final Object allSums;

  /// In the memory, a number for each query: the largest score so far and with the block at hand,
  /// the factor that corrects what went before, and the sum of the shares.
  private final int largest;

  private final int next;
  private final int alpha;
  private final int sums;

  /// In the memory: what the block adds to the value.
  private final int part;

  private final Call correcting;
  private final Call adding;
  private final Call mean;
  private final Call sharing;

  Forward(Scores scores, Heads q, Heads k, Heads v, Heads y, Object allLargest, Object allSums) {
    this.v = v;
    this.y = y;
    this.allLargest = allLargest;
    this.allSums = allSums;
    int outer = v.columns();
    block = new Block(scores, q, k, Scores.TALL * (outer + 4));
    memory = block.memory;
    valueRows = Strided.rows(memory, outer);
    largest = block.free;
    next = largest + Scores.TALL;
    alpha = next + Scores.TALL;
    sums = alpha + Scores.TALL;
    part = sums + Scores.TALL;
    correcting =
        scores
            .call(Exponentials.SHIFTED_EXP, 0)
            .with(0, memory, 0)
            .with(1, memory, 0)
            .with(2, memory, 0)
            .at(0, largest)
            .at(1, next)
            .at(2, alpha);
    adding =
        scores
            .call(ADDED, 0b010)
            .with(0, y.data(), y.step())
            .with(1, memory, 1)
            .with(2, memory, outer)
            .with(3, y.data(), y.step())
            .at(1, alpha)
            .at(2, part);
    mean = mean(scores);
    sharing = sharing(scores);
  }

  private Call mean(Scores scores) {
    return scores
        .call(MEAN, 0b10)
        .with(0, y.data(), y.step())
        .with(1, memory, 1)
        .with(2, y.data(), y.step())
        .at(1, sums);
  }

  private Call sharing(Scores scores) {
    return scores
        .call(Exponentials.SHIFTED_EXP, 0b10)
        .with(1, memory, 1)
        .at(0, block.at)
        .at(1, next)
        .at(2, block.at);
  }

  /// The value of the queries of a tile, those of a head one after the other.
  @Override
  public void run(int unit) {
    int tiles = Attended.tiles(y.rows());
    tile(unit / tiles, unit % tiles * Scores.TALL);
  }

  private void tile(int head, int query) {
    block.takeQueries(head, query);
    int tall = block.tall;
    int at = y.at(head, query);
    Numbers.fill(memory, largest, largest + tall, Double.NEGATIVE_INFINITY);
    Numbers.fill(memory, sums, sums + tall, 0);
    double[] results = Scores.RESULTS.take();
    int stop = block.stop();
    for (int key = 0; key < stop; key += Scores.WIDE) {
      block.takeKeys(key);
      block.hide(block.at, Double.NEGATIVE_INFINITY);
      share(results);
      block.weigh(block.at, v, y, valueRows, part);
      if (!block.isFirst()) {
        adding.at(0, at).at(3, at).run(tall, v.columns());
      }
    }
    Scores.RESULTS.give(results);
    // Without keys too: a sum of 0 stands for a value of 0, whatever was there.
    mean.at(0, at).at(2, at).run(tall, v.columns());
    int number = head * y.rows() + query;
    System.arraycopy(memory, largest, allLargest, number, tall);
    System.arraycopy(memory, sums, allSums, number, tall);
  }

  /// Turns the scores of the block into shares of what has been seen.
  private void share(double[] results) {
    int tall = block.tall;
    Reduce.fewRows(Operation.MAX, memory, block.at, block.wide, tall, results);
    for (int i = 0; i < tall; i++) {
      Numbers.set(memory, next + i, Math.max(Numbers.get(memory, largest + i), results[i]));
    }
    correcting.run(1, tall);
    sharing.with(0, memory, block.wide).with(2, memory, block.wide).run(tall, block.wide);
    Reduce.fewRows(Operation.SUM, memory, block.at, block.wide, tall, results);
    for (int i = 0; i < tall; i++) {
      double before = Numbers.get(memory, sums + i) * Numbers.get(memory, alpha + i);
      Numbers.set(memory, sums + i, before + results[i]);
    }
    System.arraycopy(memory, next, memory, largest, tall);
  }

  @Override
  public void close() {
    block.close();
    correcting.close();
    adding.close();
    mean.close();
    sharing.close();
  }
}
