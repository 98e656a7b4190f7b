package org.thalweg.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DigitPainterTest {
  private static final int SIZE = DigitPainter.SIZE;

  @Test
  void theFirstHundredImagesOfSeedOneAreTheCommittedOnes() throws NoSuchAlgorithmException {
    DigitPainter painter = new DigitPainter(1);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int i = 0; i < 100; i++) {
      digest.update((byte) painter.label(i));
      digest.update(image(painter, i));
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("3840cfc85a255d5a19163a5ee41bd0b319403eae87b13bcaf6555837d6123530");
  }

  @Test
  void theOrderOfPaintingChangesNoByte() {
    byte[] forwards = images(new DigitPainter(7), 200);
    DigitPainter again = new DigitPainter(7);
    byte[] backwards = new byte[200 * SIZE];
    for (int i = 199; i >= 0; i--) {
      again.paint(i, backwards, i * SIZE);
    }
    assertThat(backwards).isEqualTo(forwards);
    assertThat(image(new DigitPainter(7), 123))
        .isEqualTo(Arrays.copyOfRange(forwards, 123 * SIZE, 124 * SIZE));
  }

  @Test
  void manyThreadsShareOnePainter() throws InterruptedException {
    int count = 400;
    byte[] alone = images(new DigitPainter(3), count);
    DigitPainter shared = new DigitPainter(3);
    byte[] together = new byte[count * SIZE];
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      int first = t;
      threads[t] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = first; i < count; i += threads.length) {
                      shared.paint(i, together, i * SIZE);
                    }
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(together).isEqualTo(alone);
  }

  @Test
  void everyBlockOfTenHoldsEachDigitOnceInAnOrderOfItsOwn() {
    DigitPainter painter = new DigitPainter(5);
    Set<String> orders = new HashSet<>();
    for (int block = 0; block < 100; block++) {
      int[] labels = labels(painter, block * 10, 10);
      orders.add(Arrays.toString(labels));
      Arrays.sort(labels);
      assertThat(labels).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
    assertThat(orders).hasSizeGreaterThan(95);
  }

  @Test
  void everyDigitTurnsUpAtEveryPlaceOfABlock() {
    DigitPainter painter = new DigitPainter(6);
    int[][] counts = new int[10][10];
    for (int i = 0; i < 10_000; i++) {
      counts[i % 10][painter.label(i)]++;
    }
    // 100 expected in each of the 100 cells, with a standard deviation under 10.
    for (int[] place : counts) {
      for (int count : place) {
        assertThat(count).isBetween(55, 145);
      }
    }
  }

  @Test
  void otherSeedsPaintOtherImagesAndOtherLabels() {
    DigitPainter one = new DigitPainter(1);
    for (long seed : new long[] {0, 2, -1, 1L << 32, Long.MIN_VALUE}) {
      DigitPainter other = new DigitPainter(seed);
      assertThat(labels(other, 0, 1000)).isNotEqualTo(labels(one, 0, 1000));
      for (int i = 0; i < 100; i++) {
        assertThat(image(other, i)).as("seed %d, image %d", seed, i).isNotEqualTo(image(one, i));
      }
    }
  }

  @Test
  void noTwoImagesOfASeedAreEqual() {
    DigitPainter painter = new DigitPainter(11);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      seen.add(HexFormat.of().formatHex(image(painter, i)));
    }
    assertThat(seen).hasSize(2000);
  }

  @Test
  void everyImageIsBrightInkOnADarkGround() {
    DigitPainter painter = new DigitPainter(2);
    double total = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] image = image(painter, i);
      int peak = 0;
      int dark = 0;
      double sum = 0;
      for (byte b : image) {
        int value = Byte.toUnsignedInt(b);
        peak = Math.max(peak, value);
        dark += value < 50 ? 1 : 0;
        sum += value;
      }
      assertThat(peak).as("brightest pixel of image %d", i).isGreaterThan(150);
      assertThat(dark).as("dark pixels of image %d", i).isBetween(SIZE / 2, SIZE - 30);
      total += sum / SIZE;
    }
    // The mean of MNIST is 33.3.
    assertThat(total / 2000).isBetween(28.0, 35.0);
  }

  @Test
  void digitsWanderOverTheImage() {
    DigitPainter painter = new DigitPainter(4);
    double[] columns = new double[1000];
    double[] rows = new double[1000];
    for (int i = 0; i < 1000; i++) {
      byte[] image = image(painter, i);
      double ink = 0;
      for (int pixel = 0; pixel < SIZE; pixel++) {
        int value = Byte.toUnsignedInt(image[pixel]);
        ink += value;
        columns[i] += value * (pixel % DigitPainter.SIDE);
        rows[i] += value * (pixel / DigitPainter.SIDE);
      }
      columns[i] /= ink;
      rows[i] /= ink;
    }
    assertThat(mean(columns)).isBetween(13.0, 14.0);
    assertThat(mean(rows)).isBetween(13.0, 14.0);
    assertThat(deviation(columns)).isBetween(1.4, 2.2);
    assertThat(deviation(rows)).isBetween(1.4, 2.2);
  }

  @Test
  void imagesOfOneLabelLookAlikeButTheirMeansDoNotSuffice() {
    // Images are compared with 3000 others and with the mean of each class: a picture that does not
    // show its label would spoil the first, digits that are too easy would raise the second.
    DigitPainter painter = new DigitPainter(9);
    int known = 3000;
    float[][] images = new float[known + 300][];
    float[][] means = new float[10][SIZE];
    for (int i = 0; i < images.length; i++) {
      images[i] = floats(image(painter, i));
      if (i < known) {
        float[] mean = means[painter.label(i)];
        for (int pixel = 0; pixel < SIZE; pixel++) {
          mean[pixel] += images[i][pixel] * 10 / known;
        }
      }
    }
    int byNeighbour = 0;
    int byMean = 0;
    for (int i = known; i < images.length; i++) {
      int label = painter.label(i);
      byNeighbour += painter.label(nearest(images[i], images, known)) == label ? 1 : 0;
      byMean += nearest(images[i], means, 10) == label ? 1 : 0;
    }
    assertThat(byNeighbour).as("of 300 by the nearest image").isGreaterThan(265);
    assertThat(byMean).as("of 300 by the nearest mean").isBetween(120, 240);
  }

  @Test
  void onlyTheBytesOfTheImageAreWritten() {
    byte[] out = new byte[SIZE + 20];
    Arrays.fill(out, (byte) 77);
    new DigitPainter(1).paint(5, out, 13);
    assertThat(Arrays.copyOfRange(out, 13, 13 + SIZE)).isEqualTo(image(new DigitPainter(1), 5));
    assertThat(Arrays.copyOf(out, 13)).containsOnly(77);
    assertThat(Arrays.copyOfRange(out, 13 + SIZE, out.length)).containsOnly(77);
  }

  @Test
  void anImageThatDoesNotFitIsRefusedAndNothingIsWritten() {
    byte[] out = new byte[SIZE];
    DigitPainter painter = new DigitPainter(1);
    assertThatThrownBy(() -> painter.paint(0, out, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> painter.paint(0, out, -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(out).containsOnly(0);
  }

  @Test
  void negativeNumbersAreRefused() {
    DigitPainter painter = new DigitPainter(1);
    String message = "digits: the index [-3] is negative: number the images from 0";
    assertThatThrownBy(() -> painter.label(-3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> painter.paint(-3, new byte[SIZE], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theLastIndexIsPaintedToo() {
    DigitPainter painter = new DigitPainter(1);
    assertThat(painter.label(Integer.MAX_VALUE)).isBetween(0, 9);
    assertThat(image(painter, Integer.MAX_VALUE)).isNotEqualTo(image(painter, 0));
  }

  private static byte[] image(DigitPainter painter, int index) {
    byte[] out = new byte[SIZE];
    painter.paint(index, out, 0);
    return out;
  }

  private static byte[] images(DigitPainter painter, int count) {
    byte[] out = new byte[count * SIZE];
    for (int i = 0; i < count; i++) {
      painter.paint(i, out, i * SIZE);
    }
    return out;
  }

  private static int[] labels(DigitPainter painter, int first, int count) {
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = painter.label(first + i);
    }
    return labels;
  }

  private static float[] floats(byte[] image) {
    float[] values = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      values[i] = Byte.toUnsignedInt(image[i]);
    }
    return values;
  }

  private static int nearest(float[] image, float[][] others, int count) {
    int best = 0;
    float least = Float.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      float sum = 0;
      for (int pixel = 0; pixel < SIZE; pixel++) {
        float difference = image[pixel] - others[i][pixel];
        sum += difference * difference;
      }
      if (sum < least) {
        least = sum;
        best = i;
      }
    }
    return best;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }
}
