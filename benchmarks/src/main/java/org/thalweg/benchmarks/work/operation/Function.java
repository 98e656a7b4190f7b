package org.thalweg.benchmarks.work.operation;

import java.util.Locale;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.operation.normal.Normalizations;

/// The functions that are timed over a whole matrix.
public enum Function {
  /// eˣ of normal numbers.
  EXP,
  /// ln x of numbers in 0.5 … 1.5.
  LOG,
  /// tanh of normal numbers.
  TANH,
  /// The exact form, of normal numbers.
  GELU,
  /// Of each row.
  SOFTMAX,
  /// Of each row, with gain and bias.
  LAYERNORM,
  /// Of all elements.
  SUM;

  /// The name in those of works.
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What it is a function of: a square matrix first.
  Tensor[] inputs(int side) {
    Tensor x = Tensor.normal(1, side, side);
    return switch (this) {
      case LOG -> new Tensor[] {Tensor.uniform(1, side, side).plus(0.5)};
      case LAYERNORM -> new Tensor[] {x, Tensor.uniform(2, side), Tensor.normal(3, side)};
      default -> new Tensor[] {x};
    };
  }

  /// The function itself.
  Tensor of(Tensor... inputs) {
    Tensor x = inputs[0];
    return switch (this) {
      case EXP -> x.exp();
      case LOG -> x.log();
      case TANH -> x.tanh();
      case GELU -> x.gelu();
      case SOFTMAX -> x.softmax(-1);
      case LAYERNORM -> Normalizations.layerNorm(x, inputs[1], inputs[2], 1e-5);
      case SUM -> x.sum();
    };
  }
}
