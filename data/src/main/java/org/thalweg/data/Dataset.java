package org.thalweg.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.RandomArray;

/// Samples by index, given out in batches of a type of its own: tensors, a list, whatever a model
/// takes.
///
/// ```java
/// Dataset<Batch> digits = Dataset.of(images, labels);
/// Split<Batch> split = digits.shuffledSplit(7, 0.8);
/// Loader<Batch> loader = Loader.of(split.first()).batch(32).shuffle(7);
/// ```
///
/// A dataset does not change, and may be asked from many threads.
///
/// @param <B> the type of a batch
public interface Dataset<B> {
  /// The number of samples.
  int size();

  /// The samples with these indices, in this order; an index may occur often.
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … size − 1
  B batch(int... indices);

  /// Pairs in memory: row i of `x` and row i of `y` are sample i.
  ///
  /// @throws IllegalArgumentException where the numbers of rows differ
  static TensorDataset of(Tensor x, Tensor y) {
    return new TensorDataset(x, y);
  }

  /// Objects of any type, copied into a list of its own: a batch is a list of them.
  static <T> Dataset<List<T>> of(List<? extends T> samples) {
    List<T> copy = List.copyOf(samples);
    return new Dataset<>() {
      @Override
      public int size() {
        return copy.size();
      }

      @Override
      public List<T> batch(int... indices) {
        Rows.check("batch", indices, size());
        return Arrays.stream(indices).<T>mapToObj(copy::get).toList();
      }
    };
  }

  /// All samples in one batch.
  default B all() {
    return batch(Order.ascending(0, size()));
  }

  /// The same samples, each batch changed on its way out.
  default <C> Dataset<C> map(Function<? super B, ? extends C> change) {
    Dataset<B> source = this;
    return new Dataset<>() {
      @Override
      public int size() {
        return source.size();
      }

      @Override
      public C batch(int... indices) {
        return change.apply(source.batch(indices));
      }
    };
  }

  /// The samples with these indices, in this order.
  ///
  /// @throws IllegalArgumentException where an index is not in 0 … size − 1
  default Dataset<B> subset(int... indices) {
    return new Subset<>(this, indices.clone());
  }

  /// All samples in an order that the seed decides, every order equally likely.
  default Dataset<B> shuffled(long seed) {
    return new Subset<>(this, RandomArray.permutation(size(), seed, RandomArray.stream("dataset")));
  }

  /// The first samples and the last, not mixed: `split(0.8)` of 10 gives the first 8 and the last
  /// 2.
  ///
  /// @param fraction how much of all goes first, 0 to 1; rounded to whole samples, halves up
  /// @throws IllegalArgumentException where it is not in 0 … 1
  default Split<B> split(double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "split: the fraction " + fraction + " is not in 0 … 1: use 0.8 for four fifths");
    }
    int first = (int) Math.round(fraction * size());
    List<Dataset<B>> parts = parts(first, size() - first);
    return new Split<>(parts.getFirst(), parts.getLast());
  }

  /// [Shuffled][#shuffled(long)], then [split][#split(double)].
  ///
  /// @throws IllegalArgumentException where the fraction is not in 0 … 1
  default Split<B> shuffledSplit(long seed, double fraction) {
    return shuffled(seed).split(fraction);
  }

  /// As many parts as there are sizes, one after the other.
  ///
  /// @throws IllegalArgumentException where a size is negative or they do not add up to the size
  default List<Dataset<B>> parts(int... sizes) {
    boolean negative = Arrays.stream(sizes).anyMatch(size -> size < 0);
    if (negative || Arrays.stream(sizes).asLongStream().sum() != size()) {
      throw new IllegalArgumentException(
          "parts: the sizes "
              + Arrays.toString(sizes)
              + " do not add up to "
              + size()
              + " samples: use sizes of 0 or more that do");
    }
    List<Dataset<B>> parts = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      parts.add(new Subset<>(this, Order.ascending(from, from + size)));
      from += size;
    }
    return List.copyOf(parts);
  }
}
