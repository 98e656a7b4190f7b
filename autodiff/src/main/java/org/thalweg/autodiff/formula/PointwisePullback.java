package org.thalweg.autodiff.formula;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How the gradient of a formula's output reaches one of its inputs, or some: again a formula, over
/// those of the inputs, the output and its gradient that it needs, and no others.
public final class PointwisePullback {
  /// The number that stands for the output as an [#operand].
  public static final int OUTPUT = -1;

  /// The number that stands for the gradient of the output as an [#operand].
  public static final int GRADIENT = -2;

  private final @Nullable Formula formula;
  private final int[] operands;
  private final boolean isIdentity;

  private PointwisePullback(@Nullable Formula formula, List<Integer> needs) {
    this.formula = formula;
    this.operands = Ints.toArray(needs);
    this.isIdentity =
        formula != null
            && needs.equals(List.of(GRADIENT))
            && formula.outputs().stream().allMatch(e -> e.operator() == Operator.INPUT);
  }

  /// The gradients of some inputs, an output of the formula for each; zero where that of any is.
  static PointwisePullback of(Formula f, int... inputs) {
    Expr y = f.outputs().get(0);
    Expr outputNamed = Expr.input(f.freeName("y"));
    Expr gradient = Expr.input(f.freeName("g"));
    List<Expr> moving = new ArrayList<>();
    for (int input : inputs) {
      moving.add(Expr.input(f.inputs().get(input)));
    }
    List<Expr> gradients = new ArrayList<>();
    for (Expr reached : Adjoint.of(y, gradient, moving)) {
      if (reached == null) {
        return new PointwisePullback(null, List.of());
      }
      gradients.add(reached);
    }
    boolean isLeaf = y.arguments().size() == 0;
    List<Expr> shorter =
        isLeaf ? gradients : Order.rewrite(gradients, e -> e == y ? outputNamed : e);
    Set<Expr> used = new HashSet<>(Order.of(shorter));
    List<Integer> needs = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int k = 0; k < f.inputs().size(); k++) {
      if (used.contains(Expr.input(f.inputs().get(k)))) {
        needs.add(k);
        names.add(f.inputs().get(k));
      }
    }
    if (used.contains(outputNamed)) {
      needs.add(OUTPUT);
      names.add(String.valueOf(outputNamed.name()));
    }
    if (used.contains(gradient)) {
      needs.add(GRADIENT);
      names.add(String.valueOf(gradient.name()));
    }
    if (names.size() > Formula.MOST_INPUTS) {
      throw new IllegalArgumentException(
          f.name()
              + ": its gradient takes "
              + names.size()
              + " inputs, itself and the gradient of the output among them, and "
              + Formula.MOST_INPUTS
              + " is the limit: split it");
    }
    String of = Arrays.stream(inputs).mapToObj(f.inputs()::get).collect(Collectors.joining());
    return new PointwisePullback(new Formula(f.name() + "′" + of, names, shorter), needs);
  }

  boolean isZero() {
    return formula == null;
  }

  /// Whether the gradient of the input is that of the output as it is.
  public boolean isIdentity() {
    return isIdentity;
  }

  /// The formula of the gradient of the input.
  public Formula formula() {
    if (formula == null) {
      throw new IllegalStateException("formula: its derivative is zero, there is no pullback");
    }
    return formula;
  }

  /// Whether an operand is one of the inputs.
  public boolean usesInputs() {
    return Arrays.stream(operands).anyMatch(operand -> operand >= 0);
  }

  /// Whether the output is an operand.
  public boolean usesOutput() {
    return Ints.contains(operands, OUTPUT);
  }

  /// How many operands [#formula] has.
  public int operands() {
    return operands.length;
  }

  /// What to pass to [#formula] in a place: the index of an input, [#OUTPUT] or [#GRADIENT].
  public int operand(int place) {
    return operands[place];
  }
}
