package org.thalweg.benchmarks;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Streams;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.optim.adaptive.Adan;

class WorksTest {
  @Test
  void namesAreUniqueAndTheControlIsAmongThem() {
    List<String> names = Works.list().stream().map(Work::name).toList();

    assertThat(names).doesNotHaveDuplicates().contains(Works.CONTROL.name());
  }

  /// Those of one size of each kind, and every rule.
  static List<String> small() {
    List<String> names =
        new ArrayList<>(
            List.of("matmul-f32-96", "matmul-f64-96", "fma-f32", "fma-f64", "graph-4x4"));
    names.addAll(List.of("streams-2-1-535818", "streams-5-4-535818", "streams-1-0-10000"));
    names.addAll(List.of("mlp-step", "cnn-step", "lstm-step", "gpt-step", "tiny-mlp"));
    names.addAll(List.of("chain-1m", "dispatch-parked", "bmm-f32-1024x16"));
    Works.list().stream()
        .map(Work::name)
        .filter(n -> n.matches("optim-.*-mlp|.*-10k|.*-grad-1m|plus-.*|matmul-.*x.*"))
        .forEach(names::add);
    return names;
  }

  @ParameterizedTest
  @MethodSource("small")
  void aWorkCanBeRepeated(String name) {
    Work work = Works.named(name);
    Runnable repetition = work.prepare();

    repetition.run();
    repetition.run();

    assertThat(work.name()).isEqualTo(name);
  }

  @Test
  void thePeerHasTheSameRulesAndModels() throws IOException {
    String script = Files.readString(Path.of("peer.py"));
    List<String> rules = found("(?m)^    \"([a-z-]+)\": \\(torch\\.optim", script);
    List<String> models = found("(?m)^    \"(\\w+)\": \\[\\(", script);

    assertThat(models).isNotEmpty();
    assertThat(Works.list())
        .extracting(Work::name)
        .filteredOn(name -> name.startsWith("optim-"))
        .hasSameElementsAs(
            models.stream()
                .flatMap(model -> rules.stream().map(rule -> "optim-" + rule + "-" + model))
                .toList());
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "optim-sgd-mlp, streams-2-1-535818",
    "optim-adam-mlp, streams-4-3-535818",
    "optim-adam-10m, streams-4-3-10000000",
    "optim-rmsprop-centered-mlp, streams-5-4-535818",
    "optim-adafactor-mlp, streams-2-1-535818",
    "optim-muon-mlp, fma-f32",
    "exp-10k, streams-2-1-10000",
    "softmax-grad-1m, streams-2-1-1000000",
    "plus-1m, streams-3-1-1000000",
    "plus-row-1m, streams-2-1-1000000",
    "plus-column-1m, streams-2-1-1000000",
    "plus-middle-1m, streams-2-1-1000000",
    "matmul-f32-1x1024x1024, streams-1-0-1048576",
    "matmul-f32-1024x1024x1, streams-1-0-1048576",
    "matmul-f32-1024x8x1024, fma-f32",
    "matmul-f32-1024x1024x8, fma-f32",
    "bmm-f32-1024x16, fma-f32",
    "sum-1m, streams-1-0-1000000",
    "chain-1m, streams-3-1-1000000",
    "cnn-step, fma-f32"
  })
  void theLimitOfAWorkHasTheStreamsThatItNeeds(String name, String limit) {
    assertThat(requireNonNull(Works.named(name).limit()).work().name()).isEqualTo(limit);
  }

  /// Two operations for each step of a sum.
  @ParameterizedTest
  @CsvSource({
    "matmul-f32-96, 1769472",
    "matmul-f32-1024x8x1024, 16777216",
    "matmul-f32-1024x1024x8, 16777216",
    "bmm-f32-1024x16, 8388608"
  })
  void theLimitOfAProductIsItsMultiplyAdds(String name, double operations) {
    assertThat(requireNonNull(Works.named(name).limit()).amount())
        .isCloseTo(operations, within(1e-3));
  }

  /// The thin ones are written out in the peer's script by their sizes.
  @Test
  void thePeerHasEveryThinProduct() throws IOException {
    String script = Files.readString(Path.of("peer.py"));
    List<String> sizes = found("\\((\\d+, \\d+, \\d+)\\)[,)]", script);

    assertThat(Works.list())
        .extracting(Work::name)
        .filteredOn(name -> name.matches("matmul-.*x.*"))
        .hasSameElementsAs(
            sizes.stream()
                .filter(size -> size.contains("1024"))
                .map(size -> "matmul-f32-" + size.replace(", ", "x"))
                .toList());
  }

  /// By the names that are written out in the peer's script, and by those that it makes.
  @Test
  void thePeerHasEveryOtherWork() throws IOException {
    String script = Files.readString(Path.of("peer.py"));
    List<String> written = found("work\\(\"([a-z0-9-]+)\"", script);
    List<String> functions = found("(?m)^    \"(\\w+)\": \\((?:normal|near_one|with_)", script);

    assertThat(Works.list())
        .extracting(Work::name)
        .filteredOn(name -> !name.matches("optim-.*|matmul-.*|dispatch.*"))
        .hasSameElementsAs(
            Stream.concat(
                    written.stream(),
                    functions.stream()
                        .flatMap(f -> Stream.of(f + "-10k", f + "-1m", f + "-grad-1m")))
                .toList());
  }

  @Test
  void everyLimitIsFoundByItsName() {
    for (Work work : Works.list()) {
      Limit limit = work.limit();
      if (limit != null) {
        assertThat(Works.named(limit.work().name())).isEqualTo(limit.work());
        assertThat(limit.repetitions()).isPositive();
      }
    }
  }

  @Test
  void aRuleWithMoreStatesThanTheLimitHasArraysIsRefused() {
    Work adan = Works.steps("adan", new Adan(1e-3));

    assertThatThrownBy(adan::limit)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("streams: 5 arrays are written: use 0 to 4");
  }

  @Test
  void aLimitOfTooManyReadingsIsRefused() {
    assertThatThrownBy(() -> new Streams(100, 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("streams: 3 arrays are only read: use 1 or 2");
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> Works.named("nothing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("work: there is no [nothing]");
  }
}
