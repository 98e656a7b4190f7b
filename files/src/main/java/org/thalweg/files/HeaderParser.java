package org.thalweg.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Shape;

/// Reads the JSON of a header token by token: nothing is bound to objects, every name is looked up
/// among those seen, and a token that is not the expected one ends it, however deep or long what
/// follows.
final class HeaderParser {
  static final String METADATA = "__metadata__";
  private static final String DTYPE = "dtype";
  private static final String SHAPE = "shape";
  private static final String OFFSETS = "data_offsets";
  private static final int MOST_AXES = 64;

  /// Names from a file are neither interned nor kept. The limits are those of the header itself.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNumberLength(100)
                  .maxNameLength(1 << 16)
                  .maxStringLength(Header.MOST_BYTES)
                  .maxDocumentLength(Header.MOST_BYTES)
                  .build())
          .build();

  private final String file;
  private final JsonParser json;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  private HeaderParser(String file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  /// @throws SafetensorsException where it is not a header, in one sentence
  static Header parse(String file, byte[] header) throws IOException {
    checkEnds(file, header);
    // A strict decoder: left to itself, the parser would guess UTF-16 and let some of UTF-8 pass.
    InputStreamReader text =
        new InputStreamReader(
            new ByteArrayInputStream(header),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    try (JsonParser json = JSON.createParser(text)) {
      return new HeaderParser(file, json).header();
    } catch (CharacterCodingException e) {
      throw new SafetensorsException(file, "its header is not UTF-8: it is not safetensors", e);
    } catch (JsonProcessingException e) {
      String problem = e.getOriginalMessage().lines().findFirst().orElse("").strip();
      throw new SafetensorsException(
          file, "its header is not JSON, " + Text.quoted(problem) + ": it is not safetensors", e);
    }
  }

  private static void checkEnds(String file, byte[] header) throws SafetensorsException {
    if (header.length == 0 || header[0] != '{') {
      throw new SafetensorsException(
          file, "its header does not begin with an opening brace: it is not safetensors");
    }
    int last = header.length - 1;
    while (header[last] == ' ') {
      last--;
    }
    if (header[last] != '}') {
      throw new SafetensorsException(
          file, "its header does not end with a closing brace and spaces: it is not safetensors");
    }
  }

  private Header header() throws IOException {
    json.nextToken(); // The opening brace, which is there.
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      checkName(name);
      if (name.equals(METADATA)) {
        readMetadata();
      } else {
        entries.add(entry(name));
      }
    }
    if (json.nextToken() != null) {
      throw new SafetensorsException(
          file, "its header goes on after the closing brace: do not trust it");
    }
    return new Header(entries, metadata);
  }

  private void checkName(String name) throws SafetensorsException {
    String shown = "the name " + Text.quoted(name);
    if (!names.add(name)) {
      throw new SafetensorsException(file, shown + " occurs twice: do not trust it");
    }
    if (name.isEmpty()) {
      throw new SafetensorsException(file, "a tensor has an empty name: give it one");
    }
    if (Text.hasLoneSurrogate(name)) {
      throw new SafetensorsException(file, shown + " is not Unicode: do not trust it");
    }
    if (Text.hasControl(name)) {
      throw new SafetensorsException(file, shown + " holds control characters: do not trust it");
    }
  }

  private void readMetadata() throws IOException {
    expect(JsonToken.START_OBJECT, "an object", METADATA);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      String shown = METADATA + " " + Text.quoted(key);
      expect(JsonToken.VALUE_STRING, "text", shown);
      String value = json.getText();
      if (Text.hasLoneSurrogate(key) || Text.hasLoneSurrogate(value)) {
        throw new SafetensorsException(file, shown + " is not Unicode: do not trust it");
      }
      if (metadata.put(key, value) != null) {
        throw new SafetensorsException(file, shown + " occurs twice: do not trust it");
      }
    }
  }

  private Entry entry(String name) throws IOException {
    String tensor = "tensor " + Text.quoted(name);
    expect(JsonToken.START_OBJECT, "an object", tensor);
    Encoding encoding = null;
    List<Long> sizes = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      boolean again;
      switch (field) {
        case DTYPE -> {
          again = encoding != null;
          encoding = encoding(tensor);
        }
        case SHAPE -> {
          again = sizes != null;
          sizes = numbers(tensor, field, MOST_AXES);
        }
        case OFFSETS -> {
          again = offsets != null;
          offsets = numbers(tensor, field, 2);
        }
        default ->
            throw new SafetensorsException(
                file, tensor + " has an unknown field " + Text.quoted(field) + ": do not trust it");
      }
      if (again) {
        throw new SafetensorsException(
            file, tensor + " has two fields " + Text.quoted(field) + ": do not trust it");
      }
    }
    if (encoding == null || sizes == null || offsets == null || offsets.size() != 2) {
      String missing = encoding == null ? DTYPE : sizes == null ? SHAPE : OFFSETS;
      throw new SafetensorsException(
          file, tensor + " does not say its " + missing + " whole: it is not safetensors");
    }
    return checked(name, tensor, encoding, sizes, offsets);
  }

  private Encoding encoding(String tensor) throws IOException {
    expect(JsonToken.VALUE_STRING, "text", tensor + " " + DTYPE);
    String name = json.getText();
    return Encoding.named(name)
        .orElseThrow(
            () ->
                new SafetensorsException(
                    file,
                    tensor
                        + " has dtype "
                        + Text.quoted(name)
                        + ", which is not known here: convert it to F32"));
  }

  private List<Long> numbers(String tensor, String field, int most) throws IOException {
    String shown = tensor + " " + field;
    expect(JsonToken.START_ARRAY, "an array", shown);
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      check(json.currentToken(), JsonToken.VALUE_NUMBER_INT, "a whole number", shown);
      String digits = json.getText();
      try {
        numbers.add(Long.parseUnsignedLong(digits));
      } catch (NumberFormatException e) {
        throw number(shown, digits, e);
      }
      if (numbers.getLast() < 0) {
        throw number(shown, digits, null);
      }
      if (numbers.size() > most) {
        throw new SafetensorsException(
            file, shown + " has more than " + most + " numbers: do not trust it");
      }
    }
    return numbers;
  }

  private SafetensorsException number(String shown, String digits, @Nullable Exception cause) {
    return new SafetensorsException(
        file, shown + " holds " + digits + ", which is not in 0 … 2⁶³ − 1: do not trust it", cause);
  }

  private Entry checked(
      String name, String tensor, Encoding encoding, List<Long> sizes, List<Long> offsets)
      throws SafetensorsException {
    long elements = 1;
    long bytes;
    try {
      for (long size : sizes) {
        elements = Math.multiplyExact(elements, size);
      }
      bytes = Math.multiplyExact(elements, encoding.bytes());
    } catch (ArithmeticException e) {
      throw new SafetensorsException(
          file, tensor + " of shape " + sizes + " has over 2⁶³ bytes: do not trust it", e);
    }
    long begin = offsets.getFirst();
    long end = offsets.getLast();
    if (end < begin || end - begin != bytes) {
      throw new SafetensorsException(
          file,
          tensor
              + " has bytes "
              + offsets
              + ", and "
              + encoding
              + " of shape "
              + sizes
              + " takes "
              + bytes
              + ": do not trust it");
    }
    return new Entry(name, encoding, shape(tensor, sizes, elements), begin, end);
  }

  private Shape shape(String tensor, List<Long> sizes, long elements) throws SafetensorsException {
    long largest = sizes.stream().mapToLong(Long::longValue).max().orElse(0);
    if (elements > Shape.MOST_ELEMENTS || largest > Shape.MOST_ELEMENTS) {
      throw new SafetensorsException(
          file,
          tensor
              + " of shape "
              + sizes
              + " is larger than the "
              + Shape.MOST_ELEMENTS
              + " elements of one tensor here: split it");
    }
    return Shape.of(sizes.stream().mapToInt(Long::intValue).toArray());
  }

  private void expect(JsonToken expected, String wanted, String where) throws IOException {
    check(json.nextToken(), expected, wanted, where);
  }

  private void check(@Nullable JsonToken token, JsonToken expected, String wanted, String where)
      throws SafetensorsException {
    if (token != expected) {
      throw new SafetensorsException(
          file, where + " is " + words(token) + " and not " + wanted + ": it is not safetensors");
    }
  }

  private static String words(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "text";
      case VALUE_NUMBER_INT -> "a whole number";
      case VALUE_NUMBER_FLOAT -> "a number with a fraction or an exponent";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case null, default -> String.valueOf(token);
    };
  }
}
