package org.thalweg.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The fenced blocks of a Markdown page.
///
/// @param blocks in order
record Markdown(List<Block> blocks) {
  /// A fenced block.
  ///
  /// @param heading the heading it stands under, without `#`
  /// @param language the first word after the fence, for example `java`
  /// @param note what follows that word
  /// @param line of the opening fence, from 1
  /// @param text what is between the fences, each line ended
  record Block(String heading, String language, String note, int line, String text) {}

  static Markdown read(Path page) throws IOException {
    List<Block> blocks = new ArrayList<>();
    String heading = "";
    Optional<Block> open = Optional.empty();
    StringBuilder text = new StringBuilder();
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (open.isPresent() && line.equals("```")) {
        Block start = open.orElseThrow();
        blocks.add(
            new Block(
                start.heading(), start.language(), start.note(), start.line(), text.toString()));
        open = Optional.empty();
      } else if (open.isPresent()) {
        text.append(line).append('\n');
      } else if (line.startsWith("```")) {
        text.setLength(0);
        String[] words = line.substring(3).strip().split(" ", 2);
        open =
            Optional.of(new Block(heading, words[0], words.length == 2 ? words[1] : "", i + 1, ""));
      } else if (line.startsWith("#")) {
        heading = line.replaceFirst("^#+ *", "");
      }
    }
    if (open.isPresent()) {
      throw new IOException(
          "markdown: the fence of line [" + open.orElseThrow().line() + "] is not closed");
    }
    return new Markdown(List.copyOf(blocks));
  }

  /// The block that follows, if it is one of this language.
  Optional<Block> after(Block block, String language) {
    int next = blocks.indexOf(block) + 1;
    return next < blocks.size() && blocks.get(next).language().equals(language)
        ? Optional.of(blocks.get(next))
        : Optional.empty();
  }
}
