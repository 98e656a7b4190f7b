package org.thalweg.optim;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The rules that the module has: every record that is a [Rule].
public final class RuleClasses {
  private RuleClasses() {}

  /// The names of their classes.
  public static List<String> names() throws IOException, URISyntaxException {
    Path classes = Path.of(Rule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && file.startsWith("org"))
          .map(file -> file.substring(0, file.length() - 6).replace('/', '.'))
          .filter(RuleClasses::isRule)
          .toList();
    }
  }

  private static boolean isRule(String name) {
    try {
      Class<?> type = Class.forName(name, false, RuleClasses.class.getClassLoader());
      return type.isRecord() && Rule.class.isAssignableFrom(type);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
