package org.thalweg.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// The three moments at which a disk may fail, so that tests can make it fail there.
interface Disk {
  /// The one of this machine.
  Disk REAL = new Disk() {};

  /// Waits until everything written to a file is on the disk.
  default void force(FileChannel file) throws IOException {
    file.force(true);
  }

  /// Puts one file in the place of another, so that every reader sees the one or the other.
  default void replace(Path temporary, Path target) throws IOException {
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Waits until the names in a directory are on the disk. Windows does not open directories; its
  /// file systems keep a journal of names themselves.
  default void forceDirectory(Path directory) throws IOException {
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
      return;
    }
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }
}
