package org.thalweg.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The rows as a table and as a file.
public final class Report {
  private Report() {}

  /// One line for each row.
  public static String table(List<Row> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            "work",
            "threads",
            "unit",
            "ours",
            "peer",
            "ratio",
            "spread",
            "% limit",
            "% peer",
            "bytes alloc.",
            "peer"));
    for (Row row : rows) {
      lines.add(
          line(
              row.work(),
              Integer.toString(row.threads()),
              row.unit(),
              time(row.ours()),
              row.peer() == null ? "–" : time(row.peer()),
              number("%.2f", row.ratio()),
              number("±%.0f%%", row.spread()),
              number("%.0f", row.percentOfLimit()),
              number("%.0f", row.peerPercentOfLimit()),
              number("%,.0f", row.allocatedBytes()),
              row.peerName() == null ? "–" : row.peerName()));
    }
    return String.join("\n", lines);
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-26s %7s  %-12s %9s %9s %7s %7s %7s %7s %12s  %s", cells)
        .stripTrailing();
  }

  static String time(double value) {
    return number(
        value < 1 ? "%.3f" : value < 100 ? "%.2f" : value < 10_000 ? "%.1f" : "%.0f", value);
  }

  static String number(String format, @Nullable Double value) {
    return value == null ? "–" : String.format(Locale.ROOT, format, value);
  }

  /// Writes the rows as a list of JSON objects.
  ///
  /// @throws IOException where the file cannot be written
  public static void write(List<Row> rows, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    json.writeValue(file.toFile(), rows);
  }
}
