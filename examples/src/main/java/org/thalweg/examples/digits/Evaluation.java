package org.thalweg.examples.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.data.Batch;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Losses;

/// What a model reads in some images.
///
/// @param labels what the images show, `[n]`
/// @param read what the model reads, `[n]`
/// @param loss the mean cross-entropy
record Evaluation(Tensor labels, Tensor read, double loss) {
  private static final int SHOWN = 4;

  static Evaluation of(Layer model, Batch images) {
    List<Tensor> result =
        Scope.get(
            () ->
                NoGradient.get(
                    () -> {
                      Tensor logits = model.apply(images.x());
                      return List.of(logits.argmax(1), Losses.crossEntropy(logits, images.y()));
                    }));
    return new Evaluation(images.y(), result.getFirst(), result.getLast().item());
  }

  double accuracy() {
    int all = labels.elements();
    return all == 0 ? 0 : (all - wrong().size()) / (double) all;
  }

  private List<Integer> wrong() {
    List<Integer> wrong = new ArrayList<>();
    for (int i = 0; i < labels.elements(); i++) {
      if (digit(labels, i) != digit(read, i)) {
        wrong.add(i);
      }
    }
    return wrong;
  }

  /// How often each digit (rows) was read as each (columns).
  String confusion() {
    int[][] counts = new int[DigitImages.CLASSES][DigitImages.CLASSES];
    for (int i = 0; i < labels.elements(); i++) {
      counts[digit(labels, i)][digit(read, i)]++;
    }
    StringBuilder text = new StringBuilder("\ndigit, and what it was read as\n      ");
    for (int column = 0; column < DigitImages.CLASSES; column++) {
      text.append(String.format(Locale.ROOT, "%6d", column));
    }
    for (int row = 0; row < DigitImages.CLASSES; row++) {
      text.append(String.format(Locale.ROOT, "%n%6d", row));
      for (int count : counts[row]) {
        text.append(count == 0 ? "     ·" : String.format(Locale.ROOT, "%6d", count));
      }
    }
    return text.append('\n').toString();
  }

  /// A few of the digits that were misread, side by side, as text.
  String misread(Batch images) {
    List<Integer> shown = wrong().stream().limit(SHOWN).toList();
    if (shown.isEmpty()) {
      return "every digit was read right";
    }
    StringBuilder text = new StringBuilder();
    for (int i : shown) {
      String title = String.format(Locale.ROOT, "%d read as %d", digit(labels, i), digit(read, i));
      text.append(String.format(Locale.ROOT, "%-" + (DigitImages.SIDE + 2) + "s", title));
    }
    for (int row = 0; row < DigitImages.SIDE; row += 2) {
      text.append('\n');
      for (int i : shown) {
        for (int column = 0; column < DigitImages.SIDE; column++) {
          text.append(ink(images.x(), i, row, column));
        }
        text.append("  ");
      }
    }
    return text.append('\n').toString();
  }

  private static int digit(Tensor digits, int i) {
    return (int) digits.get(i);
  }

  /// Two pixels, one above the other, as one character: they are twice as high as wide.
  private static char ink(Tensor x, int image, int row, int column) {
    String shades = " .:-=+*#%@";
    double above = x.get(image, row * DigitImages.SIDE + column);
    double below = x.get(image, (row + 1) * DigitImages.SIDE + column);
    int shade = (int) ((above + below) / 2 * shades.length());
    return shades.charAt(Math.clamp(shade, 0, shades.length() - 1));
  }
}
