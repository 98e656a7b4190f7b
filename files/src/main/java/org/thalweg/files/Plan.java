package org.thalweg.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;

/// A file to be written, all checks made: the same state gives the same bytes, whatever the order
/// of its maps.
///
/// Wide elements come first, so that each tensor is aligned to its elements, then names decide, as
/// bytes of UTF-8: the reference implementation does the same.
final class Plan {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Comparator<String> BY_BYTES =
      Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private final List<Map.Entry<String, Tensor>> tensors;
  private final byte[] header;

  private Plan(List<Map.Entry<String, Tensor>> tensors, byte[] header) {
    this.tensors = tensors;
    this.header = header;
  }

  /// @throws IllegalArgumentException where a name cannot stand in a file
  /// @throws IllegalStateException where a tensor's scope has ended
  static Plan of(State state) {
    state.tensors().forEach(Plan::check);
    state.metadata().forEach(Plan::checkText);
    List<Map.Entry<String, Tensor>> tensors = new ArrayList<>(state.tensors().entrySet());
    tensors.sort(
        Comparator.comparing((Map.Entry<String, Tensor> named) -> encoding(named.getValue()))
            .thenComparing(Map.Entry::getKey, BY_BYTES));
    byte[] header;
    try {
      header = header(tensors, state.metadata());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (header.length > Header.MOST_BYTES) {
      throw new IllegalArgumentException(
          "safetensors: the names and the metadata take "
              + header.length
              + " bytes, and "
              + Header.MOST_BYTES
              + " is the most: write several files");
    }
    return new Plan(tensors, header);
  }

  private static void check(String name, Tensor tensor) {
    boolean taken = name.equals(HeaderParser.METADATA);
    if (taken || name.isEmpty() || Text.hasControl(name) || Text.hasLoneSurrogate(name)) {
      throw new IllegalArgumentException(
          "safetensors: a tensor cannot be named "
              + Text.quoted(name)
              + ": use printable text, other than "
              + HeaderParser.METADATA);
    }
    // Memory that its scope has taken back says so here, while nothing has been written.
    tensor.array().data();
  }

  private static void checkText(String key, String value) {
    if (Text.hasLoneSurrogate(key) || Text.hasLoneSurrogate(value)) {
      throw new IllegalArgumentException(
          "safetensors: the metadata "
              + Text.quoted(key)
              + " is not Unicode, "
              + Text.quoted(value)
              + ": remove the lone surrogates");
    }
  }

  private static Encoding encoding(Tensor tensor) {
    return Encoding.of(tensor.dtype());
  }

  private static byte[] header(
      List<Map.Entry<String, Tensor>> tensors, Map<String, String> metadata) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(HeaderParser.METADATA);
        for (String key : metadata.keySet().stream().sorted(BY_BYTES).toList()) {
          json.writeStringField(key, metadata.get(key));
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Map.Entry<String, Tensor> named : tensors) {
        long end = begin + size(named.getValue());
        json.writeObjectFieldStart(named.getKey());
        json.writeStringField("dtype", encoding(named.getValue()).name());
        json.writeFieldName("shape");
        int[] sizes = named.getValue().shape().sizes();
        json.writeArray(sizes, 0, sizes.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % Long.BYTES != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  /// The number of bytes of the whole file.
  long size() {
    long size = (long) Long.BYTES + header.length;
    for (Map.Entry<String, Tensor> named : tensors) {
      size += size(named.getValue());
    }
    return size;
  }

  private static long size(Tensor tensor) {
    return (long) tensor.elements() * encoding(tensor).bytes();
  }

  /// Writes everything.
  ///
  /// @param chunk where bytes stop on their way, a multiple of 8
  void writeTo(WritableByteChannel channel, ByteBuffer chunk) throws IOException {
    chunk.order(ByteOrder.LITTLE_ENDIAN);
    writeAll(channel, chunk.clear().putLong(header.length).flip());
    writeAll(channel, ByteBuffer.wrap(header));
    for (Map.Entry<String, Tensor> named : tensors) {
      Object values = named.getValue().array().data();
      int n = named.getValue().elements();
      int unit = encoding(named.getValue()).bytes();
      int most = chunk.capacity() / unit;
      for (int at = 0; at < n; ) {
        int count = Math.min(most, n - at);
        chunk.clear().limit(count * unit);
        switch (values) {
          case float[] floats -> chunk.asFloatBuffer().put(floats, at, count);
          case double[] doubles -> chunk.asDoubleBuffer().put(doubles, at, count);
          case int[] ints -> chunk.asIntBuffer().put(ints, at, count);
          default -> throw new IllegalStateException("safetensors: no such array");
        }
        writeAll(channel, chunk);
        at += count;
      }
    }
  }

  private static void writeAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
