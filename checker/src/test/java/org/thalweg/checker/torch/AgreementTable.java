package org.thalweg.checker.torch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.thalweg.autodiff.array.DType;
import org.thalweg.checker.torch.Agreement.Measure;
import org.thalweg.checker.torch.Agreement.Worst;
import org.thalweg.checker.torch.Deviations.Above;
import org.thalweg.checker.torch.Deviations.Reason;
import org.thalweg.checker.torch.TorchData.Case;
import org.thalweg.checker.torch.TorchData.Operation;

/// Writes `docs/pytorch-agreement.md`.
final class AgreementTable {
  private static final List<String> ORDERS = List.of("value", "gradient", "second derivative");

  private static final String HEAD =
      """
      # Agreement with PyTorch

      Values, gradients and second derivatives of every operation beside those of {version} on a
      CPU, at awkward places and in awkward shapes: {operations} operations, {cases} cases.
      `TorchAgreementTest` compares and generates this page; the data come from
      `checker/src/test/python/torch_values.py`.

      The gradient is that of Σ w·y in every input, w fixed and nowhere 0. The second derivative is
      the gradient of Σ v·g, v fixed, of that gradient g. A number below is the largest error of one
      element over all cases. Both precisions are compared with what PyTorch computes in float64, at
      inputs that are exact in float32; where its float64 is off, with exact numbers (below).

      * FLOAT64: relative to PyTorch's value, or to a thousandth of its scale where the condition
        number is above 1000. Bound: 1e-12.
      * FLOAT32: in units of 10⁻⁶ of the scale. Bound: 1. Behind it, how far PyTorch's own float32
        is from its float64, in the same units.

      The scale of a number f is max(|f|, Σ |a · ∂f/∂a|) over all inputs and weights a: its size
      times its componentwise condition number, where that is above 1. A dash: PyTorch has no such
      derivative. Places where a derivative is a matter of convention (kinks, ties) are not among
      the cases. Errors above the bound are **bold**; each is named below, with its reason.

      | method | PyTorch | cases | FLOAT64: value | gradient | second | FLOAT32: value | gradient | second | notes |
      |---|---|---|---|---|---|---|---|---|---|
      """;

  private static final String OFF =
      """

      ## Where PyTorch's float64 is off

      The derivatives of formulas that can lose digits were computed in 300 digits with mpmath as
      well. At some places PyTorch's float64 is off by more than 1e-12 in the measure above: there
      the exact number is what both precisions are compared with. How far PyTorch is off:

      """;

  private final TorchData data;
  private final Map<String, List<Worst>> worst;
  private final StringBuilder text = new StringBuilder();

  private AgreementTable(TorchData data, Map<String, List<Worst>> worst) {
    this.data = data;
    this.worst = worst;
  }

  /// @param worst the errors of each method
  static String of(TorchData data, Map<String, List<Worst>> worst) {
    return new AgreementTable(data, worst).write();
  }

  private String write() {
    int cases = data.operations().stream().mapToInt(operation -> operation.cases().size()).sum();
    text.append(
        HEAD.replace("{version}", data.version())
            .replace("{operations}", Integer.toString(data.operations().size()))
            .replace("{cases}", Integer.toString(cases)));
    data.operations().stream().filter(one -> worst.containsKey(one.method())).forEach(this::row);
    text.append("\n## Above the bound\n");
    for (Reason reason : Reason.values()) {
      text.append('\n').append(reason.text).append("\n\n");
      Deviations.ABOVE.stream().filter(above -> above.reason() == reason).forEach(this::above);
    }
    text.append(OFF);
    data.operations().forEach(this::off);
    text.append("\n## Without a counterpart\n\n");
    new TreeMap<>(Deviations.NO_COUNTERPART)
        .forEach((method, reason) -> line("* `" + method + "`: " + reason));
    return text.toString();
  }

  private void row(Operation operation) {
    StringJoiner row = new StringJoiner(" | ", "| ", " |");
    row.add("`" + operation.method() + "`");
    row.add("`" + operation.torch() + "`");
    row.add(Integer.toString(operation.cases().size()));
    for (Measure measure : Measure.values()) {
      row.add(
          worst.get(operation.method()).stream()
              .filter(one -> one.measure() == measure)
              .max(Comparator.comparingDouble(Worst::error))
              .map(largest -> cell(operation, largest))
              .orElse("–"));
    }
    line(row.add(operation.note()).toString());
  }

  private String cell(Operation operation, Worst largest) {
    String ours = largest.isAbove() ? "**" + figure(largest) + "**" : figure(largest);
    return ours + torch(operation.method(), largest.measure());
  }

  private String torch(String method, Measure measure) {
    if (measure.dtype == DType.FLOAT64) {
      return "";
    }
    double error =
        worst.get(method).stream()
            .filter(one -> one.measure() == measure)
            .mapToDouble(Worst::torch)
            .max()
            .orElseThrow();
    return " (" + figure(measure, error) + ")";
  }

  private void above(Above above) {
    worst.get(above.method()).stream()
        .filter(above::names)
        .max(Comparator.comparingDouble(Worst::error))
        .ifPresent(
            largest ->
                line(
                    "* `"
                        + above.method()
                        + "`, "
                        + above.measure().what()
                        + ": "
                        + figure(largest)
                        + torch(above.method(), above.measure())));
  }

  private void off(Operation operation) {
    List<String> parts = new ArrayList<>();
    for (int order = 0; order < ORDERS.size(); order++) {
      int part = order;
      operation.cases().stream()
          .map(Case::off)
          .filter(off -> part < off.length && off[part] > 0)
          .mapToDouble(off -> off[part])
          .max()
          .ifPresent(
              error ->
                  parts.add(ORDERS.get(part) + " " + String.format(Locale.ROOT, "%.0e", error)));
    }
    if (!parts.isEmpty()) {
      line(
          "* `"
              + operation.torch()
              + "` for `"
              + operation.method()
              + "`: "
              + String.join(", ", parts));
    }
  }

  private static String figure(Worst worst) {
    return figure(worst.measure(), worst.error());
  }

  private static String figure(Measure measure, double error) {
    if (error == 0) {
      return "0";
    }
    boolean isSmall = measure.dtype == DType.FLOAT64 || error > 100;
    return String.format(Locale.ROOT, isSmall ? "%.0e" : "%.2f", error);
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
