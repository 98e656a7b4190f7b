package org.thalweg.files;

import java.io.IOException;
import java.nio.file.Path;

/// A file was not written: what stood under its name before stands there still, byte for byte.
public final class NotCommittedException extends IOException {
  private static final long serialVersionUID = 1;

  NotCommittedException(Path path, IOException cause) {
    super(
        "write: "
            + Text.quoted(path.toString())
            + " was not written, "
            + Text.reason(cause)
            + ": what was there before is unchanged",
        cause);
  }
}
