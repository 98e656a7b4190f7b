package org.thalweg.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.thalweg.benchmarks.report.Machine;
import org.thalweg.benchmarks.report.Measured;
import org.thalweg.benchmarks.report.Page;
import org.thalweg.benchmarks.report.Report;
import org.thalweg.benchmarks.report.Row;
import org.thalweg.benchmarks.report.Run;
import org.thalweg.benchmarks.work.Work;

/// The rows of the works that are finished, in the files where they belong: whatever cuts the run
/// short, what was measured before is there.
final class Results {
  private static final String FIGURES = "performance.json";

  private final Path docs;
  private final Path report;
  private final boolean page;
  private final Run run;
  private final List<Row> first = new ArrayList<>();
  private final List<Row> others = new ArrayList<>();

  /// @param home the directory of the benchmarks
  /// @param page whether the page is written, too
  Results(Path home, Run run, boolean page) {
    this.docs = home.resolve("../docs").normalize();
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
      Machine machine = Machine.here();
      write(
          docs,
          Measured.read(docs.resolve(FIGURES), machine)
              .with(new Measured(machine, List.copyOf(libraries), rows)));
    }
  }

  /// First each work beside its peer, then beside the peer's other ways.
  List<Row> rows() {
    List<Row> rows = new ArrayList<>(first);
    rows.addAll(others);
    return rows;
  }

  /// Writes the page again from its figures.
  ///
  /// @throws IOException where a file cannot be read or written
  static void rewrite(Path home) throws IOException {
    Path docs = home.resolve("../docs").normalize();
    write(docs, Measured.read(docs.resolve(FIGURES), Machine.here()));
  }

  private static void write(Path docs, Measured measured) throws IOException {
    Measured all = measured.inOrder(Works.list().stream().map(Work::name).toList());
    all.write(docs.resolve(FIGURES));
    Page.write(all, docs);
  }
}
