package org.thalweg.optim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Rows of words and numbers from a resource beside the tests.
record Csv(String name, double[] numbers) {
  static List<Csv> rows(String resource) throws IOException {
    try (InputStream in = Objects.requireNonNull(Csv.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(Csv::row).toList();
    }
  }

  private static Csv row(String line) {
    String[] words = line.split(",", -1);
    return new Csv(
        words[0], Arrays.stream(words, 1, words.length).mapToDouble(Double::parseDouble).toArray());
  }
}
