package org.thalweg.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;

/// What is written is read back, bit for bit, and the same state gives the same bytes.
class SafetensorsTest {
  private static byte[] bytes(State state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Safetensors.write(Channels.newChannel(bytes), state);
    return bytes.toByteArray();
  }

  private static Tensor through(Tensor tensor) throws IOException {
    return Raw.read(bytes(State.of(Map.of("x", tensor)))).tensors().get("x");
  }

  @Test
  void everyTypeComesBackBitForBit() throws IOException {
    float[] floats = {
      0f,
      -0f,
      1f / 3,
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.intBitsToFloat(0x7fc12345),
      Float.intBitsToFloat(0xffc00001)
    };
    double[] doubles = {
      0,
      -0d,
      1d / 3,
      Double.MIN_VALUE,
      Double.MAX_VALUE,
      Double.NEGATIVE_INFINITY,
      Double.longBitsToDouble(0x7ff8123456789abcL),
      Double.longBitsToDouble(0xfff8000000000001L)
    };
    int[] ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};

    Tensor f = through(Tensor.of(floats, Shape.of(2, 4)));
    Tensor d = through(Tensor.of(doubles, Shape.of(4, 2)));
    Tensor i = through(Tensor.ints(ints, Shape.of(2, 1, 2)));

    assertThat(f.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(f.shape()).isEqualTo(Shape.of(2, 4));
    assertThat(f.toFloats())
        .usingElementComparator(
            (a, b) -> Integer.compare(Float.floatToRawIntBits(a), Float.floatToRawIntBits(b)))
        .containsExactly(floats);
    assertThat(d.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(d.toDoubles())
        .usingElementComparator(
            (a, b) -> Long.compare(Double.doubleToRawLongBits(a), Double.doubleToRawLongBits(b)))
        .containsExactly(doubles);
    assertThat(i.sameBits(Tensor.ints(ints, Shape.of(2, 1, 2)))).isTrue();
  }

  @Test
  void scalarsAndEmptyTensorsKeepTheirShapes() throws IOException {
    for (DType dtype : DType.values()) {
      for (int[] sizes : new int[][] {{}, {0}, {0, 3}, {2, 0, 5}, {1}, {1, 1, 1}}) {
        Tensor tensor = Tensor.full(dtype, 7, sizes);
        assertThat(through(tensor).sameBits(tensor)).as("%s", tensor).isTrue();
      }
    }
    assertThat(Raw.read(bytes(State.of(Map.of()))).tensors()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {262_143, 262_144, 262_145, 524_289})
  void tensorsLongerThanTheBufferComeBack(int n) throws IOException {
    for (DType dtype : DType.values()) {
      Tensor tensor = Tensor.arange(dtype, n);
      assertThat(through(tensor).sameBits(tensor)).as("%s of %d", dtype, n).isTrue();
    }
  }

  @Test
  void parametersAndBuffersOfAScopeAreWrittenToTheirLengthOnly() throws IOException {
    Scope.run(() -> Tensor.arange(DType.FLOAT32, 4000).plus(1));
    Scope.run(
        () -> {
          Tensor recycled = Tensor.arange(DType.FLOAT32, 3000).plus(1);
          try {
            assertThat(through(recycled).sameBits(recycled)).isTrue();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    Parameter parameter = new Parameter("w", Tensor.of(1f, 2f));
    assertThat(through(parameter).sameBits(parameter)).isTrue();
  }

  @Test
  void whatIsReadInAScopeOutlivesIt() throws IOException {
    byte[] file = bytes(State.of(Map.of("x", Tensor.arange(DType.FLOAT32, 5000))));
    Tensor[] read = new Tensor[1];
    Scope.run(
        () -> {
          try {
            read[0] = Raw.read(file).tensors().get("x");
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    assertThat(read[0].get(4999)).isEqualTo(4999);
  }

  @Test
  void theLayoutIsTheOneOfTheReference() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("i", Tensor.ints(1));
    tensors.put("é", Tensor.of(2f));
    tensors.put("z", Tensor.of(3f));
    tensors.put("d", Tensor.of(4d));
    byte[] file = bytes(new State(tensors, Map.of("b", "ü", "a", "\"\\\n")));

    int length = Math.toIntExact(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
    assertThat(length % 8).isZero();
    String header = new String(file, 8, length, StandardCharsets.UTF_8);
    assertThat(header.stripTrailing())
        .isEqualTo(
            "{\"__metadata__\":{\"a\":\"\\\"\\\\\\n\",\"b\":\"ü\"},"
                + "\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                + "\"z\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                + "\"é\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]},"
                + "\"i\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[16,20]}}");
    assertThat(file).hasSize(8 + length + 20);
    assertThat(Raw.read(file).metadata()).isEqualTo(Map.of("a", "\"\\\n", "b", "ü"));
    assertThat(Raw.read(file).tensors().keySet()).containsExactly("d", "z", "é", "i");
  }

  @Test
  void theOrderOfTheMapsDoesNotReachTheFile() throws IOException {
    Map<String, Tensor> forth = new LinkedHashMap<>();
    Map<String, Tensor> back = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      forth.put("w" + i, Tensor.of((float) i));
      back.put("w" + (19 - i), Tensor.of(19f - i));
    }
    assertThat(bytes(State.of(forth))).isEqualTo(bytes(State.of(back)));
  }

  @Test
  void aFileWrittenAnewFromWhatWasReadIsTheSame(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("a.safetensors");
    Path again = directory.resolve("b.safetensors");
    State state =
        new State(
            Map.of("w", Tensor.normal(1, 100, 100), "labels", Tensor.arange(7)),
            Map.of("steps", "12"));
    Safetensors.write(file, state);
    Safetensors.write(again, Safetensors.read(file));
    assertThat(again).hasSameBinaryContentAs(file);
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "F16, 0, 0",
    "F16, 8000, -0",
    "F16, 3c00, 1",
    "F16, 3555, 0.333251953125",
    "F16, 0001, 5.9604644775390625e-8",
    "F16, 7bff, 65504",
    "F16, 7c00, Infinity",
    "F16, fc00, -Infinity",
    "F16, 7e00, NaN",
    "BF16, 0, 0",
    "BF16, 3f80, 1",
    "BF16, 3eab, 0.333984375",
    "BF16, 0001, 9.183549615799121e-41",
    "BF16, ff80, -Infinity",
    "BF16, 7f7f, 3.3895313892515355e38",
    "BF16, 7fc0, NaN",
    "BF16, 8000, -0"
  })
  void halvesBecomeFloat32Exactly(String dtype, String hex, String value) throws IOException {
    int bits = Integer.parseInt(hex, 16);
    Tensor x =
        Raw.read(Raw.values(dtype, 1, new byte[] {(byte) bits, (byte) (bits >> 8)}))
            .tensors()
            .get("a");
    assertThat(x.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(x.sameBits(Tensor.of(Float.parseFloat(value)))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "I64, 8, -2147483648",
    "I64, 8, 2147483647",
    "I32, 4, -2147483648",
    "I16, 2, -32768",
    "I8, 1, -128",
    "U64, 8, 2147483647",
    "U32, 4, 2147483647",
    "U16, 2, 65535",
    "U8, 1, 255",
    "BOOL, 1, 0",
    "BOOL, 1, 1"
  })
  void wholeNumbersBecomeInt32(String dtype, int bytes, int value) throws IOException {
    Tensor x = Raw.read(Raw.values(dtype, 3, thrice(bytes, value))).tensors().get("a");
    assertThat(x.sameBits(Tensor.ints(1, value, 0))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "I64, 8, 2147483648, 2147483648", "I64, 8, -2147483649, -2147483649",
    "U64, 8, 2147483648, 2147483648", "U64, 8, -1, 18446744073709551615",
    "U64, 8, -2147483648, 18446744071562067968", "U32, 4, 2147483648, 2147483648",
    "U32, 4, -1, 4294967295"
  })
  void wholeNumbersOutsideOfInt32AreRefused(String dtype, int bytes, long value, String shown) {
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Raw.read(Raw.values(dtype, 3, thrice(bytes, value))))
        .withMessage(
            "safetensors: [raw]: tensor [a] of dtype %s holds %s at flat index 1, outside of INT32:"
                + " convert it to F64",
            dtype, shown);
  }

  @Test
  void aTruthValueIsNothingButZeroAndOne() {
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Raw.read(Raw.values("BOOL", 3, new byte[] {0, 1, 2})))
        .withMessage(
            "safetensors: [raw]: tensor [a] of dtype BOOL holds 2 at flat index 2, which is not 0"
                + " or 1: do not trust it");
  }

  /// The numbers 1, value, 0 in so many bytes each.
  private static byte[] thrice(int bytes, long value) {
    ByteBuffer data = ByteBuffer.allocate(3 * bytes).order(ByteOrder.LITTLE_ENDIAN);
    data.put(0, (byte) 1);
    for (int i = 0; i < bytes; i++) {
      data.put(bytes + i, (byte) (value >> (8 * i)));
    }
    return data.array();
  }

  @Test
  void aNameThatCannotStandInAFileIsRefusedBeforeTheFileIsTouched(@TempDir Path directory) {
    Path file = directory.resolve("m.safetensors");
    for (String name : new String[] {"", "__metadata__", "a\nb", "\0", "\ud800"}) {
      State state = State.of(Map.of(name, Tensor.of(1f)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Safetensors.write(file, state))
          .withMessage(
              "safetensors: a tensor cannot be named %s: use printable text, other than"
                  + " __metadata__",
              Text.quoted(name));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Safetensors.write(file, new State(Map.of(), Map.of("note", "\udc00"))))
        .withMessage(
            "safetensors: the metadata [note] is not Unicode, [\\udc00]: remove the lone"
                + " surrogates");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aTensorWhoseScopeHasEndedIsRefusedBeforeTheFileIsTouched(@TempDir Path directory) {
    Tensor[] gone = new Tensor[1];
    Scope.run(() -> gone[0] = Tensor.arange(DType.FLOAT32, 5000).plus(1));
    assertThatIllegalStateException()
        .isThrownBy(() -> Safetensors.write(directory.resolve("m"), State.of(Map.of("x", gone[0]))))
        .withMessageContaining("was used after its scope ended");
    assertThat(directory).isEmptyDirectory();
  }
}
