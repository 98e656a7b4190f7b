package org.thalweg.nn;

import java.util.OptionalInt;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;

/// A table of learned rows, looked up by number.
///
/// ```
/// y[…, :] = weight[x[…], :]
/// ```
///
/// INT32 `[…]`, each in 0 … count − 1, to `[…, width]`. The table is `weight`, `[count, width]`,
/// and starts normal with mean 0 and deviation 1, as in PyTorch. Rows that are looked up often in
/// one step add up their gradients in the order of x.
public final class Embedding extends Layer {
  private final Parameter weight;
  private final OptionalInt padding;

  private Embedding(Build build, Shape shape, Initializer initializer, OptionalInt padding) {
    super(build);
    this.padding = padding;
    weight = parameter("weight", shape, initializer);
  }

  /// With PyTorch's first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive
  public static Plan<Embedding> of(int count, int width) {
    return of(count, width, Initializer.normal(1));
  }

  /// With these first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive
  public static Plan<Embedding> of(int count, int width, Initializer weight) {
    Shape shape = shape(count, width);
    return build -> new Embedding(build, shape, weight, OptionalInt.empty());
  }

  /// With a row that stands for nothing: it starts as zeros and gets no gradient. The others have
  /// PyTorch's first values.
  ///
  /// @throws IllegalArgumentException where a size is not positive, or there is no such row
  public static Plan<Embedding> withPadding(int count, int width, int padding) {
    Shape shape = shape(count, width);
    if (padding < 0 || padding >= count) {
      throw new IllegalArgumentException(
          "embedding: row " + padding + " of " + count + " for padding: use one of the rows");
    }
    Initializer initializer =
        (seed, path, _) -> {
          Tensor rows = Initializer.normal(1).values(seed, path, shape);
          Tensor zeros = Tensor.zeros(rows.dtype(), 1, width);
          return rows.slice(0, 0, padding).concat(0, zeros, rows.slice(0, padding + 1, count));
        };
    return build -> new Embedding(build, shape, initializer, OptionalInt.of(padding));
  }

  private static Shape shape(int count, int width) {
    if (count < 1 || width < 1) {
      throw new IllegalArgumentException(
          "embedding: "
              + count
              + " rows of width "
              + width
              + " are not both positive: give at least 1");
    }
    return Shape.of(count, width);
  }

  /// @throws IllegalArgumentException where x is not INT32, or a number is not one of a row
  @Override
  public Tensor apply(Tensor x, Training training) {
    return padding.isPresent() ? weight.embedding(x, padding.getAsInt()) : weight.gatherRows(x);
  }
}
