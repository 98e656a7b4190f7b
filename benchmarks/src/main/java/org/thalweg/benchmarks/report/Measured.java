package org.thalweg.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The rows of one run, or of several on one machine. Each row is that of one run.
///
/// @param machine where
/// @param libraries what ran how, a sentence for each
/// @param rows the figures
public record Measured(Machine machine, List<String> libraries, List<Row> rows) {
  /// The library that every row is about.
  public static final String OURS = "Thalweg";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /// Reads a file that [#write] has written; nothing where there is none.
  ///
  /// @throws IOException where it cannot be read, or says something else
  public static Measured read(Path file, Machine machine) throws IOException {
    return Files.exists(file)
        ? JSON.readValue(file.toFile(), Measured.class)
        : new Measured(machine, List.of(), List.of());
  }

  /// Writes a file, at once: who is cut off meanwhile leaves the old one.
  ///
  /// @throws IOException where it cannot be written
  public void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path next = file.resolveSibling(file.getFileName() + ".next");
    JSON.writeValue(next.toFile(), this);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /// These rows and those of a later run. A later row stands where that of the same work on as many
  /// threads beside the same peer stood, and all others stay: what is beside a peer that did not
  /// run is still true of its own run. A row beside nobody gives way to those beside a peer. Where
  /// the later run was elsewhere, or with another Java, its rows alone.
  public Measured with(Measured later) {
    if (!machine.equals(later.machine)) {
      return later;
    }
    List<Row> all = new ArrayList<>(rows);
    later.rows.forEach(row -> put(row, all));
    all.removeIf(row -> row.peer() == null && isBesidePeer(row, all));
    Set<String> sentences = new LinkedHashSet<>(libraries);
    sentences.addAll(later.libraries);
    return new Measured(machine, List.copyOf(sentences), all);
  }

  private static void put(Row row, List<Row> all) {
    for (int place = 0; place < all.size(); place++) {
      if (all.get(place).isBesideSamePeer(row)) {
        all.set(place, row);
        return;
      }
    }
    all.add(row);
  }

  private static boolean isBesidePeer(Row row, List<Row> all) {
    return all.stream().anyMatch(other -> other.isOfSameWork(row) && other.peer() != null);
  }

  /// The rows in the order of their works, without those of works that are no more, and the
  /// libraries that they are about.
  public Measured inOrder(List<String> works) {
    List<Row> sorted =
        rows.stream()
            .filter(row -> works.contains(row.work()))
            .sorted(
                Comparator.comparingInt((Row row) -> works.indexOf(row.work()))
                    .thenComparingInt(Row::threads))
            .toList();
    List<String> named = libraries.stream().filter(library -> isAbout(sorted, library)).toList();
    return new Measured(machine, named, sorted);
  }

  private static boolean isAbout(List<Row> rows, String library) {
    String name = library.replaceAll(":.*", "");
    return rows.stream().anyMatch(row -> name.equals(OURS) || name.equals(row.library()));
  }
}
