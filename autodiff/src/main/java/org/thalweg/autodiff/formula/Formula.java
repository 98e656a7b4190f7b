package org.thalweg.autodiff.formula;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ObjectArrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A function applied to every element: named inputs, and one or more expressions over them.
///
/// ```java
/// Formula swish = Formula.of("x", "beta", (x, beta) -> x.times(beta.times(x).sigmoid()));
/// Tensor y = Tensor.apply(swish, x, Tensor.of(1.5f));
/// ```
///
/// From the one expression follow its derivatives of every order, a scalar kernel and a vector
/// kernel that give the same bits in one pass over memory, and its text. Kernels are compiled at
/// first use and shared by formulas of equal structure: make a formula once and keep it. A formula
/// is for tens of operators: one of some hundred functions takes seconds to compile, its gradient
/// more; cut it into several.
public final class Formula {
  /// Three expressions in, one out.
  @FunctionalInterface
  public interface TernaryOperator {
    /// The expression over the three inputs.
    Expr apply(Expr a, Expr b, Expr c);
  }

  static final int MOST_INPUTS = 64;

  /// @param inputs bit k is set for input k
  private record Joint(long inputs, PointwisePullback pullback) {}

  private final String name;
  private final ImmutableList<String> inputs;
  private final ImmutableList<Expr> outputs;
  private final @Nullable PointwisePullback[] pullbacks;

  /// The pullbacks to several inputs that have been asked for: a few, which are compared one by
  /// one.
  private volatile Joint[] joint = {};

  private final AtomicReferenceArray<@Nullable Object> compiled =
      new AtomicReferenceArray<>(Precision.values().length);

  /// The formula of the decisions, or nothing where there are none; null before anyone has asked.
  private volatile @Nullable ImmutableList<Formula> branches;

  Formula(String name, List<String> inputs, List<Expr> outputs) {
    this.name = name;
    this.inputs = ImmutableList.copyOf(inputs);
    this.outputs = ImmutableList.copyOf(outputs);
    this.pullbacks = new PointwisePullback[inputs.size()];
    check();
  }

  private void check() {
    Set<String> names = new HashSet<>(inputs);
    if (names.size() < inputs.size()) {
      throw new IllegalArgumentException(
          "formula: two inputs have the same name, " + inputs + ": rename one");
    }
    if (inputs.size() > MOST_INPUTS) {
      throw new IllegalArgumentException(
          "formula: " + inputs.size() + " inputs, and " + MOST_INPUTS + " is the limit: split it");
    }
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("formula: it has no output: give at least one expression");
    }
    for (Expr node : Order.of(outputs)) {
      if (node.operator() == Operator.INPUT && !names.contains(node.name())) {
        throw new IllegalArgumentException(
            "formula: ["
                + node.name()
                + "] is not one of its inputs "
                + inputs
                + ": pass it as an input");
      }
    }
  }

  /// A formula of one input.
  public static Formula of(String x, UnaryOperator<Expr> body) {
    return of(List.of(x), in -> List.of(body.apply(in.get(0))));
  }

  /// A formula of two inputs.
  public static Formula of(String a, String b, BinaryOperator<Expr> body) {
    return of(List.of(a, b), in -> List.of(body.apply(in.get(0), in.get(1))));
  }

  /// A formula of three inputs.
  public static Formula of(String a, String b, String c, TernaryOperator body) {
    return of(List.of(a, b, c), in -> List.of(body.apply(in.get(0), in.get(1), in.get(2))));
  }

  /// A formula of any number of inputs (64 at most) and outputs, which are computed in one pass.
  /// Its gradient is a formula too, of the inputs that it uses, the gradient of the output and
  /// perhaps the output: with 62 inputs there is always room for that.
  public static Formula of(List<String> inputs, Function<List<Expr>, List<Expr>> body) {
    return new Formula("formula", inputs, body.apply(inputs.stream().map(Expr::input).toList()));
  }

  /// The same formula under a name, which messages and pictures of graphs show.
  public Formula named(String newName) {
    return new Formula(newName, inputs, outputs);
  }

  /// The name; `formula` where none was given.
  public String name() {
    return name;
  }

  /// The names of the inputs, in order.
  public List<String> inputs() {
    return inputs;
  }

  /// The expressions of the outputs, in order.
  public List<Expr> outputs() {
    return outputs;
  }

  /// The derivative of one output in one input as a formula of the same inputs, other inputs held
  /// fixed.
  public Formula derivative(int output, int input) {
    List<Expr> moving = List.of(Expr.input(inputs.get(input)));
    Expr slope = Adjoint.of(outputs.get(output), Expr.number(1), moving).get(0);
    return new Formula(name + "′", inputs, List.of(slope == null ? Expr.number(0) : slope));
  }

  /// The product of the output's gradient with the derivative in one input; `null` where that is
  /// zero everywhere. For a formula of one output.
  public @Nullable PointwisePullback pullback(int input) {
    PointwisePullback known = pullbacks[input];
    if (known == null) {
      known = PointwisePullback.of(this, input);
      pullbacks[input] = known;
    }
    return known.isZero() ? null : known;
  }

  /// Whether [#pullbacks] to all inputs at once are a formula of no more inputs than one may have:
  /// these, the output and its gradient.
  public boolean hasRoomForPullbacks() {
    return inputs.size() + 2 <= MOST_INPUTS;
  }

  /// The pullbacks to some inputs as one formula, which computes once what they share.
  ///
  /// @param inputs bit k is set for input k, whose own pullback is not `null`
  /// @throws IllegalArgumentException where there is no [room][#hasRoomForPullbacks] for those that
  ///   it takes
  public PointwisePullback pullbacks(long inputs) {
    PointwisePullback known = known(inputs);
    return known == null ? share(inputs) : known;
  }

  private @Nullable PointwisePullback known(long inputs) {
    for (Joint one : joint) {
      if (one.inputs == inputs) {
        return one.pullback;
      }
    }
    return null;
  }

  private synchronized PointwisePullback share(long inputs) {
    PointwisePullback known = known(inputs);
    if (known != null) {
      return known;
    }
    int[] indices = BitSet.valueOf(new long[] {inputs}).stream().toArray();
    PointwisePullback made = PointwisePullback.of(this, indices);
    joint = ObjectArrays.concat(joint, new Joint(inputs, made));
    return made;
  }

  /// What a compiler makes of this formula, which is kept here so that no call has to look it up:
  /// made at the first call, and anew where something of another type is kept.
  public <K> K compiled(
      Precision precision, Class<K> type, BiFunction<Formula, Precision, K> compiler) {
    Object known = compiled.get(precision.ordinal());
    if (type.isInstance(known)) {
      return type.cast(known);
    }
    K made = compiler.apply(this, precision);
    compiled.set(precision.ordinal(), made);
    return made;
  }

  /// The names of the inputs that occur in some output, in order.
  public List<String> used() {
    Set<String> used = new HashSet<>();
    for (Expr node : Order.of(outputs)) {
      if (node.name() != null) {
        used.add(node.name());
      }
    }
    return inputs.stream().filter(used::contains).toList();
  }

  /// The floating-point operations for one element: one for each operator and function as it is
  /// written, equal subexpressions once, and two for a fused multiply-add. Bits and the logic of
  /// masks do not count.
  public int flops() {
    int flops = 0;
    for (Expr node : Order.of(outputs)) {
      flops +=
          switch (node.operator()) {
            case INPUT, NUMBER, AND, OR, NOT, FROM_BITS -> 0;
            case FMA -> 2;
            default -> node.operator().kind() == Operator.Kind.BITS ? 0 : 1;
          };
    }
    return flops;
  }

  /// What the formula decides from values, as a formula of the same inputs: numbers that stay the
  /// same, bit for bit, as long as it is smooth. Empty where it has no kinks and no jumps.
  ///
  /// A select between two forms of one smooth function counts as a decision too.
  public Optional<Formula> branches() {
    ImmutableList<Formula> known = branches;
    if (known == null) {
      List<Expr> decisions = Branches.of(outputs);
      known =
          decisions.isEmpty()
              ? ImmutableList.of()
              : ImmutableList.of(new Formula(name + " branches", inputs, decisions));
      branches = known;
    }
    return known.stream().findFirst();
  }

  /// A name that no input has: `wanted`, or `wanted′`, `wanted″`-like with more primes.
  String freeName(String wanted) {
    String free = wanted;
    while (inputs.contains(free)) {
      free += "′";
    }
    return free;
  }

  /// The formula as mathematics: `gelu(x) = x·0.5·(1 + erf(x·0.707…))`.
  @Override
  public String toString() {
    return name + "(" + String.join(", ", inputs) + ") = " + Text.of(outputs);
  }
}
