package org.thalweg.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.thalweg.benchmarks.report.Machine;
import org.thalweg.benchmarks.report.Measured;
import org.thalweg.benchmarks.report.Pages;
import org.thalweg.benchmarks.report.Report;
import org.thalweg.benchmarks.report.Row;
import org.thalweg.benchmarks.report.Run;

/// The rows of the works that are finished, in the files where they belong: whatever cuts the run
/// short, what was measured before is there.
final class Results {
  private final Path home;
  private final Path report;
  private final boolean page;
  private final Run run;
  private final List<Row> first = new ArrayList<>();
  private final List<Row> others = new ArrayList<>();

  /// @param home the directory of the benchmarks
  /// @param page whether the page is written, too
  Results(Path home, Run run, boolean page) {
    this.home = home;
    this.report = home.resolve("target/report.json");
    this.page = page;
    this.run = run;
  }

  /// Adds a work and writes the files.
  ///
  /// @param samples on each number of threads
  /// @param libraries what ran how
  /// @throws IOException where a file cannot be written
  void add(List<Samples> samples, Collection<String> libraries) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Samples those : samples) {
      rows.addAll(those.rows(run));
    }
    for (Row row : rows) {
      boolean isFirst = first.stream().noneMatch(row::isOfSameWork);
      (isFirst ? first : others).add(row);
    }
    Report.write(rows(), report);
    if (page) {
      pages(home).add(new Measured(Machine.here(), List.copyOf(libraries), rows), Works.list());
    }
  }

  /// First each work beside its peer, then beside the peer's other ways.
  List<Row> rows() {
    List<Row> rows = new ArrayList<>(first);
    rows.addAll(others);
    return rows;
  }

  /// Writes the pages again from their figures.
  ///
  /// @throws IOException where a file cannot be read or written
  static void rewrite(Path home) throws IOException {
    pages(home).rewrite(Works.list());
  }

  private static Pages pages(Path home) {
    return new Pages(home.resolve("../docs").normalize());
  }
}
