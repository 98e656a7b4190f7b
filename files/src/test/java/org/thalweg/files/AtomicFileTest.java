package org.thalweg.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever fails, and whenever a writer is killed: the old content or the new one, nothing
/// between.
class AtomicFileTest {
  private static final String UNCHANGED = ": what was there before is unchanged";

  @TempDir private Path directory;

  private static AtomicFile.Content text(String text) {
    return channel -> channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private Path old() throws IOException {
    return Files.writeString(directory.resolve("file"), "old");
  }

  @Test
  void aNewFileIsMadeAndAnOldOneReplaced() throws IOException {
    Path file = directory.resolve("file");
    AtomicFile.write(file, text("one"));
    assertThat(file).hasContent("one");
    AtomicFile.write(file, text("another, longer"));
    assertThat(file).hasContent("another, longer");
    AtomicFile.write(file, channel -> {});
    assertThat(file).isEmptyFile();
    assertThat(names()).containsExactly("file");
  }

  @Test
  void whatFailsInTheMiddleOfTheContentLeavesTheOldFile() throws IOException {
    Path file = old();
    assertThatExceptionOfType(NotCommittedException.class)
        .isThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[1000]));
                      throw new IOException("No space left on device");
                    }))
        .withMessage("write: [%s] was not written, No space left on device" + UNCHANGED, file)
        .withCauseInstanceOf(IOException.class);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[1000]));
                      throw new IllegalStateException("the program's own");
                    }));
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void aDiskThatFailsBeforeTheRenameLeavesTheOldFile() throws IOException {
    Path file = old();
    Disk full =
        new Disk() {
          @Override
          public void force(FileChannel channel) throws IOException {
            throw new IOException("Input/output error");
          }
        };
    Disk stuck =
        new Disk() {
          @Override
          public void replace(Path temporary, Path target) throws IOException {
            throw new AccessDeniedException(target.toString());
          }
        };
    assertThatExceptionOfType(NotCommittedException.class)
        .isThrownBy(() -> AtomicFile.write(file, text("new"), full))
        .withMessageContaining("Input/output error");
    assertThatExceptionOfType(NotCommittedException.class)
        .isThrownBy(() -> AtomicFile.write(file, text("new"), stuck))
        .withMessageContaining("access is denied");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void aDiskThatGivesBackOtherBytesLeavesTheOldFile() throws IOException {
    Path file = old();
    assertCaught(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {'N'}), 0));
    assertCaught(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {'x'}), 3));
    assertCaught(file, channel -> channel.truncate(2));
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("file");
  }

  private interface Damage {
    void to(FileChannel channel) throws IOException;
  }

  private static void assertCaught(Path file, Damage damage) {
    Disk damaging =
        new Disk() {
          @Override
          public void force(FileChannel channel) throws IOException {
            damage.to(channel);
          }
        };
    assertThatExceptionOfType(NotCommittedException.class)
        .isThrownBy(() -> AtomicFile.write(file, text("new"), damaging))
        .withMessageContaining("the disk gives back other bytes than were written");
  }

  @Test
  void aDirectoryThatCannotBeForcedIsAnotherFailureWithTheNewFileInPlace() throws IOException {
    Path file = old();
    Disk uncertain =
        new Disk() {
          @Override
          public void forceDirectory(Path names) throws IOException {
            throw new IOException("Input/output error");
          }
        };
    assertThatExceptionOfType(DurabilityUncertainException.class)
        .isThrownBy(() -> AtomicFile.write(file, text("new"), uncertain))
        .withMessage(
            "write: [%s] is written, but its directory could not be forced to the disk,"
                + " Input/output error: write it again to be sure of it after a loss of power",
            file);
    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void aPlaceWhereNoFileCanBeIsRefusedWithItsReason() throws IOException {
    assertRefused(directory.resolve("none/file"), "its directory does not exist");
    assertRefused(directory, "it is not a file of bytes");
    assertRefused(old().resolve("file"), "Not a directory");
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("gone"));
    assertRefused(link, "it is a link that leads nowhere");
    assertRefused(directory.resolve("x".repeat(255)), "File name too long");
    assertThat(names()).containsExactly("file", "link");
  }

  private static void assertRefused(Path file, String reason) {
    assertThatExceptionOfType(NotCommittedException.class)
        .isThrownBy(() -> AtomicFile.write(file, text("new")))
        .withMessage(
            "write: %s was not written, %s" + UNCHANGED, Text.quoted(file.toString()), reason);
  }

  @Test
  void aDeviceIsNotReplacedByAFile() {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "no /dev/null here");
    assertRefused(device, "it is not a file of bytes");
    assertThat(Files.isRegularFile(device)).isFalse();
  }

  @Test
  void aLinkIsFollowedAndPermissionsAreKept() throws IOException {
    Path file = old();
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"), "no permissions here");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r-x"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
    AtomicFile.write(link, text("new"));
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-rw-r-x");
  }

  @Test
  void anInterruptedThreadDoesNotWriteAndStaysInterrupted() throws IOException {
    Path file = old();
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(NotCommittedException.class)
          .isThrownBy(() -> AtomicFile.write(file, text("new")))
          .withMessageContaining("its thread was interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void aKilledWriterLeavesTheOldFileAndTheNextOneTidiesUp() throws Exception {
    Path file = old();
    Process writer = startWriter(file);
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
      assertThat(output.readLine()).isEqualTo("half");
      assertThat(names()).hasSize(2);

      AtomicFile.write(file, text("by another"));
      assertThat(names()).as("the temporary file of a living writer").hasSize(2);
    } finally {
      writer.destroyForcibly().waitFor();
    }
    assertThat(file).hasContent("by another");
    assertThat(names()).hasSize(2);

    AtomicFile.write(file, text("new"));
    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("file");
  }

  private static Process startWriter(Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            SlowWriter.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// Writes half a file and waits for its end.
  static final class SlowWriter {
    private SlowWriter() {}

    public static void main(String[] args) throws IOException {
      AtomicFile.write(
          Path.of(args[0]),
          channel -> {
            channel.write(ByteBuffer.wrap(new byte[1 << 20]));
            System.out.println("half");
            if (System.in.read() < 0) {
              throw new IOException("nobody is there any more");
            }
          });
    }
  }

  @Test
  void filesOfOthersThatLookAlmostTheSameStay() throws IOException {
    Path file = directory.resolve("file");
    String uuid = "01234567-89ab-cdef-0123-456789abcdef";
    Files.createFile(directory.resolve(".file." + uuid + ".tmp"));
    Files.createFile(directory.resolve(".file2." + uuid + ".tmp"));
    Files.createFile(directory.resolve(".file.mine.tmp"));
    Files.createFile(directory.resolve("file." + uuid + ".tmp"));
    AtomicFile.write(file, text("new"));
    assertThat(names())
        .containsExactly(
            ".file.mine.tmp", ".file2." + uuid + ".tmp", "file", "file." + uuid + ".tmp");
  }

  @Test
  void aTemporaryFileOfThisProcessIsNotTakenForLeftOvers() throws IOException {
    Path file = directory.resolve("file");
    AtomicFile.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap("outer".getBytes(UTF_8)));
          AtomicFile.write(file, text("inner"));
          assertThat(file).hasContent("inner");
        });
    assertThat(file).hasContent("outer");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void theTemporaryFileIsInTheSameDirectoryAndOthersSeeOnlyTheOldFile() throws IOException {
    Path file = old();
    AtomicFile.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap("new".getBytes(UTF_8)));
          assertThat(file).hasContent("old");
          assertThat(names()).hasSize(2);
        });
    assertThat(file).hasContent("new");
  }

  @Test
  void aFileThatIsReadWhileItIsReplacedStaysWhole() throws IOException {
    Path file = old();
    try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
      AtomicFile.write(file, text("new and longer"));
      ByteBuffer seen = ByteBuffer.allocate(100);
      reader.read(seen);
      assertThat(new String(seen.array(), 0, seen.position(), UTF_8)).isEqualTo("old");
    }
  }

  @Test
  void theReasonOfAFailureIsInWords() {
    assertThat(Text.reason(new NoSuchFileException("x"))).isEqualTo("its directory does not exist");
    assertThat(Text.reason(new IOException())).isEqualTo("IOException");
    assertThat(Text.reason(new FileSystemException("x", null, "Disk quota exceeded")))
        .isEqualTo("Disk quota exceeded");
  }
}
