package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The commands of the README are there; its Java is held by [PagesTest].
class ReadmeTest {
  private static final Path README = Tree.ROOT.resolve("README.md");

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
}
