package org.thalweg.optim.gradient;

import java.util.Optional;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Descent with a falling rate and decay, and the average of what it passed through.
///
/// ```
/// ηₜ = η / (1 + λ η (t − 1))^α,   μₜ = 1 / max(1, t − 1 − t₀)
/// θ ← (1 − λ ηₜ) θ − ηₜ g
/// a ← a + μₜ (θ − a)
/// ```
///
/// a starts at the parameter. /// Evaluate inside of `Optimizer.evaluating`, which sets a. Equals
/// `torch.optim.ASGD(lr=η, lambd=λ, alpha=α, t0=t₀)`, whose parameters never become the average.
/// Polyak and Juditsky, 1992; Bottou, 2010.
///
/// @param learningRate η; 0.01 by default
/// @param decay λ; 10⁻⁴ by default
/// @param power α; 0.75 by default
/// @param averageFrom t₀, after how many steps an average begins; 10⁶ by default
public record Asgd(Schedule learningRate, Schedule decay, double power, long averageFrom)
    implements Rule {
  /// With PyTorch's values.
  public Asgd() {
    this(0.01);
  }

  /// With PyTorch's other values.
  public Asgd(double learningRate) {
    this(Schedule.constant(learningRate), 1e-4, 0.75, 1_000_000);
  }

  /// With numbers that stay.
  public Asgd(Schedule learningRate, double decay, double power, long averageFrom) {
    this(learningRate, Schedule.constant(decay), power, averageFrom);
  }

  /// Checks the values.
  public Asgd {
    learningRate = Checks.rate("asgd", learningRate);
    decay = Checks.notNegative("asgd", "decay", decay);
    Checks.notNegative("asgd", "power", power);
    Checks.countOrNone("asgd", "averageFrom", averageFrom);
  }

  @Override
  public Update update(Symbols s) {
    Expr eta = s.number("ηₜ", this::rate);
    Expr shrink = s.number("1−ληₜ", n -> 1 - n.at(decay) * rate(n));
    Expr theta = shrink.times(s.parameter()).minus(eta.times(s.gradient()));
    Expr a = s.state("a", Start.PARAMETER);
    Expr share = s.number("μₜ", n -> 1.0 / Math.max(1, n.step() - 1 - averageFrom));
    Expr average =
        Expr.where(share.equalTo(Expr.number(1)), theta, a.plus(share.times(theta.minus(a))));
    return Update.of(theta).with("a", average);
  }

  @Override
  public Optional<Expr> evaluation(Symbols s) {
    return Optional.of(s.state("a", Start.PARAMETER));
  }

  private double rate(Numbers n) {
    double eta = n.at(learningRate);
    return eta / StrictMath.pow(1 + n.at(decay) * eta * (n.step() - 1), power);
  }
}
