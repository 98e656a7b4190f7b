package org.thalweg.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.thalweg.autodiff.array.Shape;

/// Reads one IDX file that may have been made to do harm.
final class IdxReader {
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int BUFFER = 1 << 16;

  /// Memory for packed data grows from here with what really arrives.
  private static final int FIRST_PART = 1 << 20;

  private final Path file;
  private final DataInputStream in;
  private final long plainSize;

  /// @param plainSize the bytes of the file, −1 where it is packed and nobody knows
  private IdxReader(Path file, InputStream in, long plainSize) {
    this.file = file;
    this.in = new DataInputStream(in);
    this.plainSize = plainSize;
  }

  static Idx read(Path file) throws IdxException {
    if (!Files.isRegularFile(file)) {
      String problem = Files.exists(file) ? "it is not a file of bytes" : "there is no such file";
      throw new IdxException(file, problem + ": check the path");
    }
    try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      if (isPacked(in)) {
        return new IdxReader(file, new GZIPInputStream(in, BUFFER), -1).content();
      }
      return new IdxReader(file, in, Files.size(file)).content();
    } catch (IdxException e) {
      throw e;
    } catch (EOFException e) {
      throw new IdxException(file, "it ends too early: it was cut off, fetch it again", e);
    } catch (ZipException e) {
      throw new IdxException(
          file, "its gzip data is damaged, " + e.getMessage() + ": fetch it again", e);
    } catch (IOException e) {
      throw new IdxException(
          file,
          "it cannot be read, " + IdxException.reason(e) + ": check the file and its disk",
          e);
    }
  }

  private static boolean isPacked(BufferedInputStream in) throws IOException {
    in.mark(2);
    int magic = in.read() << 8 | in.read();
    in.reset();
    return magic == GZIP_MAGIC;
  }

  private Idx content() throws IOException {
    int zeros = in.readUnsignedShort();
    if (zeros != 0) {
      throw new IdxException(
          file,
          String.format("it begins with %04x and not with 0000: it is not an IDX file", zeros));
    }
    Idx.Type type = type(in.readUnsignedByte());
    int rank = in.readUnsignedByte();
    long[] sizes = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      sizes[axis] = Integer.toUnsignedLong(in.readInt());
    }
    Shape shape = shape(type, sizes);
    int bytes = shape.elements() * type.bytes();
    long there = plainSize - 4 - 4L * rank;
    if (plainSize >= 0 && there != bytes) {
      throw wrongSize(shape, type, bytes, "and " + there + " are there");
    }
    return new Idx(type, shape, data(shape, type, bytes));
  }

  private Idx.Type type(int code) throws IdxException {
    return Arrays.stream(Idx.Type.values())
        .filter(type -> type.code() == code)
        .findFirst()
        .orElseThrow(
            () ->
                new IdxException(
                    file,
                    String.format(
                        "its type %02x is none of 08, 09, 0b, 0c, 0d, 0e: it is not an IDX file",
                        code)));
  }

  private Shape shape(Idx.Type type, long[] sizes) throws IdxException {
    long bytes = type.bytes();
    boolean fits = true;
    for (long size : sizes) {
      // Zero hides no overflow: 65536 × 65536 × 0 is no size that anybody meant.
      bytes *= Math.max(size, 1);
      fits &= bytes <= Shape.MOST_ELEMENTS;
      bytes = Math.min(bytes, Shape.MOST_ELEMENTS + 1L);
    }
    if (!fits) {
      throw new IdxException(
          file,
          "its sizes "
              + Arrays.toString(sizes)
              + " of "
              + type
              + " take more than "
              + Shape.MOST_ELEMENTS
              + " bytes: split it");
    }
    return Shape.of(Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray());
  }

  private byte[] data(Shape shape, Idx.Type type, int bytes) throws IOException {
    byte[] data = new byte[plainSize >= 0 ? bytes : Math.min(bytes, FIRST_PART)];
    int have = 0;
    while (have < bytes) {
      if (have == data.length) {
        data = Arrays.copyOf(data, (int) Math.min(bytes, 2L * have));
      }
      int got = in.read(data, have, data.length - have);
      if (got < 0) {
        throw wrongSize(shape, type, bytes, "and " + have + " are there");
      }
      have += got;
    }
    if (in.read() >= 0) {
      throw wrongSize(shape, type, bytes, "and there are more");
    }
    return data;
  }

  private IdxException wrongSize(Shape shape, Idx.Type type, int bytes, String there) {
    return new IdxException(
        file,
        "its sizes "
            + shape
            + " of "
            + type
            + " take "
            + bytes
            + " bytes, "
            + there
            + ": it is damaged, fetch it again");
  }
}
