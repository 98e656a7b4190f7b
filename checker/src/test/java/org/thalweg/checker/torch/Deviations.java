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
    LOGARITHM_NEAR_ONE(
        """
        **ln Σ eˣ where one term is nearly the whole sum**: of ln(1 + small) few digits are left, as
        in PyTorch. The error is below a rounding of 1.\
        """),
    CANCELS(
        """
        **Terms cancel inside**, which the condition number of the whole does not show: in
        softmax′ = y (g − Σ g·y), and in the curvature of norms and deviations.\
        """),
    GELU_FAR_BELOW(
        """
        **½ x (1 + erf(x/√2)) far below zero** is a difference of nearly equal numbers, as in PyTorch.
        The error is below a rounding of x.\
        """),
    CONSTANT(
        """
        **The function is constant**: the exact gradient is 0, and a rounding of the terms of which
        it is the difference is left.\
        """);

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

  static final List<Above> ABOVE =
      List.of(
          above(Reason.LOGARITHM_NEAR_ONE, "logSumExp(int[])", Measure.VALUE_64, 1e-7, 8),
          above(Reason.LOGARITHM_NEAR_ONE, "logSumExp(int[])", Measure.SECOND_64, 1e-7, 8),
          above(Reason.LOGARITHM_NEAR_ONE, "logSumExp(int[])", Measure.VALUE_32, 6e4, 8),
          above(Reason.LOGARITHM_NEAR_ONE, "logSumExp(int[])", Measure.SECOND_32, 5e4, 8),
          above(Reason.LOGARITHM_NEAR_ONE, "logSoftmax(int)", Measure.VALUE_32, 5, 7),
          above(Reason.LOGARITHM_NEAR_ONE, "crossEntropy(Tensor)", Measure.VALUE_32, 5, 2),
          above(Reason.CANCELS, "crossEntropy(Tensor)", Measure.GRADIENT_32, 3, 2),
          above(Reason.CANCELS, "crossEntropy(Tensor)", Measure.SECOND_32, 7, 2),
          above(Reason.CANCELS, "softmax(int)", Measure.GRADIENT_32, 2, 7),
          above(Reason.CANCELS, "softmax(int)", Measure.SECOND_32, 2, 7),
          above(Reason.CANCELS, "sampleStandardDeviationKept(int[])", Measure.SECOND_32, 2, 1),
          above(Reason.CANCELS, "norm(double, int[])", Measure.SECOND_32, 3, 5),
          above(Reason.GELU_FAR_BELOW, "gelu()", Measure.VALUE_64, 1, 0, 1),
          above(Reason.GELU_FAR_BELOW, "gelu()", Measure.GRADIENT_64, 0.02, 0, 1),
          above(Reason.GELU_FAR_BELOW, "gelu()", Measure.VALUE_32, 2e6, 0, 1),
          above(Reason.GELU_FAR_BELOW, "gelu()", Measure.GRADIENT_32, 400, 0, 1),
          above(Reason.CONSTANT, "normalized(int)", Measure.GRADIENT_64, 1e3, 1));

  private Deviations() {}

  private static Above above(
      Reason reason, String method, Measure measure, double limit, Integer... cases) {
    return new Above(reason, method, measure, limit, Set.of(cases));
  }

  /// How large an error may be.
  static double limit(String method, Worst worst) {
    return ABOVE.stream()
        .filter(above -> above.method().equals(method) && above.names(worst))
        .mapToDouble(Above::limit)
        .findFirst()
        .orElse(worst.measure().bound);
  }
}
