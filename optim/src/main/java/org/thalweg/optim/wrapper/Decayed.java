package org.thalweg.optim.wrapper;

import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.Wrapper;
import org.thalweg.optim.engine.Checks;

/// Another rule with weight decay apart from the gradient.
///
/// ```
/// θ ← (1 − η λ) θ,   then a step of the rule
/// ```
///
/// What `weight_decay` does in every optimizer of Keras, and `decoupled_weight_decay` in PyTorch's
/// `NAdam` and `RAdam`. For decay in the gradient see [Decay]. Loshchilov and Hutter, 2019.
///
/// @param rule which makes the step
/// @param learningRate η, that of the rule
/// @param decay λ
public record Decayed(Rule rule, Schedule learningRate, Schedule decay) implements Wrapper {
  /// With a rate that stays.
  public Decayed(Rule rule, double learningRate, double decay) {
    this(rule, Schedule.constant(learningRate), decay);
  }

  /// With numbers that stay.
  public Decayed(Rule rule, Schedule learningRate, double decay) {
    this(rule, learningRate, Schedule.constant(decay));
  }

  /// Checks the values.
  public Decayed {
    learningRate = Checks.rate("decayed", learningRate);
    decay = Checks.notNegative("decayed", "decay", decay);
  }

  @Override
  public Update update(Symbols s) {
    Expr shrink = s.number("1−ηλ", n -> 1 - n.at(learningRate) * n.at(decay));
    return rule.update(s.with(shrink.times(s.parameter()), s.gradient()));
  }
}
