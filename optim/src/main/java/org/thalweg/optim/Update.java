package org.thalweg.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thalweg.autodiff.formula.Expr;

/// What a step makes of a parameter and of what its rule remembers.
///
/// @param parameter θ after the step
/// @param states each changed state after the step, by name
/// @param scalars each changed scalar after the step, by name
public record Update(Expr parameter, Map<String, Expr> states, Map<String, Numbers.Value> scalars) {
  /// Copies the maps.
  public Update {
    states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
    scalars = Collections.unmodifiableMap(new LinkedHashMap<>(scalars));
  }

  /// θ after the step.
  public static Update of(Expr parameter) {
    return new Update(parameter, Map.of(), Map.of());
  }

  /// Also changes a state.
  ///
  /// @throws IllegalArgumentException where it is changed already: a rule around a rule needs names
  ///   of its own
  public Update with(String state, Expr value) {
    Map<String, Expr> more = new LinkedHashMap<>(states);
    if (more.put(state, value) != null) {
      throw new IllegalArgumentException(
          "rule: its state [" + state + "] is changed twice in one update: rename one");
    }
    return new Update(parameter, more, scalars);
  }

  /// Also changes a scalar, from what was measured in the step.
  ///
  /// @throws IllegalArgumentException where it is changed already
  public Update withScalar(String scalar, Numbers.Value value) {
    Map<String, Numbers.Value> more = new LinkedHashMap<>(scalars);
    if (more.put(scalar, value) != null) {
      throw new IllegalArgumentException(
          "rule: its scalar [" + scalar + "] is changed twice in one update: rename one");
    }
    return new Update(parameter, states, more);
  }

  /// The same step with another θ at its end.
  public Update to(Expr other) {
    return new Update(other, states, scalars);
  }
}
