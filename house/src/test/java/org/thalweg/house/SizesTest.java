package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What grows past these sizes is missing an idea.
class SizesTest {
  private static final int LINES = 500;
  private static final int FILES = 15;

  @Test
  void noSourceFileIsLongerThanAReaderBears() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : Tree.files(".java")) {
      int lines = Files.readAllLines(file).size();
      if (lines > LINES) {
        tooLong.add(Tree.name(file) + " has " + lines);
      }
    }
    assertThat(tooLong).as("files over %d lines:%s", LINES, Tree.lines(tooLong)).isEmpty();
  }

  @Test
  void noPackageHasMoreFilesThanAReaderSurveys() throws IOException {
    Map<String, Integer> count = new TreeMap<>();
    for (Path file : Tree.files(".java")) {
      String name = Tree.name(file.getParent());
      if (name.contains("/src/main/java/") && !file.endsWith("package-info.java")) {
        count.merge(name, 1, Integer::sum);
      }
    }
    List<String> tooMany = new ArrayList<>();
    count.forEach(
        (name, files) -> {
          if (files > FILES) {
            tooMany.add(name + " has " + files);
          }
        });
    assertThat(count).isNotEmpty();
    assertThat(tooMany).as("packages over %d files:%s", FILES, Tree.lines(tooMany)).isEmpty();
  }
}
