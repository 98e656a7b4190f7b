package org.thalweg.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.work.Work;

/// A page about what has been measured, with a picture. The text is in the resource
/// `performance.md`, the figures are filled in here.
final class Page {
  private static final String NONE = "–";
  private static final double MEBIBYTE = 1 << 20;
  private static final int LETTERS = 26;

  private static final String TABLE =
      """
      | work | threads | ours | peer | ratio | goal | % limit | % peer | memory | peer | bytes | 1 → N | peer 1 → N | run |
      | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --- |
      """;

  private static final String BELOW =
      """
      | work | threads | ratio | goal | 1 → N |
      | --- | --: | --: | --: | --: |
      """;

  private static final String OTHERS =
      """
      | work | threads | ours | peer | ratio | peer | run |
      | --- | --: | --: | --: | --: | --- | --- |
      """;

  private final Measured measured;
  private final Limits limits;
  private final Profiles profiles;
  private final String name;
  private final List<Pages.Link> elsewhere;
  private final List<Run> runs;
  private final List<Row> first = new ArrayList<>();
  private final List<Row> others = new ArrayList<>();

  Page(
      Measured measured,
      List<Work> works,
      Profiles profiles,
      String name,
      List<Pages.Link> elsewhere) {
    this.measured = measured;
    this.limits = new Limits(measured.rows(), works);
    this.profiles = profiles;
    this.name = name;
    this.elsewhere = List.copyOf(elsewhere);
    this.runs = measured.rows().stream().map(Row::run).distinct().toList();
    for (Row row : measured.rows()) {
      boolean isFirst = first.stream().noneMatch(row::isOfSameWork);
      (isFirst ? first : others).add(row);
    }
  }

  /// Writes `NAME.md`, with what `NAME-profiles.md` says there, and, where there is a peer,
  /// `NAME.png`.
  ///
  /// @param works that there are
  /// @param elsewhere the pages of other processors
  /// @throws IOException where one cannot be read or written
  static void write(
      Measured measured, List<Work> works, Path directory, String name, List<Pages.Link> elsewhere)
      throws IOException {
    Profiles profiles = Profiles.read(directory.resolve(name + "-profiles.md"));
    Page page = new Page(measured, works, profiles, name, elsewhere);
    Files.writeString(directory.resolve(name + ".md"), page.text());
    if (!page.compared().isEmpty()) {
      Files.write(directory.resolve(name + ".png"), new Chart(page.compared(), page.others).png());
    }
  }

  /// The page in Markdown.
  String text() throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("name", name);
    parts.put("machine", machine());
    parts.put("elsewhere", elsewhere());
    parts.put("picture", compared().isEmpty() ? "" : picture());
    parts.put("limits", limits.text());
    parts.put("peer", peer());
    parts.put("table", TABLE + lines(first, this::compared));
    parts.put("below", below());
    parts.put("others", OTHERS + lines(others, this::other));
    String text = template();
    for (Map.Entry<String, String> part : parts.entrySet()) {
      text = text.replace("{{" + part.getKey() + "}}", part.getValue().strip());
    }
    return text;
  }

  private static String template() throws IOException {
    try (InputStream in = Page.class.getResourceAsStream("performance.md")) {
      if (in == null) {
        throw new IOException("the text of the page is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String machine() {
    Machine machine = measured.machine();
    StringBuilder text = new StringBuilder();
    text.append(
        "Measured on %s, which runs %d thread%s at a time, with Java %s:%n%n"
            .formatted(
                machine.processor(),
                machine.threads(),
                machine.threads() == 1 ? "" : "s",
                machine.java()));
    measured.libraries().forEach(library -> text.append("* ").append(library).append('\n'));
    for (Run run : runs) {
      text.append(
          "* run %s: commit `%s`, %s, %d turns in each of %d fork%s%n"
              .formatted(
                  letter(run),
                  run.commit(),
                  run.date(),
                  run.rounds(),
                  run.forks(),
                  run.forks() == 1 ? "" : "s"));
    }
    return text.toString();
  }

  private String picture() {
    return """
    ![The time of peers divided by ours, and how near to the machine's limit, for each work](%s.png)

    Above 1 ours is faster. `otherwise` is the peer's fastest other way, and libraries on the JVM have a dot where they were
    measured: both stand [below](#in-other-ways-and-by-other-libraries). Works without a limit are in the upper
    half alone.
    """
        .formatted(name);
  }

  private String elsewhere() {
    return elsewhere.isEmpty()
        ? ""
        : elsewhere.stream()
            .map(link -> "[%s](%s.md)".formatted(link.processor(), link.name()))
            .collect(Collectors.joining(", ", "Measured elsewhere: ", "."));
  }

  private List<Row> compared() {
    return first.stream().filter(row -> row.ratio() != null).toList();
  }

  private String peer() {
    return first.stream()
        .map(Row::library)
        .filter(library -> library != null)
        .findFirst()
        .orElse("nobody");
  }

  /// a, b, …, z, a1, b1, …
  private String letter(Run run) {
    int place = runs.indexOf(run);
    int round = place / LETTERS;
    return (char) ('a' + place % LETTERS) + (round == 0 ? "" : Integer.toString(round));
  }

  private String below() {
    List<Row> below = first.stream().filter(row -> !missed(row).isEmpty()).toList();
    return below.isEmpty()
        ? "None."
        : BELOW + lines(below, this::below) + "\n" + String.join("\n", reasons(below));
  }

  private List<String> below(Row row) {
    return List.of(
        "`" + row.work() + "`",
        Integer.toString(row.threads()),
        ratio(row),
        goal(row),
        scaling(row, Row::ours));
  }

  /// What the profiles say, each once, with the works that it is said of.
  private List<String> reasons(List<Row> below) {
    Map<String, Set<String>> works = new LinkedHashMap<>();
    for (Row row : below) {
      String profile = profiles.of(row.work());
      works
          .computeIfAbsent(
              profile == null ? "No profile yet." : profile, _ -> new LinkedHashSet<>())
          .add("`" + row.work() + "`");
    }
    List<String> reasons = new ArrayList<>();
    works.forEach((text, those) -> reasons.add("* " + String.join(", ", those) + ": " + text));
    return reasons;
  }

  private static String lines(List<Row> rows, Function<Row, List<String>> cells) {
    StringBuilder lines = new StringBuilder();
    for (Row row : rows) {
      lines.append("| ").append(String.join(" | ", cells.apply(row))).append(" |\n");
    }
    return lines.toString();
  }

  private List<String> compared(Row row) {
    return List.of(
        "`" + row.work() + "`",
        Integer.toString(row.threads()),
        time(row.ours(), row),
        time(row.peer(), row),
        ratio(row),
        goal(row),
        Report.number("%.0f", row.percentOfLimit()),
        Report.number("%.0f", row.peerPercentOfLimit()),
        mebibytes(row.peakBytes()),
        mebibytes(row.peerPeakBytes()),
        Report.number("%,.0f", row.allocatedBytes()),
        scaling(row, Row::ours),
        scaling(row, Row::peer),
        letter(row.run()));
  }

  /// The time on one thread ÷ that of a row on several.
  private String scaling(Row row, Function<Row, @Nullable Double> time) {
    Row one = onOneThread(row);
    return one == null || row.ratio() == null ? NONE : quotient(time.apply(one), time.apply(row));
  }

  /// The row of the same work on one thread; `null` where it is that, or there is none.
  private @Nullable Row onOneThread(Row row) {
    return first.stream()
        .filter(other -> row.work().equals(other.work()))
        .filter(other -> row.threads() > 1 && other.threads() == 1)
        .findFirst()
        .orElse(null);
  }

  private List<String> missed(Row row) {
    return Goal.missed(row, onOneThread(row));
  }

  private static String ratio(Row row) {
    return row.ratio() == null
        ? NONE
        : Report.number("%.2f", row.ratio()) + Report.number(" ±%.0f%%", row.spread());
  }

  private String goal(Row row) {
    Goal goal = row.ratio() == null ? null : Goal.of(row);
    List<String> missed = missed(row);
    String ratio = goal == null ? "" : Report.number("%.1f ", goal.ratio());
    if (!missed.isEmpty()) {
      return ratio + "✗ " + String.join(", ", missed);
    }
    return goal == null ? NONE : ratio + "✓";
  }

  private List<String> other(Row row) {
    return List.of(
        "`" + row.work() + "`",
        Integer.toString(row.threads()),
        time(row.ours(), row),
        time(row.peer(), row),
        ratio(row),
        row.peerName() == null ? NONE : row.peerName(),
        letter(row.run()));
  }

  private static String time(@Nullable Double value, Row row) {
    return value == null ? NONE : Report.time(value) + " " + row.unit().replaceAll("/.*", "");
  }

  private static String quotient(@Nullable Double a, @Nullable Double b) {
    return a == null || b == null ? NONE : String.format(Locale.ROOT, "%.2f", a / b);
  }

  private static String mebibytes(@Nullable Double bytes) {
    return bytes == null ? NONE : String.format(Locale.ROOT, "%.0f MiB", bytes / MEBIBYTE);
  }
}
