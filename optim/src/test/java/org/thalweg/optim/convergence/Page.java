package org.thalweg.optim.convergence;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.thalweg.optim.convergence.Rows.Reason;
import org.thalweg.optim.convergence.Rows.Row;
import org.thalweg.optim.convergence.Search.Cell;
import org.thalweg.optim.schedule.Schedules;

/// Writes and reads `docs/convergence.md`.
final class Page {
  private static final String FALLING = "## With a rate that falls";

  private static final String HEAD =
      """
      # Convergence

      How many gradients every rule takes to come to the minimum and stay there. `ConvergenceTest`
      generates this page. In every build it makes the run of each number again: it comes out the
      same to the last step, on any machine, with the Vector API and without.

      **Problems.** The first five are smooth and convex.

      * κ = 10, 100, 1000: ½ (x − c)ᵀ A (x − c) of 16 variables from x = (1, …, 1), cᵢ = 2 sin i.
        The eigenvalues of A are 1 … κ at equal ratios. A = H D H with a reflection H across
        (1, 2, …, 16), so that a rate per coordinate does not help by itself; or A = D, diagonal.
      * Logistic regression of 50 samples, 5 features and a penalty: xᵢⱼ = sin ij, class 1 where
        cos i > 0, mean loss + 0.05 ‖w‖² from w = 0.
      * Rosenbrock from (−1.2, 1), Beale from (1, 1), Himmelblau from (1, 1), any of its minima.

      **Measure.** `775 @ 0.1`: with η = 0.1, the loss is at most {tolerance} above its minimum after
      775 gradients and stays so for the next {stay}: passing through does not count. All gradients
      are counted: one in a step, two in a step of `Sam`. The loss is taken at what is evaluated,
      inside of `evaluating`. **Budget:** {budget} gradients, the same for all. A dash: not at any
      rate; behind it, the largest distance of the loss from its minimum in the last {stay}, where
      that is least.

      **Rates.** η is the best of {rates}: the same seven for all. For
      `Rprop` it is the first step, for `Prodigy` and `DAdaptation` a factor of the distance that
      they estimate, for `AdaDelta` one of its step, for `Adafactor` the limit of steps in proportion
      to x; `Lars` has it times 0.001. A rate at which the loss overflows counts as one that does not
      come there. Everything else is as the constructor has it, but weight decay, which would move
      the minimum: λ = 0 everywhere. `Muon`, `Sm3` and `Adafactor` see x as a matrix, 4 × 4, 1 × 5 or
      1 × 2.

      **Beside Optax.** On the four quadratics Optax 0.2.8 takes the same number of steps at the same
      best rate, and has the same dashes, with every rule that it has in the same form: the data come
      from `optim/src/test/python/convergence.py`.

      """;

  private static final String FALL =
      """
      {falling}

      The rules of the first two kinds, with a share of each step that falls along a cosine from 1
      to 0 over {fall} steps. The columns are as above.

      """;

  private static final String DASH = "— ";
  private static final String AT = " @ ";

  private Page() {}

  static final int BUDGET = 20_000;

  /// How many steps a falling rate takes to be 0.
  static final int FALL_STEPS = 8_000;

  /// The rules of the second table.
  static final List<Row> FALLING_ROWS =
      Rows.ALL.stream()
          .filter(row -> row.reason().hasRemedy)
          .map(row -> row.falling(Schedules.cosine(1, 0, FALL_STEPS)))
          .toList();

  /// @param cells what stands in each
  static String text(BiFunction<Row, Problem, String> cells) {
    StringBuilder page = new StringBuilder(filled(HEAD));
    table(page, Rows.ALL, cells);
    page.append("\n## Dashes on smooth convex problems\n");
    Arrays.stream(Reason.values()).skip(1).forEach(reason -> reason(page, reason));
    page.append('\n').append(filled(FALL).replace("{falling}", FALLING));
    table(page, FALLING_ROWS, cells);
    return page.toString();
  }

  private static String filled(String text) {
    return text.replace("{tolerance}", exponent(Search.TOLERANCE))
        .replace("{stay}", Integer.toString(Search.STAY))
        .replace("{budget}", grouped(BUDGET))
        .replace("{fall}", grouped(FALL_STEPS))
        .replace(
            "{rates}",
            Search.RATES.stream().map(rate -> text(rate)).collect(Collectors.joining(", ")));
  }

  private static String grouped(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static void reason(StringBuilder page, Reason reason) {
    String names =
        Rows.ALL.stream()
            .filter(row -> row.reason() == reason)
            .map(row -> "`" + row + "`")
            .collect(Collectors.joining(", "));
    page.append('\n').append(reason.text).append("\n").append(names).append(".\n");
  }

  private static void table(
      StringBuilder page, List<Row> rows, BiFunction<Row, Problem, String> cells) {
    line(page, Stream.concat(Stream.of("rule"), Problems.ALL.stream().map(Problem::name)));
    line(page, Stream.generate(() -> "---").limit(Problems.ALL.size() + 1L));
    for (Row row : rows) {
      Stream<String> there = Problems.ALL.stream().map(problem -> cells.apply(row, problem));
      line(page, Stream.concat(Stream.of("`" + row + "`"), there));
    }
  }

  private static void line(StringBuilder page, Stream<String> cells) {
    page.append(cells.collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  static String text(Cell cell) {
    String what =
        cell.isReached() ? Integer.toString(cell.evaluations()) : DASH + exponent(cell.gap());
    return what + AT + text(cell.rate());
  }

  private static String exponent(double value) {
    return String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-").replace("e+00", "");
  }

  private static String text(double rate) {
    return rate < 0.01
        ? exponent(rate)
        : rate < 1 ? Double.toString(rate) : Long.toString((long) rate);
  }

  /// What a page says in a cell.
  static String cell(String page, Row row, Problem problem) {
    int fall = page.indexOf(FALLING);
    String table = row.isFalling() ? page.substring(fall) : page.substring(0, fall);
    return table
        .lines()
        .filter(line -> line.startsWith("| `" + row + "` |"))
        .map(line -> line.split(" *\\| *", -1)[Problems.ALL.indexOf(problem) + 2])
        .findFirst()
        .orElseThrow(() -> new AssertionError("docs/convergence.md has no row " + row));
  }

  /// Whether a cell has a number.
  static boolean isReached(String cell) {
    return !cell.startsWith(DASH);
  }

  /// The rate of a cell.
  static double rate(String cell) {
    return Double.parseDouble(cell.substring(cell.indexOf(AT) + AT.length()));
  }
}
