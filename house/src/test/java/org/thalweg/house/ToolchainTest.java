package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Where no JDK is new enough, one sentence says what to install.
class ToolchainTest {
  @Test
  void theLauncherFindsTheJdkItNeeds() throws IOException {
    Run run = script();

    assertThat(run.exit()).as(run.standardError()).isZero();
    assertThat(Path.of(run.standardOutput().strip(), "bin", "java")).isExecutable();
  }

  @Test
  void theLauncherSaysWhichJdkIsMissing() throws IOException {
    Run run = script("999");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.standardOutput()).isEmpty();
    assertThat(run.standardError().lines())
        .containsExactly(
            "Thalweg needs JDK 999 or newer and found none: install one, for example Eclipse"
                + " Temurin, or set JAVA_HOME to it.");
  }

  @Test
  void mavenSaysWhichJdkIsMissing() throws IOException {
    Run run =
        Run.of(
            Tree.ROOT,
            List.of(
                Path.of(Tree.property("maven.home"), "bin", "mvn").toString(),
                "--non-recursive",
                "-Dthalweg.jdk=[999,)",
                "validate"));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.standardOutput().lines().filter(line -> line.startsWith("[ERROR]")).findFirst())
        .hasValueSatisfying(
            line ->
                assertThat(line).contains("Thalweg is built with JDK 25 or newer: install one"));
  }

  private static Run script(String... arguments) throws IOException {
    String script = Tree.ROOT.resolve("house/jdk").toString();
    return Run.of(Tree.ROOT, Stream.concat(Stream.of(script), Stream.of(arguments)).toList());
  }
}
