package consumer;

import org.thalweg.autodiff.Tensor;
import org.thalweg.data.Batch;
import org.thalweg.data.Loader;
import org.thalweg.data.TensorDataset;

/// Batches.
public final class Main {
  private Main() {}

  /// Prints the same on every path, with the Vector API and without.
  public static void main(String[] args) {
    TensorDataset dataset =
        new TensorDataset(Tensor.uniform(1, 10, 2), Tensor.ints(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    for (Batch batch : Loader.of(dataset).batch(4).shuffle(7).epoch(0)) {
      System.out.println(batch.y());
    }
  }
}
