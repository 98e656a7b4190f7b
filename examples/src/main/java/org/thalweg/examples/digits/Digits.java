package org.thalweg.examples.digits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Engine;
import org.thalweg.files.Safetensors;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Sequential;
import org.thalweg.optim.adaptive.Adam;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Trains a classifier of handwritten digits, end to end: checks the model's own gradients, trains,
/// shows what it reads and misreads, and saves the loss curve and the weights.
@Command(
    name = "digits",
    description = {
      "Trains a classifier of handwritten digits on images of 28×28.",
      "Without --data it draws its own."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
public final class Digits implements Callable<Integer> {
  private static final int HIDDEN = 128;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Reads IDX files (the layout of MNIST, gzip or not): train and test pairs, or one pair,"
              + " whose last fifth is the test set.")
  private @Nullable Path data;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
  private int epochs = 10;

  @Option(names = "--batch", paramLabel = "N", description = "Images in a step.")
  private int batch = 32;

  @Option(names = "--lr", paramLabel = "RATE", description = "The learning rate of Adam.")
  private double learningRate = 1e-3;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides every bit: the drawn digits, the first weights, the order.")
  private long seed = 42;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; all cores where not given.")
  private @Nullable Integer threads;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where loss.png and weights.safetensors go.")
  private Path out = Path.of("digits-out");

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "The file of the weights, in place of weights.safetensors in --out.")
  private @Nullable Path save;

  @Option(
      names = "--load",
      paramLabel = "FILE",
      description = "Classifies with the weights of this file, without training.")
  private @Nullable Path load;

  /// Made by the launcher.
  public Digits() {}

  @Override
  public Integer call() throws IOException {
    check();
    if (threads != null) {
      Engine.setThreads(threads);
    }
    Screen screen = new Screen(commandLine().getOut());
    Layer model =
        Layer.build(
            Sequential.of(
                Linear.of(DigitImages.SIZE, HIDDEN),
                Activation.relu(),
                Linear.of(HIDDEN, DigitImages.CLASSES)),
            seed);
    if (load != null) {
      restore(model, load);
    }
    DigitImages images = data == null ? DigitImages.drawn(seed) : DigitImages.read(data);
    screen.line(
        "%d images to train, %d to test, %s; seed %d; %s",
        images.trainSize(), images.testSize(), images.source(), seed, Engine.describe());
    if (load == null) {
      train(model, images, screen);
    }
    Evaluation test = Evaluation.of(model, images.test());
    screen.text(test.confusion());
    screen.text(test.misread(images.test()));
    screen.line("test accuracy %.4f on %d images", test.accuracy(), images.testSize());
    return CommandLine.ExitCode.OK;
  }

  private void train(Layer model, DigitImages images, Screen screen) throws IOException {
    Path weights = save == null ? out.resolve("weights.safetensors") : save;
    makeDirectories(weights);
    screen.line("%s", SelfCheck.of(model, images, seed));
    List<DigitTraining.Epoch> history =
        new DigitTraining(model, images, new Adam(learningRate), batch, seed).run(epochs, screen);
    LossCurve.write(history, out.resolve("loss.png"));
    Safetensors.write(weights, model.state());
    screen.line("wrote %s and %s", out.resolve("loss.png"), weights);
  }

  /// Before any work, so that an hour of it is not lost to a wrong name.
  private void makeDirectories(Path weights) throws IOException {
    Path parent = weights.toAbsolutePath().getParent();
    for (Path directory : parent == null ? List.of(out) : List.of(out, parent)) {
      if (Files.exists(directory) && !Files.isDirectory(directory)) {
        throw new IOException("[" + directory + "] is a file, not a directory: name another");
      }
      try {
        Files.createDirectories(directory);
      } catch (IOException e) {
        throw new IOException("cannot make the directory [" + directory + "]: name another", e);
      }
      if (!Files.isWritable(directory)) {
        throw new IOException("cannot write to the directory [" + directory + "]: name another");
      }
    }
    if (Files.isDirectory(weights)) {
      throw new IOException("[" + weights + "] is a directory: name a file with --save");
    }
  }

  private static void restore(Layer model, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no file [" + file + "]: check the name after --load");
    }
    try {
      model.restore(Safetensors.read(file));
    } catch (IllegalArgumentException e) {
      throw new IOException("[" + file + "] has other weights. " + e.getMessage(), e);
    }
  }

  private void check() {
    require(epochs >= 1, "--epochs", epochs, "at least 1");
    require(batch >= 1, "--batch", batch, "at least 1");
    require(
        learningRate >= 0 && Double.isFinite(learningRate), "--lr", learningRate, "0 or positive");
    require(threads == null || threads >= 1, "--threads", String.valueOf(threads), "at least 1");
  }

  private void require(boolean holds, String option, Object value, String wanted) {
    if (!holds) {
      throw new CommandLine.ParameterException(
          commandLine(), String.format(Locale.ROOT, "%s is %s: use %s", option, value, wanted));
    }
  }

  private CommandLine commandLine() {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException(
          "digits: it is not started: use the launcher, examples/run digits");
    }
    return known.commandLine();
  }
}
