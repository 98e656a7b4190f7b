package org.thalweg.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.State;

/// Each sentence by which a file is refused, word for word; [HostileFilesTest] has many more files.
class SentencesTest {
  private static final String F32 = "\"dtype\":\"F32\",";
  private static final String FIELDS = F32 + "\"shape\":[2],\"data_offsets\":[0,8]";
  private static final String NOT_IT = ": it is not safetensors";
  private static final String DO_NOT = ": do not trust it";

  static Stream<Arguments> headers() {
    return Stream.of(
        arguments("[1]", "its header does not begin with an opening brace: it is not safetensors"),
        arguments(
            "{}\n",
            "its header does not end with a closing brace and spaces: it is not safetensors"),
        arguments("{} {}", "its header goes on after the closing brace: do not trust it"),
        arguments("{\"a\":1}", "tensor [a] is a whole number and not an object" + NOT_IT),
        arguments("{\"a\":[]}", "tensor [a] is an array and not an object" + NOT_IT),
        arguments("{\"a\":\"x\"}", "tensor [a] is text and not an object" + NOT_IT),
        arguments("{\"a\":null}", "tensor [a] is null and not an object" + NOT_IT),
        arguments("{\"a\":true}", "tensor [a] is true or false and not an object" + NOT_IT),
        arguments(
            "{\"a\":1.5}",
            "tensor [a] is a number with a fraction or an exponent and not an object" + NOT_IT),
        arguments(tensor("\"dtype\":{}"), "tensor [a] dtype is an object and not text" + NOT_IT),
        arguments(
            tensor("\"shape\":{}"), "tensor [a] shape is an object and not an array" + NOT_IT),
        arguments(
            tensor("\"shape\":[{}]"),
            "tensor [a] shape is an object and not a whole number" + NOT_IT),
        arguments("{\"__metadata__\":[]}", "__metadata__ is an array and not an object" + NOT_IT),
        arguments(
            "{\"__metadata__\":{\"k\":1}}",
            "__metadata__ [k] is a whole number and not text" + NOT_IT),
        arguments(
            "{\"__metadata__\":{\"k\":\"\\udc00\"}}",
            "__metadata__ [k] is not Unicode: do not trust it"),
        arguments(
            "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}",
            "__metadata__ [k] occurs twice: do not trust it"),
        arguments("{\"\":{}}", "a tensor has an empty name: give it one"),
        arguments("{\"a\\nb\":{}}", "the name [a\\u000ab] holds control characters" + DO_NOT),
        arguments(
            "{\"a\\nb\":{}}", "the name [a\\u000ab] holds control characters: do not trust it"),
        arguments(
            "{\"a\":{" + FIELDS + "},\"a\":{}}", "the name [a] occurs twice: do not trust it"));
  }

  static Stream<Arguments> fields() {
    return Stream.of(
        arguments("\"x\":1", "tensor [a] has an unknown field [x]: do not trust it"),
        arguments(F32 + FIELDS, "tensor [a] has two fields [dtype]: do not trust it"),
        arguments(
            "\"shape\":[2]", "tensor [a] does not say its dtype whole: it is not safetensors"),
        arguments(
            "\"dtype\":\"F32\"", "tensor [a] does not say its shape whole: it is not safetensors"),
        arguments(
            F32 + "\"shape\":[]",
            "tensor [a] does not say its data_offsets whole: it is not safetensors"),
        arguments(
            "\"dtype\":\"F8\"",
            "tensor [a] has dtype [F8], which is not known here: convert it to F32"),
        arguments(
            "\"shape\":[" + "1,".repeat(64) + "1]",
            "tensor [a] shape has more than 64 numbers: do not trust it"),
        arguments(
            "\"shape\":[-1]",
            "tensor [a] shape holds -1, which is not in 0 … 2⁶³ − 1: do not trust it"),
        arguments(
            "\"data_offsets\":[9223372036854775808]",
            "tensor [a] data_offsets holds 9223372036854775808, which is not in 0 … 2⁶³ − 1: do not"
                + " trust it"),
        arguments(
            F32 + "\"shape\":[4611686018427387904],\"data_offsets\":[0,8]",
            "tensor [a] of shape [4611686018427387904] has over 2⁶³ bytes: do not trust it"),
        arguments(
            F32 + "\"shape\":[3],\"data_offsets\":[0,8]",
            "tensor [a] has bytes [0, 8], and F32 of shape [3] takes 12: do not trust it"),
        arguments(
            "\"dtype\":\"U8\",\"shape\":[3000000000],\"data_offsets\":[0,3000000000]",
            "tensor [a] of shape [3000000000] is larger than the 2147483639 elements of one tensor"
                + " here: split it"));
  }

  static Stream<Arguments> layouts() {
    return Stream.of(
        arguments(
            4,
            "[0,8]",
            "tensor [a] has bytes [0, 8] and the file only 4 after its header: it was cut off,"
                + " fetch it again"),
        arguments(
            12,
            "[4,12]",
            "tensor [a] has bytes [4, 12], and those from 0 on belong to no tensor: do not trust"
                + " it"));
  }

  private static String tensor(String fields) {
    return "{\"a\":{" + fields + "}}";
  }

  @ParameterizedTest
  @MethodSource("headers")
  void aHeaderIsRefusedInWords(String header, String sentence) {
    assertRefused(Raw.file(header, 8), sentence);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aTensorIsRefusedByItsName(String fields, String sentence) {
    assertRefused(Raw.file(tensor(fields), 8), sentence);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void bytesAreRefusedByTheTensorTheyAreSaidToBe(int bytes, String offsets, String sentence) {
    String header = tensor(F32 + "\"shape\":[2],\"data_offsets\":" + offsets);
    assertRefused(Raw.file(header, bytes), sentence);
  }

  @Test
  void bytesOfTwoTensorsAreRefusedByTheSecond() {
    assertRefused(
        Raw.file("{\"a\":{" + FIELDS + "},\"b\":{" + FIELDS + "}}", 8),
        "tensor [b] has bytes [0, 8], some of which belong to another tensor: do not trust it");
  }

  @Test
  void aHeaderThatIsNoTextIsRefusedWithTheReason() {
    byte[] latin = {'{', '"', (byte) 0xff, '"', '}'};
    assertRefused(Raw.file(latin, new byte[0]), "its header is not UTF-8: it is not safetensors");
    assertRefused(
        Raw.file("{a:1}", 0),
        "its header is not JSON, [Unexpected character ('a' (code 97)): was expecting double-quote"
            + " to start field name]: it is not safetensors");
  }

  @Test
  void halfALetterInANameIsRefusedByUsWhereTheParserLetsItPass() {
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Raw.read(Raw.file("{\"\\ud800\":{" + FIELDS + "}}", 8)))
        .satisfies(
            e ->
                assertThat(e)
                    .satisfiesAnyOf(
                        ours ->
                            assertThat(ours)
                                .hasMessage(
                                    "safetensors: [raw]: the name [\\ud800] is not Unicode: do not"
                                        + " trust it"),
                        // What stands in the brackets is the parser's, and another in each release.
                        parsers ->
                            assertThat(parsers)
                                .hasMessageStartingWith(
                                    "safetensors: [raw]: its header is not JSON, [Broken surrogate"
                                        + " pair")
                                .hasMessageEndingWith("]: it is not safetensors")));
  }

  @Test
  void aLengthThatCannotBeIsRefusedByItsNumbers() {
    byte[] braces = {'{', '}'};
    assertRefused(
        new byte[7], "it has 7 bytes, and the length of a header takes 8: fetch it again");
    assertRefused(
        Raw.file(1L << 31, braces, new byte[0]),
        "its header says to have 2147483648 bytes, and 100000000 is the most: it is not"
            + " safetensors");
    assertRefused(
        Raw.file(3, braces, new byte[0]),
        "its header says to have 3 bytes, and 2 are there: it was cut off, fetch it again");
  }

  @Test
  void aSourceThatEndsBeforeItsSizeIsRefusedByThePlace() {
    byte[] file = Raw.file("{\"a\":{" + FIELDS + "}}", 8);
    assertEndsWithin(
        file, 5, "it ends within the length of its header, shorter than it was: read it again");
    assertEndsWithin(file, 20, "it ends within its header, shorter than it was: read it again");
    assertEndsWithin(
        file, file.length - 1, "it ends within tensor [a], shorter than it was: read it again");
  }

  private static void assertEndsWithin(byte[] file, int length, String sentence) {
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(
            () ->
                Safetensors.read(
                    Channels.newChannel(new ByteArrayInputStream(Arrays.copyOf(file, length))),
                    file.length,
                    "raw"))
        .withMessage("safetensors: [raw]: " + sentence);
  }

  @Test
  void aPathToNoFileIsRefusedWithTheReason(@TempDir Path directory) throws IOException {
    assertUnreadable(directory, "it is not a file of bytes: check the path");
    assertUnreadable(directory.resolve("none"), "there is no such file: check the path");
    Path memory = Path.of("/proc/self/mem"); // A file whose first byte nobody may read.
    if (Files.isRegularFile(memory)) {
      assertUnreadable(
          memory, "it has 0 bytes, and the length of a header takes 8: fetch it again");
    }
    Path closed = Files.write(directory.resolve("closed"), Raw.file("{}", 0));
    Files.setPosixFilePermissions(closed, Set.of());
    if (!Files.isReadable(closed)) { // The administrator may read everything.
      assertUnreadable(closed, "it cannot be read, access is denied: check the file and its disk");
    }
  }

  private static void assertUnreadable(Path path, String sentence) {
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Safetensors.read(path))
        .withMessage("safetensors: [" + path + "]: " + sentence);
  }

  @Test
  void aHeaderOverTheLimitIsNotWritten() {
    // Six bytes of JSON for each letter.
    State state = new State(Map.of(), Map.of("note", "\u0001".repeat(16_666_667)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Safetensors.write(
                    Channels.newChannel(java.io.OutputStream.nullOutputStream()), state))
        .withMessage(
            "safetensors: the names and the metadata take 100000032 bytes, and 100000000 is the"
                + " most: write several files");
  }

  private static void assertRefused(byte[] file, String sentence) {
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Raw.read(file))
        .withMessage("safetensors: [raw]: " + sentence);
  }
}
