package org.thalweg.optim.engine;

import java.util.regex.Pattern;

/// Names with dots between their parts: `*` stands for anything within one part, `**` for any
/// parts, `?` for one character.
public final class NamePattern {
  private final Pattern regex;

  /// Reads a pattern.
  public NamePattern(String pattern) {
    StringBuilder text = new StringBuilder();
    String rest = pattern;
    if (rest.startsWith("**.")) {
      text.append("(.*\\.)?");
      rest = rest.substring(3);
    }
    int c;
    for (int i = 0; i < rest.length(); i += Character.charCount(c)) {
      c = rest.codePointAt(i);
      if (rest.startsWith(".**.", i)) {
        text.append("\\.(.*\\.)?");
        i += 3;
        continue;
      }
      boolean isDouble = rest.startsWith("**", i);
      switch (c) {
        case '*' -> text.append(isDouble ? ".*" : "[^.]*");
        case '?' -> text.append("[^.]");
        default -> text.append(Pattern.quote(Character.toString(c)));
      }
      i += c == '*' && isDouble ? 1 : 0;
    }
    this.regex = Pattern.compile(text.toString());
  }

  /// Whether a whole name fits.
  public boolean matches(String name) {
    return regex.matcher(name).matches();
  }
}
