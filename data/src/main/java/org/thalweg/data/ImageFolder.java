package org.thalweg.data;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;

/// Images with labels from a directory of IDX files, laid out as MNIST is: one pair of files, such
/// as `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, or a pair to train and another, such
/// as `t10k-…` or `test-…`, to test with. Each may be packed and end in `.gz`.
///
/// ```java
/// Split<Batch> digits = ImageFolder.read(directory, 10).trainAndTest(0.8);
/// ```
///
/// Images are FLOAT32, `[n, rows, columns]`, 0 for a byte of 0 and 1 for 255; labels are INT32,
/// `[n]`.
///
/// @param images those to train with, or the only ones
/// @param test those to test with, where there are two pairs
/// @param classes the number of classes: labels are below it
public record ImageFolder(TensorDataset images, Optional<TensorDataset> test, int classes) {
  private static final Pattern NAME =
      Pattern.compile("(.*?)(images|labels)[-.]idx[1-9]-ubyte(\\.gz)?");
  private static final Pattern TRAIN = Pattern.compile("(.*[^a-z])?train[^a-z]*");
  private static final Pattern TEST = Pattern.compile("(.*[^a-z])?(t10k|test)[^a-z]*");
  private static final int MOST_CLASSES = 256;
  private static final float[] BRIGHTNESS = brightness();

  /// Two files with the same prefix.
  private static final class Pair {
    private @Nullable Path images;
    private @Nullable Path labels;

    void add(boolean isImages, Path file) {
      if (isImages) {
        images = plainer(images, file);
      } else {
        labels = plainer(labels, file);
      }
    }

    /// Of a file and the same packed, the one that need not be unpacked.
    private static Path plainer(@Nullable Path there, Path file) {
      return there == null || there.toString().endsWith(".gz") ? file : there;
    }
  }

  /// Reads a directory. The number of classes is the largest label and 1.
  ///
  /// @throws IdxException where files are missing or damaged, or do not fit each other
  public static ImageFolder read(Path directory) throws IdxException {
    ImageFolder folder = read(directory, MOST_CLASSES);
    int largest = Math.max(largest(folder.images), folder.test.map(ImageFolder::largest).orElse(0));
    return new ImageFolder(folder.images, folder.test, largest + 1);
  }

  /// Reads a directory whose labels are below a number of classes.
  ///
  /// @throws IllegalArgumentException where it is not 1 to 256
  /// @throws IdxException where files are missing or damaged, or do not fit each other, or a label
  ///   is not below it
  public static ImageFolder read(Path directory, int classes) throws IdxException {
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "images: " + classes + " classes cannot be labels of one byte: use 1 to 256");
    }
    return read(find(directory), directory, classes);
  }

  /// The images to train and those to test with: the two pairs of files, or the parts of the only
  /// one.
  ///
  /// @param fraction how much of an only pair goes to training
  /// @throws IllegalArgumentException where it is not in 0 … 1
  public Split<Batch> trainAndTest(double fraction) {
    Split<Batch> parts = images.split(fraction);
    return test.map(other -> new Split<Batch>(images, other)).orElse(parts);
  }

  private static Map<String, Pair> find(Path directory) throws IdxException {
    if (!Files.isDirectory(directory)) {
      String problem = Files.exists(directory) ? "it is not a directory" : "there is no directory";
      throw new IdxException(directory, problem + ": check the path");
    }
    Map<String, Pair> pairs = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          pairs
              .computeIfAbsent(name.group(1), _ -> new Pair())
              .add(name.group(2).equals("images"), file);
        }
      }
    } catch (IOException e) {
      throw new IdxException(
          directory, "it cannot be read, " + IdxException.reason(e) + ": check its permissions", e);
    }
    if (pairs.isEmpty()) {
      throw new IdxException(
          directory,
          "no images are there: add files such as train-images-idx3-ubyte and"
              + " train-labels-idx1-ubyte, or the same with .gz");
    }
    return pairs;
  }

  private static ImageFolder read(Map<String, Pair> pairs, Path directory, int classes)
      throws IdxException {
    String first = null;
    String second = null;
    for (String prefix : pairs.keySet()) {
      if (pairs.size() == 1 || TRAIN.matcher(prefix).matches()) {
        first = prefix;
      } else if (TEST.matcher(prefix).matches()) {
        second = prefix;
      }
    }
    if (first == null || pairs.size() > 2 || (pairs.size() == 2 && second == null)) {
      throw new IdxException(
          directory,
          "which files are to train and which to test with is not clear from "
              + pairs.keySet()
              + ": keep one pair, or two named train-… and t10k-…");
    }
    TensorDataset images = pair(directory, first, pairs.get(first), classes);
    TensorDataset test =
        second == null ? null : pair(directory, second, pairs.get(second), classes);
    if (test != null && !sample(images).equals(sample(test))) {
      throw new IdxException(
          directory,
          "images to train with are "
              + sample(images)
              + " and those to test with "
              + sample(test)
              + ": use files of one kind");
    }
    return new ImageFolder(images, Optional.ofNullable(test), classes);
  }

  private static TensorDataset pair(Path directory, String prefix, @Nullable Pair pair, int classes)
      throws IdxException {
    if (pair == null || pair.images == null || pair.labels == null) {
      boolean isImages = pair == null || pair.images == null;
      throw new IdxException(
          directory,
          prefix
              + (isImages ? "images-idx3-ubyte" : "labels-idx1-ubyte")
              + " is missing: keep images and labels in pairs");
    }
    Idx images = bytes(pair.images);
    Idx labels = bytes(pair.labels);
    if (images.shape().rank() < 2 || images.shape().elements() == 0) {
      throw new IdxException(
          pair.images,
          "it holds "
              + images
              + ", and images are [n, rows, columns]: use files with one at least");
    }
    if (!labels.shape().equals(Shape.of(images.shape().size(0)))) {
      throw new IdxException(
          pair.labels,
          "it holds "
              + labels
              + " and "
              + pair.images.getFileName()
              + " "
              + images
              + ": use one label for each image");
    }
    for (int i = 0; i < labels.shape().elements(); i++) {
      if (labels.unsignedByte(i) >= classes) {
        throw new IdxException(
            pair.labels,
            "label "
                + labels.unsignedByte(i)
                + " at index "
                + i
                + " is not in 0 … "
                + (classes - 1)
                + ": use files with "
                + classes
                + " classes");
      }
    }
    return new TensorDataset(brightness(images), labels.tensor());
  }

  private static Idx bytes(Path file) throws IdxException {
    Idx idx = Idx.read(file);
    if (idx.type() != Idx.Type.UBYTE) {
      throw new IdxException(
          file, "it holds " + idx + ", and images and labels are UBYTE: use files as MNIST has");
    }
    return idx;
  }

  private static Tensor brightness(Idx images) {
    float[] values = new float[images.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = BRIGHTNESS[images.unsignedByte(i)];
    }
    return Tensor.wrap(values, images.shape());
  }

  private static float[] brightness() {
    float[] brightness = new float[MOST_CLASSES];
    for (int i = 0; i < brightness.length; i++) {
      brightness[i] = i / 255f;
    }
    return brightness;
  }

  private static Shape sample(TensorDataset images) {
    return images.x().shape().reduced(new int[] {0}, false);
  }

  private static int largest(TensorDataset images) {
    int largest = 0;
    for (int label : images.y().toInts()) {
      largest = Math.max(largest, label);
    }
    return largest;
  }
}
