package consumer;

import org.thalweg.autodiff.Tensor;

/// A gradient.
public final class Main {
  private Main() {}

  /// Prints the same on every path, with the Vector API and without.
  public static void main(String[] args) {
    Tensor x = Tensor.of(1, 2, 3).tracked();
    System.out.println(x.times(x).sum().backward().of(x));
  }
}
