package org.thalweg.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.thalweg.autodiff.array.Scope;

/// One pass of a [Loader] over its dataset, or the rest of one. It can be walked through as often
/// as wanted, always with the same batches.
///
/// @param <B> the type of a batch
public final class Epoch<B> implements Iterable<B> {
  private final Dataset<B> dataset;
  private final int[] order;
  private final int batchSize;
  private final int batches;
  private final long number;
  private final int first;

  Epoch(Dataset<B> dataset, int[] order, int batchSize, int batches, long number, int first) {
    this.dataset = dataset;
    this.order = order;
    this.batchSize = batchSize;
    this.batches = batches;
    this.number = number;
    this.first = first;
  }

  /// Its number, from 0.
  public long number() {
    return number;
  }

  /// The number of batches of the whole epoch, those that are over among them.
  public int batches() {
    return batches;
  }

  /// The same epoch without its first batches: what is left after an interruption.
  ///
  /// @param batch how many are over, 0 to [#batches()]
  /// @throws IllegalArgumentException where there are not so many
  public Epoch<B> from(int batch) {
    if (batch < 0 || batch > batches) {
      throw new IllegalArgumentException(
          "epoch: it cannot begin at batch " + batch + " of " + batches + ": use 0 to " + batches);
    }
    return new Epoch<>(dataset, order, batchSize, batches, number, batch);
  }

  /// The samples of one batch of the whole epoch, by index, in order.
  ///
  /// @throws IllegalArgumentException where there is no such batch
  public int[] indices(int batch) {
    if (batch < 0 || batch >= batches) {
      throw new IllegalArgumentException(
          "epoch: there is no batch " + batch + " of " + batches + ": count from 0");
    }
    int from = batch * batchSize;
    return Arrays.copyOfRange(order, from, from + Math.min(batchSize, order.length - from));
  }

  /// One batch of the whole epoch, from the dataset. Its memory belongs to the current [Scope],
  /// where there is one.
  ///
  /// @throws IllegalArgumentException where there is no such batch
  public B batch(int batch) {
    return dataset.batch(indices(batch));
  }

  /// The batches in order. Each is taken from the dataset when it is asked for, in the scope of
  /// that moment.
  @Override
  public Iterator<B> iterator() {
    return new Iterator<>() {
      private int next = first;

      @Override
      public boolean hasNext() {
        return next < batches;
      }

      @Override
      public B next() {
        if (!hasNext()) {
          throw new NoSuchElementException(
              "epoch: all " + batches + " batches are over: ask hasNext() first");
        }
        B batch = batch(next);
        next++;
        return batch;
      }
    };
  }

  /// Hands over the batches in order, each in a [Scope] of its own: the memory of a batch, and of
  /// what is computed from it, serves the next one.
  ///
  /// ```java
  /// loader.epoch(0).forEachInScope(b -> optimizer.step(loss(b).backward()));
  /// ```
  public void forEachInScope(Consumer<? super B> step) {
    for (int k = first; k < batches; k++) {
      int batch = k;
      Scope.run(() -> step.accept(batch(batch)));
    }
  }
}
