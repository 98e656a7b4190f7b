package org.thalweg.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file or directory that cannot be read as IDX, or not be written: the message is one sentence
/// that names it and the values.
public final class IdxException extends IOException {
  private static final long serialVersionUID = 1;

  IdxException(Path file, String problem) {
    this(file, problem, null);
  }

  IdxException(Path file, String problem, @Nullable Throwable cause) {
    super("idx: [" + file + "]: " + problem, cause);
  }

  /// Why an operation on a file failed, in words: the message of Java's own exceptions may be the
  /// name of the file alone.
  static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "its directory does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return String.valueOf(failure.getMessage());
  }
}
