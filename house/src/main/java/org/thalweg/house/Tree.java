package org.thalweg.house;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The repository, as the tests of the house see it.
final class Tree {
  /// The directory of the root `pom.xml`.
  static final Path ROOT = Path.of(property("thalweg.root")).toAbsolutePath().normalize();

  /// The modules that are published, each with classes in `target/classes`.
  static final List<String> PUBLISHED =
      List.of("autodiff", "optim", "nn", "data", "checker", "files", "thalweg");

  private static final Set<String> NOT_OURS = Set.of("target", ".git", ".idea", "node_modules");

  private Tree() {}

  /// A system property that the build sets; the house cannot be tested without it.
  static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("house: system property [" + name + "] is not set: run mvn");
    }
    return value;
  }

  /// Every file of the repository with this ending, in a fixed order, build output left out.
  static List<Path> files(String ending) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return NOT_OURS.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.getFileName().toString().endsWith(ending)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found.stream().sorted().toList();
  }

  /// The directories of compiled main classes: of all published modules and of the examples.
  static List<Path> classDirectories() {
    return Stream.concat(PUBLISHED.stream(), Stream.of("examples"))
        .map(module -> ROOT.resolve(module).resolve("target/classes"))
        .filter(Files::isDirectory)
        .toList();
  }

  /// Every compiled main class.
  static List<Path> classFiles() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path directory : classDirectories()) {
      try (Stream<Path> files = Files.walk(directory)) {
        files.filter(file -> file.toString().endsWith(".class")).sorted().forEach(found::add);
      }
    }
    return found;
  }

  /// The path below the root, for messages.
  static String name(Path file) {
    return ROOT.relativize(file).toString().replace('\\', '/');
  }

  /// One line for each entry, indented, for messages.
  static String lines(Collection<String> entries) {
    return entries.stream().map(entry -> "\n  " + entry).collect(joining());
  }
}
