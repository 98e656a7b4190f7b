package org.thalweg.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every file that could do harm is refused by one sentence that says what is wrong with it.
class HostileFilesTest {
  private static final String F32 = "\"dtype\":\"F32\",";
  private static final String TWO = F32 + "\"shape\":[2],\"data_offsets\":[0,8]";
  private static final String A = "\"a\":{" + TWO + "}";
  private static final byte[] GOOD = Raw.file("{" + A + "}", 8);
  private static final byte[] BRACES = {'{', '}'};
  private static final byte[] NONE = {};

  static Stream<Arguments> lengths() {
    return Stream.of(
        arguments("no bytes at all", NONE, "it has 0 bytes, and the length of a header takes 8"),
        arguments("seven bytes", new byte[7], "it has 7 bytes"),
        arguments("a header of no bytes", Raw.file(0, NONE, NONE), "does not begin with"),
        arguments("2³¹", Raw.file(1L << 31, BRACES, NONE), "2147483648 bytes, and 100000000 is"),
        arguments("2⁶³", Raw.file(1L << 63, BRACES, NONE), "to have 9223372036854775808 bytes"),
        arguments("2⁶⁴ − 1", Raw.file(-1, BRACES, NONE), "to have 18446744073709551615 bytes"),
        arguments(
            "over the limit",
            Raw.file(100_000_001, BRACES, NONE),
            "100000001 bytes, and 100000000"),
        arguments("at the limit", Raw.file(100_000_000, BRACES, NONE), "and 2 are there"),
        arguments("one over the file", Raw.file(3, BRACES, NONE), "have 3 bytes, and 2 are there"),
        arguments("one short", Raw.file(1, BRACES, NONE), "does not end with a closing brace"));
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        arguments("no brace", "[1]", "does not begin with an opening brace"),
        arguments("byte order mark", "\ufeff{}", "does not begin with an opening brace"),
        arguments("leading space", " {}", "does not begin with an opening brace"),
        arguments("leading line end", "\n{}", "does not begin with an opening brace"),
        arguments("NUL padding", "{}\0\0", "does not end with a closing brace and spaces"),
        arguments("line end padding", "{}\n", "does not end with a closing brace and spaces"),
        arguments("JSON after JSON", "{} {}", "goes on after the closing brace"),
        arguments("brackets after JSON", "{}]}", "not JSON"),
        arguments("only a brace", "{ ", "does not end with a closing brace"),
        arguments("comment", "{/* x */}", "not JSON"),
        arguments("trailing comma", "{" + A + ",}", "not JSON"),
        arguments("single quotes", "{'a':{}}", "not JSON"),
        arguments("unquoted name", "{a:{}}", "not JSON"),
        arguments("raw control character", "{\"a\nb\":{}}", "not JSON"),
        arguments("UTF-16", new String(utf16("{} "), StandardCharsets.ISO_8859_1), "does not end"),
        arguments("a million brackets", "{\"a\":" + "[".repeat(1_000_000) + "}", "is an array"),
        arguments("deep objects", "{\"a\":" + "{\"a\":".repeat(100_000) + "}", "unknown field"),
        arguments("long name", "{\"" + "a".repeat(100_000) + "\":{}}", "not JSON"));
  }

  private static byte[] utf16(String text) {
    return text.getBytes(StandardCharsets.UTF_16LE);
  }

  static Stream<Arguments> tensors() {
    return Stream.of(
        arguments("a number", "\"a\":1", "tensor [a] is a whole number and not an object"),
        arguments("null", "\"a\":null", "tensor [a] is null and not an object"),
        arguments("no fields", "\"a\":{}", "tensor [a] does not say its dtype"),
        arguments("no dtype", "\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}", "its dtype"),
        arguments("no shape", "\"a\":{" + F32 + "\"data_offsets\":[0,8]}", "its shape"),
        arguments("no offsets", "\"a\":{" + F32 + "\"shape\":[2]}", "its data_offsets"),
        arguments("one offset", offsets("[0]"), "does not say its data_offsets whole"),
        arguments("three offsets", offsets("[0,8,8]"), "data_offsets has more than 2 numbers"),
        arguments("offsets swapped", offsets("[8,0]"), "has bytes [8, 0], and F32"),
        arguments("a negative offset", offsets("[-8,0]"), "data_offsets holds -8, which"),
        arguments("offset −0", offsets("[-0,8]"), "data_offsets holds -0, which"),
        arguments("offset 08", offsets("[0,08]"), "not JSON"),
        arguments("offset 8.0", offsets("[0,8.0]"), "a number with a fraction"),
        arguments("offset 1e0", offsets("[0,8e0]"), "a number with a fraction"),
        arguments("offset in quotes", offsets("[0,\"8\"]"), "data_offsets is text"),
        arguments("offset 2⁶³", offsets("[0,9223372036854775808]"), "9223372036854775808, which"),
        arguments("offset 2⁶⁴", offsets("[0,18446744073709551616]"), "not in 0 … 2⁶³ − 1"),
        arguments("many digits", offsets("[0," + "8".repeat(1000) + "]"), "not JSON"),
        arguments("offsets an object", offsets("{}"), "is an object and not an array"),
        arguments("extra field", "\"a\":{" + TWO + ",\"x\":1}", "has an unknown field [x]"),
        arguments("dtype in lower case", dtype("\"f32\""), "has dtype [f32], which is not known"),
        arguments("dtype of 8 bits", dtype("\"F8_E4M3\""), "[F8_E4M3], which is not known here"),
        arguments("dtype a number", dtype("32"), "dtype is a whole number and not text"),
        arguments("dtype null", dtype("null"), "dtype is null and not text"),
        arguments("shape null", shape("null"), "shape is null and not an array"),
        arguments("shape a number", shape("2"), "shape is a whole number and not an array"),
        arguments("shape nested", shape("[[2]]"), "shape is an array and not a whole number"),
        arguments("a negative size", shape("[-2]"), "shape holds -2, which"),
        arguments("size −0", shape("[-0]"), "shape holds -0, which"),
        arguments("size 02", shape("[02]"), "not JSON"),
        arguments("size 2.0", shape("[2.0]"), "a number with a fraction"),
        arguments("size NaN", shape("[NaN]"), "not JSON"),
        arguments("size +2", shape("[+2]"), "not JSON"),
        arguments("size in quotes", shape("[\"2\"]"), "shape is text"),
        arguments("size true", shape("[true]"), "shape is true or false"),
        arguments("size 2⁶⁴", shape("[18446744073709551616]"), "holds 18446744073709551616"),
        arguments("size 2⁶² over", shape("[4611686018427387904]"), "has over 2⁶³ bytes"),
        arguments("a product over 2⁶³", shape("[4294967296,4294967296]"), "has over 2⁶³ bytes"),
        arguments("the same, then 0", shape("[4294967296,4294967296,0]"), "has over 2⁶³ bytes"),
        arguments("65 axes", shape("[" + "1,".repeat(64) + "2]"), "more than 64 numbers"),
        arguments("too few elements", shape("[1]"), "F32 of shape [1] takes 4"),
        arguments("too many elements", shape("[3]"), "F32 of shape [3] takes 12"),
        arguments("no elements", shape("[0]"), "F32 of shape [0] takes 0"));
  }

  private static String offsets(String json) {
    return "\"a\":{" + F32 + "\"shape\":[2],\"data_offsets\":" + json + "}";
  }

  private static String dtype(String json) {
    return "\"a\":{\"dtype\":" + json + ",\"shape\":[2],\"data_offsets\":[0,8]}";
  }

  private static String shape(String json) {
    return "\"a\":{" + F32 + "\"shape\":" + json + ",\"data_offsets\":[0,8]}";
  }

  static Stream<Arguments> names() {
    String meta = "\"__metadata__\":";
    return Stream.of(
        arguments("a tensor twice", A + "," + A, "the name [a] occurs twice"),
        arguments(
            "twice, once escaped", A + ",\"\\u0061\":{" + TWO + "}", "the name [a] occurs twice"),
        arguments(
            "twice with another dtype",
            A + ",\"a\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]}",
            "the name [a] occurs twice"),
        arguments("dtype twice", "\"a\":{" + F32 + TWO + "}", "has two fields [dtype]"),
        arguments("shape twice", "\"a\":{\"shape\":[2]," + TWO + "}", "has two fields [shape]"),
        arguments(
            "offsets twice",
            "\"a\":{" + TWO + ",\"data_offsets\":[0,8]}",
            "[data_offsets]: do not"),
        arguments("metadata twice", meta + "{}," + meta + "{}," + A, "[__metadata__] occurs twice"),
        arguments("a key of it twice", meta + "{\"k\":\"1\",\"k\":\"2\"}," + A, "[k] occurs twice"),
        arguments("metadata null", meta + "null," + A, "__metadata__ is null and not an object"),
        arguments("metadata text", meta + "\"x\"," + A, "__metadata__ is text and not an object"),
        arguments("metadata nested", meta + "{\"k\":{}}," + A, "[k] is an object and not text"),
        arguments("metadata a number", meta + "{\"k\":1}," + A, "[k] is a whole number and not"),
        arguments("metadata key null", meta + "{\"k\":null}," + A, "[k] is null and not text"),
        arguments("half a letter", "\"\\ud800\":{" + TWO + "}", "Broken surrogate pair"),
        arguments("half a value", meta + "{\"k\":\"\\udc00\"}," + A, "[k] is not Unicode"),
        arguments("an empty name", "\"\":{" + TWO + "}", "a tensor has an empty name"),
        arguments("NUL", "\"a\\u0000\":{" + TWO + "}", "[a\\u0000] holds control characters"),
        arguments(
            "line end", "\"a\\nsafetensors: fine\":{" + TWO + "}", "holds control characters"));
  }

  static Stream<Arguments> layouts() {
    return Stream.of(
        arguments("a byte at the end", "{" + A + "}", 9, "1 bytes follow the last tensor"),
        arguments("a byte missing", "{" + A + "}", 7, "has bytes [0, 8] and the file only 7"),
        arguments("bytes of nobody", "{}", 1, "1 bytes follow the last tensor"),
        arguments("metadata and bytes", "{\"__metadata__\":{}}", 1, "1 bytes follow"),
        arguments("a hole in front", one("[4,8]"), 8, "those from 0 on belong to no tensor"),
        arguments("a hole between", two("[0,4]", "[8,12]"), 12, "those from 4 on belong to no"),
        arguments("the same bytes", two("[0,4]", "[0,4]"), 4, "some of which belong to another"),
        arguments("an overlap", two("[0,4]", "[2,6]"), 6, "some of which belong to another tensor"),
        arguments("an overlap, reversed", two("[2,6]", "[0,4]"), 6, "some of which belong"),
        arguments("far away", one("[4611686018427387900,4611686018427387904]"), 4, "file only 4"));
  }

  private static String one(String offsets) {
    return "{\"a\":{" + F32 + "\"shape\":[1],\"data_offsets\":" + offsets + "}}";
  }

  private static String two(String a, String b) {
    String tensor = "\"%s\":{" + F32 + "\"shape\":[1],\"data_offsets\":%s}";
    return "{" + tensor.formatted("a", a) + "," + tensor.formatted("b", b) + "}";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lengths")
  void aWrongLengthIsRefused(String name, byte[] file, String message) {
    assertRefused(file, message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headers")
  void aHeaderThatIsNotExactlyOneObjectIsRefused(String name, String header, String message) {
    assertRefused(Raw.file(header, 0), message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"tensors", "names"})
  void aTensorThatIsNotDescribedExactlyOnceIsRefused(String name, String members, String message) {
    assertRefused(Raw.file("{" + members + "}", 8), message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layouts")
  void bytesThatBelongToNoTensorOrToTwoAreRefused(
      String name, String header, int bytes, String message) {
    assertRefused(Raw.file(header, bytes), message);
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    byte[][] broken = {
      {(byte) 0xff}, // never a byte of UTF-8
      {(byte) 0xc0, (byte) 0xaf}, // a slash, longer than it need be
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // half a letter
      {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond Unicode
      {(byte) 0xe2, (byte) 0x82} // cut off
    };
    for (byte[] name : broken) {
      String latin = new String(name, StandardCharsets.ISO_8859_1);
      byte[] header = ("{\"" + latin + "\":{" + TWO + "}}").getBytes(StandardCharsets.ISO_8859_1);
      assertRefused(Raw.file(header, new byte[8]), "its header is not UTF-8");
    }
  }

  @Test
  void aFileCutOffAnywhereIsRefused() {
    for (int length = 0; length < GOOD.length; length++) {
      byte[] cut = Arrays.copyOf(GOOD, length);
      assertThatExceptionOfType(SafetensorsException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> Raw.read(cut));
    }
  }

  @Test
  void aHeaderWithAnyOneBitTurnedIsRefusedOrReadButDoesNothingElse() {
    for (int bit = 0; bit < (GOOD.length - 8) * 8; bit++) {
      byte[] turned = GOOD.clone();
      turned[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        assertThat(Raw.read(turned).tensors()).hasSize(1);
      } catch (IOException e) {
        assertThat(e).isInstanceOf(SafetensorsException.class);
      }
    }
  }

  @Test
  void aSourceShorterThanItsSizeIsRefused() {
    ReadableByteChannel channel =
        java.nio.channels.Channels.newChannel(
            new java.io.ByteArrayInputStream(GOOD, 0, GOOD.length - 1));
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Safetensors.read(channel, GOOD.length, "short"))
        .withMessage(
            "safetensors: [short]: it ends within tensor [a], shorter than it was: read it again");
  }

  @Test
  void sizesThatAFileOnlyClaimsAreNotAllocated() {
    byte[] header = ("{" + one("[0,4]").substring(1)).getBytes(StandardCharsets.UTF_8);
    assertThat(allocated(Raw.file(99_999_999, header, NONE))).isLessThan(1 << 20);
    String claims = "{\"a\":{" + F32 + "\"shape\":[500000000],\"data_offsets\":[0,2000000000]}}";
    assertThat(allocated(Raw.file(claims, 4))).isLessThan(1 << 20);
  }

  private static long allocated(byte[] file) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertRefused(file, "");
    long before = threads.getCurrentThreadAllocatedBytes();
    assertRefused(file, "");
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void aTensorLargerThanAnyHereIsRefusedByName() {
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3000000000],\"data_offsets\":[0,3000000000]}}";
    assertRefused(
        Raw.file(header, 4),
        "tensor [a] of shape [3000000000] is larger than the 2147483639 elements");
    assertRefused(
        Raw.file("{\"a\":{" + F32 + "\"shape\":[0,3000000000],\"data_offsets\":[0,0]}}", 0),
        "tensor [a] of shape [0, 3000000000] is larger");
  }

  @Test
  void whatIsThereForNoReasonIsStillRead() throws IOException {
    assertThat(Raw.read(Raw.file("{}", 0)).tensors()).isEmpty();
    assertThat(Raw.read(Raw.file("{}      ", 0)).tensors()).isEmpty();
    assertThat(Raw.read(Raw.file("{ \"__metadata__\" : {} , \n" + A + "\t}  ", 8)).tensors())
        .containsOnlyKeys("a");
    assertThat(
            Raw.read(
                    Raw.file(
                        "{\"../../etc/passwd\":{"
                            + TWO
                            + "},\"b\":{"
                            + F32
                            + "\"shape\":[],\"data_offsets\":[8,12]}}",
                        12))
                .tensors())
        .containsOnlyKeys("../../etc/passwd", "b");
  }

  @Test
  void aMissingFileADirectoryAndADeviceAreRefused(@TempDir Path directory) throws IOException {
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Safetensors.read(directory.resolve("none")))
        .withMessage(
            "safetensors: [%s]: there is no such file: check the path", directory.resolve("none"));
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Safetensors.read(directory))
        .withMessageEndingWith(": it is not a file of bytes: check the path");
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("none"));
    assertThatExceptionOfType(SafetensorsException.class).isThrownBy(() -> Safetensors.read(link));
  }

  @Test
  void aFileOnTheDiskIsNamedInTheSentence(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("m.safetensors"), Raw.file("{" + A + "}", 9));
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Safetensors.read(file))
        .withMessage(
            "safetensors: [%s]: 1 bytes follow the last tensor, which ends at 8 of 9: do not trust"
                + " it",
            file);
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Raw.read(file))
        .withMessageStartingWith("safetensors: [raw]: ")
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(600));
  }
}
