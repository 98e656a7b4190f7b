package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the README shows is true.
class ReadmeTest {
  private static final Path README = Tree.ROOT.resolve("README.md");

  @TempDir private Path directory;

  /// The line of each block of Java, so that a failure names it.
  static Stream<Integer> javaBlocks() throws IOException {
    return Markdown.read(README).blocks().stream()
        .filter(block -> block.language().equals("java"))
        .map(Markdown.Block::line);
  }

  /// A block is a whole source file where it has a `main`, else the body of one; a block of `text`
  /// that follows it is what it prints.
  @ParameterizedTest
  @MethodSource("javaBlocks")
  void eachBlockOfJavaCompilesAndRuns(int line) throws IOException {
    Markdown readme = Markdown.read(README);
    Markdown.Block block =
        readme.blocks().stream().filter(b -> b.line() == line).findFirst().orElseThrow();
    Path source = directory.resolve("Readme.java");
    Files.writeString(source, program(block.text()));

    Run run =
        Run.of(
            directory,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--class-path=" + System.getProperty("java.class.path"),
                source.toString()));

    assertThat(run.exit()).as("README.md, line %d:%n%s", line, run.output()).isZero();
    readme
        .after(block, "text")
        .ifPresent(
            expected ->
                assertThat(run.standardOutput())
                    .as("what README.md says the block of line %d prints", line)
                    .isEqualToNormalizingNewlines(expected.text()));
  }

  @Test
  void theCommandThatRunsTheTestsIsTheOneThatCiRuns() throws IOException {
    assertThat(Files.readAllLines(Tree.ROOT.resolve(".ci/run"))).contains(command("Test it"));
  }

  @Test
  void theCommandThatRunsTheMainJobStartsTheLauncher() throws IOException {
    assertThat(command("Run it")).startsWith("examples/run digits");
    assertThat(Tree.ROOT.resolve("examples/run")).isExecutable();
  }

  /// The first line of the first block under this heading.
  private static String command(String heading) throws IOException {
    return Markdown.read(README).blocks().stream()
        .filter(block -> block.heading().equals(heading))
        .map(block -> block.text().lines().findFirst().orElse(""))
        .findFirst()
        .orElseThrow(() -> new AssertionError("README.md has no block under [" + heading + "]"));
  }

  private static String program(String block) {
    if (block.contains("void main(")) {
      return block;
    }
    List<String> imports = new ArrayList<>();
    List<String> body = new ArrayList<>();
    block.lines().forEach(line -> (line.startsWith("import ") ? imports : body).add(line));
    return String.join("\n", imports)
        + "\nvoid main() throws Exception {\n"
        + String.join("\n", body)
        + "\n}\n";
  }
}
