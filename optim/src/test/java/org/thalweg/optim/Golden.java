package org.thalweg.optim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.thalweg.autodiff.Tensor;

/// Hashes that are in the repository, so that the tests of any other machine check that it has the
/// same bits. A line is `hashes = rule`.
final class Golden {
  private final Map<String, String> hashes;

  Golden(String file) {
    try (var in = Golden.class.getResourceAsStream(file)) {
      hashes =
          new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
              .lines()
              .map(line -> line.split(" = ", 2))
              .collect(Collectors.toMap(pair -> pair[1], pair -> pair[0]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The hashes of a rule, or of a text about one.
  String of(Object rule) {
    return hashes.getOrDefault(rule.toString(), "none");
  }

  /// A hash of all bits, NaN one value, after another hash.
  static long hash(long before, Tensor tensor) {
    long hash = before;
    for (double value : tensor.toDoubles()) {
      // Turned, since a float fills the upper half only, which a product moves up and out.
      hash = (Long.rotateLeft(hash, 23) ^ Double.doubleToLongBits(value)) * 0x100000001b3L;
    }
    return hash;
  }
}
