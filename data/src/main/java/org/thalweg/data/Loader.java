package org.thalweg.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.thalweg.autodiff.State;

/// Mini-batches of a dataset, epoch after epoch, in an order that a seed decides.
///
/// ```java
/// Loader<Batch> loader = Loader.of(dataset).batch(32).shuffle(seed);
/// for (Batch batch : loader.epoch(0)) { … }
/// for (Batch batch : loader.epoch(3).from(17)) { … }     // after an interruption
/// ```
///
/// An epoch is a function of the seed and its number: not of what was asked before, nor of threads.
/// In each, every sample comes exactly once, the last batch being as short as it must be; see
/// [#dropLast()] and [#withReplacement(long)] for other ways. Loaders do not change: each method
/// that sets something returns another one.
///
/// @param <B> the type of a batch
public final class Loader<B> {
  private static final int DEFAULT_BATCH = 32;
  private static final String EPOCH = "epoch";
  private static final String POSITION = "position";

  private final Dataset<B> dataset;
  private final int batchSize;
  private final Order order;
  private final long seed;
  private final boolean dropsLast;

  private Loader(Dataset<B> dataset, int batchSize, Order order, long seed, boolean dropsLast) {
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.order = order;
    this.seed = seed;
    this.dropsLast = dropsLast;
  }

  /// Batches of 32 samples by index, a short one at the end.
  public static <B> Loader<B> of(Dataset<B> dataset) {
    return new Loader<>(dataset, DEFAULT_BATCH, Order.GIVEN, 0, false);
  }

  /// With so many samples in a batch. 1 is stochastic descent, the size of the dataset batch
  /// descent.
  ///
  /// @throws IllegalArgumentException where it is not 1 or more
  public Loader<B> batch(int size) {
    if (size < 1) {
      throw new IllegalArgumentException(
          "loader: a batch of " + size + " samples cannot be: use 1 or more");
    }
    return new Loader<>(dataset, size, order, seed, dropsLast);
  }

  /// With the samples of each epoch in an order decided by the seed and the number of the epoch.
  public Loader<B> shuffle(long seed) {
    return new Loader<>(dataset, batchSize, Order.SHUFFLED, seed, dropsLast);
  }

  /// With each sample drawn from the whole dataset, so that in an epoch some come often and some
  /// not at all; as many in all as the dataset has.
  public Loader<B> withReplacement(long seed) {
    return new Loader<>(dataset, batchSize, Order.WITH_REPLACEMENT, seed, dropsLast);
  }

  /// Without the last batch of an epoch where it would be short.
  public Loader<B> dropLast() {
    return new Loader<>(dataset, batchSize, order, seed, true);
  }

  /// The samples.
  public Dataset<B> dataset() {
    return dataset;
  }

  /// The number of samples in a batch, but for a short last one.
  public int batchSize() {
    return batchSize;
  }

  /// The number of batches in an epoch.
  public int batches() {
    int full = dataset.size() / batchSize;
    return dropsLast || dataset.size() % batchSize == 0 ? full : full + 1;
  }

  /// One pass over the dataset.
  ///
  /// @param number which one, from 0
  /// @throws IllegalArgumentException where it is negative
  /// @throws IllegalStateException where short batches are dropped and there is no other
  public Epoch<B> epoch(long number) {
    return epoch(new Position(number, 0));
  }

  /// The rest of a pass, from a position on.
  ///
  /// @throws IllegalArgumentException where an epoch has fewer batches
  /// @throws IllegalStateException where short batches are dropped and there is no other
  public Epoch<B> epoch(Position from) {
    int n = dataset.size();
    if (dropsLast && n > 0 && n < batchSize) {
      throw new IllegalStateException(
          "loader: "
              + n
              + " samples make no batch of "
              + batchSize
              + ", and a short one is dropped: use smaller batches, or keep the last");
    }
    int[] indices = order.indices(n, seed, from.epoch());
    return new Epoch<>(dataset, indices, batchSize, batches(), from.epoch(), 0).from(from.batch());
  }

  /// What a run needs to go on from a position: as metadata the seed, the epoch, the position in
  /// it, and what gives these their meaning.
  public State state(Position at) {
    Map<String, String> metadata = meaning();
    metadata.put(EPOCH, Long.toString(at.epoch()));
    metadata.put(POSITION, Integer.toString(at.batch()));
    return new State(Map.of(), metadata);
  }

  /// The position of a [state][#state(Position)].
  ///
  /// @throws IllegalArgumentException where it is that of a loader with another seed, order, batch
  ///   or number of samples, under which the position would mean something else
  public Position position(State saved) {
    List<String> differences = new ArrayList<>();
    meaning()
        .forEach(
            (name, here) -> {
              String there = saved.metadata().get(name);
              if (!here.equals(there)) {
                differences.add(name + " is " + there + ", not " + here);
              }
            });
    long epoch = number(saved, EPOCH, Long.MAX_VALUE, differences);
    long batch = number(saved, POSITION, batches(), differences);
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "loader: the state does not fit, "
              + String.join("; ", differences)
              + ": use the loader that it was taken from");
    }
    return new Position(epoch, (int) batch);
  }

  private Map<String, String> meaning() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("order", order.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    metadata.put("seed", Long.toString(seed));
    metadata.put("samples", Integer.toString(dataset.size()));
    metadata.put("batch", Integer.toString(batchSize));
    metadata.put("last", dropsLast ? "dropped" : "kept");
    return metadata;
  }

  private static long number(State saved, String name, long most, List<String> differences) {
    String text = saved.metadata().getOrDefault(name, "");
    if (text.matches("\\d{1,18}") && Long.parseLong(text) <= most) {
      return Long.parseLong(text);
    }
    differences.add(name + " is [" + text + "], not a number up to " + most);
    return 0;
  }
}
