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
import org.jspecify.annotations.Nullable;

/// A page about what has been measured, with a picture. The text is in the resource
/// `performance.md`, the figures are filled in here.
public final class Page {
  private static final String NONE = "–";
  private static final double MEBIBYTE = 1 << 20;

  private static final String TABLE =
      """
      | work | threads | ours | peer | ratio | goal | spread | % limit | % peer | bytes | 1 → N | peer 1 → N | turns |
      | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
      """;

  private static final String MEMORY =
      """
      | work | threads | ours | peer | peer ÷ ours |
      | --- | --: | --: | --: | --: |
      """;

  private static final String OTHERS =
      """
      | work | threads | ours | peer | ratio | spread | peer |
      | --- | --: | --: | --: | --: | --: | --- |
      """;

  private final Measured measured;
  private final List<Row> first = new ArrayList<>();
  private final List<Row> others = new ArrayList<>();

  private Page(Measured measured) {
    this.measured = measured;
    for (Row row : measured.rows()) {
      boolean isFirst = first.stream().noneMatch(row::isOfSameWork);
      (isFirst ? first : others).add(row);
    }
  }

  /// Writes `performance.md` and `performance.png`.
  ///
  /// @throws IOException where one cannot be written
  public static void write(Measured measured, Path directory) throws IOException {
    Page page = new Page(measured);
    Files.writeString(directory.resolve("performance.md"), page.text());
    List<Row> compared = page.first.stream().filter(row -> row.ratio() != null).toList();
    Files.write(directory.resolve("performance.png"), Chart.png(compared));
  }

  /// The page in Markdown.
  static String text(Measured measured) throws IOException {
    return new Page(measured).text();
  }

  private String text() throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("machine", machine());
    parts.put("peer", peer());
    parts.put("table", TABLE + lines(first, this::compared));
    parts.put("memory", MEMORY + lines(trained(), Page::memory));
    parts.put("others", OTHERS + lines(others, Page::other));
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
        "Measured on %s on %s, which runs %d thread%s at a time, with Java %s:%n%n"
            .formatted(
                machine.date(),
                machine.processor(),
                machine.threads(),
                machine.threads() == 1 ? "" : "s",
                machine.java()));
    measured.libraries().forEach(library -> text.append("* ").append(library).append('\n'));
    return text.toString();
  }

  private String peer() {
    return first.stream()
        .map(Row::peerName)
        .filter(name -> name != null)
        .map(name -> name.replaceAll(",.*", ""))
        .findFirst()
        .orElse("nobody");
  }

  private List<Row> trained() {
    return measured.rows().stream().filter(row -> row.peerPeakBytes() != null).toList();
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
        Report.number("%.2f", row.ratio()),
        goal(row),
        Report.number("±%.0f%%", row.spread()),
        Report.number("%.0f", row.percentOfLimit()),
        Report.number("%.0f", row.peerPercentOfLimit()),
        Report.number("%,.0f", row.allocatedBytes()),
        one == null ? NONE : quotient(one.ours(), row.ours()),
        one == null ? NONE : quotient(one.peer(), row.peer()),
        Integer.toString(row.rounds()));
  }

  private static boolean isOnOneThread(Row row, Row other) {
    return row.work().equals(other.work()) && row.threads() > 1 && other.threads() == 1;
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

  private static List<String> memory(Row row) {
    return List.of(
        "`" + row.work() + "`",
        Integer.toString(row.threads()),
        mebibytes(row.peakBytes()),
        mebibytes(row.peerPeakBytes()),
        quotient(row.peerPeakBytes(), row.peakBytes()));
  }

  private static List<String> other(Row row) {
    return List.of(
        "`" + row.work() + "`",
        Integer.toString(row.threads()),
        time(row.ours(), row),
        time(row.peer(), row),
        Report.number("%.2f", row.ratio()),
        Report.number("±%.0f%%", row.spread()),
        row.peerName() == null ? NONE : row.peerName());
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
