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
import org.thalweg.autodiff.array.sweep.FormulaSum;
import org.thalweg.autodiff.array.sweep.SummedColumns;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.PointwisePullback;

/// Every pointwise operation: a formula applied to tensors that broadcast.
public record PointwiseOp(Formula formula) implements Op {
  @Override
  public Result apply(Tensor... inputs) {
    checkOutputs(formula);
    return new Result(Elementwise.apply(formula, arrays(inputs)), new Applied(formula, inputs));
  }

  /// That there is one output.
  static void checkOutputs(Formula formula) {
    if (formula.outputs().size() != 1) {
      throw new IllegalArgumentException(
          formula.name()
              + ": a formula of "
              + formula.outputs().size()
              + " outputs is not one tensor: use Elementwise.applyAll, or split it");
    }
  }

  @Override
  public List<Array> branches(Tensor... inputs) {
    return decisions(formula, inputs);
  }

  private static List<Array> decisions(Formula formula, Tensor... inputs) {
    return decisions(formula, arrays(inputs));
  }

  /// What a formula decides from values, see [Op#branches].
  static List<Array> decisions(Formula formula, Array... inputs) {
    return formula
        .branches()
        .map(decisions -> List.of(Elementwise.applyAll(decisions, inputs)))
        .orElse(List.of());
  }

  /// Their arrays.
  static Array[] arrays(Tensor[] tensors) {
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

  /// Σ of a formula's value over some axes, over all where none is named: `keep` leaves them with
  /// size 1. See [Tensor#sumOf(Formula, int[], Tensor...)].
  public static Tensor sum(Formula formula, boolean keep, int[] axes, Tensor... inputs) {
    Shape shape = Elementwise.shape(formula, arrays(inputs));
    return sum(formula, shape, keep, shape.axes("sum", axes), inputs);
  }

  /// @param over counted from the front, ascending
  private static Tensor sum(
      Formula formula, Shape shape, boolean keep, int[] over, Tensor... inputs) {
    checkOutputs(formula);
    if (needsValue(formula, inputs)) {
      Tensor value = Tensor.apply(formula, inputs);
      return keep ? value.sumKept(over) : value.sum(over);
    }
    ReductionOp.AxisList list = ReductionOp.AxisList.of(over);
    return Tensor.apply(new Summed(formula, list, shape.reduced(over, keep)), inputs);
  }

  /// The mean of a formula's value over some axes, likewise.
  public static Tensor mean(Formula formula, boolean keep, int[] axes, Tensor... inputs) {
    Shape shape = Elementwise.shape(formula, arrays(inputs));
    int[] over = shape.axes("mean", axes);
    Tensor sum = sum(formula, shape, keep, over, inputs);
    double count = ReductionOp.count(shape, over);
    return count == 1 ? sum : sum.over(count);
  }

  private static boolean needsValue(Formula formula, Tensor... inputs) {
    for (int k = 0; k < inputs.length; k++) {
      PointwisePullback pullback = inputs[k].isTracked() ? formula.pullback(k) : null;
      if (pullback != null && pullback.usesOutput()) {
        return true;
      }
    }
    return false;
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

  /// Σ of a formula's value, whose gradients need no more than its inputs: nobody keeps it.
  ///
  /// @param shape that of the sums
  record Summed(Formula formula, ReductionOp.AxisList axes, Shape shape) implements Op {
    @Override
    public Result apply(Tensor... inputs) {
      Array[] arrays = arrays(inputs);
      int[] over = axes.toArray();
      Shape whole = Elementwise.shape(formula, arrays);
      Pullback spread = ReductionOp.spread(shape, whole, over);
      return new Result(
          FormulaSum.apply(formula, shape, over, arrays),
          new Applied(formula, inputs, whole, spread));
    }

    @Override
    public List<Array> branches(Tensor... inputs) {
      return decisions(formula, inputs);
    }

    /// Those of the formula, and one for each element that is added.
    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      Shape whole = Elementwise.shape(formula, arrays(inputs.toArray(Tensor[]::new)));
      return (formula.flops() + 1L) * whole.elements();
    }

    @Override
    public String name() {
      return "sum of " + formula.name();
    }
  }

  /// What the formula of a pullback is applied to.
  ///
  /// @param kept by input, and the output behind them; `null` for what it does not take
  /// @param g the gradient of the output
  static Tensor[] operands(PointwisePullback pullback, @Nullable Tensor[] kept, Tensor g) {
    Tensor[] operands = new Tensor[pullback.operands()];
    for (int place = 0; place < operands.length; place++) {
      int operand = pullback.operand(place);
      Tensor there =
          switch (operand) {
            case PointwisePullback.GRADIENT -> g;
            case PointwisePullback.OUTPUT -> kept[kept.length - 1];
            default -> kept[operand];
          };
      operands[place] = Objects.requireNonNull(there);
    }
    return operands;
  }

  /// A formula and what it was applied to.
  private static final class Applied implements Backward {
    private final Formula formula;
    private final Tensor[] inputs;

    /// The shape of the value; `null` where that is the output.
    private final @Nullable Shape whole;

    /// Makes the gradient of the value of that of the output.
    private final Pullback spread;

    Applied(Formula formula, Tensor[] inputs) {
      this(formula, inputs, null, g -> g);
    }

    Applied(Formula formula, Tensor[] inputs, @Nullable Shape whole, Pullback spread) {
      this.formula = formula;
      this.inputs = inputs;
      this.whole = whole;
      this.spread = spread;
    }

    @Override
    public @Nullable Pullback to(int input, Tensor output) {
      return formula.pullback(input) == null
          ? null
          : pullbacks(output, 1L << input).to(input, output);
    }

    @Override
    public @Nullable Joint joint(Tensor output, Tensor... operands) {
      if (operands.length != inputs.length) {
        // Another operation has been carried out by this one, of other inputs.
        return null;
      }
      long reached = 0;
      for (int k = 0; k < inputs.length; k++) {
        boolean isReached = operands[k].isTracked() && formula.pullback(k) != null;
        reached |= isReached ? 1L << k : 0;
      }
      return pullbacks(output, reached);
    }

    private Pullbacks pullbacks(Tensor output, long reached) {
      return whole == null
          ? new Pullbacks(formula, inputs, output, output.shape(), spread, reached)
          : new Pullbacks(formula, inputs, null, whole, spread, reached);
    }
  }

  /// The pullbacks to some inputs, with what they use of the inputs and the output.
  private static final class Pullbacks implements Joint {
    /// From so many elements on, sums over broadcast axes are made in the pass that computes the
    /// gradients of several inputs.
    private static final int WORTH_SUMMING = 1024;

    private final Formula formula;

    /// Bit k is set for input k.
    private final long reached;

    /// By input, and the output behind them; `null` for what is not used.
    private final @Nullable Tensor[] kept;

    /// That of the value.
    private final Shape shape;

    private final Pullback spread;

    /// By input; `null` where all have the shape of the value.
    private final Shape @Nullable [] targets;

    Pullbacks(
        Formula formula,
        Tensor[] inputs,
        @Nullable Tensor output,
        Shape shape,
        Pullback spread,
        long reached) {
      this.formula = formula;
      this.reached = reached;
      this.kept = new Tensor[inputs.length + 1];
      this.shape = shape;
      this.spread = spread;
      boolean isBroadcast = false;
      for (int k = 0; k < inputs.length; k++) {
        if (reaches(k)) {
          isBroadcast |= !inputs[k].shape().equals(shape);
          keep(pullback(k), inputs, output);
        }
      }
      this.targets = isBroadcast ? shapes(inputs) : null;
    }

    private void keep(PointwisePullback pullback, Tensor[] inputs, @Nullable Tensor output) {
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

    @Override
    public @Nullable Tensor[] pull(Tensor given, IntPredicate isWanted) {
      Tensor g = spread.apply(given);
      Tensor whole = null;
      @Nullable Tensor[] parts = new Tensor[kept.length - 1];
      for (int k = 0; k < parts.length; k++) {
        if (reaches(k) && isWanted.test(k)) {
          whole = whole == null && isBroadcast(k) ? g.broadcastTo(shape) : whole;
          Tensor fitting = whole != null && isBroadcast(k) ? whole : g;
          PointwisePullback pullback = pullback(k);
          parts[k] =
              pullback.isIdentity()
                  ? fitting
                  : Tensor.apply(pullback.formula(), operands(pullback, kept, fitting));
        }
      }
      return parts;
    }

    /// What gradients share is computed once, where their formula has room for all operands.
    @Override
    public @Nullable Tensor[] pullUnwatched(Tensor given, IntPredicate isWanted) {
      if (!formula.hasRoomForPullbacks()) {
        return pull(given, isWanted);
      }
      Tensor g = spread.apply(given);
      Tensor whole = null;
      @Nullable Tensor[] parts = new Tensor[kept.length - 1];
      long computed = 0;
      boolean isAnyBroadcast = false;
      for (int k = 0; k < parts.length; k++) {
        if (!reaches(k) || !isWanted.test(k)) {
          continue;
        }
        if (!pullback(k).isIdentity()) {
          computed |= 1L << k;
          isAnyBroadcast |= isBroadcast(k);
        } else if (isBroadcast(k)) {
          whole = whole == null ? g.broadcastTo(shape) : whole;
          parts[k] = whole;
        } else {
          parts[k] = g;
        }
      }
      if (computed != 0) {
        compute(computed, isAnyBroadcast, whole == null ? g : whole, parts);
      }
      return parts;
    }

    private void compute(long inputs, boolean isAnyBroadcast, Tensor g, @Nullable Tensor[] parts) {
      boolean areSeveral = Long.bitCount(inputs) > 1;
      boolean isSummed = areSeveral && isAnyBroadcast && shape.elements() >= WORTH_SUMMING;
      Tensor fitting = isAnyBroadcast && !isSummed ? g.broadcastTo(shape) : g;
      int first = Long.numberOfTrailingZeros(inputs);
      PointwisePullback pullback = areSeveral ? formula.pullbacks(inputs) : pullback(first);
      Array[] operands = arrays(operands(pullback, kept, fitting));
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
      Shape[] all = Objects.requireNonNull(targets);
      return BitSet.valueOf(new long[] {inputs}).stream()
          .mapToObj(k -> all[k])
          .toArray(Shape[]::new);
    }
  }
}
