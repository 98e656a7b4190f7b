package org.thalweg.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.data.Idx;
import org.thalweg.examples.Examples;
import org.thalweg.files.Safetensors;

/// The main job as its user meets it: arguments, files, what it prints and what it leaves behind.
class DigitsTest {
  private static final int COUNT = 300;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream outBefore = System.out;
  private final PrintStream errBefore = System.err;

  @TempDir private Path directory;

  @BeforeEach
  void listen() throws IOException {
    Engine.vectorBits(); // says once, on the error stream, where there are no vectors
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    Files.createDirectory(data());
    DigitPainter painter = new DigitPainter(3);
    byte[] images = new byte[COUNT * DigitPainter.SIZE];
    byte[] labels = new byte[COUNT];
    for (int i = 0; i < COUNT; i++) {
      labels[i] = (byte) painter.label(i);
      painter.paint(i, images, i * DigitPainter.SIZE);
    }
    Idx.of(images, Shape.of(COUNT, 28, 28)).write(data().resolve("t10k-images-idx3-ubyte.gz"));
    Idx.of(labels, Shape.of(COUNT)).write(data().resolve("t10k-labels-idx1-ubyte.gz"));
  }

  @AfterEach
  void stopListening() {
    System.setOut(outBefore);
    System.setErr(errBefore);
  }

  private Path data() {
    return directory.resolve("data");
  }

  private int run(String... more) {
    List<String> given = new ArrayList<>(List.of("digits", "--data", data().toString()));
    given.addAll(List.of(more));
    if (!given.contains("--out")) {
      given.addAll(List.of("--out", output().toString()));
    }
    return Examples.run(given.toArray(String[]::new));
  }

  private Path output() {
    return directory.resolve("out");
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void trainsOnFilesAndEndsWithTheAccuracy() {
    assertThat(run("--epochs", "2", "--batch", "7")).isZero();

    assertThat(lines().get(0)).startsWith("240 images to train, 60 to test, from ");
    assertThat(lines().get(1)).startsWith("gradients of the model: ");
    assertThat(lines().getLast()).matches("test accuracy [01]\\.\\d{4} on 60 images");
    assertThat(output().resolve("loss.png")).isNotEmptyFile();
    assertThat(output().resolve("weights.safetensors")).isNotEmptyFile();
  }

  @Test
  void readsAgainWithSavedWeightsAsItDidAfterTraining() {
    Path weights = directory.resolve("elsewhere/w.safetensors");

    assertThat(run("--epochs", "1", "--save", weights.toString())).isZero();
    String trained = lines().getLast();
    assertThat(run("--load", weights.toString(), "--seed", "9")).isZero();

    assertThat(lines().getLast()).isEqualTo(trained);
    assertThat(output().resolve("weights.safetensors")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epochs 0 | --epochs is 0: use at least 1",
        "--batch -3 | --batch is -3: use at least 1",
        "--lr NaN | --lr is NaN: use 0 or positive",
        "--threads 0 | --threads is 0: use at least 1",
        "--seed many | Invalid value for option '--seed': 'many' is not a long",
        "--speed 3 | Unknown option"
      })
  void badArgumentsEndInOneSentence(String arguments, String sentence) {
    assertThat(run(arguments.split(" "))).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(sentence);
    assertThat(output()).doesNotExist();
  }

  @Test
  void missingAndDamagedFilesEndInOneSentenceAndLeaveNothing() throws IOException {
    Path labels = data().resolve("t10k-labels-idx1-ubyte.gz");
    byte[] whole = Files.readAllBytes(labels);
    Files.write(labels, Arrays.copyOf(whole, whole.length / 2));
    assertThat(run()).isEqualTo(1);
    Files.delete(labels);
    assertThat(run()).isEqualTo(1);
    assertThat(run("--load", directory.resolve("none").toString())).isEqualTo(1);
    Path noWeights = Files.writeString(directory.resolve("text"), "no weights");
    assertThat(run("--load", noWeights.toString())).isEqualTo(1);

    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .hasSize(4)
        .allMatch(line -> line.startsWith("examples/run digits: "))
        .noneMatch(line -> line.contains("Exception"));
    assertThat(output()).doesNotExist();
  }

  @Test
  void anOutputThatIsAFileIsRefusedBeforeAnyWork() throws IOException {
    Files.writeString(output(), "precious");

    assertThat(run("--epochs", "1")).isEqualTo(1);

    assertThat(err.toString(StandardCharsets.UTF_8)).contains("is a file, not a directory");
    assertThat(output()).hasContent("precious");
    assertThat(lines()).noneMatch(line -> line.startsWith("epoch"));
  }

  /// Runs, and expects this sentence on the error stream and nothing else.
  private void assertRefused(String sentence, String... arguments) {
    assertThat(run(arguments)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("examples/run digits: " + sentence);
    err.reset();
  }

  @Test
  void filesThatCannotBeUsedAreNamedWithTheReason() throws IOException {
    Path none = directory.resolve("none");
    assertRefused(
        "there is no file [" + none + "]: check the name after --load", "--load", none.toString());
    Path other = directory.resolve("other.safetensors");
    Safetensors.write(other, State.of(Map.of("x", Tensor.zeros(1))));
    assertRefused(
        "["
            + other
            + "] has other weights. layer: the state does not fit the model: 0.weight is missing;"
            + " 0.bias is missing; 2.weight is missing; 2.bias is missing; x is not in the model",
        "--load",
        other.toString());
    Path file = Files.writeString(directory.resolve("file"), "precious");
    assertRefused(
        "[" + file + "] is a file, not a directory: name another", "--out", file.toString());
    Path below = file.resolve("below");
    assertRefused(
        "cannot make the directory [" + below + "]: name another", "--out", below.toString());
    assertRefused(
        "[" + directory + "] is a directory: name a file with --save",
        "--save",
        directory.toString());
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    if (!Files.isWritable(closed)) { // The administrator may write everywhere.
      assertRefused(
          "cannot write to the directory [" + closed + "]: name another",
          "--out",
          closed.toString());
    }
    assertThat(file).hasContent("precious");
  }

  @Test
  void imagesOfAnotherSizeAreRefused() throws IOException {
    Idx.of(new byte[COUNT * 6], Shape.of(COUNT, 2, 3))
        .write(data().resolve("t10k-images-idx3-ubyte.gz"));
    assertRefused(
        "the images in [" + data() + "] have shape [300, 2, 3], and digits are 28×28: scale them");
  }

  @Test
  void withoutTheLauncherNothingStarts() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new Digits().call())
        .withMessage("digits: it is not started: use the launcher, examples/run digits");
  }
}
