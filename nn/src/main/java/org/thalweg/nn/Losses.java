package org.thalweg.nn;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.formula.Formula;

/// How far predictions are from targets, as one number to descend.
public final class Losses {
  /// How the losses of examples, or of elements, become one number.
  public enum Reduce {
    /// The mean.
    MEAN,
    /// The sum.
    SUM,
    /// Half of the mean.
    HALF_MEAN,
    /// Half of the sum.
    HALF_SUM,
    /// Not at all: one for each.
    NONE;

    Tensor of(Tensor losses) {
      return switch (this) {
        case MEAN -> losses.mean();
        case SUM -> losses.sum();
        case HALF_MEAN -> losses.mean().times(0.5);
        case HALF_SUM -> losses.sum().times(0.5);
        case NONE -> losses;
      };
    }

    /// The same of losses that a formula has: only where one for each is wanted are they kept.
    Tensor of(Formula losses, Tensor... in) {
      return switch (this) {
        case MEAN -> Tensor.meanOf(losses, in);
        case SUM -> Tensor.sumOf(losses, in);
        case HALF_MEAN -> Tensor.meanOf(losses, in).times(0.5);
        case HALF_SUM -> Tensor.sumOf(losses, in).times(0.5);
        case NONE -> Tensor.apply(losses, in);
      };
    }
  }

  private static final Formula SQUARED_ERROR =
      Formula.of("prediction", "target", (prediction, target) -> prediction.minus(target).square())
          .named("squaredError");

  private Losses() {}

  /// The mean over the batch of the negative logarithm of the probability that the softmax of the
  /// logits gives to each label.
  ///
  /// ```
  /// ℓ = (1/N) Σ (ln Σⱼ exp(zⱼ) − z[label])
  /// ```
  ///
  /// @param logits `[batch, classes]`, any finite values
  /// @param labels `[batch]`, INT32, each in 0 … classes − 1
  /// @throws IllegalArgumentException where shapes do not fit or a label is out of range
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return crossEntropy(logits, labels, Reduce.MEAN);
  }

  /// The same with another reduction.
  public static Tensor crossEntropy(Tensor logits, Tensor labels, Reduce reduce) {
    return reduce.of(logits.crossEntropy(labels));
  }

  /// The mean of (prediction − target)².
  ///
  /// @throws IllegalArgumentException where types or shapes differ
  public static Tensor squaredError(Tensor prediction, Tensor target) {
    return squaredError(prediction, target, Reduce.MEAN);
  }

  /// The same with another reduction: texts define it with Σ, ½Σ, the mean or half of it.
  public static Tensor squaredError(Tensor prediction, Tensor target, Reduce reduce) {
    if (!prediction.shape().equals(target.shape())) {
      throw new IllegalArgumentException(
          "squaredError: prediction "
              + prediction.shape()
              + " and target "
              + target.shape()
              + " differ in shape: reshape one (broadcasting would compare everything with"
              + " everything)");
    }
    return reduce.of(SQUARED_ERROR, prediction, target);
  }
}
