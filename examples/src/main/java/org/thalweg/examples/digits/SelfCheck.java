package org.thalweg.examples.digits;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.checker.GradientChecker;
import org.thalweg.checker.Report;
import org.thalweg.data.Batch;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Losses;

/// Checks the gradients of the very model that is about to be trained, on a few of its images.
final class SelfCheck {
  private static final int IMAGES = 3;
  private static final int ENTRIES = 16;

  private SelfCheck() {}

  /// What a person is told.
  ///
  /// @throws IllegalStateException where a gradient is wrong: training would be in vain
  static String of(Layer model, DigitImages images, long seed) {
    Layer exact = model.to(DType.FLOAT64);
    Batch few = images.train().batch(first(Math.min(IMAGES, images.trainSize())));
    Tensor x = few.x().to(DType.FLOAT64);
    Report report =
        GradientChecker.ofModel(
                exact.parameters(), () -> Losses.crossEntropy(exact.apply(x), few.y()))
            .named("the model")
            .withEntries(ENTRIES)
            .withSeed(seed)
            .check();
    if (!report.isCorrect()) {
      throw new IllegalStateException(report.toString());
    }
    return report.summary();
  }

  private static int[] first(int count) {
    return Tensor.arange(count).toInts();
  }
}
