package org.thalweg.optim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.optim.engine.Accumulator;
import org.thalweg.optim.engine.Goal;
import org.thalweg.optim.engine.Runner;
import org.thalweg.optim.engine.Saved;
import org.thalweg.optim.schedule.Plateau;

/// One [Rule] or several at work on the parameters of a model: what they remember, the count of
/// steps, and parallel passes over all parameters in place.
///
/// ```java
/// Optimizer optimizer = new Adam(1e-3).over(model.parameters());
/// optimizer.step(loss.backward());
///
/// Optimizer grouped =
///     Optimizer.over(model.parameters()).group("**.bias", new Sgd(0.1)).rest(new Muon(0.02));
/// ```
///
/// A parameter without a gradient is left as it is, and so is what is remembered of it.
public final class Optimizer {
  /// Parameters that have been given the same rule.
  private record Group(Rule rule, List<Parameter> parameters, Runner runner) {
    List<String> names() {
      return parameters.stream().map(Parameter::name).toList();
    }
  }

  private final Map<String, Parameter> parameters;
  private final List<Group> groups;
  private final Grouping.Care care;
  private final Accumulator sums = new Accumulator();
  private final List<Plateau> plateaus;
  private double clipping = 1;
  private long steps;
  private long skipped;
  private boolean isStationary;
  private volatile @Nullable Thread evaluator;

  Optimizer(
      Map<String, Parameter> parameters, List<Grouping.Assigned> assigned, Grouping.Care care) {
    this.parameters = parameters;
    this.care = care;
    this.groups =
        assigned.stream()
            .map(
                group ->
                    new Group(
                        group.rule(),
                        group.parameters(),
                        new Runner(
                            clipped(group.rule()),
                            name(group.rule()),
                            group.parameters().stream().map(Tensor::array).toList())))
            .toList();
    this.plateaus = plateaus(groups.stream().map(Group::runner).toList());
  }

  /// The schedules with a state of their own, each once.
  static List<Plateau> plateaus(List<Runner> runners) {
    Set<Plateau> found = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Plateau> inOrder = new ArrayList<>();
    for (Runner runner : runners) {
      runner.schedules().forEach(schedule -> collect(schedule, found, inOrder));
    }
    return List.copyOf(inOrder);
  }

  private static void collect(Schedule schedule, Set<Plateau> found, List<Plateau> inOrder) {
    if (schedule instanceof Plateau plateau && found.add(plateau)) {
      inOrder.add(plateau);
    }
    schedule.parts().forEach(part -> collect(part, found, inOrder));
  }

  /// The rule with gradients times the factor of this step, which is the same for all groups.
  private Rule clipped(Rule rule) {
    return care.longest() == Double.POSITIVE_INFINITY
        ? rule
        : rule.with((s, g) -> g.times(s.number("clipping", _ -> clipping)));
  }

  /// Begins an optimizer whose parameters have several rules: see [Grouping].
  ///
  /// @throws IllegalArgumentException where there are no parameters, or two have the same name
  public static Grouping over(Collection<Parameter> parameters) {
    return Grouping.of(parameters);
  }

  /// What messages call a rule; `rule` for a lambda, whose name says nothing to anybody.
  static String name(Rule rule) {
    if (rule instanceof Transformed transformed) {
      return name(transformed.rule());
    }
    return rule.getClass().isHidden() ? "rule" : rule.getClass().getSimpleName();
  }

  /// Changes every parameter that has a gradient, in place.
  ///
  /// @throws IllegalArgumentException where none of the parameters has a gradient, or a schedule
  ///   gives a value that is not finite; nothing is changed then
  /// @throws IllegalStateException where another thread is changing one of the parameters, or a
  ///   rule takes its gradient elsewhere and needs the loss as a function
  public void step(Gradients gradients) {
    for (Group group : groups) {
      if (group.runner.hasProbe()) {
        throw new IllegalStateException(
            "step: "
                + name(group.rule)
                + " takes its gradient at another place than the parameters: give the loss as a"
                + " function, step(() -> loss)");
      }
    }
    claimed("step", () -> update(gradients));
  }

  /// Computes the loss and its gradients where the rules want them, and changes every parameter
  /// that has one, in place. The loss is evaluated once, or twice where a rule looks for the place
  /// with a gradient; parameters move in between and come back bit for bit.
  ///
  /// @param loss computed from the parameters anew at each call
  /// @return the loss of the last evaluation
  /// @throws IllegalArgumentException as [#step(Gradients)]
  public Tensor step(Supplier<Tensor> loss) {
    Tensor[] last = new Tensor[1];
    claimed(
        "step",
        () -> {
          Map<Parameter, Array> before = new LinkedHashMap<>();
          try {
            probe(loss, before);
            last[0] = loss.get();
            Gradients gradients = last[0].backward();
            restore(before);
            update(gradients);
          } finally {
            restore(before);
          }
        });
    return last[0];
  }

  /// Moves the parameters of those rules that look elsewhere, and keeps what they were.
  private void probe(Supplier<Tensor> loss, Map<Parameter, Array> before) {
    List<Group> probing = groups.stream().filter(group -> group.runner.hasProbe()).toList();
    if (probing.isEmpty()) {
      return;
    }
    boolean needsGradient = probing.stream().anyMatch(g -> g.runner.probeNeedsGradient());
    Optional<Gradients> here =
        needsGradient ? Optional.of(loss.get().backward()) : Optional.empty();
    for (Group group : probing) {
      group.runner.includeAll();
      here.ifPresent(gradients -> bind(group, found(gradients)));
      for (Parameter parameter : group.parameters) {
        before.put(parameter, parameter.array().copy());
      }
    }
    // The factor is that of the gradients of this step, which are not there yet.
    clipping = 1;
    compute(probing, Goal.PROBE);
  }

  private static void restore(Map<Parameter, Array> before) {
    before.forEach((parameter, values) -> parameter.assignInPlace(Tensor.of(values)));
    before.clear();
  }

  /// Reserves the parameters for this thread while the body runs.
  private void claimed(String operation, Runnable body) {
    Thread thread = evaluator;
    if (thread != null) {
      throw new IllegalStateException(
          operation
              + ": thread ["
              + thread.getName()
              + "] is evaluating, so that the parameters are not those that are trained: wait until"
              + " its evaluating(…) has ended");
    }
    List<Parameter> claimed = new ArrayList<>();
    try {
      for (Parameter parameter : parameters.values()) {
        parameter.array().storage().claim();
        claimed.add(parameter);
      }
      body.run();
    } finally {
      claimed.forEach(parameter -> parameter.array().storage().unclaim());
    }
  }

  private void update(Gradients gradients) {
    isStationary = false;
    if (parameters.values().stream().noneMatch(p -> gradients.find(p).isPresent())) {
      throw new IllegalArgumentException(
          "step: none of the parameters "
              + parameters.keySet()
              + " has a gradient, there are some for "
              + gradients.parameters().stream().map(Parameter::name).toList()
              + ": is it the loss of this model?");
    }
    Map<String, Array> found = found(gradients);
    if (care.batches() == 1) {
      take(found);
    } else if (sums.add(found) == care.batches()) {
      try {
        take(sums.means());
      } finally {
        sums.clear();
      }
    }
  }

  private Map<String, Array> found(Gradients gradients) {
    Map<String, Array> found = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) ->
            gradients.find(parameter).ifPresent(tensor -> found.put(name, tensor.array())));
    return found;
  }

  /// Makes a step from these gradients, or none where they are such.
  private void take(Map<String, Array> gradients) {
    if (care.nonFinite() != NonFinite.USE && !areFinite(gradients)) {
      skipped++;
      return;
    }
    isStationary =
        care.tolerance() >= 0 && Accumulator.largest(gradients.values()) <= care.tolerance();
    if (isStationary) {
      return;
    }
    if (care.longest() < Double.POSITIVE_INFINITY) {
      double norm = Accumulator.norm(gradients.values());
      clipping = norm > care.longest() ? care.longest() / norm : 1;
    }
    groups.forEach(group -> bind(group, gradients));
    compute(groups, Goal.UPDATE);
    steps++;
  }

  private boolean areFinite(Map<String, Array> gradients) {
    for (Map.Entry<String, Array> gradient : gradients.entrySet()) {
      double norm = Accumulator.norm(gradient.getValue());
      if (!Double.isFinite(norm)) {
        if (care.nonFinite() == NonFinite.THROW) {
          throw new IllegalArgumentException(
              "step: the gradient of ["
                  + gradient.getKey()
                  + "] has the norm "
                  + norm
                  + " after "
                  + steps
                  + " steps: lower the rate, clip, or look at the loss");
        }
        return false;
      }
    }
    return true;
  }

  private static void bind(Group group, Map<String, Array> gradients) {
    for (int k = 0; k < group.parameters.size(); k++) {
      Array gradient = gradients.get(group.parameters.get(k).name());
      if (gradient == null) {
        group.runner.skip(k);
      } else {
        group.runner.gradient(k, gradient);
      }
    }
  }

  /// Everything is prepared before anything is changed.
  private void compute(List<Group> some, Goal goal) {
    Scope.run(
        () -> {
          some.forEach(group -> group.runner.prepare(goal, steps + 1));
          some.forEach(group -> group.runner.run(goal));
        });
  }

  /// Runs a body with the parameters that models are to be evaluated with, where a rule has others
  /// than those that it trains: averages. Afterwards the parameters are what they were, bit for
  /// bit, also where the body throws.
  ///
  /// @throws IllegalStateException where a thread, this one included, is changing the parameters or
  ///   evaluating with them
  public void evaluating(Runnable body) {
    evaluating(
        () -> {
          body.run();
          return true;
        });
  }

  /// Computes a value with the parameters that models are to be evaluated with.
  ///
  /// @throws IllegalStateException as [#evaluating(Runnable)]
  public <T> T evaluating(Supplier<T> body) {
    List<T> value = new ArrayList<>();
    claimed(
        "evaluating",
        () -> {
          evaluator = Thread.currentThread();
          try {
            value.add(withAverages(body));
          } finally {
            evaluator = null;
          }
        });
    return value.get(0);
  }

  private <T> T withAverages(Supplier<T> body) {
    Map<Parameter, Array> before = new LinkedHashMap<>();
    List<Group> averaging = groups.stream().filter(g -> g.runner.hasEvaluation()).toList();
    try {
      for (Group group : averaging) {
        group.runner.includeAll();
        for (Parameter parameter : group.parameters) {
          before.put(parameter, parameter.array().copy());
        }
      }
      compute(averaging, Goal.EVALUATION);
      return body.get();
    } finally {
      restore(before);
    }
  }

  /// How many steps have been made.
  public long steps() {
    return steps;
  }

  /// How many steps were left out because a gradient was not finite.
  public long skipped() {
    return skipped;
  }

  /// Whether the last call of `step` made no step because all gradients were below the tolerance of
  /// [Grouping#stopAt].
  public boolean isStationary() {
    return isStationary;
  }

  /// The rules, in the order of their groups.
  public List<Rule> rules() {
    return groups.stream().map(Group::rule).toList();
  }

  /// Everything that the next step depends on but the parameters: each state as `parameter/state`,
  /// what a rule remembers for all, and the counts of steps. Copies.
  public State state() {
    Saved saved = new Saved(steps, rules().stream().map(Optimizer::name).toList());
    for (int g = 0; g < groups.size(); g++) {
      saved.runner(Integer.toString(g), groups.get(g).runner, groups.get(g).names());
    }
    save(plateaus, saved);
    if (care.batches() > 1) {
      saved.sums(sums, parameters);
    }
    return saved.state();
  }

  static void save(List<Plateau> plateaus, Saved saved) {
    for (int k = 0; k < plateaus.size(); k++) {
      saved.scalars("plateau" + k, plateaus.get(k).state());
    }
  }

  static void restore(List<Plateau> plateaus, State state) {
    for (int k = 0; k < plateaus.size(); k++) {
      Map<String, Double> values = plateaus.get(k).state();
      Saved.copyScalars(state, "plateau" + k, values);
      plateaus.get(k).restore(values);
    }
  }

  /// Continues from a [state][#state()]: the next step is the one that would have followed.
  ///
  /// @throws IllegalArgumentException where it is not the state of such rules on such parameters,
  ///   with all differences; nothing is changed then
  public void restore(State state) {
    List<String> differences = Saved.differences(state(), state, care.batches());
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: the state does not fit "
              + rules()
              + " on "
              + parameters.keySet()
              + ": "
              + String.join("; ", differences));
    }
    for (int g = 0; g < groups.size(); g++) {
      Saved.copyRunner(state, Integer.toString(g), groups.get(g).runner, groups.get(g).names());
    }
    restore(plateaus, state);
    if (care.batches() > 1) {
      Saved.copySums(state, sums, parameters);
    }
    steps = Saved.steps(state);
  }
}
