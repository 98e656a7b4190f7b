package org.thalweg.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.thalweg.benchmarks.work.Work;

/// The pages of a directory, one for each processor: `performance.md` is that of the latest run,
/// and those of other processors have their name at the end, `performance-abacus-mark-ii.md`.
///
/// @param directory where they stand, with their figures, pictures and profiles
public record Pages(Path directory) {
  private static final String LATEST = "performance";

  private static final String WRITTEN = "-profiles.md";

  /// What belongs to a page, and goes where it goes: first what somebody has written, which is not
  /// replaced, and last the figures, by which a move that was cut off is known and begun again.
  private static final List<String> ENDINGS = List.of(WRITTEN, ".md", ".png", ".json");

  /// Adds rows to those of the same processor, and writes every page.
  ///
  /// @param works that there are, in order
  /// @throws IOException where a file cannot be read or written
  public void add(Measured later, List<Work> works) throws IOException {
    Measured before = figures(LATEST, later.machine());
    if (!before.machine().processor().equals(later.machine().processor())) {
      move(LATEST, name(before.machine()));
    }
    if (!Files.exists(directory.resolve(LATEST + ".json"))) {
      move(name(later.machine()), LATEST);
      before = figures(LATEST, later.machine());
    }
    before.with(later).inOrder(names(works)).write(directory.resolve(LATEST + ".json"));
    rewrite(works);
  }

  /// Writes every page again from its figures.
  ///
  /// @param works that there are, in order
  /// @throws IOException where a file cannot be read or written
  public void rewrite(List<Work> works) throws IOException {
    Map<Link, Measured> pages = new LinkedHashMap<>();
    for (String name : names()) {
      Measured measured = figures(name, Machine.here());
      pages.put(new Link(name, measured.machine().processor()), measured);
    }
    for (Map.Entry<Link, Measured> page : pages.entrySet()) {
      Link link = page.getKey();
      List<Link> others = pages.keySet().stream().filter(other -> !other.equals(link)).toList();
      Measured measured = page.getValue().inOrder(names(works));
      Page.write(measured, works, directory, link.name(), others);
    }
  }

  private static List<String> names(List<Work> works) {
    return works.stream().map(Work::name).toList();
  }

  /// A page of another processor.
  ///
  /// @param name of its file, without the ending
  /// @param processor where it was measured
  record Link(String name, String processor) {}

  /// @param otherwise the machine, where there is no file and so no figure
  private Measured figures(String name, Machine otherwise) throws IOException {
    return Measured.read(directory.resolve(name + ".json"), otherwise);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.matches(LATEST + "(-.*)?\\.json"))
          .map(file -> file.replaceAll("\\.json$", ""))
          .sorted()
          .toList();
    }
  }

  private void move(String from, String to) throws IOException {
    for (String ending : ENDINGS) {
      Path file = directory.resolve(from + ending);
      Path target = directory.resolve(to + ending);
      if (!Files.exists(file)) {
        continue;
      }
      if (Files.exists(target) && ending.equals(WRITTEN)) {
        throw new IOException(target + " is in the way of " + file + ": put one of them elsewhere");
      }
      Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String name(Machine machine) {
    String processor = machine.processor().toLowerCase(Locale.ROOT).replace("(r)", "");
    return LATEST + "-" + processor.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
