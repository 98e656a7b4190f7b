package org.thalweg.nn.recurrent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Order;

/// The gradient of a step of a [Cell], in two formulas: what of it follows from the inputs of the
/// step alone is *kept*, computed with the step, so that going back is a few products of what was
/// kept with the gradients of the states.
///
/// A new state that others are made of is an intermediate result: of an LSTM, with gradients ĥ of h
/// and r of c through later steps,
///
/// ```
/// ĉ = r + ĥ σ(o) tanh′ c      gradient of gₖ = ĉ ∂c/∂gₖ      gradient of o = ĥ tanh c σ′(o)
/// ```
final class CellGradient {
  private static final Expr ZERO = Expr.number(0);

  private final Formula step;

  /// By state: its gradient, through later steps and through other new states.
  private final @Nullable Expr[] totals;

  private final Formula recorded;
  private final Formula back;
  private final boolean isOfSums;
  private final List<Boolean> carried;

  CellGradient(int gates, Formula step) {
    this.step = step;
    this.totals = new Expr[step.outputs().size()];
    List<Expr> toX = gradients(0, gates);
    List<Expr> toH = gradients(2 * gates, 3 * gates);
    List<Expr> toStates = gradients(4 * gates, 4 * gates + totals.length);
    this.isOfSums = toX.equals(toH);
    this.carried = toStates.stream().map(e -> !e.equals(ZERO)).toList();
    List<Expr> outputs = new ArrayList<>(toH);
    toStates.stream().filter(e -> !e.equals(ZERO)).forEach(outputs::add);
    outputs.addAll(isOfSums ? List.of() : toX);
    List<Expr> kept = keep(outputs);
    this.recorded =
        Formula.of(
                step.inputs(), _ -> Stream.concat(step.outputs().stream(), kept.stream()).toList())
            .named(step.name());
    List<Expr> read =
        Order.rewrite(outputs, e -> kept.contains(e) ? Expr.input("k" + kept.indexOf(e)) : e);
    List<String> inputs = new ArrayList<>(Cell.names("k", kept.size()));
    inputs.addAll(List.of("g", "m"));
    inputs.addAll(Cell.names("r", totals.length));
    this.back = Formula.of(inputs, _ -> read).named("gradient of " + step.name());
  }

  private List<Expr> gradients(int from, int to) {
    return IntStream.range(from, to).mapToObj(k -> gradient(step.inputs().get(k))).toList();
  }

  /// The gradient of an input: of each new state times how that moves with the input while the
  /// other new states stay, added up.
  private Expr gradient(String input) {
    Expr sum = ZERO;
    for (int j = 0; j < totals.length; j++) {
      Expr rate = rate(j, input);
      if (!rate.equals(ZERO)) {
        sum = sum(sum, total(j).times(rate));
      }
    }
    return sum;
  }

  private Expr total(int state) {
    Expr known = totals[state];
    if (known != null) {
      return known;
    }
    Expr later = Expr.input("r" + state);
    Expr sum = state == 0 ? Expr.input("g").plus(Expr.input("m")).plus(later) : later;
    for (int j = 0; j < totals.length; j++) {
      Expr rate = j == state ? ZERO : rate(j, name(state));
      if (!rate.equals(ZERO)) {
        sum = sum(sum, total(j).times(rate));
      }
    }
    totals[state] = sum;
    return sum;
  }

  private static Expr sum(Expr a, Expr b) {
    return a.equals(ZERO) ? b : a.plus(b);
  }

  /// A new state where another is made of it.
  private static String name(int state) {
    return "u" + state;
  }

  /// How a new state moves with an input or with another new state.
  private Expr rate(int state, String input) {
    List<Expr> states = step.outputs();
    Expr own = states.get(state);
    List<String> inputs = new ArrayList<>(step.inputs());
    inputs.addAll(Cell.names("u", states.size()));
    Map<Expr, Expr> apart = new IdentityHashMap<>();
    Map<Expr, Expr> together = new IdentityHashMap<>();
    for (int k = 0; k < states.size(); k++) {
      Expr made = states.get(k);
      if (made != own && isMade(made)) {
        apart.putIfAbsent(made, Expr.input(name(k)));
      }
      together.put(Expr.input(name(k)), made);
    }
    List<Expr> alone = Order.rewrite(List.of(own), e -> apart.getOrDefault(e, e));
    Formula rate = Formula.of(inputs, _ -> alone).derivative(0, inputs.indexOf(input));
    return Order.rewrite(rate.outputs(), e -> together.getOrDefault(e, e)).get(0);
  }

  private static boolean isMade(Expr e) {
    return e.operator() != Operator.INPUT && e.operator() != Operator.NUMBER;
  }

  /// What does not depend on gradients and is read by what does; or the inputs of the step, where
  /// these are fewer.
  private List<Expr> keep(List<Expr> outputs) {
    Set<String> known = Set.copyOf(step.inputs());
    Set<Expr> dependent = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Expr> inputs = new LinkedHashSet<>();
    Set<Expr> kept = new LinkedHashSet<>();
    for (Expr e : Order.of(outputs)) {
      boolean isInput = e.operator() == Operator.INPUT;
      boolean isGradient = isInput && !known.contains(e.name());
      if (isInput && !isGradient) {
        inputs.add(e);
      }
      if (isGradient || e.arguments().stream().anyMatch(dependent::contains)) {
        dependent.add(e);
        e.arguments().stream()
            .filter(x -> !dependent.contains(x) && x.operator() != Operator.NUMBER)
            .forEach(kept::add);
      }
    }
    return List.copyOf(kept.size() <= inputs.size() ? kept : inputs);
  }

  /// The new states, then what is kept for [#back]. Inputs: those of [Cell#step].
  Formula recorded() {
    return recorded;
  }

  /// How much is kept of a step: so many numbers for each element.
  int kept() {
    return recorded.outputs().size() - totals.length;
  }

  /// The gradients of h by gate, of the old states that are [carried][#isCarried], and of x by gate
  /// unless [#isOfSums]. Inputs: what was kept, the gradient g of the output, m of the first state
  /// through the next product, and r of each state.
  Formula back() {
    return back;
  }

  /// Whether an old state counts for new ones by itself, not only by the next product.
  boolean isCarried(int state) {
    return carried.get(state);
  }

  /// Whether the sums x + h are all that counts, so that the gradients of x and h are the same.
  boolean isOfSums() {
    return isOfSums;
  }
}
