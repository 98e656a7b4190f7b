package org.thalweg.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.channels.ReadableByteChannel;
import org.thalweg.autodiff.Tensor;

/// Reads the elements of tensors, one after the other, through one small buffer.
final class TensorReader {
  private final String file;
  private final ReadableByteChannel channel;
  private final ByteBuffer chunk;

  /// @param chunk where bytes stop on their way, a multiple of 8
  TensorReader(String file, ReadableByteChannel channel, ByteBuffer chunk) {
    this.file = file;
    this.channel = channel;
    this.chunk = chunk.order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The next tensor of the file.
  ///
  /// @throws SafetensorsException where the file ends before it does, or a whole number does not
  ///   fit
  Tensor read(Entry entry) throws IOException {
    int n = entry.shape().elements();
    int unit = entry.encoding().bytes();
    Object values =
        switch (entry.encoding().dtype()) {
          case FLOAT32 -> new float[n];
          case FLOAT64 -> new double[n];
          case INT32 -> new int[n];
        };
    int most = chunk.capacity() / unit;
    for (int at = 0; at < n; ) {
      int count = Math.min(most, n - at);
      fill(count * unit, "tensor " + entry.quotedName());
      decode(entry, values, at, count);
      at += count;
    }
    return Tensor.wrap(values, entry.shape());
  }

  /// The next bytes of the file, ready to be taken from the returned buffer.
  ByteBuffer fill(int bytes, String what) throws IOException {
    chunk.clear().limit(bytes);
    while (chunk.hasRemaining()) {
      if (channel.read(chunk) < 0) {
        throw new SafetensorsException(
            file, "it ends within " + what + ", shorter than it was: read it again");
      }
    }
    return chunk.flip();
  }

  /// The next bytes of the file, copied.
  byte[] bytes(int length, String what) throws IOException {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; at += chunk.limit()) {
      fill(Math.min(chunk.capacity(), length - at), what).get(bytes, at, chunk.limit());
    }
    return bytes;
  }

  private void decode(Entry entry, Object values, int at, int count) throws SafetensorsException {
    switch (values) {
      case float[] floats -> floats(entry.encoding(), floats, at, count);
      case double[] doubles -> chunk.asDoubleBuffer().get(doubles, at, count);
      case int[] ints when entry.encoding() == Encoding.I32 ->
          chunk.asIntBuffer().get(ints, at, count);
      case int[] ints -> {
        for (int i = 0; i < count; i++) {
          ints[at + i] = whole(entry, i, at + i);
        }
      }
      default -> throw new IllegalStateException("safetensors: no such array");
    }
  }

  private void floats(Encoding encoding, float[] values, int at, int count) {
    if (encoding == Encoding.F32) {
      chunk.asFloatBuffer().get(values, at, count);
      return;
    }
    ShortBuffer halves = chunk.asShortBuffer();
    for (int i = 0; i < count; i++) {
      short half = halves.get(i);
      values[at + i] =
          encoding == Encoding.F16
              ? Float.float16ToFloat(half)
              : Float.intBitsToFloat(half << Short.SIZE);
    }
  }

  private int whole(Entry entry, int i, int index) throws SafetensorsException {
    long value =
        switch (entry.encoding()) {
          case I64, U64 -> chunk.getLong(i * Long.BYTES);
          case U32 -> Integer.toUnsignedLong(chunk.getInt(i * Integer.BYTES));
          case I16 -> chunk.getShort(i * Short.BYTES);
          case U16 -> Short.toUnsignedLong(chunk.getShort(i * Short.BYTES));
          case I8 -> chunk.get(i);
          case U8, BOOL -> Byte.toUnsignedLong(chunk.get(i));
          case F64, F32, F16, BF16, I32 -> throw new IllegalStateException("safetensors: no whole");
        };
    boolean unsigned = entry.encoding() == Encoding.U64;
    boolean fits = value == (int) value && !(unsigned && value < 0);
    boolean truth = entry.encoding() != Encoding.BOOL || value <= 1;
    if (!fits || !truth) {
      throw new SafetensorsException(
          file,
          "tensor "
              + entry.quotedName()
              + " of dtype "
              + entry.encoding()
              + " holds "
              + (unsigned ? Long.toUnsignedString(value) : Long.toString(value))
              + " at flat index "
              + index
              + (fits
                  ? ", which is not 0 or 1: do not trust it"
                  : ", outside of INT32: convert it to F64"));
    }
    return (int) value;
  }
}
