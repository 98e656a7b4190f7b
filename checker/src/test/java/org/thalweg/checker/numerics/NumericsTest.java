package org.thalweg.checker.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

/// The hard places of numerics: each row of the table of which `docs/numerics.md` is made.
class NumericsTest {
  private static final List<DType> TYPES = List.of(DType.FLOAT64, DType.FLOAT32);

  static Stream<Named<Row>> values() {
    return rows().filter(row -> row.getPayload().refusal.isEmpty());
  }

  static Stream<Named<Row>> refusals() {
    return rows().filter(row -> !row.getPayload().refusal.isEmpty());
  }

  private static Stream<Named<Row>> rows() {
    return NumericsTable.rows().stream().map(row -> Named.of(row.toString(), row));
  }

  static Stream<Entry.Proven> proven() {
    return NumericsTable.SECTIONS.stream()
        .flatMap(section -> section.entries().stream())
        .filter(Entry.Proven.class::isInstance)
        .map(Entry.Proven.class::cast);
  }

  @ParameterizedTest
  @MethodSource("values")
  void theValueAndTheGradientAreThoseOfTheTable(Row row) {
    for (DType dtype : TYPES) {
      List<Tensor> inputs = row.inputs.stream().map(x -> tracked(x, dtype)).toList();
      Tensor y = row.function.apply(inputs);
      check(row, dtype, "value", y, valueOf(row, dtype));

      if (row.expected.gradients.isEmpty()) {
        assertThat(row.why).as("no gradient is given and none is explained").isNotEmpty();
        continue;
      }
      List<Tensor> moving = inputs.stream().filter(Tensor::isTracked).toList();
      List<double[]> expected = gradientsOf(row, dtype);
      assertThat(expected).as("one gradient for each floating input").hasSameSizeAs(moving);
      List<Tensor> gradients = Derivatives.of(y.sum(), moving);
      for (int k = 0; k < moving.size(); k++) {
        assertThat(gradients.get(k).shape()).isEqualTo(moving.get(k).shape());
        check(row, dtype, "gradient " + k, gradients.get(k), expected.get(k));
      }
    }
  }

  private static double[] valueOf(Row row, DType dtype) {
    boolean isOwn = dtype == DType.FLOAT32 && row.inFloat.value.length > 0;
    return isOwn ? row.inFloat.value : row.expected.value;
  }

  private static List<double[]> gradientsOf(Row row, DType dtype) {
    boolean isOwn = dtype == DType.FLOAT32 && !row.inFloat.gradients.isEmpty();
    return isOwn ? row.inFloat.gradients : row.expected.gradients;
  }

  private static Tensor tracked(Tensor x, DType dtype) {
    return x.dtype().isFloating() ? x.to(dtype).tracked() : x;
  }

  private static void check(Row row, DType dtype, String what, Tensor there, double[] expected) {
    assertThat(Numbers.agree(there.toDoubles(), expected, dtype, row.ulps))
        .as(
            "%s of %s in %s is %s, not %s",
            what, row, dtype, Arrays.toString(there.toDoubles()), Arrays.toString(expected))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatHasNoAnswerIsRefused(Row row) {
    for (DType dtype : TYPES) {
      List<Tensor> inputs = row.inputs.stream().map(x -> tracked(x, dtype)).toList();
      assertThatThrownBy(() -> row.function.apply(inputs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(row.refusal);
    }
  }

  @ParameterizedTest
  @MethodSource("proven")
  void whatTheTableCallsATestIsOneThatRuns(Entry.Proven proven) throws NoSuchMethodException {
    Method method =
        Arrays.stream(proven.test().getDeclaredMethods())
            .filter(there -> there.getName().equals(proven.method()))
            .findFirst()
            .orElseThrow(() -> new NoSuchMethodException(proven.toString()));
    assertThat(
            method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(ParameterizedTest.class))
        .isTrue();
    assertThat(method.isAnnotationPresent(Tag.class)).as("heavy").isFalse();
  }

  @Test
  void rowsHaveDifferentNames() {
    assertThat(NumericsTable.rows()).extracting(Row::toString).doesNotHaveDuplicates();
  }

  @Test
  void aChoiceIsExplainedWhereAPeerDiffers() {
    for (Row row : NumericsTable.rows()) {
      for (Peers peers : List.of(NumericsPage.TORCH, NumericsPage.JAX)) {
        if (!NumericsPage.peer(row, peers).equals("the same")) {
          assertThat(row.why).as("%s: %s", row, NumericsPage.peer(row, peers)).isNotEmpty();
        }
      }
    }
  }

  @Test
  void thePeersWereAskedAboutEveryRow() {
    for (Row row : NumericsTable.rows()) {
      assertThat(NumericsPage.TORCH.to(row, DType.FLOAT64) != null)
          .as("%s: run numerics.py", row)
          .isEqualTo(!row.torch.isEmpty());
      assertThat(NumericsPage.JAX.to(row, DType.FLOAT32) != null)
          .as("%s: run numerics.py", row)
          .isEqualTo(!row.jax.isEmpty());
    }
  }

  @Test
  void thePageIsMadeOfThisTable() throws IOException {
    assertThat(Files.readString(page()))
        .as("docs/numerics.md is old: write what NumericsPage prints")
        .isEqualTo(NumericsPage.text());
  }

  /// Tests run in their module or in the root of the repository.
  private static Path page() {
    Path page = Path.of("docs/numerics.md");
    return Files.exists(page) ? page : Path.of("..").resolve(page);
  }
}
