package org.thalweg.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitTest {
  @TempDir private Path root;

  @Test
  void onlyWhatIsMeasuredMakesACommitChanged() throws IOException {
    Path home = Files.createDirectory(root.resolve("benchmarks"));
    Path source = root.resolve("autodiff/src/main/A.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "a");
    Files.writeString(home.resolve("peer.py"), "a");
    git("init", "-q");
    git("add", ".");
    git("-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qm", "one");
    String clean = Commit.of(home);

    Files.writeString(root.resolve("page.md"), "b");
    assertThat(clean).matches("[0-9a-f]{7,}").isEqualTo(Commit.of(home));

    Files.writeString(source, "b");
    assertThat(Commit.of(home)).isEqualTo(clean + "+");

    git("checkout", "-q", ".");
    Files.writeString(home.resolve("peer.py"), "b");
    assertThat(Commit.of(home)).isEqualTo(clean + "+");
  }

  @Test
  void withoutGitItIsUnknown() {
    assertThat(Commit.of(root)).isEqualTo("unknown");
    assertThat(Commit.of(root.resolve("nothing"))).isEqualTo("unknown");
  }

  private void git(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue())
        .isZero();
  }
}
