package org.thalweg.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;

/// Tensors and text in the `safetensors` format: 8 bytes of header length, a JSON header, and the
/// elements, little-endian and row-major.
///
/// ```java
/// Safetensors.write(path, model.state());
/// State state = Safetensors.read(path);
/// ```
///
/// FLOAT32, FLOAT64 and INT32 are written as `F32`, `F64` and `I32`, bit for bit. Also read are
/// `F16` and `BF16` as FLOAT32, and `I64`, `I16`, `I8`, `U64`, `U32`, `U16`, `U8` and `BOOL` as
/// INT32, each number checked against its range.
///
/// A file is read as if whoever made it meant harm: nothing is allocated before its size has been
/// compared with that of the file, every byte belongs to exactly one tensor, no name occurs twice,
/// and no name is used as a path. The header has at most 100,000,000 bytes, as in the reference
/// implementation; names are not empty and hold no control characters. Source of the format:
/// https://github.com/huggingface/safetensors.
public final class Safetensors {
  private static final int CHUNK = 1 << 20;

  /// Keeps the place of a tensor in the order of the header until it is read.
  private static final Tensor NOT_YET = Tensor.scalar(0);

  private Safetensors() {}

  /// Reads a file, links followed. Tensors come in the order of the header, in memory of their own
  /// that belongs to no scope.
  ///
  /// @throws SafetensorsException where there is no such file, or it is not safetensors: nothing of
  ///   it is given out
  public static State read(Path path) throws SafetensorsException {
    String file = path.toString();
    if (!Files.isRegularFile(path)) {
      String problem = Files.exists(path) ? "it is not a file of bytes" : "there is no such file";
      throw new SafetensorsException(file, problem + ": check the path");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return read(channel, channel.size(), file);
    } catch (SafetensorsException e) {
      throw e;
    } catch (IOException e) {
      throw new SafetensorsException(
          file, "it cannot be read, " + Text.reason(e) + ": check the file and its disk", e);
    }
  }

  /// Reads from a blocking channel, such as that of an entry of an archive. It stays open.
  ///
  /// @param size the number of bytes to read, from somebody who knows: memory is allocated up to it
  /// @param name what messages call the source
  /// @throws SafetensorsException where it is not safetensors
  /// @throws IOException where the channel fails
  public static State read(ReadableByteChannel channel, long size, String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      TensorReader reader = new TensorReader(name, channel, chunk(arena, size));
      byte[] json = reader.bytes(headerLength(reader, size, name), "its header");
      Header header = HeaderParser.parse(name, json);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      header.entries().forEach(entry -> tensors.put(entry.name(), NOT_YET));
      for (Entry entry : header.laidOut(name, size - Long.BYTES - json.length)) {
        tensors.put(entry.name(), reader.read(entry));
      }
      return new State(tensors, header.metadata());
    }
  }

  private static int headerLength(TensorReader reader, long size, String name) throws IOException {
    if (size < Long.BYTES) {
      throw new SafetensorsException(
          name, "it has " + size + " bytes, and the length of a header takes 8: fetch it again");
    }
    long length = reader.fill(Long.BYTES, "the length of its header").getLong();
    String says = "its header says to have " + Long.toUnsignedString(length) + " bytes, and ";
    if (length < 0 || length > Header.MOST_BYTES) {
      throw new SafetensorsException(
          name, says + Header.MOST_BYTES + " is the most: it is not safetensors");
    }
    if (length > size - Long.BYTES) {
      throw new SafetensorsException(
          name, says + (size - Long.BYTES) + " are there: it was cut off, fetch it again");
    }
    return (int) length;
  }

  /// Writes a file as a whole or not at all, by [AtomicFile]. The same state gives the same bytes:
  /// FLOAT64 comes first, then FLOAT32, then INT32, each sorted by name.
  ///
  /// @throws IllegalArgumentException where a name is empty, holds control characters or is
  ///   `__metadata__`, where text is not Unicode, or where the header would be over its limit
  /// @throws IllegalStateException where the scope of a tensor has ended
  /// @throws NotCommittedException where it fails before the file is in place: what was there
  ///   before is unchanged
  /// @throws DurabilityUncertainException where the file is in place, and a loss of power may still
  ///   undo that
  public static void write(Path path, State state)
      throws NotCommittedException, DurabilityUncertainException {
    Plan plan = Plan.of(state);
    AtomicFile.write(path, channel -> write(channel, plan));
  }

  /// Writes the bytes of such a file to a blocking channel, which stays open.
  ///
  /// @throws IllegalArgumentException as [#write(Path, State)], before anything is written
  /// @throws IllegalStateException as [#write(Path, State)], before anything is written
  /// @throws IOException where the channel fails
  public static void write(WritableByteChannel channel, State state) throws IOException {
    write(channel, Plan.of(state));
  }

  private static void write(WritableByteChannel channel, Plan plan) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      plan.writeTo(channel, chunk(arena, plan.size()));
    }
  }

  /// A multiple of 8 bytes, and no more than there is to move.
  private static ByteBuffer chunk(Arena arena, long size) {
    int bytes = Math.clamp(size, Long.BYTES, CHUNK - Long.BYTES) + Long.BYTES - 1;
    return arena.allocate(bytes - bytes % Long.BYTES, Long.BYTES).asByteBuffer();
  }
}
