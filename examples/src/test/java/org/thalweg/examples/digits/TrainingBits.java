package org.thalweg.examples.digits;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Path;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.data.Batch;
import org.thalweg.data.Loader;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Dropout;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Sequential;
import org.thalweg.nn.Training;
import org.thalweg.optim.Optimizer;
import org.thalweg.optim.adaptive.Adam;

/// A program that trains and prints the hash of all weights, and what ran: [TrainingBitsTest]
/// starts it in many ways.
///
/// Sizes are above every threshold of parallel work, and no multiple of any tile or vector.
public final class TrainingBits {
  private static final int IMAGES = 1013;
  private static final int BATCH = 203;
  private static final int HIDDEN = 331;
  private static final int EPOCHS = 3;

  private TrainingBits() {}

  /// Arguments: threads, `cold` or `warm`, and a directory of MNIST files or `-` for drawn digits.
  public static void main(String[] args) throws IOException {
    Engine.setThreads(Integer.parseInt(args[0]));
    DigitImages images =
        args[2].equals("-") ? DigitImages.drawn(7, IMAGES) : DigitImages.read(Path.of(args[2]));
    if (args[1].equals("warm")) {
      train(images);
      Engine.awaitWarmUp();
    }
    Engine.Counts before = Engine.counts();
    String hash = train(images);
    Engine.Counts after = Engine.counts();
    System.out.println("hash " + hash);
    System.out.println("bits " + Engine.vectorBits());
    System.out.println("loops " + after.vectorLoops());
    System.out.println("products " + (after.vectorProducts() - before.vectorProducts()));
    System.out.println("workers " + (after.chunksByWorkers() - before.chunksByWorkers()));
  }

  private static String train(DigitImages images) {
    Layer model =
        Layer.build(
            Sequential.of(
                Linear.of(DigitImages.SIZE, HIDDEN),
                Activation.gelu(),
                Dropout.of(0.1),
                Linear.of(HIDDEN, HIDDEN),
                Activation.tanh(),
                Linear.of(HIDDEN, DigitImages.CLASSES)),
            42);
    Optimizer optimizer = new Adam(1e-3).over(model.parameters());
    Loader<Batch> loader = Loader.of(images.train()).batch(BATCH).shuffle(42);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      loader
          .epoch(epoch)
          .forEachInScope(
              batch -> {
                Training training = Training.of(42).at(optimizer.steps());
                Tensor loss = Losses.crossEntropy(model.apply(batch.x(), training), batch.y());
                optimizer.step(loss.backward());
              });
    }
    Hasher hasher = Hashing.sha256().newHasher();
    for (Parameter parameter : model.parameters()) {
      for (float value : parameter.toFloats()) {
        hasher.putInt(Float.floatToIntBits(value));
      }
    }
    return hasher.hash().toString();
  }
}
