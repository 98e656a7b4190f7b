package org.thalweg.autodiff.operation;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.sweep.SummedColumns;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.PointwisePullback;

/// Every pointwise operation: a formula applied to tensors that broadcast.
public record PointwiseOp(Formula formula) implements Op {
  @Override
  public Result apply(Tensor... inputs) {
    if (formula.outputs().size() != 1) {
      throw new IllegalArgumentException(
          formula.name()
              + ": a formula of "
              + formula.outputs().size()
              + " outputs is not one tensor: use Elementwise.applyInto, or split it");
    }
    return new Result(Elementwise.apply(formula, arrays(inputs)), new Recorded(formula, inputs));
  }

  @Override
  public List<Array> branches(Tensor... inputs) {
    Formula decisions = formula.branches().orElse(null);
    if (decisions == null) {
      return List.of();
    }
    Array[] arrays = arrays(inputs);
    Shape shape = arrays[0].shape();
    for (Array array : arrays) {
      shape = shape.broadcast(array.shape(), formula.name());
    }
    Array[] outputs = new Array[decisions.outputs().size()];
    for (int k = 0; k < outputs.length; k++) {
      outputs[k] = Array.uninitialised(arrays[0].dtype(), shape);
    }
    Elementwise.applyInto(decisions, arrays, outputs);
    return List.of(outputs);
  }

  private static Array[] arrays(Tensor[] tensors) {
    Array[] arrays = new Array[tensors.length];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = tensors[k].array();
    }
    return arrays;
  }

  @Override
  public String name() {
    return formula.name();
  }

  @Override
  public boolean takesBroadcastGradient() {
    return true;
  }

  @Override
  public long flops(List<Tensor> inputs, Tensor output) {
    return (long) formula.flops() * output.elements();
  }

  /// A formula applied to a tensor.
  static Tensor apply(Formula formula, Object x) {
    return Tensor.apply(formula, (Tensor) x);
  }

  /// A formula applied to two tensors.
  static Tensor apply(Formula formula, Object a, Tensor b) {
    return Tensor.apply(formula, (Tensor) a, b);
  }

  /// A formula applied to three tensors.
  static Tensor apply(Formula formula, Object a, Tensor b, Tensor c) {
    return Tensor.apply(formula, (Tensor) a, b, c);
  }

  /// A formula applied to a tensor and a number, which takes its type.
  static Tensor apply(Formula formula, Object a, double b) {
    return Tensor.apply(formula, (Tensor) a, number(a, b));
  }

  /// A number in the type of a tensor.
  static Tensor number(Object a, double value) {
    DType dtype = ((Tensor) a).dtype();
    // Any whole number will do where the formula is about to refuse the type.
    return Tensor.scalar(dtype, dtype.isFloating() ? value : 0);
  }

  /// A formula and what it was applied to.
  private static final class Recorded implements Backward {
    private final Formula formula;
    private final Tensor[] inputs;

    Recorded(Formula formula, Tensor[] inputs) {
      this.formula = formula;
      this.inputs = inputs;
    }

    @Override
    public @Nullable Pullback to(int input, Tensor output) {
      return formula.pullback(input) == null
          ? null
          : new Gradients(formula, inputs, output, 1L << input).to(input, output);
    }

    @Override
    public Joint joint(Tensor output) {
      long reached = 0;
      for (int k = 0; k < inputs.length; k++) {
        boolean isReached = inputs[k].isTracked() && formula.pullback(k) != null;
        reached |= isReached ? 1L << k : 0;
      }
      return new Gradients(formula, inputs, output, reached);
    }
  }

  /// The gradients of some inputs, with what they use of the inputs and the output.
  private static final class Gradients implements Joint {
    /// From so many elements on, sums over broadcast axes are made in the pass that computes the
    /// gradients of several inputs.
    private static final int WORTH_SUMMING = 1024;

    private final Formula formula;

    /// Bit k is set for input k.
    private final long reached;

    /// By input, and the output behind them; `null` for what is not used.
    private final @Nullable Tensor[] kept;

    private final Shape shape;

    /// By input; `null` where all have the shape of the output.
    private final Shape @Nullable [] targets;

    Gradients(Formula formula, Tensor[] inputs, Tensor output, long reached) {
      this.formula = formula;
      this.reached = reached;
      this.kept = new Tensor[inputs.length + 1];
      this.shape = output.shape();
      boolean isBroadcast = false;
      for (int k = 0; k < inputs.length; k++) {
        if (reaches(k)) {
          isBroadcast |= !inputs[k].shape().equals(shape);
          keep(pullback(k), inputs, output);
        }
      }
      this.targets = isBroadcast ? shapes(inputs) : null;
    }

    private void keep(PointwisePullback pullback, Tensor[] inputs, Tensor output) {
      for (int place = 0; place < pullback.operands(); place++) {
        int operand = pullback.operand(place);
        if (operand == PointwisePullback.OUTPUT) {
          kept[inputs.length] = output;
        } else if (operand != PointwisePullback.GRADIENT) {
          kept[operand] = inputs[operand];
        }
      }
    }

    private static Shape[] shapes(Tensor[] tensors) {
      Shape[] shapes = new Shape[tensors.length];
      for (int k = 0; k < shapes.length; k++) {
        shapes[k] = tensors[k].shape();
      }
      return shapes;
    }

    @Override
    public boolean reaches(int input) {
      return (reached >>> input & 1) == 1;
    }

    private PointwisePullback pullback(int input) {
      return Objects.requireNonNull(formula.pullback(input));
    }

    private boolean isBroadcast(int input) {
      return targets != null && !targets[input].equals(shape);
    }

    private Tensor operand(int number, Tensor g) {
      Tensor there =
          switch (number) {
            case PointwisePullback.GRADIENT -> g;
            case PointwisePullback.OUTPUT -> kept[kept.length - 1];
            default -> kept[number];
          };
      return Objects.requireNonNull(there);
    }

    @Override
    public @Nullable Tensor[] pull(Tensor g, IntPredicate isWanted) {
      @Nullable Tensor[] parts = new Tensor[kept.length - 1];
      for (int k = 0; k < parts.length; k++) {
        if (reaches(k) && isWanted.test(k)) {
          Tensor fitting = isBroadcast(k) ? g.broadcastTo(shape) : g;
          PointwisePullback pullback = pullback(k);
          parts[k] =
              pullback.isIdentity()
                  ? fitting
                  : Tensor.apply(pullback.formula(), operands(pullback, fitting));
        }
      }
      return parts;
    }

    private Tensor[] operands(PointwisePullback pullback, Tensor g) {
      Tensor[] operands = new Tensor[pullback.operands()];
      for (int place = 0; place < operands.length; place++) {
        operands[place] = operand(pullback.operand(place), g);
      }
      return operands;
    }

    /// What gradients share is computed once, where their formula has room for all operands.
    @Override
    public @Nullable Tensor[] pullUnwatched(Tensor g, IntPredicate isWanted) {
      if (!formula.hasRoomForPullbacks()) {
        return pull(g, isWanted);
      }
      @Nullable Tensor[] parts = new Tensor[kept.length - 1];
      long computed = 0;
      boolean isAnyBroadcast = false;
      for (int k = 0; k < parts.length; k++) {
        if (!reaches(k) || !isWanted.test(k)) {
          continue;
        }
        if (pullback(k).isIdentity()) {
          parts[k] = isBroadcast(k) ? g.broadcastTo(shape) : g;
        } else {
          computed |= 1L << k;
          isAnyBroadcast |= isBroadcast(k);
        }
      }
      if (computed != 0) {
        compute(computed, isAnyBroadcast, g, parts);
      }
      return parts;
    }

    private void compute(long inputs, boolean isAnyBroadcast, Tensor g, @Nullable Tensor[] parts) {
      boolean areSeveral = Long.bitCount(inputs) > 1;
      boolean isSummed = areSeveral && isAnyBroadcast && shape.elements() >= WORTH_SUMMING;
      Tensor fitting = isAnyBroadcast && !isSummed ? g.broadcastTo(shape) : g;
      int first = Long.numberOfTrailingZeros(inputs);
      PointwisePullback pullback = areSeveral ? formula.pullbacks(inputs) : pullback(first);
      Array[] operands = arrays(operands(pullback, fitting));
      Array[] gradients =
          isSummed
              ? SummedColumns.apply(pullback.formula(), shape, targets(inputs), operands)
              : Elementwise.applyAll(pullback.formula(), operands);
      long left = inputs;
      for (Array gradient : gradients) {
        parts[Long.numberOfTrailingZeros(left)] = Tensor.of(gradient);
        left &= left - 1;
      }
    }

    /// The shapes of some inputs.
    private Shape[] targets(long inputs) {
      return BitSet.valueOf(new long[] {inputs}).stream()
          .mapToObj(k -> targets == null ? shape : targets[k])
          .toArray(Shape[]::new);
    }
  }
}
