package org.thalweg.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  private static final String PICTURE =
      """
      ![The time of peers divided by ours, and how near to the machine's limit, for each work](%s.png)

      Above 1 ours is faster. `otherwise` is the peer's fastest other way, and libraries on the JVM have a dot where they were
      measured: both stand [below](#in-other-ways-and-by-other-libraries). Works without a limit have none.
      """;

  private static final String TABLE =
      """
      | work | threads | ours | peer | ratio | goal | % limit | % peer | memory | peer | bytes | 1 → N | peer 1 → N | run |
      | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --- |
      """;

  private static final String BELOW =
      """
      | work | threads | ratio | goal | where the time goes |
      | --- | --: | --: | --: | --- |
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
    return PICTURE.formatted(name);
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
    return below.isEmpty() ? "None." : BELOW + lines(below, this::below);
  }

  private List<String> below(Row row) {
    String profile = profiles.of(row.work());
    return List.of(
        "`" + row.work() + "`",
        Integer.toString(row.threads()),
        ratio(row),
        goal(row),
        profile == null ? "no profile yet" : profile);
  }

  private static String lines(List<Row> rows, Function<Row, List<String>> cells) {
    StringBuilder lines = new StringBuilder();
    for (Row row : rows) {
      lines.append("| ").append(String.join(" | ", cells.apply(row))).append(" |\n");
    }
    return lines.toString();
  }

  private List<String> compared(Row row) {
    Row one =
        first.stream()
            .filter(other -> row.ratio() != null && isOnOneThread(row, other))
            .findFirst()
            .orElse(null);
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
        one == null ? NONE : quotient(one.ours(), row.ours()),
        one == null ? NONE : quotient(one.peer(), row.peer()),
        letter(row.run()));
  }

  private static boolean isOnOneThread(Row row, Row other) {
    return row.work().equals(other.work()) && row.threads() > 1 && other.threads() == 1;
  }

  private static List<String> missed(Row row) {
    Goal goal = row.ratio() == null ? null : Goal.of(row);
    return goal == null ? List.of() : goal.missed(row);
  }

  private static String ratio(Row row) {
    return row.ratio() == null
        ? NONE
        : Report.number("%.2f", row.ratio()) + Report.number(" ±%.0f%%", row.spread());
  }

  private static String goal(Row row) {
    Goal goal = row.ratio() == null ? null : Goal.of(row);
    if (goal == null) {
      return NONE;
    }
    List<String> missed = goal.missed(row);
    String ratio = Report.number("%.1f", goal.ratio());
    return missed.isEmpty() ? ratio + " ✓" : ratio + " ✗ " + String.join(", ", missed);
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
