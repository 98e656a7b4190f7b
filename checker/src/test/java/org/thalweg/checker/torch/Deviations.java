package org.thalweg.checker.torch;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thalweg.checker.torch.Agreement.Measure;
import org.thalweg.checker.torch.Agreement.Worst;

/// What is not compared with PyTorch or differs by more than the bound, and why.
final class Deviations {
  /// Methods without a counterpart.
  static final Map<String, String> NO_COUNTERPART =
      Map.of(
          "detach()", "computes nothing: the values without the graph",
          "snapshot()", "computes nothing: a copy",
          "tracked()", "computes nothing: the values as a leaf");

  /// Why an error is above the bound.
  enum Reason {
    NONE("");

    final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  /// Cases of a method that are above the bound of a measure, by how much at most, and why.
  record Above(Reason reason, String method, Measure measure, double limit, Set<Integer> cases) {
    boolean names(Worst worst) {
      return worst.measure() == measure && cases.contains(worst.number());
    }
  }

  static final List<Above> ABOVE = List.of();

  private Deviations() {}

  /// How large an error may be.
  static double limit(String method, Worst worst) {
    return ABOVE.stream()
        .filter(above -> above.method().equals(method) && above.names(worst))
        .mapToDouble(Above::limit)
        .findFirst()
        .orElse(worst.measure().bound);
  }
}
