package org.thalweg.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file beside a target, on the same file system, that is to take its place. It is locked while
/// its writer lives, so that what a killed writer left can be told from the work of a living one.
final class TemporaryFile implements AutoCloseable {
  /// Those of this process: opening and closing a file here would let go of its lock.
  private static final Set<Path> LIVING = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private TemporaryFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /// A new one, empty, with the permissions of the target where that exists.
  static TemporaryFile beside(Path target) throws IOException {
    Path path =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    LIVING.add(path);
    try {
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      TemporaryFile file = new TemporaryFile(path, channel);
      tryLock(channel);
      file.takePermissionsOf(target);
      return file;
    } catch (IOException | RuntimeException e) {
      LIVING.remove(path);
      throw e;
    }
  }

  /// Deletes what killed writers of a target have left. What cannot be deleted stays: that is
  /// untidy and harms nobody.
  static void removeStale(Path target) {
    Pattern names =
        Pattern.compile(Pattern.quote("." + target.getFileName() + ".") + "[-0-9a-f]{36}\\.tmp");
    DirectoryStream.Filter<Path> ours =
        path -> names.matcher(String.valueOf(path.getFileName())).matches();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(target.resolveSibling(""), ours)) {
      for (Path file : files) {
        removeIfStale(file);
      }
    } catch (IOException | DirectoryIteratorException _) {
      // The write that follows meets the same directory, and says what is wrong with it.
    }
  }

  private static void removeIfStale(Path file) throws IOException {
    if (LIVING.contains(file)) {
      return;
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (tryLock(channel) != null) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// `null` where somebody else holds the lock, or the file system has none.
  private static @Nullable FileLock tryLock(FileChannel channel) {
    try {
      return channel.tryLock();
    } catch (IOException | OverlappingFileLockException _) {
      return null;
    }
  }

  private void takePermissionsOf(Path target) {
    try {
      if (Files.exists(target)) {
        Files.setPosixFilePermissions(path, Files.getPosixFilePermissions(target));
      }
    } catch (IOException | UnsupportedOperationException _) {
      // A file system without such permissions, or one that keeps its own.
    }
  }

  Path path() {
    return path;
  }

  FileChannel channel() {
    return channel;
  }

  /// Deletes it where it has not taken the place of the target. Never fails: what the writer has
  /// done stays done.
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(path);
    } catch (IOException _) {
      // The next write of the target tries again.
    } finally {
      LIVING.remove(path);
    }
  }
}
