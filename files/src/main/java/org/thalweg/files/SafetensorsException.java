package org.thalweg.files;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A file that cannot be read as safetensors: the message is one sentence that names the file, the
/// tensor and the values. Nothing of the file is given out then.
public final class SafetensorsException extends IOException {
  private static final long serialVersionUID = 1;

  SafetensorsException(String file, String problem) {
    this(file, problem, null);
  }

  SafetensorsException(String file, String problem, @Nullable Throwable cause) {
    super("safetensors: " + Text.quoted(file) + ": " + problem, cause);
  }
}
