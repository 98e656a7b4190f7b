package org.thalweg.autodiff.formula.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
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

  /// What each array holds, by its place, as far as it is read.
  final List<Expr> inputs;

  final List<Expr> outputs;

  /// The place of the array that each output is written to.
  final int[] places;

  /// Nodes computed once, before the loop, arguments first.
  final List<Expr> invariant = new ArrayList<>();

  /// Nodes computed for every element, arguments first.
  final List<Expr> varying = new ArrayList<>();

  private final Set<Expr> invariants = Collections.newSetFromMap(new IdentityHashMap<>());

  private final long broadcast;

  /// @param inputs the inputs in the order of their arrays; some may be unused
  /// @param outputs expressions of primitive operators
  /// @param broadcast bit k is set where input k has one element for all
  private Program(
      List<Expr> inputs, List<Expr> outputs, int[] places, Precision precision, long broadcast) {
    this.precision = precision;
    this.inputs = inputs;
    this.outputs = outputs;
    this.places = places;
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

  /// The program of a formula: its outputs in primitive operators, whose arrays follow those of the
  /// inputs.
  static Program of(List<String> inputs, List<Expr> outputs, Precision precision, long broadcast) {
    return new Program(
        inputs.stream().map(Expr::input).toList(),
        outputs.stream().map(output -> Lowering.lower(output, precision)).toList(),
        IntStream.range(inputs.size(), inputs.size() + outputs.size()).toArray(),
        precision,
        broadcast);
  }

  /// A program over the same arrays and more, which vary, with other outputs.
  ///
  /// @param more what the arrays hold that follow those of the inputs
  /// @param otherPlaces the places of the arrays that the outputs are written to
  Program with(List<Expr> more, List<Expr> otherOutputs, int[] otherPlaces) {
    List<Expr> all = new ArrayList<>(inputs);
    all.addAll(more);
    return new Program(all, otherOutputs, otherPlaces, precision, broadcast);
  }

  /// How many arrays there are, used or not.
  int arrays() {
    return Math.max(inputs.size(), Arrays.stream(places).max().orElse(-1) + 1);
  }

  /// Whether an array is read.
  boolean reads(int place) {
    return place < inputs.size()
        && (varying.contains(inputs.get(place)) || isInvariant(inputs.get(place)));
  }

  /// Whether an array is written.
  boolean writes(int place) {
    return Arrays.stream(places).anyMatch(written -> written == place);
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
