package org.thalweg.examples.digits;

import java.io.IOException;
import java.nio.file.Path;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.data.Batch;
import org.thalweg.data.Dataset;
import org.thalweg.data.ImageFolder;
import org.thalweg.data.Split;
import org.thalweg.data.TensorDataset;

/// Digits to train and to test with: `[n, 784]`, ink from 0 to 1, and labels `[n]`.
///
/// @param train to train with
/// @param test all of the test images
/// @param source where they come from, for people
record DigitImages(Dataset<Batch> train, Batch test, String source) {
  static final int SIDE = DigitPainter.SIDE;
  static final int SIZE = DigitPainter.SIZE;
  static final int CLASSES = DigitPainter.CLASSES;

  private static final int DRAWN = 10_000;
  private static final double TRAIN = 0.8;
  private static final float WHITE = 255;

  /// Drawn digits: 8,000 to train, 2,000 to test.
  static DigitImages drawn(long seed) {
    return drawn(seed, DRAWN);
  }

  /// So many drawn digits, the last fifth to test.
  static DigitImages drawn(long seed, int count) {
    DigitPainter painter = new DigitPainter(seed);
    byte[] pixels = new byte[count * SIZE];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = painter.label(i);
      painter.paint(i, pixels, i * SIZE);
    }
    float[] ink = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      ink[i] = Byte.toUnsignedInt(pixels[i]) / WHITE;
    }
    Tensor x = Tensor.wrap(ink, Shape.of(count, SIZE));
    return of(new TensorDataset(x, Tensor.ints(labels)).split(TRAIN), "drawn");
  }

  /// Digits from IDX files: train and test pairs, or one pair, the last fifth of it to test.
  static DigitImages read(Path directory) throws IOException {
    ImageFolder folder = ImageFolder.read(directory, CLASSES);
    Shape shape = folder.images().x().shape();
    if (shape.rank() != 3 || shape.size(1) != SIDE || shape.size(2) != SIDE) {
      throw new IOException(
          "the images in ["
              + directory
              + "] have shape "
              + shape
              + ", and digits are "
              + SIDE
              + "×"
              + SIDE
              + ": scale them");
    }
    return of(folder.trainAndTest(TRAIN), "from " + directory);
  }

  private static DigitImages of(Split<Batch> split, String source) {
    Batch test = flat(split.last().batch(all(split.last().size())));
    return new DigitImages(split.first().map(DigitImages::flat), test, source);
  }

  private static int[] all(int count) {
    return Tensor.arange(count).toInts();
  }

  private static Batch flat(Batch batch) {
    return new Batch(
        NoGradient.get(() -> batch.x().reshape(batch.y().elements(), SIZE)), batch.y());
  }

  int trainSize() {
    return train.size();
  }

  int testSize() {
    return test.size();
  }
}
