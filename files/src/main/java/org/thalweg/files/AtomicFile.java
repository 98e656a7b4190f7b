package org.thalweg.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// Replaces a file as a whole or not at all: whoever reads it, and whatever is killed or fails in
/// between, finds the old content or the new one.
///
/// ```java
/// AtomicFile.write(path, channel -> channel.write(ByteBuffer.wrap(bytes)));
/// ```
///
/// The content goes to a temporary file in the same directory, is forced to the disk and read back
/// from there against its checksum; then a rename puts it in place, and the directory is forced.
/// What killed writers of the same file have left is deleted on the way. Permissions are kept; a
/// link is followed.
public final class AtomicFile {
  private static final int CHUNK = 1 << 20;

  /// What is to be in the file.
  @FunctionalInterface
  public interface Content {
    /// Writes all of it, from the first byte to the last. The channel takes every buffer whole.
    ///
    /// @throws IOException where it cannot
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /// Writes a file, in a directory that exists.
  ///
  /// @throws NotCommittedException where anything fails before the rename: what was there before is
  ///   unchanged
  /// @throws DurabilityUncertainException where the file is in place, and a loss of power may still
  ///   undo that
  public static void write(Path path, Content content)
      throws NotCommittedException, DurabilityUncertainException {
    write(path, content, Disk.REAL);
  }

  static void write(Path path, Content content, Disk disk)
      throws NotCommittedException, DurabilityUncertainException {
    Path target;
    try {
      target = target(path);
      TemporaryFile.removeStale(target);
      try (TemporaryFile temporary = TemporaryFile.beside(target)) {
        fill(temporary.channel(), content, disk);
        temporary.channel().close();
        disk.replace(temporary.path(), target);
      }
    } catch (IOException e) {
      throw new NotCommittedException(path, e);
    }
    try {
      disk.forceDirectory(target.resolveSibling(""));
    } catch (IOException e) {
      throw new DurabilityUncertainException(path, e);
    }
  }

  /// The file itself, links followed. A rename would put a plain file in the place of a device.
  private static Path target(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    if (Files.isRegularFile(absolute)) {
      return absolute.toRealPath();
    }
    if (Files.exists(absolute)) {
      throw new FileSystemException(path.toString(), null, "it is not a file of bytes");
    }
    if (Files.isSymbolicLink(absolute)) {
      throw new FileSystemException(path.toString(), null, "it is a link that leads nowhere");
    }
    return absolute;
  }

  private static void fill(FileChannel file, Content content, Disk disk) throws IOException {
    ChecksumChannel written = new ChecksumChannel(file);
    content.writeTo(written);
    disk.force(file);
    if (file.size() != written.size() || checksum(file) != written.checksum()) {
      throw new IOException("the disk gives back other bytes than were written");
    }
  }

  private static long checksum(FileChannel file) throws IOException {
    CRC32C checksum = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    file.position(0);
    while (file.read(chunk) >= 0) {
      checksum.update(chunk.flip());
      chunk.clear();
    }
    return checksum.getValue();
  }
}
