package org.thalweg.autodiff.formula.compile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Order;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.formula.elementary.Lowering;

/// What a kernel has to compute: primitive operators in order, split into those that are the same
/// for every element (numbers, broadcast inputs, and what follows from them alone) and the rest.
final class Program {
  /// More invariant operators than this would make a method that the JVM does not compile, or does
  /// not even load: they are then computed for every element, in stages like the rest.
  private static final int MOST_INVARIANT = 256;

  final Precision precision;
  final List<Expr> inputs;
  final List<Expr> outputs;

  /// Nodes computed once, before the loop, arguments first.
  final List<Expr> invariant = new ArrayList<>();

  /// Nodes computed for every element, arguments first.
  final List<Expr> varying = new ArrayList<>();

  private final Set<Expr> invariants = Collections.newSetFromMap(new IdentityHashMap<>());

  private final long broadcast;

  /// @param inputs the inputs in the order of their arrays; some may be unused
  /// @param outputs expressions of primitive operators
  /// @param broadcast bit k is set where input k has one element for all
  Program(List<Expr> inputs, List<Expr> outputs, Precision precision, long broadcast) {
    this.precision = precision;
    this.inputs = inputs;
    this.outputs = outputs;
    this.broadcast = broadcast;
    List<Expr> order = Order.of(outputs);
    int operators = 0;
    for (Expr node : order) {
      if (dependsOnNothingThatVaries(node)) {
        invariants.add(node);
        operators += node.arguments().size() > 0 ? 1 : 0;
      }
    }
    if (operators > MOST_INVARIANT) {
      invariants.removeIf(node -> node.arguments().size() > 0);
    }
    order.forEach(node -> (isInvariant(node) ? invariant : varying).add(node));
  }

  /// The program of a formula: its outputs in primitive operators.
  static Program of(List<String> inputs, List<Expr> outputs, Precision precision, long broadcast) {
    return new Program(
        inputs.stream().map(Expr::input).toList(),
        outputs.stream().map(output -> Lowering.lower(output, precision)).toList(),
        precision,
        broadcast);
  }

  /// A program over the same inputs and more, which vary, with other outputs.
  Program with(List<Expr> moreInputs, List<Expr> otherOutputs) {
    List<Expr> all = new ArrayList<>(inputs);
    all.addAll(moreInputs);
    return new Program(all, otherOutputs, precision, broadcast);
  }

  private boolean dependsOnNothingThatVaries(Expr node) {
    if (node.operator() == Operator.INPUT) {
      int k = inputs.indexOf(node);
      return k < Long.SIZE && (broadcast >> k & 1) != 0;
    }
    for (Expr argument : node.arguments()) {
      if (!invariants.contains(argument)) {
        return false;
      }
    }
    return true;
  }

  boolean isInvariant(Expr node) {
    return invariants.contains(node);
  }

  /// Whether there is something to compute for an element, and not only to copy.
  boolean isComputing() {
    return varying.stream().anyMatch(node -> node.operator() != Operator.INPUT);
  }

  boolean isFloat() {
    return precision == Precision.FLOAT;
  }
}
