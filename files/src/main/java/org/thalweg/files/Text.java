package org.thalweg.files;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Text from outside, made fit for a message: a name in a file may hold line ends, commands to a
/// terminal or a million letters.
final class Text {
  private static final int LONGEST = 200;

  private Text() {}

  /// The text in brackets: unprintable characters as `\\u` and their number, the middle of a long
  /// one left out.
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("[");
    if (text.codePointCount(0, text.length()) <= LONGEST) {
      append(quoted, text);
    } else {
      append(quoted, text.substring(0, text.offsetByCodePoints(0, LONGEST / 2)));
      quoted.append("…");
      append(quoted, text.substring(text.offsetByCodePoints(text.length(), -(LONGEST / 2))));
    }
    return quoted.append("]").toString();
  }

  private static void append(StringBuilder quoted, String text) {
    text.codePoints()
        .forEach(
            letter -> {
              if (isPrintable(letter)) {
                quoted.appendCodePoint(letter);
              } else {
                quoted.append(String.format("\\u%04x", letter));
              }
            });
  }

  private static boolean isPrintable(int letter) {
    return switch (Character.getType(letter)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /// Whether UTF-16 halves stand alone in it, which no UTF-8 can hold.
  static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(letter -> Character.getType(letter) == Character.SURROGATE);
  }

  /// Whether it holds characters that command rather than print, such as line ends and NUL.
  static boolean hasControl(String text) {
    return text.codePoints().anyMatch(Character::isISOControl);
  }

  /// Why an operation on a file failed, in words.
  static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "its directory does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (failure instanceof ClosedByInterruptException) {
      return "its thread was interrupted";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
