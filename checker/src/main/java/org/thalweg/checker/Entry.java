package org.thalweg.checker;

import java.util.Arrays;
import java.util.Locale;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.checker.text.Words;

/// One derivative that was checked.
///
/// @param kind what was compared
/// @param order 1 for the gradient, 2 for the gradient of the gradient, …
/// @param input the name of the input or parameter that moved
/// @param dtype the type of the input in which the analytic derivative was computed
/// @param shape of the input
/// @param flat the index of the element in row-major order; −1 for a direction
/// @param analytic what the backward pass says
/// @param numeric what differences say, or for [Kind#PRECISION] the backward pass in FLOAT64
/// @param error what the numeric value may be off by
/// @param step the largest step of the differences
/// @param verdict what follows
/// @param cause what is probably wrong, or more about the place; may be empty
public record Entry(
    Kind kind,
    int order,
    String input,
    DType dtype,
    Shape shape,
    int flat,
    double analytic,
    double numeric,
    double error,
    double step,
    Verdict verdict,
    String cause) {
  /// What an entry compares.
  public enum Kind {
    /// The derivative in one element.
    ELEMENT,
    /// The derivative along a random direction in all elements of an input.
    DIRECTION,
    /// The derivative in one element as computed in FLOAT32 with that in FLOAT64.
    PRECISION
  }

  /// With a cause, after what is known of the place.
  Entry because(String why) {
    String both = cause.isEmpty() || why.isEmpty() ? cause + why : cause + ". " + why;
    return new Entry(
        kind, order, input, dtype, shape, flat, analytic, numeric, error, step, verdict, both);
  }

  /// How far both values are apart, in units of what the numeric one may be off by and of the last
  /// places of the larger.
  double misfit() {
    double size = Math.max(Math.abs(analytic), Math.abs(numeric));
    double misfit = Math.abs(analytic - numeric) / (error + 0x1p-52 * size + Double.MIN_NORMAL);
    return Double.isNaN(misfit) ? Double.POSITIVE_INFINITY : misfit;
  }

  /// `"fc1.weight" FLOAT64 [256, 784] at [17, 403]: analytic 0.0231, numeric 0.0462 ± 3e-11, …`
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(verdict).append(": ").append(order > 1 ? "order " + order + " in " : "");
    text.append('"').append(input).append("\" ").append(dtype).append(' ').append(shape);
    text.append(
        flat < 0
            ? " along a random direction"
            : " at " + Arrays.toString(Words.index(shape, flat)) + " (flat " + flat + ")");
    text.append(": analytic ").append(Words.number(analytic));
    text.append(kind == Kind.PRECISION ? ", in FLOAT64 " : ", numeric ");
    text.append(Words.number(numeric)).append(" ± ").append(Words.small(error));
    if (kind != Kind.PRECISION) {
      text.append(" (h = ").append(Words.small(step)).append(')');
    }
    if (verdict == Verdict.FAILED && numeric != 0) {
      text.append(String.format(Locale.ROOT, ", ratio %.6g", analytic / numeric));
    }
    return cause.isEmpty() ? text.toString() : text.append(" — ").append(cause).toString();
  }
}
