package org.thalweg.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// The reference implementation and this one read each other: its files, made by
/// `src/test/python/fixtures.py`, are read here, and what it wrote is written here with the same
/// bytes.
class ReferenceFilesTest {
  private static final float INFINITE = Float.POSITIVE_INFINITY;

  private static Path file(String name) throws URISyntaxException {
    URL url = ReferenceFilesTest.class.getResource(name + ".safetensors");
    return Path.of(Objects.requireNonNull(url, name).toURI());
  }

  private static State written() {
    Map<String, Tensor> tensors = new HashMap<>();
    tensors.put(
        "layer.0.weight",
        Tensor.of(new float[] {0, 1f / 3, 2f / 3, 1, 4f / 3, 5f / 3}, Shape.of(2, 3)));
    tensors.put("layer.0.bias", Tensor.of(Float.MIN_VALUE, -0f, INFINITE));
    tensors.put("Z", Tensor.scalar(2.5f));
    tensors.put("größe/層", Tensor.zeros(0, 4));
    tensors.put("quote\"\\/", Tensor.ints(1));
    tensors.put(
        "labels", Tensor.ints(new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE}, Shape.of(1, 2)));
    tensors.put("wide", Tensor.of(1 / 3d, Double.MIN_VALUE));
    return new State(tensors, Map.of("note", "tab\t\"quoted\" größe 層"));
  }

  @Test
  void itsFileIsReadBitForBit() throws Exception {
    State state = Safetensors.read(file("written"));
    assertThat(state.metadata()).isEqualTo(written().metadata());
    assertThat(state.tensors()).containsOnlyKeys(written().tensors().keySet());
    written()
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(state.tensors().get(name).sameBits(tensor)).as(name).isTrue());
  }

  @Test
  void theSameStateIsWrittenWithTheSameBytes(@TempDir Path directory) throws Exception {
    Safetensors.write(directory.resolve("written"), written());
    assertThat(directory.resolve("written")).hasSameBinaryContentAs(file("written"));
    Safetensors.write(directory.resolve("empty"), State.of(Map.of()));
    assertThat(directory.resolve("empty")).hasSameBinaryContentAs(file("empty"));
  }

  @Test
  void itsHalfPrecisionIsReadAsFloat32() throws Exception {
    Tensor half = Safetensors.read(file("half")).tensors().get("h");
    Tensor brain = Safetensors.read(file("brain")).tensors().get("b");
    Tensor expectedHalf =
        Tensor.of(
            0f,
            -0f,
            1f,
            -2.5f,
            0.333251953125f,
            5.9604644775390625e-8f,
            65504f,
            INFINITE,
            -INFINITE,
            Float.NaN);
    Tensor expectedBrain =
        Tensor.of(
            0f,
            -0f,
            1f,
            -2.5f,
            0.333984375f,
            Float.intBitsToFloat(0x33810000),
            65536f,
            INFINITE,
            -INFINITE,
            Float.NaN);
    assertThat(half.sameBits(expectedHalf)).as("%s", half).isTrue();
    assertThat(brain.sameBits(expectedBrain)).as("%s", brain).isTrue();
  }

  @Test
  void itsWholeNumbersAreReadAsInt32() throws Exception {
    Map<String, Tensor> expected = new LinkedHashMap<>();
    expected.put("bool", Tensor.ints(1, 0, 1));
    expected.put("u8", Tensor.ints(0, 255));
    expected.put("i8", Tensor.ints(-128, 127));
    expected.put("u16", Tensor.ints(0, 65535));
    expected.put("i16", Tensor.ints(-32768, 32767));
    expected.put("u32", Tensor.ints(0, Integer.MAX_VALUE));
    expected.put("u64", Tensor.ints(0, Integer.MAX_VALUE));
    expected.put("i64", Tensor.ints(Integer.MIN_VALUE, Integer.MAX_VALUE));
    Map<String, Tensor> read = Safetensors.read(file("whole")).tensors();
    assertThat(read).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(read.get(name).dtype()).as(name).isEqualTo(DType.INT32);
          assertThat(read.get(name).sameBits(tensor)).as(name).isTrue();
        });
  }

  @Test
  void itsLabelOutsideOfInt32IsRefusedByNameIndexAndValue() throws Exception {
    Path large = file("large");
    assertThatExceptionOfType(SafetensorsException.class)
        .isThrownBy(() -> Safetensors.read(large))
        .withMessage(
            "safetensors: %s: tensor [labels] of dtype I64 holds 2147483648 at flat index 1,"
                + " outside of INT32: convert it to F64",
            Text.quoted(large.toString()));
  }

  @Test
  void itsFileIsReadFromAChannelToo() throws IOException, URISyntaxException {
    byte[] bytes = Files.readAllBytes(file("written"));
    assertThat(Raw.read(bytes).tensors()).hasSize(7);
  }
}
