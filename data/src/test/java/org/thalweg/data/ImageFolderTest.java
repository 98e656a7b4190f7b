package org.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Images and labels found by their names, and checked against each other.
class ImageFolderTest {
  private static final byte[] LABELS = {2, 0, 1, 2, 0};

  @TempDir private Path directory;

  private void images(String name, int n) throws IOException {
    byte[] pixels = new byte[n * 2 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 51);
    }
    Idx.of(pixels, Shape.of(n, 2, 3)).write(directory.resolve(name));
  }

  private void labels(String name, byte... labels) throws IOException {
    Idx.of(labels, Shape.of(labels.length)).write(directory.resolve(name));
  }

  private void assertRefused(String sentence) {
    assertRefused(sentence, "");
  }

  /// @param file the one that the sentence names; empty where it names the directory
  private void assertRefused(String sentence, String file) {
    assertThatExceptionOfType(IdxException.class)
        .isThrownBy(() -> ImageFolder.read(directory, 10))
        .withMessage("idx: [" + directory.resolve(file) + "]: " + sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte, train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz",
    "t10k-images.idx3-ubyte, t10k-labels.idx1-ubyte.gz",
    "images-idx3-ubyte, labels-idx1-ubyte",
    "emnist-letters-train-images-idx3-ubyte, emnist-letters-train-labels-idx1-ubyte"
  })
  void onePairIsFoundWhateverItIsCalled(String images, String labels) throws IOException {
    images(images, 5);
    labels(labels, LABELS);
    Files.writeString(directory.resolve("README"), "not an image");

    ImageFolder folder = ImageFolder.read(directory);

    assertThat(folder.test()).isEmpty();
    assertThat(folder.classes()).isEqualTo(3);
    assertThat(folder.images().x().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(folder.images().x().shape()).isEqualTo(Shape.of(5, 2, 3));
    assertThat(folder.images().batch(0).x().toFloats())
        .containsExactly(0f, 51 / 255f, 102 / 255f, 153 / 255f, 204 / 255f, 1f);
    assertThat(folder.images().y().sameBits(Tensor.ints(2, 0, 1, 2, 0))).isTrue();
    Split<Batch> split = folder.trainAndTest(0.8);
    assertThat(split.first().size()).isEqualTo(4);
    assertThat(split.last().all().y().toInts()).containsExactly(0);
  }

  @Test
  void twoPairsAreThoseToTrainAndToTestWith() throws IOException {
    images("train-images-idx3-ubyte.gz", 5);
    labels("train-labels-idx1-ubyte.gz", LABELS);
    images("t10k-images-idx3-ubyte", 2);
    labels("t10k-labels-idx1-ubyte", (byte) 7, (byte) 1);

    ImageFolder folder = ImageFolder.read(directory);

    assertThat(folder.images().size()).isEqualTo(5);
    assertThat(folder.test()).isPresent();
    assertThat(folder.classes()).isEqualTo(8);
    assertThat(folder.trainAndTest(0.8).first().size()).isEqualTo(5);
    assertThat(folder.trainAndTest(0.8).last().size()).isEqualTo(2);
    assertThat(ImageFolder.read(directory, 10).classes()).isEqualTo(10);
  }

  @Test
  void aFileThatIsThereTwiceIsTakenUnpacked() throws IOException {
    images("train-images-idx3-ubyte.gz", 4);
    images("train-images-idx3-ubyte", 5);
    labels("train-labels-idx1-ubyte", LABELS);
    assertThat(ImageFolder.read(directory).images().size()).isEqualTo(5);
  }

  @Test
  void aDirectoryWithoutImagesIsRefused() throws IOException {
    assertRefused(
        "no images are there: add files such as train-images-idx3-ubyte and"
            + " train-labels-idx1-ubyte, or the same with .gz");
    Path none = directory.resolve("none");
    assertThatExceptionOfType(IdxException.class)
        .isThrownBy(() -> ImageFolder.read(none))
        .withMessage("idx: [%s]: there is no directory: check the path", none);
    Path file = Files.createFile(directory.resolve("file"));
    assertThatExceptionOfType(IdxException.class)
        .isThrownBy(() -> ImageFolder.read(file))
        .withMessage("idx: [%s]: it is not a directory: check the path", file);
  }

  @Test
  void aDirectoryThatCannotBeReadIsRefusedWithItsReason() throws IOException {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, Set.of());
    assumeFalse(Files.isReadable(closed), "the administrator may read everything");
    assertThatExceptionOfType(IdxException.class)
        .isThrownBy(() -> ImageFolder.read(closed))
        .withMessage(
            "idx: [%s]: it cannot be read, access is denied: check its permissions", closed);
  }

  @Test
  void aMissingHalfIsNamed() throws IOException {
    images("train-images-idx3-ubyte", 5);
    assertRefused("train-labels-idx1-ubyte is missing: keep images and labels in pairs");
    Files.delete(directory.resolve("train-images-idx3-ubyte"));
    labels("t10k-labels-idx1-ubyte", LABELS);
    assertRefused("t10k-images-idx3-ubyte is missing: keep images and labels in pairs");
  }

  @Test
  void pairsOfWhichNobodyKnowsWhatTheyAreForAreRefused() throws IOException {
    for (String prefix : new String[] {"a-", "b-"}) {
      images(prefix + "images-idx3-ubyte", 5);
      labels(prefix + "labels-idx1-ubyte", LABELS);
    }
    assertRefused(
        "which files are to train and which to test with is not clear from [a-, b-]: keep one"
            + " pair, or two named train-… and t10k-…");
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    images("train-images-idx3-ubyte", 4);
    labels("train-labels-idx1-ubyte", LABELS);
    assertRefused(
        "it holds UBYTE [5] and train-images-idx3-ubyte UBYTE [4, 2, 3]:"
            + " use one label for each image",
        "train-labels-idx1-ubyte");
    images("train-images-idx3-ubyte", 0);
    assertRefused(
        "it holds UBYTE [0, 2, 3], and images are [n, rows, columns]: use files with one at least",
        "train-images-idx3-ubyte");
    labels("train-images-idx3-ubyte", LABELS);
    assertRefused(
        "it holds UBYTE [5], and images are [n, rows, columns]: use files with one at least",
        "train-images-idx3-ubyte");
    Idx.of(Tensor.zeros(5, 2, 3)).write(directory.resolve("train-images-idx3-ubyte"));
    assertRefused(
        "it holds FLOAT [5, 2, 3], and images and labels are UBYTE: use files as MNIST has",
        "train-images-idx3-ubyte");
  }

  @Test
  void imagesOfAnotherSizeToTestWithAreRefused() throws IOException {
    images("train-images-idx3-ubyte", 5);
    labels("train-labels-idx1-ubyte", LABELS);
    Idx.of(new byte[4], Shape.of(1, 2, 2)).write(directory.resolve("t10k-images-idx3-ubyte"));
    labels("t10k-labels-idx1-ubyte", (byte) 1);
    assertRefused(
        "images to train with are [2, 3] and those to test with [2, 2]: use files of one kind");
  }

  @Test
  void aLabelOutsideOfTheClassesIsRefusedByIndexAndValue() throws IOException {
    images("train-images-idx3-ubyte", 5);
    labels("train-labels-idx1-ubyte", (byte) 1, (byte) 9, (byte) 10, (byte) 200, (byte) 0);
    assertRefused(
        "label 10 at index 2 is not in 0 … 9: use files with 10" + " classes",
        "train-labels-idx1-ubyte");
    assertThat(ImageFolder.read(directory).classes()).isEqualTo(201);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageFolder.read(directory, 257))
        .withMessage("images: 257 classes cannot be labels of one byte: use 1 to 256");
  }

  @Test
  void aDamagedFileIsRefusedByItsOwnName() throws IOException {
    images("train-images-idx3-ubyte", 5);
    labels("train-labels-idx1-ubyte", LABELS);
    Path file = directory.resolve("train-images-idx3-ubyte");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 30));
    assertRefused(
        "its sizes [5, 2, 3] of UBYTE take 30 bytes, and 14 are there: it is damaged, fetch it"
            + " again",
        "train-images-idx3-ubyte");
  }

  @Test
  void theDigitsOfMnistAreRead() throws IOException {
    Path mnist =
        Path.of(System.getProperty("thalweg.test.shared", "../../shared"), "data/mnist10k");
    assumeTrue(Files.isDirectory(mnist), () -> "no digits in " + mnist.toAbsolutePath());

    ImageFolder folder = ImageFolder.read(mnist, 10);

    assertThat(folder.test()).isEmpty();
    assertThat(folder.images().x().shape()).isEqualTo(Shape.of(10_000, 28, 28));
    assertThat(folder.trainAndTest(0.8).last().size()).isEqualTo(2000);
    int[] counts = new int[10];
    for (int label : folder.images().y().toInts()) {
      counts[label]++;
    }
    assertThat(counts).containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
    assertThat(folder.images().y().toInts()).startsWith(7, 2, 1, 0, 4, 1, 4, 9, 5, 9);
    // The mean brightness of these 7,840,000 pixels.
    assertThat(folder.images().x().to(DType.FLOAT64).mean().item())
        .isCloseTo(0.13251460696903547, within(1e-12));
  }
}
