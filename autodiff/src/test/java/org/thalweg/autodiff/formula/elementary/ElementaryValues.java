package org.thalweg.autodiff.formula.elementary;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// The 50-digit values that `src/test/python/elementary.py` wrote.
final class ElementaryValues {
  private ElementaryValues() {}

  /// Arguments, the nearest double to the exact result, and what it lacks in ulp.
  record Line(double[] arguments, double nearest, double beyond) {
    static Line of(String text) {
      String[] words = text.split(" ");
      int arity = words.length - 2;
      double[] arguments = new double[arity];
      for (int i = 0; i < arity; i++) {
        arguments[i] = Double.parseDouble(words[i]);
      }
      return new Line(
          arguments, Double.parseDouble(words[arity]), Double.parseDouble(words[arity + 1]));
    }
  }

  /// Those of a file.
  static List<Line> in(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(Line::of).toList();
  }

  /// Those of the tests.
  static List<Line> of(String function) {
    try (InputStream in = ElementaryValues.class.getResourceAsStream(function + ".txt")) {
      byte[] bytes = Objects.requireNonNull(in, function).readAllBytes();
      String text = new String(bytes, StandardCharsets.US_ASCII);
      return text.lines().map(Line::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
