package org.thalweg.optim.gradient;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Stochastic gradient descent, with momentum in one of three forms.
///
/// ```
/// v ← μ v + (1 − δ) g,   θ ← θ − η v      accumulating; δ counts from the second step
/// v ← μ v − η g,         θ ← θ + v        velocity
/// v ← μ v + (1 − μ) g,   θ ← θ − η v      average
/// ```
///
/// and with Nesterov's momentum, rewritten for a gradient at the parameter itself:
///
/// ```
/// θ ← θ − η (g + μ v),   θ ← θ + μ v − η g,   θ ← θ − η (μ v + (1 − μ) g)
/// ```
///
/// Equals `torch.optim.SGD(lr=η, momentum=μ, dampening=δ, nesterov=…)` and Optax `sgd` in the
/// accumulating form, `keras.optimizers.SGD` in that of a velocity. Polyak, 1964; Nesterov, 1983;
/// Sutskever et al., 2013; with μ = 0 Robbins and Monro, 1951. For a look-ahead that is real, see
/// [Nesterov].
///
/// @param learningRate η
/// @param momentum μ, 0 for none
/// @param form of the momentum; accumulating by default
/// @param dampening δ, of the accumulating form; 0 by default
/// @param isNesterov whether the step looks ahead; not by default
public record Sgd(
    Schedule learningRate, Schedule momentum, Momentum form, double dampening, boolean isNesterov)
    implements Rule {
  /// Without momentum.
  public Sgd(double learningRate) {
    this(learningRate, 0);
  }

  /// With momentum.
  public Sgd(double learningRate, double momentum) {
    this(Schedule.constant(learningRate), momentum);
  }

  /// With momentum.
  public Sgd(Schedule learningRate, double momentum) {
    this(learningRate, Schedule.constant(momentum));
  }

  /// With momentum that changes.
  public Sgd(Schedule learningRate, Schedule momentum) {
    this(learningRate, momentum, Momentum.ACCUMULATING, 0, false);
  }

  /// Checks the values.
  public Sgd {
    learningRate = Checks.rate("sgd", learningRate);
    momentum = Checks.fraction("sgd", "momentum", momentum);
    Checks.notNegative("sgd", "dampening", dampening);
    if (dampening != 0 && (form != Momentum.ACCUMULATING || isNesterov)) {
      throw new IllegalArgumentException(
          "sgd: dampening is "
              + dampening
              + " with momentum "
              + (isNesterov ? "of Nesterov" : form)
              + ": it is defined for the accumulating form alone, without Nesterov");
    }
  }

  /// With momentum as `keras.optimizers.SGD` has it.
  public static Sgd keras(double learningRate, double momentum) {
    return new Sgd(learningRate, momentum).form(Momentum.VELOCITY);
  }

  /// With momentum as Optax `sgd` has it.
  public static Sgd optax(double learningRate, double momentum) {
    return new Sgd(learningRate, momentum);
  }

  /// With momentum in another form.
  public Sgd form(Momentum other) {
    return new Sgd(learningRate, momentum, other, dampening, isNesterov);
  }

  /// With less of each gradient but the first.
  public Sgd dampening(double delta) {
    return new Sgd(learningRate, momentum, form, delta, isNesterov);
  }

  /// With Nesterov's momentum.
  public Sgd nesterov() {
    return new Sgd(learningRate, momentum, form, dampening, true);
  }

  @Override
  public Update update(Symbols s) {
    Expr g = s.gradient();
    Expr eta = s.scheduled("η", learningRate);
    if (momentum.isConstant(0)) {
      return Update.of(s.parameter().minus(eta.times(g)));
    }
    Expr mu = s.scheduled("μ", momentum);
    Expr before = s.state("v");
    return switch (form) {
      case ACCUMULATING -> {
        Expr v = mu.times(before).plus(damped(s, g));
        Expr step = isNesterov ? g.plus(mu.times(v)) : v;
        yield Update.of(s.parameter().minus(eta.times(step))).with("v", v);
      }
      case VELOCITY -> {
        Expr push = eta.times(g);
        Expr v = mu.times(before).minus(push);
        Expr step = isNesterov ? mu.times(v).minus(push) : v;
        yield Update.of(s.parameter().plus(step)).with("v", v);
      }
      case AVERAGE -> {
        Expr rest = s.scheduled("1−μ", momentum.complement());
        Expr v = mu.times(before).plus(rest.times(g));
        Expr step = isNesterov ? mu.times(v).plus(rest.times(g)) : v;
        yield Update.of(s.parameter().minus(eta.times(step))).with("v", v);
      }
    };
  }

  private Expr damped(Symbols s, Expr g) {
    return dampening == 0 ? g : g.times(s.number("1−δ", n -> n.step() == 1 ? 1 : 1 - dampening));
  }
}
