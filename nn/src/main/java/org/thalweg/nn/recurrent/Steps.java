package org.thalweg.nn.recurrent;

import static org.thalweg.nn.recurrent.RecurrentOp.FIRST_STATE;
import static org.thalweg.nn.recurrent.RecurrentOp.INPUT_SHIFT;
import static org.thalweg.nn.recurrent.RecurrentOp.STATE_SHIFT;
import static org.thalweg.nn.recurrent.RecurrentOp.WEIGHT;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.product.MatrixProduct;
import org.thalweg.autodiff.array.product.PackedMatrix;
import org.thalweg.autodiff.array.sweep.Blocks;
import org.thalweg.autodiff.array.sweep.RowParts;
import org.thalweg.autodiff.formula.Formula;

/// The steps of a [RecurrentOp], forth and back, and what is kept between.
///
/// Sequences of a batch have nothing to do with each other, so a thread takes some of them through
/// all steps.
final class Steps {
  private final Cell cell;
  private final Array[] in;

  /// Of the weights with the first state, before a step.
  private final Array product;

  /// By state, `[time + 1, batch, size]`: before each step and after the last one.
  private final Array[] states;

  /// For the gradient, `[time, batch, size]` each; nothing where none is wanted.
  private final Array[] kept;

  /// @param isRecorded whether there may be a gradient
  Steps(Cell cell, boolean isRecorded, Array... in) {
    this.cell = cell;
    this.in = in.clone();
    this.product = Array.uninitialised(dtype(), Shape.of(batch(), width()));
    this.states = new Array[cell.states()];
    for (int j = 0; j < states.length; j++) {
      states[j] = Array.uninitialised(dtype(), Shape.of(time() + 1, batch(), size()));
      copy(in[FIRST_STATE + j], 0, states[j], 0, cells());
    }
    this.kept = new Array[isRecorded ? cell.gradient().kept() : 0];
    for (int k = 0; k < kept.length; k++) {
      kept[k] = Array.uninitialised(dtype(), Shape.of(time(), batch(), size()));
    }
  }

  private int time() {
    return in[0].shape().size(0);
  }

  private int batch() {
    return in[FIRST_STATE].shape().size(0);
  }

  private int size() {
    return in[FIRST_STATE].shape().size(1);
  }

  /// The length of a row of gates.
  private int width() {
    return cell.gates() * size();
  }

  private DType dtype() {
    return in[0].dtype();
  }

  /// The number of elements of a state.
  private int cells() {
    return batch() * size();
  }

  /// Does something with some sequences at a time.
  private void inParts(RowParts.Body body) {
    RowParts.run(batch(), work(), body);
  }

  /// What a sequence costs: its products, in multiply-adds.
  private long work() {
    return (long) time() * width() * size();
  }

  private PackedMatrix weight(boolean transpose) {
    boolean isOneThreads =
        RowParts.count(batch(), work()) > 1 || !MatrixProduct.isDivided(batch(), in[WEIGHT]);
    return time() > 1 && isOneThreads
        ? PackedMatrix.of(in[WEIGHT], transpose)
        : PackedMatrix.unpacked(in[WEIGHT], transpose);
  }

  /// What the operation gives.
  Array forward() {
    PackedMatrix weight = weight(true);
    Shape shape = Shape.of(time() + states.length - 1, batch(), size());
    Array y = Array.uninitialised(dtype(), shape);
    inParts((first, end) -> new Forward(first, end).run(weight, y));
    return y;
  }

  /// The gradients of all inputs.
  ///
  /// @param g that of the output
  /// @param isWeightWanted whether that of the weights, a product of its own, is used
  @Nullable Tensor[] backward(Array g, boolean isWeightWanted) {
    Gradients gradients = new Gradients(g);
    PackedMatrix weight = weight(false);
    inParts((first, end) -> new Backward(first, end, gradients).run(weight));
    return gradients.all(isWeightWanted);
  }

  private static void copy(Array from, int start, Array to, int place, int count) {
    System.arraycopy(from.data(), start, to.data(), place, count);
  }

  /// Some sequences of the batch, one after the other, on their way through the steps.
  private abstract class Part {
    final int first;
    final int sequences;
    final Blocks blocks;

    Part(Formula formula, int first, int end) {
      this.first = first;
      this.sequences = end - first;
      this.blocks = new Blocks(formula, dtype(), sequences, size());
    }

    /// Where the states begin in an array that has them for each step.
    final int states(int step) {
      return step * cells() + first * size();
    }

    /// Where the gates begin in an array that has them for each step.
    final int gates(int step) {
      return (step * batch() + first) * width();
    }

    /// Numbers of all sequences and cells.
    final void set(int operand, Array array, int step) {
      blocks.set(operand, array, states(step), size());
    }

    /// Gates beside each other, as a product leaves them.
    final void setGates(int operand, Array array, int from, int distance) {
      for (int k = 0; k < cell.gates(); k++) {
        blocks.set(operand + k, array, from + k * size(), distance);
      }
    }
  }

  private final class Forward extends Part {
    Forward(int first, int end) {
      super(kept.length > 0 ? cell.gradient().recorded() : cell.step(), first, end);
    }

    void run(PackedMatrix weight, Array y) {
      for (int step = 0; step < time(); step++) {
        weight.multiply(states[0], states(step), sequences, product, gates(0));
        set(step);
        blocks.run();
        give(0, step, y);
      }
      for (int j = 1; j < states.length; j++) {
        give(j, time() - 1, y);
      }
    }

    /// Copies a state after a step to the output.
    private void give(int state, int step, Array y) {
      copy(states[state], states(step + 1), y, states(step + state), sequences * size());
    }

    private void set(int step) {
      int gates = cell.gates();
      setGates(0, in[0], gates(step), width());
      setGates(gates, in[INPUT_SHIFT], 0, 0);
      setGates(2 * gates, product, gates(0), width());
      setGates(3 * gates, in[STATE_SHIFT], 0, 0);
      int operand = 4 * gates;
      for (Array state : states) {
        set(operand++, state, step);
      }
      for (Array state : states) {
        set(operand++, state, step + 1);
      }
      for (Array number : kept) {
        set(operand++, number, step);
      }
    }
  }

  /// The gradients of everything.
  private final class Gradients {
    /// Of the output.
    final Array g;

    /// Of the products with the input and with the state, by step; often the same.
    final Array toX;

    final Array toH;

    /// Of the states, as they are carried from step to step.
    final Array[] through = new Array[states.length];

    /// Of the first state, through the product of the step after.
    final Array product = Array.zeros(dtype(), in[FIRST_STATE].shape());

    Gradients(Array g) {
      this.g = g;
      this.toH = Array.uninitialised(dtype(), in[0].shape());
      this.toX = cell.gradient().isOfSums() ? toH : Array.uninitialised(dtype(), in[0].shape());
      for (int j = 0; j < through.length; j++) {
        through[j] = Array.zeros(dtype(), in[FIRST_STATE].shape());
        if (j > 0) {
          copy(g, (time() + j - 1) * cells(), through[j], 0, cells());
        }
      }
    }

    @Nullable Tensor[] all(boolean isWeightWanted) {
      int rows = time() * batch();
      Tensor x = Tensor.of(toX);
      Tensor h = Tensor.of(toH).reshape(rows, width());
      @Nullable Tensor[] gradients = new Tensor[in.length];
      gradients[0] = x;
      gradients[STATE_SHIFT] = h.sum(0);
      gradients[INPUT_SHIFT] = toX == toH ? gradients[STATE_SHIFT] : x.sum(0, 1);
      if (isWeightWanted) {
        Shape shape = in[WEIGHT].shape();
        gradients[WEIGHT] = Tensor.of(MatrixProduct.ofRows(toH, true, states[0], null, shape));
      }
      for (int j = 0; j < through.length; j++) {
        if (!cell.gradient().isCarried(j)) {
          through[j].fill(0);
        }
        Tensor state = Tensor.of(through[j]);
        gradients[FIRST_STATE + j] = j == 0 ? state.plus(Tensor.of(product)) : state;
      }
      return gradients;
    }
  }

  private final class Backward extends Part {
    private final Gradients gradients;
    private final Array nothing = Array.zeros(dtype(), Shape.of(size()));

    Backward(int first, int end, Gradients gradients) {
      super(cell.gradient().back(), first, end);
      this.gradients = gradients;
    }

    void run(PackedMatrix weight) {
      for (int step = time() - 1; step >= 0; step--) {
        set(step);
        blocks.run();
        weight.multiply(gradients.toH, gates(step), sequences, gradients.product, states(0));
      }
    }

    private void set(int step) {
      int operand = 0;
      for (Array number : kept) {
        set(operand++, number, step);
      }
      set(operand++, gradients.g, step);
      set(operand++, gradients.product, 0);
      for (int j = 0; j < states.length; j++) {
        if (cell.gradient().isCarried(j) || step == time() - 1) {
          set(operand++, gradients.through[j], 0);
        } else {
          blocks.set(operand++, nothing, 0, 0);
        }
      }
      setGates(operand, gradients.toH, gates(step), width());
      operand += cell.gates();
      for (int j = 0; j < states.length; j++) {
        if (cell.gradient().isCarried(j)) {
          set(operand++, gradients.through[j], 0);
        }
      }
      if (gradients.toX != gradients.toH) {
        setGates(operand, gradients.toX, gates(step), width());
      }
    }
  }
}
