package org.thalweg.optim.free;

import java.util.Optional;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.engine.Checks;

/// Another rule without a schedule of its rate: it moves z, gradients are taken at y between z and
/// the average x, and x is what to evaluate with.
///
/// ```
/// y = (1 − β) z + β x        the parameter while training
/// z ← a step of the rule from z with the gradient at y
/// x ← (1 − c) x + c z,       c = wₜ / (w₁ + … + wₜ),   w = (largest η so far)²
/// ```
///
/// Evaluate inside of `Optimizer.evaluating`, which sets x. Equals Optax
/// `contrib.schedule_free(rule, η, b1=β)`. Defazio et al., 2024.
///
/// @param rule which moves z, without momentum of its own
/// @param learningRate its η, which gives the weights
/// @param beta β, above 0; 0.9 by default
public record ScheduleFree(Rule rule, Schedule learningRate, double beta) implements Rule {
  private static final String LARGEST = "largest η";
  private static final String SUM = "Σw";

  /// With β = 0.9.
  public ScheduleFree(Rule rule, double learningRate) {
    this(rule, Schedule.constant(learningRate), 0.9);
  }

  /// AdamW without a schedule, the average in the place of its momentum: as Optax
  /// `contrib.schedule_free_adamw(η, weight_decay=λ)` where λ = 0; decay acts on z here, on y
  /// there.
  public static ScheduleFree adamW(double learningRate, double decay) {
    return new ScheduleFree(new AdamW(new Adam(learningRate, 0, 0.999, 1e-8), decay), learningRate);
  }

  /// Checks the values.
  public ScheduleFree {
    learningRate = Checks.rate("scheduleFree", learningRate);
    Checks.fraction("scheduleFree", "beta", beta);
    if (beta == 0) {
      throw new IllegalArgumentException(
          "scheduleFree: beta is 0, so that the average is not in what is stored: use a value above"
              + " 0");
    }
  }

  @Override
  public Update update(Symbols s) {
    Expr y = s.parameter();
    Expr z = s.state("z", Start.PARAMETER);
    if (rule.probe(s).isPresent()) {
      throw new IllegalArgumentException(
          "scheduleFree: "
              + rule
              + " takes its gradient at another place, and so does this: use a rule without a"
              + " look-ahead");
    }
    Update step = rule.update(s.with(z, s.gradient()));
    Expr zNext = step.parameter();
    s.scalar(LARGEST, 0);
    s.scalar(SUM, 0);
    Expr c = s.number("c", n -> share(weight(largest(n)), sum(n)));
    Expr x = average(s, y, z);
    Expr xNext = x.plus(c.times(zNext.minus(x)));
    Expr yNext = s.average("β", beta, xNext, zNext);
    return step.to(yNext)
        .with("z", zNext)
        .withScalar(LARGEST, this::largest)
        .withScalar(SUM, this::sum);
  }

  @Override
  public Optional<Expr> evaluation(Symbols s) {
    return Optional.of(average(s, s.parameter(), s.state("z", Start.PARAMETER)));
  }

  /// x from y = (1 − β) z + β x.
  private Expr average(Symbols s, Expr y, Expr z) {
    return y.minus(s.constant("1−β", 1 - beta).times(z)).over(s.constant("β", beta));
  }

  private double largest(Numbers n) {
    return Math.max(n.scalar(LARGEST), n.at(learningRate));
  }

  private double sum(Numbers n) {
    return n.scalar(SUM) + weight(largest(n));
  }

  private static double weight(double rate) {
    return rate * rate;
  }

  private static double share(double weight, double sum) {
    return sum == 0 ? 0 : weight / sum;
  }
}
