package org.thalweg.checker.numerics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.thalweg.autodiff.array.DType;

/// What `src/test/python/numerics.py` was answered by one library.
///
/// @param version of the library
/// @param answers by row and type
record Peers(String version, Map<String, Answer> answers) {
  /// A value and gradients, or a refusal by the name of its class.
  record Answer(String refusal, double[] value, List<double[]> gradients) {}

  static Peers of(String library) {
    String name = library + ".txt";
    try (InputStream in = Peers.class.getResourceAsStream(name)) {
      String text =
          new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
      Map<String, Answer> answers = new HashMap<>();
      text.lines().skip(1).forEach(line -> read(line, answers));
      String version = text.lines().findFirst().orElseThrow().substring(2);
      return new Peers(version, answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(String line, Map<String, Answer> answers) {
    String[] fields = line.split("\t", -1);
    String key = fields[0] + "\t" + fields[1];
    if (fields[2].startsWith("raises ")) {
      answers.put(key, new Answer(fields[2], new double[0], List.of()));
      return;
    }
    List<double[]> numbers = new ArrayList<>();
    for (int k = 2; k < fields.length; k++) {
      numbers.add(numbers(fields[k]));
    }
    answers.put(key, new Answer("", numbers.get(0), numbers.subList(1, numbers.size())));
  }

  private static double[] numbers(String field) {
    return Arrays.stream(field.split(" "))
        .filter(word -> !word.isEmpty())
        .mapToDouble(Peers::number)
        .toArray();
  }

  private static double number(String word) {
    return switch (word) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(word);
    };
  }

  /// The answer to a row; `null` where the library was not asked.
  @org.jspecify.annotations.Nullable
  Answer to(Row row, DType dtype) {
    return answers.get(row + "\t" + dtype);
  }
}
