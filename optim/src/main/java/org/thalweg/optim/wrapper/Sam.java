package org.thalweg.optim.wrapper;

import java.util.Optional;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.Wrapper;
import org.thalweg.optim.engine.Checks;

/// Another rule with the gradient of a place uphill: steps lead to flat minima.
///
/// ```
/// ĝ = ∇L(θ + ρ g / (‖g‖ + 10⁻¹²)),   g = ∇L(θ), its norm over all parameters
/// θ ← a step of the rule from θ with ĝ
/// ```
///
/// A step evaluates the loss twice and needs it as a function, `step(() -> loss)`. The rule inside
/// may have no look-ahead of its own. Foret et al., 2021, algorithm 1.
///
/// @param rule which makes the step
/// @param rho ρ; 0.05 in the paper
public record Sam(Rule rule, Schedule rho) implements Wrapper {
  private static final double TINY = 1e-12;

  /// With numbers that stay.
  public Sam(Rule rule, double rho) {
    this(rule, Schedule.constant(rho));
  }

  /// Checks the values.
  public Sam {
    rho = Checks.notNegative("sam", "rho", rho);
  }

  @Override
  public Optional<Expr> probe(Symbols s) {
    if (rule.probe(s).isPresent()) {
      throw new IllegalArgumentException(
          "sam: "
              + rule
              + " takes its gradient at another place, and so does this: use a rule without a"
              + " look-ahead");
    }
    Expr g = s.gradient();
    Expr norm = s.totalNorm("‖g‖", g).plus(s.constant("tiny", TINY));
    return Optional.of(s.parameter().plus(s.scheduled("ρ", rho).over(norm).times(g)));
  }

  @Override
  public Update update(Symbols s) {
    return rule.update(s);
  }
}
