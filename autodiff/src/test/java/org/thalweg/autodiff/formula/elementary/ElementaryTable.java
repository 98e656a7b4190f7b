package org.thalweg.autodiff.formula.elementary;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Order;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.formula.elementary.ElementaryValues.Line;

/// Prints `docs/elementary.md`: measures every elementary function over all floats, and in double
/// over the files of 50-digit values in the directory given, or over those of the tests.
///
/// ```
/// python src/test/python/elementary.py values DIR 60000 7
/// java … org.thalweg.autodiff.formula.ElementaryTable DIR > docs/elementary.md
/// ```
final class ElementaryTable {
  private ElementaryTable() {}

  public static void main(String[] arguments) throws IOException {
    System.out.print(
        """
        # Elementary functions: how exact they are

        Every function is a formula of IEEE operations (see `formula/elementary/Lowering.java`), so its results
        have the same bits in every back end. The largest errors below are in units in the last
        place of the exact result; rounded right is 0.5. Float: over all 2³² arguments (powers:
        random ones), against the formula for double. Double: over 50-digit values of every exponent
        and of the interesting intervals (`autodiff/src/test/python/elementary.py`). Special values
        are those of `java.lang.Math`.

        | function | precision | largest error, ulp | at x = | tried | operators | numbers |
        |---|---|---|---|---|---|---|
        """);
    for (Elementary function : Elementary.values()) {
      String name = function.name().toLowerCase(Locale.ROOT);
      row(name, function.expr, Precision.FLOAT, ElementarySweepTest.sweep(function));
      List<Line> lines = lines(arguments, name);
      row(name, function.expr, Precision.DOUBLE, ElementaryMeasurement.inDouble(function, lines));
    }
    Expr pow = ElementaryMeasurement.POW;
    row("pow", pow, Precision.FLOAT, ElementaryMeasurement.powInFloat(10_000_000));
    List<Line> lines = lines(arguments, "pow");
    row("pow", pow, Precision.DOUBLE, ElementaryMeasurement.powInDouble(lines));
    System.out.print(
        """

        `sech2` and `sigmoid_slope` are the derivatives of `tanh` and `sigmoid`, which do not cancel as
        1 − tanh² and σ (1 − σ) do. `gelu` is measured in ulp of its result or of ½x, whichever is larger: where x is far below
        zero it is the small difference 1 + erf(x/√2). `sin`, `cos` and `tan` beyond 2¹⁹ (float) or
        2³⁰ (double) are those of `StrictMath`, element by element, and slow; of these floats one in
        64 was tried. `atan2` and `hypot` are within 1.5 ulp, `logAddExp` within 3 of the larger of
        its result and its arguments (`PairedFunctionsTest`). `floor`, `ceil`, `trunc`, `round`,
        `sign`, `abs`, `sqrt`, `min` and `max` are exact or rounded right. An operator is one IEEE
        or bit operation of the formula; what the numbers in it cost is a register each.
        """);
  }

  private static List<Line> lines(String[] arguments, String function) throws IOException {
    return arguments.length == 0
        ? ElementaryValues.of(function)
        : ElementaryValues.in(Path.of(arguments[0], function + ".txt"));
  }

  private static void row(String name, Expr expr, Precision precision, Worst worst) {
    List<Expr> nodes = Order.of(List.of(Lowering.lower(expr, precision)));
    long numbers =
        nodes.stream()
            .filter(
                node -> node.operator() == Operator.NUMBER || node.operator() == Operator.INTEGER)
            .count();
    long free =
        nodes.stream()
            .filter(
                node ->
                    node.operator() == Operator.INPUT
                        || node.operator() == Operator.TO_BITS
                        || node.operator() == Operator.FROM_BITS)
            .count();
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.2f | %s | %,d | %d | %d |%n",
        name,
        precision.name().toLowerCase(Locale.ROOT),
        // Rounded up: a bound.
        Math.ceil(worst.error * 100) / 100,
        precision == Precision.FLOAT ? Float.toString((float) worst.x) : worst.x,
        worst.count,
        nodes.size() - numbers - free,
        numbers);
  }
}
