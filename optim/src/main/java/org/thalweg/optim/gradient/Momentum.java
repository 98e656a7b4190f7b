package org.thalweg.optim.gradient;

/// The forms in which [Sgd] carries its past steps on.
public enum Momentum {
  /// `v ← μ v + g`, a step η v: PyTorch, Optax. A change of η changes past steps too.
  ACCUMULATING,
  /// `v ← μ v − η g`, a step v: Keras, Sutskever et al. A change of η leaves past steps alone.
  VELOCITY,
  /// `v ← μ v + (1 − μ) g`, a step η v: an average of gradients, Optax `ema(μ, debias=False)`. As
  /// accumulating, with η (1 − μ) for η.
  AVERAGE
}
