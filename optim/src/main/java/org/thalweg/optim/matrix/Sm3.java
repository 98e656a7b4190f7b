package org.thalweg.optim.matrix;

import java.util.stream.IntStream;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// AdaGrad that remembers one number for each row and each column in place of one for each element.
///
/// ```
/// Gᵢⱼ = g²ᵢⱼ + min(rᵢ, cⱼ),   rᵢ ← maxⱼ Gᵢⱼ,   cⱼ ← maxᵢ Gᵢⱼ
/// m ← μ m + (1 − μ) g / √(G + ε),   0 where G = 0
/// θ ← θ − η m
/// ```
///
/// and so for each axis of a tensor; a vector has one number for each element. Equals Optax `sm3(η,
/// momentum=μ)`. One pass for each axis, and one for the step. Anil et al., 2019, SM3-II.
///
/// @param learningRate η
/// @param momentum μ; 0.9 by default
/// @param epsilon ε; 10⁻⁸ by default
public record Sm3(Schedule learningRate, Schedule momentum, double epsilon) implements Rule {
  /// With Optax's other values.
  public Sm3(double learningRate) {
    this(Schedule.constant(learningRate), 0.9, 1e-8);
  }

  /// With numbers that stay.
  public Sm3(Schedule learningRate, double momentum, double epsilon) {
    this(learningRate, Schedule.constant(momentum), epsilon);
  }

  /// Checks the values.
  public Sm3 {
    learningRate = Checks.rate("sm3", learningRate);
    momentum = Checks.fraction("sm3", "momentum", momentum);
    Checks.notNegative("sm3", "epsilon", epsilon);
  }

  @Override
  public Update update(Symbols s) {
    // Nothing is largest along an axis of nothing.
    int rank = s.shape().elements() == 0 ? 0 : s.shape().rank();
    Expr g = s.gradient();
    Expr cover = rank < 2 ? s.state("G") : largest(s, 0);
    for (int axis = 1; axis < rank; axis++) {
      cover = cover.min(largest(s, axis));
    }
    Expr sum = g.square().plus(cover);
    Expr zero = Expr.number(0);
    Expr scaled = g.over(sum.plus(s.constant("ε", epsilon)).sqrt());
    Expr push = Expr.where(sum.equalTo(zero), zero, scaled);
    Expr m = s.average("μ", momentum, s.state("m"), push);
    Update update =
        Update.of(s.parameter().minus(s.scheduled("η", learningRate).times(m))).with("m", m);
    if (rank < 2) {
      return update.with("G", sum);
    }
    for (int axis = 0; axis < rank; axis++) {
      int[] others = others(rank, axis);
      Expr most = s.computed("max " + axis, t -> t.maxKept(others), sum);
      update = update.with("G" + axis, most);
    }
    return update;
  }

  private static Expr largest(Symbols s, int axis) {
    return s.state("G" + axis, Start.ZERO, shape -> along(shape, axis));
  }

  private static Shape along(Shape shape, int axis) {
    return shape.reduced(others(shape.rank(), axis), true);
  }

  private static int[] others(int rank, int axis) {
    return IntStream.range(0, rank).filter(k -> k != axis).toArray();
  }
}
