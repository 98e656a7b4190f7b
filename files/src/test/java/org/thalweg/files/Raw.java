package org.thalweg.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.thalweg.autodiff.State;

/// Files made byte by byte, as nobody's writer makes them.
final class Raw {
  private Raw() {}

  /// A file of a header, its true length and so many zero bytes.
  static byte[] file(String header, int zeros) {
    return file(header.getBytes(StandardCharsets.UTF_8), new byte[zeros]);
  }

  static byte[] file(byte[] header, byte[] data) {
    return file(header.length, header, data);
  }

  /// A file that may lie about the length of its header.
  static byte[] file(long length, byte[] header, byte[] data) {
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .put(data)
        .array();
  }

  /// A file of one tensor `a`, its fields given as JSON.
  static byte[] tensor(String fields, int zeros) {
    return file("{\"a\":{" + fields + "}}", zeros);
  }

  /// A file of one tensor `a` with elements of one axis.
  static byte[] values(String dtype, int elements, byte[] data) {
    String header =
        "{\"a\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(dtype, elements, data.length);
    return file(header.getBytes(StandardCharsets.UTF_8), data);
  }

  static State read(byte[] file) throws IOException {
    return Safetensors.read(
        Channels.newChannel(new ByteArrayInputStream(file)), file.length, "raw");
  }
}
