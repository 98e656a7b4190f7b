package org.thalweg.nn.recurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;

/// One step of a recurrent network as mathematics of single elements: how a new state is made of
/// the old one and of the gates, each of which is a sum of two products, one of the input and one
/// of the first state.
///
/// ```
/// xₖ = Wₖ x + bₖ      hₖ = Uₖ h + cₖ      new states = f(x₁, …, h₁, …, states)
/// ```
///
/// Everything else follows: the pass over a sequence, its gradient, derivatives of every order. A
/// cell without a forget gate of its own, for example (Zhou et al., 2016):
///
/// ```java
/// Cell minimal =
///     Cell.of(
///         "minimal", 2, 1,
///         (x, h, states) -> {
///           Expr forget = x.get(0).plus(h.get(0)).sigmoid();
///           Expr candidate = x.get(1).plus(forget.times(h.get(1))).tanh();
///           return List.of(states.get(0).lerp(candidate, forget));
///         });
/// ```
public final class Cell {
  /// The mathematics of a cell.
  @FunctionalInterface
  public interface Body {
    /// The new states; the first is the output, and what is multiplied with weights in the next
    /// step.
    ///
    /// @param x by gate: from the input
    /// @param h by gate: from the first state
    /// @param states the old ones
    List<Expr> states(List<Expr> x, List<Expr> h, List<Expr> states);
  }

  /// Long short-term memory. Hochreiter and Schmidhuber, 1997; with a forget gate, Gers,
  /// Schmidhuber and Cummins, 2000. Gates in the order i, f, g, o; states h and c.
  ///
  /// ```
  /// c ← σ(f) c + σ(i) tanh g      h ← σ(o) tanh c
  /// ```
  public static final Cell LSTM =
      of(
          "lstm",
          4,
          2,
          (x, h, states) -> {
            List<Expr> gates = sums(x, h);
            Expr kept = gates.get(1).sigmoid().times(states.get(1));
            Expr c = kept.plus(gates.get(0).sigmoid().times(gates.get(2).tanh()));
            return List.of(gates.get(3).sigmoid().times(c.tanh()), c);
          });

  /// The gated recurrent unit, its reset gate after the product, as in PyTorch. Cho et al., 2014.
  /// Gates in the order r, z, n; one state, h.
  ///
  /// ```
  /// n = tanh(xₙ + σ(r) hₙ)      h ← (1 − σ(z)) n + σ(z) h
  /// ```
  public static final Cell GRU =
      of(
          "gru",
          3,
          1,
          (x, h, states) -> {
            Expr reset = x.get(0).plus(h.get(0)).sigmoid();
            Expr update = x.get(1).plus(h.get(1)).sigmoid();
            Expr candidate = x.get(2).plus(reset.times(h.get(2))).tanh();
            Expr one = Expr.number(1);
            return List.of(one.minus(update).times(candidate).plus(update.times(states.get(0))));
          });

  /// One gate, one state. Elman, 1990.
  ///
  /// ```
  /// h ← tanh a
  /// ```
  public static final Cell TANH =
      of("rnn", 1, 1, (x, h, states) -> List.of(x.get(0).plus(h.get(0)).tanh()));

  private final int gates;
  private final Formula step;
  private final List<Formula> stepByState;
  private final CellGradient gradient;

  private Cell(int gates, Formula step) {
    this.gates = gates;
    this.step = step;
    this.stepByState =
        step.outputs().stream()
            .map(state -> Formula.of(step.inputs(), _ -> List.of(state)))
            .toList();
    this.gradient = new CellGradient(gates, step);
  }

  /// A cell of one's own.
  ///
  /// @param name for messages
  /// @param gates how many sums of products it takes, at least 1
  /// @param states how many states it carries, at least 1
  /// @throws IllegalArgumentException where a number is below 1, there are too many for one formula
  ///   (64 inputs), or the body does not give as many states
  public static Cell of(String name, int gates, int states, Body body) {
    if (gates < 1 || states < 1) {
      throw new IllegalArgumentException(
          "cell ["
              + name
              + "]: "
              + gates
              + " gates and "
              + states
              + " states are not both positive: give at least 1");
    }
    List<String> inputs = new ArrayList<>();
    Stream.of("x", "a", "h", "b").forEach(part -> inputs.addAll(names(part, gates)));
    inputs.addAll(names("s", states));
    Formula step =
        Formula.of(
            inputs,
            in ->
                body.states(
                    sums(in.subList(0, gates), in.subList(gates, 2 * gates)),
                    sums(in.subList(2 * gates, 3 * gates), in.subList(3 * gates, 4 * gates)),
                    in.subList(4 * gates, 4 * gates + states)));
    if (step.outputs().size() != states) {
      throw new IllegalArgumentException(
          "cell ["
              + name
              + "]: the body makes "
              + step.outputs().size()
              + " states and is to carry "
              + states
              + ": give a new one for each");
    }
    return new Cell(gates, step.named(name));
  }

  /// So many names that begin with `part`.
  static List<String> names(String part, int count) {
    return IntStream.range(0, count).mapToObj(k -> part + k).toList();
  }

  private static List<Expr> sums(List<Expr> a, List<Expr> b) {
    return IntStream.range(0, a.size()).mapToObj(k -> a.get(k).plus(b.get(k))).toList();
  }

  /// The name.
  public String name() {
    return step.name();
  }

  /// How many sums of products it takes.
  public int gates() {
    return gates;
  }

  /// How many states it carries.
  public int states() {
    return step.outputs().size();
  }

  /// The new states. Inputs: of each gate the product of the input and its shift, then of each gate
  /// the product of the state and its shift, in the order x, a, h, b; then the old states.
  Formula step() {
    return step;
  }

  /// The outputs of [#step], each as a formula of its own.
  List<Formula> stepByState() {
    return stepByState;
  }

  /// The gradient of [#step].
  CellGradient gradient() {
    return gradient;
  }
}
