package org.thalweg.nn;

import org.thalweg.autodiff.Draws;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;

/// In training, each element is dropped with a probability, and the others enlarged to keep the
/// mean.
///
/// ```
/// y = x · [u ≥ p] / (1 − p)
/// ```
///
/// u is uniform in [0, 1) by the seed, the step and the path of this layer. In use, y = x.
/// Srivastava et al., 2014. A layer that is applied twice in one step drops the same elements both
/// times.
public final class Dropout extends Layer {
  private static final Formula DROP =
      Formula.of(
              "x",
              "u",
              "p",
              (x, u, p) ->
                  Expr.where(u.lessThan(p), Expr.number(0), x.over(Expr.number(1).minus(p))))
          .named("dropout");

  private final double probability;

  private Dropout(Build build, double probability) {
    super(build);
    this.probability = probability;
  }

  /// Drops with this probability.
  ///
  /// @throws IllegalArgumentException where it is not from 0 to below 1
  public static Plan<Dropout> of(double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "dropout: probability " + probability + ": use a value from 0 to below 1");
    }
    return build -> new Dropout(build, probability);
  }

  @Override
  public Tensor apply(Tensor x, Training training) {
    if (training.isInference() || probability == 0) {
      return x;
    }
    long stream = Draws.stream(path() + "@" + training.step());
    // Drawn in one type, so that a model drops the same elements in both.
    Tensor u = Draws.uniform(DType.FLOAT32, training.seed(), stream, x.shape()).to(x.dtype());
    return Tensor.apply(DROP, x, u, Tensor.scalar(x.dtype(), probability));
  }
}
