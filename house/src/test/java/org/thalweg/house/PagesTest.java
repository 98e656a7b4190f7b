package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What the README and the pages in `docs` show is true: their Java compiles, runs, and prints the
/// block of `text` after it.
class PagesTest {
  private static final String NOT_RUN = "not run: ";

  @TempDir private Path directory;

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Tree.ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.list(Tree.ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  @TestFactory
  Stream<DynamicNode> eachBlockOfJavaCompilesAndPrintsWhatThePageSays() throws IOException {
    return pages().stream().map(page -> dynamicContainer(Tree.name(page), nodes(page)));
  }

  /// The page is compiled when its tests are asked for.
  private Stream<DynamicNode> nodes(Path page) {
    try {
      Path classes = Files.createTempDirectory(directory, "page");
      JavaBlocks blocks = JavaBlocks.compile(page, classes);
      Markdown markdown = Markdown.read(page);
      return blocks.lines().stream()
          .map(line -> dynamicTest("line " + line, () -> check(markdown, blocks, line)));
    } catch (IOException | IllegalArgumentException e) {
      return Stream.of(
          dynamicTest(
              "compiles",
              () -> {
                throw e;
              }));
    }
  }

  private static void check(Markdown page, JavaBlocks blocks, int line) throws IOException {
    Markdown.Block block =
        page.blocks().stream().filter(b -> b.line() == line).findFirst().orElseThrow();
    if (!block.note().isEmpty()) {
      assertThat(block.note())
          .as("line %d: a block may only be marked as [%sREASON]", line, NOT_RUN)
          .startsWith(NOT_RUN)
          .hasSizeGreaterThan(NOT_RUN.length() + 10);
      return;
    }
    Optional<Markdown.Block> expected = page.after(block, "text");
    assertThat(blocks.run(line))
        .as("what the page says the block of line %d prints", line)
        .isEqualToNormalizingNewlines(expected.map(Markdown.Block::text).orElse(""));
  }

  @Test
  void thereAreBlocksAndFewAreNotRun() throws IOException {
    int run = 0;
    int notRun = 0;
    for (Path page : pages()) {
      for (Markdown.Block block : Markdown.read(page).blocks()) {
        if (block.language().equals("java")) {
          run += block.note().isEmpty() ? 1 : 0;
          notRun += block.note().isEmpty() ? 0 : 1;
        }
      }
    }
    assertThat(run).isGreaterThan(15);
    assertThat(notRun).isLessThanOrEqualTo(run / 20);
  }

  private Path page(String... lines) throws IOException {
    Path page = directory.resolve("page.md");
    Files.write(page, List.of(lines));
    return page;
  }

  @Test
  void whatDoesNotCompileIsNamedByItsLineOnThePage() throws IOException {
    Path page = page("# Title", "```java", "int x = 1;", "String s = x;", "```");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> JavaBlocks.compile(page, directory))
        .withMessageContaining("page.md, line 4: incompatible types");
  }

  @Test
  void importsOfTheirOwnHoldForTheWholePage() throws IOException {
    Path page =
        page(
            "```java",
            "import java.util.List;",
            "```",
            "```java",
            "import java.util.Set;",
            "System.out.println(List.of(1) + \" \" + Set.of(2));",
            "```",
            "```java",
            "public class Other { public static void main(String[] args) { System.out.print(3); }}",
            "```");

    JavaBlocks blocks = JavaBlocks.compile(page, directory);

    assertThat(blocks.lines()).containsExactly(4, 8);
    assertThat(blocks.run(4)).isEqualToIgnoringNewLines("[1] [2]");
    assertThat(blocks.run(8)).isEqualTo("3");
  }

  @Test
  void aBlockThatFailsSaysWhere() throws IOException {
    Path page = page("```java", "if (true) throw new java.io.IOException(\"no\");", "```");

    JavaBlocks blocks = JavaBlocks.compile(page, directory);

    assertThatIllegalStateException()
        .isThrownBy(() -> blocks.run(1))
        .withMessage("line 1: java.io.IOException: no");
  }
}
