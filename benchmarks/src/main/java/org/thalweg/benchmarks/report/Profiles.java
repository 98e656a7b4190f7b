package org.thalweg.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where the time of a work goes, as somebody has written it down: a page that is only read here.
///
/// A section is about the works that its heading names in backticks. Its first paragraph stands on
/// the page of the figures as well.
final class Profiles {
  private static final Pattern SECTION =
      Pattern.compile("^## (.*)$\\n+((?:(?!#)\\S.*\\n?)*)", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  private final Map<String, String> texts = new LinkedHashMap<>();

  private Profiles(String page) {
    Matcher section = SECTION.matcher(page);
    while (section.find()) {
      String text = section.group(2).strip().replaceAll("\\s+", " ");
      NAME.matcher(section.group(1)).results().forEach(name -> texts.put(name.group(1), text));
    }
  }

  /// Reads a page; of nothing where there is none.
  ///
  /// @throws IOException where it cannot be read
  static Profiles read(Path file) throws IOException {
    return new Profiles(Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "");
  }

  /// Where the time of a work goes; `null` where nobody has said so.
  @Nullable String of(String work) {
    String text = texts.get(work);
    return text == null || text.isEmpty() ? null : text;
  }
}
