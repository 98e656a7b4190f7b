package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every Java file looks as google-java-format writes it.
class FormatTest {
  private final Formatter formatter = new Formatter();

  @Test
  void everyJavaFileIsFormatted() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<Path> files = Tree.files(".java");
    for (Path file : files) {
      String source = Files.readString(file);
      try {
        if (!formatter.formatSourceAndFixImports(source).equals(source)) {
          wrong.add(Tree.name(file));
        }
      } catch (FormatterException e) {
        wrong.add(Tree.name(file) + ": " + e.getMessage());
      }
    }
    assertThat(files).as("the walk over the repository finds sources").isNotEmpty();
    assertThat(wrong)
        .as(
            "%d files differ from google-java-format: run house/format%s",
            wrong.size(), Tree.lines(wrong))
        .isEmpty();
  }
}
