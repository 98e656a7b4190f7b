package org.thalweg.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thalweg.autodiff.formula.Expr;

/// What a step makes of a parameter and of the state of its rule.
///
/// @param parameter θ after the step
/// @param states each changed state after the step, by name
public record Update(Expr parameter, Map<String, Expr> states) {
  /// Copies the states.
  public Update {
    states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
  }

  /// θ after the step.
  public static Update of(Expr parameter) {
    return new Update(parameter, Map.of());
  }

  /// Also changes a state.
  public Update with(String state, Expr value) {
    Map<String, Expr> more = new LinkedHashMap<>(states);
    more.put(state, value);
    return new Update(parameter, more);
  }
}
