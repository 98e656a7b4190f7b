package org.thalweg.optim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.optim.engine.Incoming;
import org.thalweg.optim.engine.Originals;
import org.thalweg.optim.engine.Runner;
import org.thalweg.optim.engine.Runner.Goal;
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
  ///
  /// @param members where they stand among all
  private record Group(
      Rule rule,
      List<Parameter> parameters,
      List<Integer> members,
      Runner runner,
      Originals originals) {
    List<String> names() {
      return parameters.stream().map(Parameter::name).toList();
    }
  }

  private final List<Parameter> parameters;
  private final List<Group> groups;
  private final Grouping.Care care;
  private final Incoming incoming;
  private final List<Plateau> plateaus;
  private double factor = 1;
  private long steps;
  private long skipped;
  private boolean isStationary;
  private volatile @Nullable Thread evaluator;

  Optimizer(
      Collection<Parameter> parameters, List<Grouping.Assigned> assigned, Grouping.Care care) {
    this.parameters = List.copyOf(parameters);
    this.care = care;
    this.incoming = new Incoming(arrays(this.parameters), care.batches(), care.measures());
    Map<Parameter, Integer> places = new IdentityHashMap<>();
    this.parameters.forEach(parameter -> places.put(parameter, places.size()));
    this.groups = assigned.stream().map(group -> group(group, places)).toList();
    this.plateaus = plateaus(groups.stream().map(Group::runner).toList());
  }

  private Group group(Grouping.Assigned assigned, Map<Parameter, Integer> places) {
    Rule rule = assigned.rule();
    List<Array> arrays = arrays(assigned.parameters());
    return new Group(
        rule,
        assigned.parameters(),
        assigned.parameters().stream().map(places::get).toList(),
        new Runner(scaled(rule), name(rule), arrays),
        new Originals(arrays));
  }

  private static List<Array> arrays(List<Parameter> parameters) {
    return parameters.stream().map(Tensor::array).toList();
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
  private Rule scaled(Rule rule) {
    return care.isScaling() ? rule.with((s, g) -> g.times(s.number("scale", _ -> factor))) : rule;
  }

  /// Begins an optimizer whose parameters have several rules: see [Grouping].
  ///
  /// @throws IllegalArgumentException where there are no parameters, or two have the same name
  public static Grouping over(Collection<Parameter> parameters) {
    return Grouping.of(parameters);
  }

  /// The names of a rule and of those inside, by which a state is known.
  static String names(Rule rule) {
    return switch (rule) {
      case Transformed transformed -> names(transformed.rule());
      case Wrapper wrapper -> name(rule) + " of " + names(wrapper.rule());
      default -> name(rule);
    };
  }

  /// What messages call a rule; `rule` for a lambda or an anonymous class, whose name says nothing
  /// to anybody.
  static String name(Rule rule) {
    if (rule instanceof Transformed transformed) {
      return name(transformed.rule());
    }
    String name = rule.getClass().getSimpleName();
    return rule.getClass().isHidden() || name.isEmpty() ? "rule" : name;
  }

  /// Changes every parameter that has a gradient, in place, and writes what came with the gradients
  /// for [buffers][org.thalweg.autodiff.buffer.Buffer].
  ///
  /// @throws IllegalArgumentException where none of the parameters has a gradient, or a schedule
  ///   gives a value that is not finite; nothing is changed then
  /// @throws IllegalStateException where another thread is changing one of the parameters, or a
  ///   rule takes its gradient elsewhere and needs the loss as a function
  public void step(Gradients gradients) {
    for (int k = 0; k < groups.size(); k++) {
      Group group = groups.get(k);
      if (group.runner.hasProbe()) {
        throw new IllegalStateException(
            "step: "
                + name(group.rule)
                + " takes its gradient at another place than the parameters: give the loss as a"
                + " function, step(() -> loss)");
      }
    }
    claim("step");
    try {
      update(gradients);
    } finally {
      release(parameters.size());
    }
  }

  /// Computes the loss and its gradients where the rules want them, and changes every parameter
  /// that has one, in place. The loss is evaluated once, or twice where a rule looks for the place
  /// with a gradient; parameters move in between and come back bit for bit.
  ///
  /// @param loss computed from the parameters anew at each call
  /// @return the loss of the last evaluation
  /// @throws IllegalArgumentException as [#step(Gradients)]
  public Tensor step(Supplier<Tensor> loss) {
    claim("step");
    try {
      probe(loss);
      Tensor last = loss.get();
      Gradients gradients = last.backward();
      restoreOriginals();
      update(gradients);
      return last;
    } finally {
      restoreOriginals();
      release(parameters.size());
    }
  }

  /// Moves the parameters of those rules that look elsewhere, and keeps what they were.
  private void probe(Supplier<Tensor> loss) {
    List<Group> probing = groups.stream().filter(group -> group.runner.hasProbe()).toList();
    if (probing.isEmpty()) {
      return;
    }
    boolean needsGradient = probing.stream().anyMatch(g -> g.runner.probeNeedsGradient());
    if (needsGradient) {
      find(loss.get().backward());
    }
    for (Group group : probing) {
      group.runner.includeAll();
      if (needsGradient) {
        bind(group, Goal.PROBE);
      }
      group.originals.hold();
    }
    incoming.forget();
    // The factor is that of the gradients of this step, which are not there yet.
    factor = 1;
    compute(probing, Goal.PROBE);
  }

  private void restoreOriginals() {
    for (int k = 0; k < groups.size(); k++) {
      groups.get(k).originals.restore();
    }
  }

  /// Reserves the parameters for this thread.
  private void claim(String operation) {
    Thread thread = evaluator;
    if (thread != null) {
      throw new IllegalStateException(
          operation
              + ": thread ["
              + thread.getName()
              + "] is evaluating, so that the parameters are not those that are trained: wait until"
              + " its evaluating(…) has ended");
    }
    int claimed = 0;
    try {
      for (; claimed < parameters.size(); claimed++) {
        parameters.get(claimed).array().storage().claim();
      }
    } finally {
      if (claimed < parameters.size()) {
        release(claimed);
      }
    }
  }

  /// Gives back the first of the parameters.
  private void release(int count) {
    for (int k = 0; k < count; k++) {
      parameters.get(k).array().storage().unclaim();
    }
  }

  private void update(Gradients gradients) {
    isStationary = false;
    try {
      if (!find(gradients)) {
        throw new IllegalArgumentException(
            "step: none of the parameters "
                + parameters.stream().map(Parameter::name).toList()
                + " has a gradient, there are some for "
                + gradients.parameters().stream().map(Parameter::name).toList()
                + ": is it the loss of this model?");
      }
      if (incoming.complete(gradients.updates())) {
        take();
      }
    } finally {
      incoming.clear();
    }
  }

  /// Looks up the gradients of the parameters.
  ///
  /// @return whether there is any
  private boolean find(Gradients gradients) {
    boolean isAny = false;
    for (int k = 0; k < parameters.size(); k++) {
      Parameter parameter = parameters.get(k);
      boolean isThere = gradients.contains(parameter);
      incoming.set(k, isThere ? gradients.of(parameter).array() : null);
      isAny |= isThere;
    }
    return isAny;
  }

  /// Makes a step from the gradients that came in, or none where they are such.
  private void take() {
    incoming.measure();
    if (care.nonFinite() != NonFinite.USE && !areFinite()) {
      skipped++;
      return;
    }
    isStationary = care.tolerance() >= 0 && incoming.largest() <= care.tolerance();
    if (isStationary) {
      return;
    }
    factor = incoming.scale();
    if (care.longest() < Double.POSITIVE_INFINITY) {
      double norm = incoming.norm();
      checkClipping(norm);
      factor *= norm > care.longest() ? care.longest() / norm : 1;
    }
    Runnable buffers = incoming.updates().prepare();
    for (int k = 0; k < groups.size(); k++) {
      bind(groups.get(k), Goal.UPDATE);
    }
    compute(groups, Goal.UPDATE);
    buffers.run();
    steps++;
  }

  private void checkClipping(double norm) {
    if (!Double.isFinite(norm)) {
      throw new IllegalArgumentException(
          "step: the gradients have the norm "
              + norm
              + " together after "
              + steps
              + " steps, which cannot be clipped to "
              + care.longest()
              + ": leave such steps out by onNonFinite(SKIP), or look at the loss");
    }
  }

  private boolean areFinite() {
    for (int k = 0; k < parameters.size(); k++) {
      double norm = incoming.norm(k);
      if (!Double.isFinite(norm)) {
        if (care.nonFinite() == NonFinite.THROW) {
          throw new IllegalArgumentException(
              "step: the gradient of ["
                  + parameters.get(k).name()
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

  private void bind(Group group, Goal goal) {
    for (int k = 0; k < group.members.size(); k++) {
      int member = group.members.get(k);
      Array gradient = goal == Goal.UPDATE ? incoming.get(member) : incoming.given(member);
      if (gradient == null) {
        group.runner.skip(k);
      } else {
        group.runner.gradient(k, gradient);
      }
    }
  }

  /// Everything is prepared before anything is changed.
  private void compute(List<Group> some, Goal goal) {
    boolean isAllocating = false;
    for (int k = 0; k < some.size(); k++) {
      isAllocating |= some.get(k).runner.isAllocating();
    }
    if (isAllocating) {
      Scope.run(() -> run(some, goal));
    } else {
      run(some, goal);
    }
  }

  private void run(List<Group> some, Goal goal) {
    for (int k = 0; k < some.size(); k++) {
      some.get(k).runner.prepare(goal, steps + 1);
    }
    for (int k = 0; k < some.size(); k++) {
      some.get(k).runner.run(goal);
    }
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
    claim("evaluating");
    try {
      evaluator = Thread.currentThread();
      List<Group> averaging = groups.stream().filter(g -> g.runner.hasEvaluation()).toList();
      for (Group group : averaging) {
        group.runner.includeAll();
        group.originals.hold();
      }
      compute(averaging, Goal.EVALUATION);
      return body.get();
    } finally {
      restoreOriginals();
      evaluator = null;
      release(parameters.size());
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
  ///
  /// @throws IllegalStateException between batches of one step that have something for buffers
  public State state() {
    claim("state");
    try {
      incoming.checkSaved();
      return saved();
    } finally {
      release(parameters.size());
    }
  }

  private State saved() {
    Saved saved = new Saved(steps, rules().stream().map(Optimizer::names).toList());
    for (int g = 0; g < groups.size(); g++) {
      saved.runner(Integer.toString(g), groups.get(g).runner, groups.get(g).names());
    }
    save(plateaus, saved);
    if (care.batches() > 1) {
      saved.sums(incoming, parameters);
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
      Plateau plateau = plateaus.get(k);
      plateau.restore(Saved.scalars(state, "plateau" + k, plateau.state()));
    }
  }

  /// Continues from a [state][#state()]: the next step is the one that would have followed.
  ///
  /// @throws IllegalArgumentException where it is not the state of such rules on such parameters,
  ///   with all differences; nothing is changed then
  public void restore(State state) {
    claim("restore");
    try {
      copy(state);
    } finally {
      release(parameters.size());
    }
  }

  private void copy(State state) {
    List<String> differences = Saved.differences(saved(), state, care.batches());
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: the state does not fit "
              + rules()
              + " on "
              + parameters.stream().map(Parameter::name).toList()
              + ": "
              + String.join("; ", differences));
    }
    for (int g = 0; g < groups.size(); g++) {
      Saved.copyRunner(state, Integer.toString(g), groups.get(g).runner, groups.get(g).names());
    }
    restore(plateaus, state);
    if (care.batches() > 1) {
      Saved.copySums(state, incoming, parameters);
    }
    steps = Saved.steps(state);
  }
}
