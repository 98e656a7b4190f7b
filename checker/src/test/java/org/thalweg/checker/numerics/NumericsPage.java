package org.thalweg.checker.numerics;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

/// Prints `docs/numerics.md`; with the argument `rows`, the questions for
/// `src/test/python/numerics.py`.
///
/// ```
/// java … org.thalweg.checker.numerics.NumericsPage > docs/numerics.md
/// ```
final class NumericsPage {
  static final Peers TORCH = Peers.of("torch");
  static final Peers JAX = Peers.of("jax");

  /// Peers compute some of these in another order.
  private static final double SAME = 1e-5;

  private NumericsPage() {}

  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.print(arguments.length > 0 && arguments[0].equals("rows") ? questions() : text());
  }

  static String text() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Numerics: the hard places

        What operations answer where naive code fails, where a function bends or jumps, and where \
        PyTorch and
        JAX disagree. Every row is a test: this page is made of its table
        (`checker/src/test/java/org/thalweg/checker/numerics`), value and gradient, in FLOAT64 and \
        FLOAT32.
        The gradient is that of the sum of the result. PyTorch %s and JAX %s were asked by
        `checker/src/test/python/numerics.py`; "the same" means to five digits, in both types.
        """
            .formatted(TORCH.version(), JAX.version()));
    for (Section section : NumericsTable.SECTIONS) {
      append(page, section);
    }
    return page.toString();
  }

  private static void append(StringBuilder page, Section section) {
    page.append("\n## ").append(section.title()).append("\n\n");
    if (!section.text().isEmpty()) {
      page.append(section.text().strip()).append("\n\n");
    }
    if (!section.rows().isEmpty()) {
      page.append("| call | value | gradient | PyTorch | JAX | our choice |\n");
      page.append("|---|---|---|---|---|---|\n");
      section.rows().forEach(row -> line(page, row));
    }
    for (Entry entry : section.entries()) {
      switch (entry) {
        case Entry.Proven proven ->
            page.append("\n* **")
                .append(proven.hazard())
                .append("**: ")
                .append(proven.answer())
                .append(" (`")
                .append(proven.test().getSimpleName())
                .append("`)");
        case Row _ -> {}
      }
    }
    if (section.entries().size() > section.rows().size()) {
      page.append('\n');
    }
  }

  private static void line(StringBuilder page, Row row) {
    List<String> cells =
        List.of(
            row.toString(),
            row.refusal.isEmpty()
                ? withFloat(Numbers.text(row.expected.value), Numbers.text(row.inFloat.value))
                : "refused: " + row.refusal,
            withFloat(gradients(row.expected.gradients), gradients(row.inFloat.gradients)),
            peer(row, TORCH),
            peer(row, JAX),
            row.why);
    page.append(
        cells.stream()
            .map(cell -> cell.replace("|", "\\|"))
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  private static String withFloat(String text, String inFloat) {
    return inFloat.isEmpty() || inFloat.equals("[]") ? text : text + "; FLOAT32: " + inFloat;
  }

  private static String gradients(List<double[]> gradients) {
    return gradients.stream().map(Numbers::text).collect(Collectors.joining(", "));
  }

  /// What a library gives where it differs from the table; "the same" where it does not.
  static String peer(Row row, Peers peers) {
    List<String> texts = new ArrayList<>();
    for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
      Peers.Answer answer = peers.to(row, dtype);
      if (answer == null) {
        return "–";
      }
      texts.add(difference(row, answer, dtype));
    }
    String first = texts.get(0);
    if (first.equals(texts.get(1))) {
      return first;
    }
    return first.equals("the same")
        ? "FLOAT32: " + texts.get(1)
        : first + "; FLOAT32: " + texts.get(1);
  }

  private static String difference(Row row, Peers.Answer answer, DType dtype) {
    if (!answer.refusal().isEmpty()) {
      return row.refusal.isEmpty() ? answer.refusal() : "the same";
    }
    Row.Answer ours = row.expected;
    boolean isFloat = dtype == DType.FLOAT32;
    double[] value = isFloat && row.inFloat.value.length > 0 ? row.inFloat.value : ours.value;
    List<double[]> gradients =
        isFloat && !row.inFloat.gradients.isEmpty() ? row.inFloat.gradients : ours.gradients;
    List<String> parts = new ArrayList<>();
    if (!row.refusal.isEmpty() || !isSame(value, answer.value())) {
      parts.add("value " + Numbers.text(answer.value()));
    }
    boolean differs = false;
    for (int k = 0; k < gradients.size(); k++) {
      differs |= !isSame(gradients.get(k), answer.gradients().get(k));
    }
    if (differs) {
      parts.add("gradient " + gradients(answer.gradients()));
    }
    return parts.isEmpty() ? "the same" : String.join(", ", parts);
  }

  private static boolean isSame(double[] ours, double[] theirs) {
    boolean same = ours.length == theirs.length;
    for (int i = 0; same && i < ours.length; i++) {
      double apart = Math.abs(ours[i] - theirs[i]);
      boolean isClose = apart <= Math.max(Float.MIN_VALUE, SAME * Math.abs(ours[i]));
      same =
          ours[i] == theirs[i]
              || (Double.isNaN(ours[i]) && Double.isNaN(theirs[i]))
              || (Double.isFinite(ours[i]) && isClose);
    }
    return same;
  }

  /// Each row as a Python literal.
  private static String questions() {
    StringBuilder text = new StringBuilder();
    for (Row row : NumericsTable.rows()) {
      text.append("{'name': ").append(quoted(row.toString())).append(", 'inputs': [");
      for (int k = 0; k < row.inputs.size(); k++) {
        Tensor x = row.inputs.get(k);
        String values =
            Arrays.stream(x.toDoubles())
                .mapToObj(v -> quoted(Double.toString(v).replace("Infinity", "inf")))
                .collect(Collectors.joining(", ", "[", "]"));
        text.append(
            "('%s', '%s', %s, %s), "
                .formatted(
                    row.names.get(k),
                    x.dtype().isFloating() ? "float" : "int",
                    x.dtype().isFloating() ? values : Arrays.toString(x.toInts()),
                    x.shape()));
      }
      text.append("], 'torch': ")
          .append(quoted(row.torch))
          .append(", 'jax': ")
          .append(quoted(row.jax))
          .append("}\n");
    }
    return text.toString();
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
