package org.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// IDX files, packed and plain, honest and not.
class IdxTest {
  @TempDir private Path directory;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("file"), bytes);
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "00000801 00000003 00ff80, 0;255;128, INT32",
    "00000901 00000003 00ff80, 0;-1;-128, INT32",
    "00000b01 00000002 80007fff, -32768;32767, INT32",
    "00000c01 00000002 800000007fffffff, -2147483648;2147483647, INT32",
    "00000d01 00000002 3f800000c0200000, 1;-2.5, FLOAT32",
    "00000e01 00000001 3fd5555555555555, 0.3333333333333333, FLOAT64"
  })
  void everyTypeIsRead(String content, String values, DType dtype) throws IOException {
    double[] expected = Arrays.stream(values.split(";")).mapToDouble(Double::valueOf).toArray();
    for (byte[] bytes : new byte[][] {hex(content), packed(hex(content))}) {
      Tensor tensor = Idx.read(file(bytes)).tensor();
      assertThat(tensor.dtype()).isEqualTo(dtype);
      assertThat(tensor.shape()).isEqualTo(Shape.of(expected.length));
      assertThat(tensor.toDoubles()).containsExactly(expected);
    }
  }

  @Test
  void shapesOfAnyRankAreRead() throws IOException {
    assertThat(Idx.read(file(hex("00000800 07"))).tensor().item()).isEqualTo(7);
    assertThat(Idx.read(file(hex("00000802 00000000 0000001c"))).shape())
        .isEqualTo(Shape.of(0, 28));
    Idx cube = Idx.read(file(hex("00000803 00000001 00000002 00000002 01020304")));
    assertThat(cube).hasToString("UBYTE [1, 2, 2]");
    assertThat(cube.tensor().get(0, 1, 0)).isEqualTo(3);
    assertThat(cube.toBytes()).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "packed.gz"})
  void whatIsWrittenIsRead(String name) throws IOException {
    Path file = directory.resolve(name);
    for (Tensor tensor :
        new Tensor[] {
          Tensor.normal(1, 3, 5),
          Tensor.ints(-1, 1 << 30),
          Tensor.of(1 / 3d),
          Tensor.zeros(0, 4),
          Tensor.scalar(2)
        }) {
      Idx.of(tensor).write(file);
      assertThat(Idx.read(file).tensor().sameBits(tensor)).as("%s", tensor).isTrue();
    }
    byte[] values = new byte[3_000_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) ((i * 31) >> 3);
    }
    Idx.of(values, Shape.of(3000, 1000)).write(file);
    assertThat(Idx.read(file).toBytes()).isEqualTo(values);
    assertThat(Idx.read(file).type()).isEqualTo(Idx.Type.UBYTE);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments("nothing", "", "it ends too early: it was cut off, fetch it again"),
        arguments("one byte", "00", "it ends too early: it was cut off, fetch it again"),
        arguments("no sizes", "00000801", "it ends too early: it was cut off, fetch it again"),
        arguments(
            "half a size", "00000801 0000", "it ends too early: it was cut off, fetch it again"),
        arguments(
            "text", "89504e47", "it begins with 8950 and not with 0000: it is not an IDX file"),
        arguments(
            "type 0",
            "00000001 00000001 00",
            "its type 00 is none of 08, 09, 0b, 0c, 0d, 0e: it is not an IDX file"),
        arguments(
            "type 0a",
            "00000a01 00000001 00",
            "its type 0a is none of 08, 09, 0b, 0c, 0d, 0e: it is not an IDX file"),
        arguments(
            "type ff",
            "0000ff01 00000001 00",
            "its type ff is none of 08, 09, 0b, 0c, 0d, 0e: it is not an IDX file"),
        arguments(
            "cut off",
            "00000801 00000003 0102",
            "its sizes [3] of UBYTE take 3 bytes, and 2 are there: it is damaged, fetch it again"),
        arguments(
            "none of it",
            "00000801 00000003",
            "its sizes [3] of UBYTE take 3 bytes, and 0 are there: it is damaged, fetch it again"),
        arguments(
            "half an int",
            "00000c01 00000001 0102",
            "its sizes [1] of INT take 4 bytes, and 2 are there: it is damaged, fetch it again"),
        arguments(
            "2³² − 1",
            "00000801 ffffffff 01",
            "its sizes [4294967295] of UBYTE take more than 2147483639 bytes: split it"),
        arguments(
            "2³¹",
            "00000801 80000000 01",
            "its sizes [2147483648] of UBYTE take more than 2147483639 bytes: split it"),
        arguments(
            "2⁶⁴",
            "00000802 ffffffff ffffffff",
            "its sizes [4294967295, 4294967295] of UBYTE take more than 2147483639 bytes: split"
                + " it"),
        arguments(
            "2⁶⁴ and 0",
            "00000803 ffffffff ffffffff 00000000",
            "its sizes [4294967295, 4294967295, 0] of UBYTE take more than 2147483639 bytes: split"
                + " it"),
        arguments(
            "65536²",
            "00000802 00010000 00010000",
            "its sizes [65536, 65536] of UBYTE take more than 2147483639 bytes: split it"),
        arguments(
            "doubles",
            "00000e01 10000000",
            "its sizes [268435456] of DOUBLE take more than 2147483639 bytes: split it"),
        arguments(
            "255 axes",
            "000008ff" + "7fffffff".repeat(255),
            "its sizes ["
                + "2147483647, ".repeat(254)
                + "2147483647] of UBYTE take more than 2147483639 bytes: split it"),
        arguments(
            "too few axes",
            "000008ff 00000001",
            "it ends too early: it was cut off, fetch it again"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void aBrokenFileIsRefusedByOneSentence(String name, String content, String message)
      throws IOException {
    assertRefused(file(hex(content)), message);
    assertRefused(file(packed(hex(content))), message);
  }

  @Test
  void bytesBeyondTheSizesAreRefusedAndCountedWhereTheFileIsNotPacked() throws IOException {
    assertRefused(
        file(hex("00000801 00000003 01020304")),
        "its sizes [3] of UBYTE take 3 bytes, and 4 are there: it is damaged, fetch it again");
    assertRefused(
        file(packed(hex("00000801 00000003 01020304"))),
        "its sizes [3] of UBYTE take 3 bytes, and there are more: it is damaged, fetch it again");
    assertRefused(
        file(hex("00000801 00000000 01")),
        "its sizes [0] of UBYTE take 0 bytes, and 1 are there: it is damaged, fetch it again");
    assertRefused(
        file(packed(hex("00000801 00000000 01"))),
        "its sizes [0] of UBYTE take 0 bytes, and there are more: it is damaged, fetch it again");
  }

  @Test
  void aFileCutOffAnywhereIsRefused() throws IOException {
    byte[] plain = hex("00000802 00000002 00000003 010203040506");
    for (byte[] whole : new byte[][] {plain, packed(plain)}) {
      for (int length = 0; length < whole.length; length++) {
        Path file = file(Arrays.copyOf(whole, length));
        assertThatExceptionOfType(IdxException.class)
            .as("%d of %d", length, whole.length)
            .isThrownBy(() -> Idx.read(file));
      }
    }
  }

  @Test
  void damagedGzipIsRefused() throws IOException {
    byte[] packed = packed(hex("00000801 00000003 010203"));
    byte[] checksum = packed.clone();
    checksum[packed.length - 8] ^= 1;
    assertRefused(file(checksum), "its gzip data is damaged, Corrupt GZIP trailer: fetch it again");
    byte[] method = packed.clone();
    method[2] = 7;
    assertRefused(
        file(method), "its gzip data is damaged, Unsupported compression method: fetch it again");
  }

  @Test
  void aBombIsNotUnpackedBeyondWhatItDeclares() throws IOException {
    byte[] header = hex("00000801 00000010");
    Path bomb = directory.resolve("bomb");
    try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(bomb))) {
      gzip.write(header);
      for (int i = 0; i < 64; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    assertThat(
            allocatedRefusing(
                bomb,
                "its sizes [16] of UBYTE take 16 bytes, and there are more: it is damaged, fetch it"
                    + " again"))
        .isLessThan(1 << 20);
  }

  @Test
  void sizesThatAPackedFileOnlyClaimsAreNotAllocated() throws IOException {
    ByteBuffer claim = ByteBuffer.allocate(1000).put(hex("00000801 7ffffff0"));
    assertThat(
            allocatedRefusing(
                file(packed(claim.array())),
                "its sizes [2147483632] of UBYTE take 2147483632 bytes, and 992 are there: it is"
                    + " damaged, fetch it again"))
        .isLessThan(3 << 20);
    assertThat(
            allocatedRefusing(
                file(claim.array()),
                "its sizes [2147483632] of UBYTE take 2147483632 bytes, and 992 are there: it is"
                    + " damaged, fetch it again"))
        .isLessThan(1 << 20);
  }

  private static long allocatedRefusing(Path file, String message) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertRefused(file, message);
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatExceptionOfType(IdxException.class).isThrownBy(() -> Idx.read(file));
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void aMissingFileAndADirectoryAreRefused() {
    assertRefused(directory.resolve("none"), "there is no such file: check the path");
    assertRefused(directory, "it is not a file of bytes: check the path");
  }

  @Test
  void whatNoFileHoldsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Idx.of(new byte[3], Shape.of(2, 2)))
        .withMessage("idx: 3 values do not fill shape [2, 2]: change one of them");
    int[] ones = new int[256];
    Arrays.fill(ones, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Idx.of(Tensor.ones(ones)).write(directory.resolve("file")))
        .withMessage("idx: 256 axes are more than the 255 of the format: reshape it");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aTensorThatIsTooLongForAFileIsRefusedBeforeMemoryIsTaken() {
    assertThat(Idx.bytes(Shape.of(536_870_909), DType.FLOAT32)).isEqualTo(2_147_483_636);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Idx.bytes(Shape.of(2, 268_435_455), DType.FLOAT32))
        .withMessage("idx: shape [2, 268435455] takes 2³¹ bytes or more: split it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Idx.bytes(Shape.of(Shape.MOST_ELEMENTS), DType.FLOAT64))
        .withMessage("idx: shape [2147483639] takes 2³¹ bytes or more: split it");
  }

  @Test
  void aPlaceWhereNoFileCanBeIsRefusedWithItsReason() {
    Idx idx = Idx.of(new byte[1], Shape.of(1));
    Path nowhere = directory.resolve("none/file");
    assertThatExceptionOfType(IdxException.class)
        .isThrownBy(() -> idx.write(nowhere))
        .withMessage(
            "idx: [%s]: it cannot be written, its directory does not exist: check the path and its"
                + " disk",
            nowhere);
    assertThatExceptionOfType(IdxException.class)
        .isThrownBy(() -> idx.write(directory))
        .withMessage(
            "idx: [%s]: it cannot be written, Is a directory: check the path and its disk",
            directory);
  }

  @Test
  void aFileThatCannotBeReadIsRefusedWithItsReason() throws IOException {
    Path memory = Path.of("/proc/self/mem"); // A file whose first byte nobody may read.
    if (Files.isRegularFile(memory)) {
      assertRefused(memory, "it cannot be read, Input/output error: check the file and its disk");
    }
    Path closed = file(hex("00000800 07"));
    Files.setPosixFilePermissions(closed, Set.of());
    if (!Files.isReadable(closed)) { // The administrator may read everything.
      assertRefused(closed, "it cannot be read, access is denied: check the file and its disk");
    }
  }

  private static void assertRefused(Path file, String message) {
    assertThatExceptionOfType(IdxException.class)
        .isThrownBy(() -> Idx.read(file))
        .withMessage("idx: [" + file + "]: " + message);
  }
}
