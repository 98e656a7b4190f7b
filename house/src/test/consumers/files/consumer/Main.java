package consumer;

import org.thalweg.autodiff.Tensor;

/// A file.
public final class Main {
  private Main() {}

  /// Prints the same on every path, with the Vector API and without.
  public static void main(String[] args) {
    System.out.println(Tensor.of(1, 2, 3).sum());
  }
}
