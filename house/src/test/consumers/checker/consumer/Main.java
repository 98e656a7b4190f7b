package consumer;

import org.thalweg.autodiff.Tensor;
import org.thalweg.checker.GradientChecker;
import org.thalweg.checker.Report;

/// A check.
public final class Main {
  private Main() {}

  /// Prints the same on every path, with the Vector API and without.
  public static void main(String[] args) {
    Report report =
        GradientChecker.of((a, b) -> a.times(b).tanh())
            .at(Tensor.of(0.5, -1.0), Tensor.of(2.0, 3.0))
            .toSecondOrder()
            .check();
    System.out.println(report.isCorrect() + " " + report.entries().size());
  }
}
