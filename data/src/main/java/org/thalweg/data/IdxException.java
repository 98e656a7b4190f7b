package org.thalweg.data;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file or directory that cannot be read as IDX: the message is one sentence that names it and
/// the values.
public final class IdxException extends IOException {
  private static final long serialVersionUID = 1;

  IdxException(Path file, String problem) {
    this(file, problem, null);
  }

  IdxException(Path file, String problem, @Nullable Throwable cause) {
    super("idx: [" + file + "]: " + problem, cause);
  }
}
