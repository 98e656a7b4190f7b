package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.sweep.Sweep;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.optim.engine.Plan.Barrier;
import org.thalweg.optim.engine.Plan.Kind;

/// A plan with functions of whole tensors, or states in other shapes: one parameter after the
/// other, each formula broadcast over what it is made of.
final class TensorStepper extends Stepper {
  /// A formula of those inputs that it uses, and where its output goes.
  private record Piece(Formula formula, List<String> inputs, int target) {}

  /// The formulas for one goal.
  private record Pieces(
      Phase phase, List<List<Piece>> levels, List<Piece> outputs, List<int[]> numbers) {}

  private final Map<Goal, Pieces> pieces = new EnumMap<>(Goal.class);
  private final List<@Nullable Array> gradients = new ArrayList<>();
  private final List<Map<String, Array>> computed = new ArrayList<>();

  TensorStepper(Plan plan, String name, DType dtype, List<Array> parameters) {
    super(plan, name, dtype, parameters);
    for (Goal goal : Goal.values()) {
      phase(plan, name, goal).ifPresent(phase -> pieces.put(goal, pieces(phase, goal)));
    }
    for (int k = 0; k < parameters.size(); k++) {
      gradients.add(null);
      computed.add(new HashMap<>());
    }
  }

  private Pieces pieces(Phase phase, Goal goal) {
    List<List<Piece>> levels = new ArrayList<>();
    for (List<Barrier> level : phase.levels()) {
      levels.add(level.stream().map(b -> piece(b.of(), PARAMETER)).toList());
    }
    int[] targets = targets(plan, goal);
    List<Piece> outputs = new ArrayList<>();
    for (int j = 0; j < targets.length; j++) {
      outputs.add(piece(phase.outputs().get(j), targets[j]));
    }
    List<int[]> numbers = new ArrayList<>();
    for (int level = 0; level <= levels.size(); level++) {
      numbers.add(indices(phase, level));
    }
    return new Pieces(phase, levels, outputs, numbers);
  }

  private Piece piece(Expr expr, int target) {
    Formula all = Formula.of(plan.inputs(), _ -> List.of(expr));
    List<String> used = new ArrayList<>(all.used());
    if (used.isEmpty()) {
      // A formula takes its shape and type from some input.
      used.add(plan.arrays().get(target));
    }
    return new Piece(Formula.of(used, _ -> List.of(expr)).named(name), used, target);
  }

  private Pieces pieces(Goal goal) {
    return Objects.requireNonNull(pieces.get(goal));
  }

  @Override
  void gradient(int k, Array gradient) {
    Array parameter = parameters.get(k);
    if (gradient.dtype() != dtype || gradient.elements() != parameter.elements()) {
      throw new IllegalArgumentException(
          name
              + ": input [g] is "
              + gradient.dtype()
              + " of "
              + gradient.elements()
              + " elements and must be "
              + dtype
              + " of "
              + parameter.elements()
              + ": give one for each element");
    }
    gradients.set(k, gradient.reshape(parameter.shape()));
    super.gradient(k, gradient);
  }

  @Override
  int levels(Goal goal) {
    return pieces(goal).levels.size();
  }

  @Override
  List<Barrier> barriers(Goal goal, int level) {
    return pieces(goal).phase.levels().get(level);
  }

  @Override
  int[] numbers(Goal goal, int level) {
    return pieces(goal).numbers.get(level);
  }

  @Override
  void measure(Goal goal, int level) {
    List<Barrier> barriers = barriers(goal, level);
    for (int k = 0; k < parameters.size(); k++) {
      for (int j = 0; isActive[k] && j < barriers.size(); j++) {
        Barrier barrier = barriers.get(j);
        Array of = value(k, pieces(goal).levels.get(level).get(j), parameters.get(k).shape());
        if (barrier.kind() == Kind.COMPUTED) {
          computed.get(k).put(barrier.name(), function(barrier, of));
        } else {
          Sweep.Sum what = barrier.kind().isNorm() ? Sweep.Sum.NORM : Sweep.Sum.PLAIN;
          singles[k][singleNames.indexOf(barrier.name())] = Sweep.sum(what, of);
        }
      }
    }
  }

  private static Array function(Barrier barrier, Array of) {
    return NoGradient.get(() -> Objects.requireNonNull(barrier.function()).apply(Tensor.of(of)))
        .array();
  }

  /// The value of a piece, in this shape or one that broadcasts to it.
  private Array value(int k, Piece piece, Shape shape) {
    Array[] inputs = inputs(k, piece);
    Array value = Elementwise.apply(piece.formula, inputs);
    if (!value.shape().broadcastsTo(shape)) {
      throw new IllegalArgumentException(
          name
              + ": a state of shape "
              + shape
              + " would become "
              + value.shape()
              + ": reduce what it is made of");
    }
    return value;
  }

  private Array[] inputs(int k, Piece piece) {
    Array[] inputs = new Array[piece.inputs.size()];
    List<String> arrays = plan.arrays();
    for (int i = 0; i < inputs.length; i++) {
      String input = piece.inputs.get(i);
      int array = arrays.indexOf(input);
      inputs[i] =
          array == PARAMETER
              ? parameters.get(k)
              : array == GRADIENT
                  ? Objects.requireNonNull(gradients.get(k))
                  : array >= 0 ? states.get(k).get(array - FIRST_STATE) : single(k, input);
    }
    return inputs;
  }

  private Array single(int k, String input) {
    Array tensor = computed.get(k).get(input);
    return tensor != null
        ? tensor
        : Array.full(dtype, Shape.SCALAR, singles[k][singleNames.indexOf(input)]);
  }

  @Override
  void run(Goal goal) {
    List<Piece> outputs = pieces(goal).outputs;
    for (int k = 0; k < parameters.size(); k++) {
      if (!isActive[k]) {
        continue;
      }
      // All are computed from what was there before any is written.
      List<Array> values = new ArrayList<>();
      for (Piece piece : outputs) {
        values.add(value(k, piece, target(k, piece.target).shape()));
      }
      for (int j = 0; j < values.size(); j++) {
        write(values.get(j), target(k, outputs.get(j).target));
      }
      computed.get(k).clear();
    }
  }

  private Array target(int k, int target) {
    return target == PARAMETER ? parameters.get(k) : states.get(k).get(target - FIRST_STATE);
  }

  private static void write(Array value, Array to) {
    Array whole =
        value.elements() == to.elements()
            ? value
            : org.thalweg.autodiff.array.Layout.broadcastTo(value, to.shape());
    System.arraycopy(whole.data(), 0, to.data(), 0, to.elements());
    if (to.storage().owner() != null) {
      to.changed();
    }
  }
}
