package org.thalweg.optim.matrix;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Descent along the momentum made orthogonal: all of its singular values become about 1. For
/// matrices `[out, in]`; give biases, embeddings and what has another rank another rule.
///
/// ```
/// b ← μ b + (1 − μ) g
/// d = (1 − μ) g + μ b,   O ≈ U Vᵀ of d = U S Vᵀ
/// θ ← (1 − η λ) θ − η √max(1, rows/columns) O
/// ```
///
/// O comes from five steps of the quintic Newton–Schulz iteration
///
/// ```
/// X ← d / max(‖d‖, ε),   A = X Xᵀ,   X ← a X + (b A + c A²) X
/// ```
///
/// with (a, b, c) = (3.4445, −4.775, 2.0315). Equals `torch.optim.Muon(lr=η, weight_decay=λ,
/// momentum=μ)`, which iterates in bfloat16; this one does in the type of the parameter. Jordan et
/// al., 2024.
///
/// @param learningRate η; 0.001 by default
/// @param momentum μ; 0.95 by default
/// @param decay λ; 0.1 by default
/// @param epsilon ε; 10⁻⁷ by default
/// @param iterations of Newton–Schulz; 5 by default
public record Muon(
    Schedule learningRate, Schedule momentum, Schedule decay, double epsilon, int iterations)
    implements Rule {
  private static final double A = 3.4445;
  private static final double B = -4.775;
  private static final double C = 2.0315;

  /// With PyTorch's other values.
  public Muon(double learningRate) {
    this(Schedule.constant(learningRate), 0.95, 0.1, 1e-7, 5);
  }

  /// With numbers that stay.
  public Muon(
      Schedule learningRate, double momentum, double decay, double epsilon, int iterations) {
    this(learningRate, Schedule.constant(momentum), Schedule.constant(decay), epsilon, iterations);
  }

  /// Checks the values.
  public Muon {
    learningRate = Checks.rate("muon", learningRate);
    momentum = Checks.fraction("muon", "momentum", momentum);
    decay = Checks.notNegative("muon", "decay", decay);
    Checks.notNegative("muon", "epsilon", epsilon);
    Checks.countOrNone("muon", "iterations", iterations);
  }

  @Override
  public Update update(Symbols s) {
    Shape shape = s.shape();
    if (shape.rank() != 2) {
      throw new IllegalArgumentException(
          "muon: a parameter of shape "
              + shape
              + " is no matrix: give it another rule by Optimizer.over(…).group(…)");
    }
    Expr b = s.average("μ", momentum, s.state("b"), s.gradient());
    Expr d = s.average("μ", momentum, b, s.gradient());
    Expr o = s.computed("O", this::orthogonal, d);
    double scale = Math.sqrt(Math.max(1, shape.size(0) / (double) shape.size(1)));
    Expr shrink = s.number("1−ηλ", n -> 1 - n.at(learningRate) * n.at(decay));
    Expr eta = s.number("η√max(1,r)", n -> n.at(learningRate) * scale);
    return Update.of(s.parameter().times(shrink).minus(eta.times(o))).with("b", b);
  }

  /// The nearest matrix with orthonormal rows (or columns, whichever are fewer), nearly.
  private Tensor orthogonal(Tensor d) {
    boolean isTall = d.shape().size(0) > d.shape().size(1);
    Tensor x = isTall ? d.transpose() : d;
    x = x.over(x.square().sum().sqrt().max(Tensor.scalar(d.dtype(), epsilon)));
    for (int k = 0; k < iterations; k++) {
      Tensor a = x.matmulTransposed(x);
      x = x.times(A).plus(a.times(B).plus(a.matmul(a).times(C)).matmul(x));
    }
    return isTall ? x.transpose() : x;
  }
}
