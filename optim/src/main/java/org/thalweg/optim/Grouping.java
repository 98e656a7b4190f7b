package org.thalweg.optim;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.array.sweep.Sweep.Measure;
import org.thalweg.optim.engine.Checks;
import org.thalweg.optim.engine.NamePattern;

/// Which parameters have which rule, by patterns of their names. The first pattern that matches
/// counts.
///
/// ```java
/// Optimizer.over(model.parameters()).group("**.bias", new Sgd(0.1)).rest(new AdamW(1e-3));
/// ```
///
/// In a pattern `*` stands for anything within one part of a name (parts are separated by dots),
/// `**` for any parts or none, `?` for one character: `**.bias` is every bias, `encoder.*.weight`
/// those one level below `encoder`.
@CheckReturnValue
public final class Grouping {
  /// Parameters with a rule.
  record Assigned(Rule rule, List<Parameter> parameters) {}

  /// What is done with gradients before any rule sees them.
  ///
  /// @param batches how many gradients make a step
  /// @param nonFinite what is done where one is not finite
  /// @param longest the norm that all together are shortened to; ∞ for none
  /// @param tolerance no step is made where no element is larger; below 0 for none
  record Care(long batches, NonFinite nonFinite, double longest, double tolerance) {
    static final Care NONE = new Care(1, NonFinite.USE, Double.POSITIVE_INFINITY, -1);

    /// Whether gradients are multiplied by a number.
    boolean isScaling() {
      return batches > 1 || longest < Double.POSITIVE_INFINITY;
    }

    /// What has to be known of the gradients.
    Set<Measure> measures() {
      Set<Measure> measures = EnumSet.noneOf(Measure.class);
      if (nonFinite != NonFinite.USE || longest < Double.POSITIVE_INFINITY) {
        measures.add(Measure.NORM);
      }
      if (tolerance >= 0) {
        measures.add(Measure.LARGEST);
      }
      return measures;
    }
  }

  private final Map<String, Parameter> parameters;
  private final Map<String, Parameter> left;
  private final List<Assigned> assigned;
  private final Care care;

  private Grouping(
      Map<String, Parameter> parameters,
      Map<String, Parameter> left,
      List<Assigned> assigned,
      Care care) {
    this.parameters = parameters;
    this.left = left;
    this.assigned = assigned;
    this.care = care;
  }

  static Grouping of(Collection<Parameter> parameters) {
    Map<String, Parameter> byName = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (byName.put(parameter.name(), parameter) != null) {
        throw new IllegalArgumentException(
            "optimizer: two parameters are named ["
                + parameter.name()
                + "]: give each its own path");
      }
    }
    if (byName.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: there are no parameters: give those of a model");
    }
    return new Grouping(byName, byName, List.of(), Care.NONE);
  }

  /// Gives a rule to the parameters whose names match and that have none yet.
  ///
  /// @throws IllegalArgumentException where there is no such parameter
  public Grouping group(String pattern, Rule rule) {
    return new Grouping(
        parameters, without(pattern), more(new Assigned(rule, matching(pattern))), care);
  }

  /// Leaves the parameters whose names match and that have no rule yet as they are.
  ///
  /// @throws IllegalArgumentException where there is no such parameter
  public Grouping freeze(String pattern) {
    Map<String, Parameter> others = new LinkedHashMap<>(parameters);
    matching(pattern).forEach(frozen -> others.remove(frozen.name()));
    return new Grouping(others, without(pattern), assigned, care);
  }

  /// Makes a step from the mean of so many gradients: `step` adds the others up, each in one pass,
  /// and the division enters the pass of the step. A step that fails or is left out takes its
  /// batches with it: the next begins anew. So does what they have for buffers. As Optax
  /// `MultiSteps`; PyTorch's loops add without dividing.
  public Grouping accumulate(long batches) {
    Checks.count("optimizer", "batches", batches);
    return with(new Care(batches, care.nonFinite, care.longest, care.tolerance));
  }

  /// Looks at gradients before a step; one parallel pass over them, unless they are to be used. It
  /// is the same pass that [#clipGlobalNorm] and [#stopAt] need.
  public Grouping onNonFinite(NonFinite policy) {
    return with(new Care(care.batches, policy, care.longest, care.tolerance));
  }

  /// Shortens the gradients of all groups together to a norm.
  ///
  /// ```
  /// g ← g · min(1, longest / ‖(g₁, g₂, …)‖)
  /// ```
  ///
  /// One parallel pass over the gradients, see [#onNonFinite]; the factor enters the pass of the
  /// step.
  public Grouping clipGlobalNorm(double longest) {
    Checks.notNegative("optimizer", "the largest norm", longest);
    return with(new Care(care.batches, care.nonFinite, longest, care.tolerance));
  }

  /// Makes no step where no element of any gradient is larger than a tolerance, ‖g‖∞ ≤ tolerance;
  /// [Optimizer#isStationary] says so.
  public Grouping stopAt(double tolerance) {
    Checks.notNegative("optimizer", "tolerance", tolerance);
    return with(new Care(care.batches, care.nonFinite, care.longest, tolerance));
  }

  private Grouping with(Care other) {
    return new Grouping(parameters, left, assigned, other);
  }

  private List<Parameter> matching(String pattern) {
    NamePattern names = new NamePattern(pattern);
    List<Parameter> matching =
        left.values().stream().filter(parameter -> names.matches(parameter.name())).toList();
    if (matching.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: the pattern ["
              + pattern
              + "] matches none of the parameters without a rule, "
              + left.keySet()
              + ": correct it, or change the order of the groups");
    }
    return matching;
  }

  private Map<String, Parameter> without(String pattern) {
    NamePattern names = new NamePattern(pattern);
    Map<String, Parameter> others = new LinkedHashMap<>(left);
    others.keySet().removeIf(names::matches);
    return others;
  }

  private void checkSome() {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: all parameters are frozen, so that none is left to train: freeze fewer");
    }
  }

  private List<Assigned> more(Assigned group) {
    List<Assigned> more = new ArrayList<>(assigned);
    more.add(group);
    return more;
  }

  /// Gives a rule to all parameters that have none yet, and makes the optimizer.
  ///
  /// @throws IllegalArgumentException where all parameters are frozen
  public Optimizer rest(Rule rule) {
    checkSome();
    return new Optimizer(
        parameters.values(),
        left.isEmpty() ? assigned : more(new Assigned(rule, List.copyOf(left.values()))),
        care);
  }

  /// Makes the optimizer.
  ///
  /// @throws IllegalArgumentException where a parameter has no rule, or all are frozen
  public Optimizer complete() {
    checkSome();
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: the parameters "
              + left.keySet()
              + " have no rule: give them one by group(…) or rest(…)");
    }
    return new Optimizer(parameters.values(), assigned, care);
  }
}
