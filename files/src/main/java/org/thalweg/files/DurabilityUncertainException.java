package org.thalweg.files;

import java.io.IOException;
import java.nio.file.Path;

/// A file was written and everyone sees it, but whether a loss of power would bring the old one
/// back is not known: its directory could not be forced to the disk.
public final class DurabilityUncertainException extends IOException {
  private static final long serialVersionUID = 1;

  DurabilityUncertainException(Path path, IOException cause) {
    super(
        "write: "
            + Text.quoted(path.toString())
            + " is written, but its directory could not be forced to the disk, "
            + Text.reason(cause)
            + ": write it again to be sure of it after a loss of power",
        cause);
  }
}
