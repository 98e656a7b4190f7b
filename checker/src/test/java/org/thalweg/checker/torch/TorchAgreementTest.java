package org.thalweg.checker.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.checker.torch.Agreement.Worst;
import org.thalweg.checker.torch.Deviations.Above;
import org.thalweg.checker.torch.TorchData.Operation;

/// Values, gradients and second derivatives beside PyTorch's. After a change to an operation,
/// `-Dthalweg.test.write=true` writes the table in `docs` again.
class TorchAgreementTest {
  private static final TorchData DATA = TorchData.read();
  private static final Map<String, Method> METHODS = Call.methods();
  private static final Map<String, List<Worst>> WORST = new TreeMap<>();

  static Stream<Operation> operations() {
    return DATA.operations().stream().filter(one -> METHODS.containsKey(one.method()));
  }

  private static List<Worst> worst(Operation operation) {
    return WORST.computeIfAbsent(
        operation.method(), method -> Agreement.of(operation, METHODS.get(method)));
  }

  @Test
  void everyMethodIsComparedOrHasAReason() {
    Set<String> sorted = new TreeSet<>(Deviations.NO_COUNTERPART.keySet());
    for (Operation operation : DATA.operations()) {
      assertThat(sorted.add(operation.method())).as("%s is there once", operation).isTrue();
      assertThat(operation.cases()).as(operation.method()).isNotEmpty();
    }
    assertThat(METHODS.keySet().stream().filter(method -> !sorted.contains(method)))
        .as("a user can call these: add cases to the script, or a reason to Deviations")
        .isEmpty();
    assertThat(sorted.stream().filter(method -> !METHODS.containsKey(method)))
        .as("there are no such methods: take them out of the script, or of Deviations")
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aMethodAgreesWithPyTorch(Operation operation) {
    assertThat(worst(operation))
        .filteredOn(worst -> worst.error() > Deviations.limit(operation.method(), worst))
        .as("%s is further from PyTorch than it may be", operation)
        .isEmpty();
  }

  @Test
  void whatIsNamedAsAboveTheBoundIsAboveIt() {
    for (Above above : Deviations.ABOVE) {
      assertThat(operations().filter(one -> one.method().equals(above.method())))
          .flatMap(TorchAgreementTest::worst)
          .filteredOn(above::names)
          .as("%s", above)
          .hasSameSizeAs(above.cases())
          .allMatch(Worst::isAbove);
    }
  }

  @Test
  void theTableInDocsIsThisOne() throws IOException {
    operations().forEach(TorchAgreementTest::worst);
    String table = AgreementTable.of(DATA, WORST);
    Path file = docs().resolve("pytorch-agreement.md");
    if (Boolean.getBoolean("thalweg.test.write")) {
      Files.writeString(file, table);
    }

    assertThat(table)
        .as("%s: write it again with -Dthalweg.test.write=true", file)
        .isEqualToNormalizingNewlines(Files.readString(file));
  }

  private static Path docs() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
        .map(directory -> directory.resolve("docs"))
        .filter(docs -> Files.exists(docs.resolve("design.md")))
        .findFirst()
        .orElseThrow();
  }
}
