package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a user gets: for each published artifact a Maven project of its own that depends on that
/// one artifact, by the BOM, and nothing else of ours. The sources are in `src/test/consumers`, a
/// directory for each artifact.
class ConsumerTest {
  private static Consumers consumers;
  private static Run build;

  @BeforeAll
  static void buildAllConsumers() throws IOException {
    Path directory = Tree.ROOT.resolve("house/target/consumers");
    consumers = Consumers.write(directory);
    build = consumers.compile();
  }

  static Stream<String> modules() {
    return Tree.PUBLISHED.stream();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aProjectThatDependsOnOneModuleAloneCompilesAndRuns(String module) throws IOException {
    Path project = consumers.project(module);
    assertThat(consumers.path(module)).as("mvn compile: %s", build.output()).exists();
    String path = Files.readString(consumers.path(module)).strip();
    Path classes = project.resolve("target/classes");

    List<String> outputs = new ArrayList<>();
    for (String vectors : List.of("--add-modules=jdk.incubator.vector", "-Dconsumer=scalar")) {
      outputs.add(
          java(
              vectors,
              "--module-path",
              classes + ":" + path,
              "--module",
              "consumer/consumer.Main"));
      outputs.add(java(vectors, "--class-path", classes + ":" + path, "consumer.Main"));
    }

    assertThat(outputs.getFirst()).isNotBlank();
    assertThat(outputs)
        .as("module path and class path, with the Vector API and without, print the same")
        .containsOnly(outputs.getFirst());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleBringsNoMoreOfOursThanTheDesignSays(String module) throws IOException {
    assumeTrue(Files.exists(consumers.path(module)), "the consumer was built");
    String path = Files.readString(consumers.path(module)).strip();
    List<String> brought =
        Arrays.stream(path.split(":", -1))
            .map(jar -> Path.of(jar).getFileName().toString())
            .filter(jar -> jar.startsWith("thalweg"))
            .map(jar -> jar.replace("-" + Tree.property("thalweg.version") + ".jar", ""))
            .sorted()
            .toList();

    assertThat(brought).isEqualTo(expected(module));
  }

  private static List<String> expected(String module) {
    return switch (module) {
      case "autodiff" -> List.of("thalweg-autodiff");
      case "thalweg" -> Tree.PUBLISHED.stream().map(Consumers::artifact).sorted().toList();
      default -> Stream.of("autodiff", module).map(Consumers::artifact).sorted().toList();
    };
  }

  private static String java(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Run run = Run.of(Tree.ROOT, command);
    assertThat(run.exit()).as("%s: %s", command, run.output()).isZero();
    return run.standardOutput();
  }
}
