package org.thalweg.nn.recurrent;

import static org.thalweg.nn.recurrent.RecurrentOp.FIRST_STATE;
import static org.thalweg.nn.recurrent.RecurrentOp.INPUT_SHIFT;
import static org.thalweg.nn.recurrent.RecurrentOp.STATE_SHIFT;
import static org.thalweg.nn.recurrent.RecurrentOp.WEIGHT;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Layout;
import org.thalweg.autodiff.array.MatrixProduct;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.sweep.Blocks;
import org.thalweg.autodiff.formula.Formula;

/// The steps of a [RecurrentOp], forth and back, and what is kept between: states and products.
final class Steps {
  private final Cell cell;
  private final Array[] in;

  /// Of the weights with the first state, by step.
  private final Array[] products;

  /// By state, `[time + 1, batch, size]`: before each step and after the last one.
  private final Array[] states;

  Steps(Cell cell, Array... in) {
    this.cell = cell;
    this.in = in.clone();
    this.products = new Array[in[0].shape().size(0)];
    this.states = new Array[cell.states()];
    for (int j = 0; j < states.length; j++) {
      states[j] = Array.uninitialised(dtype(), Shape.of(time() + 1, batch(), size()));
      copy(in[FIRST_STATE + j], 0, states[j], 0, cells());
    }
  }

  private int time() {
    return products.length;
  }

  private int batch() {
    return in[FIRST_STATE].shape().size(0);
  }

  private int size() {
    return in[FIRST_STATE].shape().size(1);
  }

  private int gates() {
    return cell.gates();
  }

  private DType dtype() {
    return in[0].dtype();
  }

  /// The number of elements of a state.
  private int cells() {
    return batch() * size();
  }

  private Blocks blocks(Formula formula) {
    return new Blocks(formula, dtype(), batch(), size());
  }

  /// Gates beside each other, as a product leaves them.
  private void setGates(Blocks blocks, int first, Array array, int from, int distance) {
    for (int k = 0; k < gates(); k++) {
      blocks.set(first + k, array, from + k * size(), distance);
    }
  }

  /// What the formulas of a step and of its gradient take both.
  private void setInputs(Blocks blocks, int step) {
    int width = gates() * size();
    setGates(blocks, 0, in[0], step * batch() * width, width);
    setGates(blocks, gates(), in[INPUT_SHIFT], 0, 0);
    setGates(blocks, 2 * gates(), products[step], 0, width);
    setGates(blocks, 3 * gates(), in[STATE_SHIFT], 0, 0);
    for (int j = 0; j < states.length; j++) {
      blocks.set(4 * gates() + j, states[j], step * cells(), size());
    }
  }

  /// What the operation gives.
  Array forward() {
    Blocks blocks = blocks(cell.step());
    int outputs = cell.step().inputs().size();
    Array h = Array.uninitialised(dtype(), in[FIRST_STATE].shape());
    for (int step = 0; step < time(); step++) {
      copy(states[0], step * cells(), h, 0, cells());
      products[step] = MatrixProduct.apply(h, false, in[WEIGHT], true);
      setInputs(blocks, step);
      for (int j = 0; j < states.length; j++) {
        blocks.set(outputs + j, states[j], (step + 1) * cells(), size());
      }
      blocks.run();
    }
    return output();
  }

  private Array output() {
    Shape shape = Shape.of(time() + states.length - 1, batch(), size());
    Array y = Array.uninitialised(dtype(), shape);
    copy(states[0], cells(), y, 0, time() * cells());
    for (int j = 1; j < states.length; j++) {
      copy(states[j], time() * cells(), y, (time() + j - 1) * cells(), cells());
    }
    return y;
  }

  /// The gradients of all inputs.
  ///
  /// @param g that of the output
  /// @param isWeightWanted whether that of the weights, a product of its own, is used
  @Nullable Tensor[] backward(Array g, boolean isWeightWanted) {
    int width = gates() * size();
    Shape all = in[0].shape();
    Array toH = Array.uninitialised(dtype(), all);
    Array toX = cell.isOfSums() ? toH : Array.uninitialised(dtype(), all);
    Array[] through = new Array[states.length];
    for (int j = 0; j < through.length; j++) {
      through[j] = Array.zeros(dtype(), in[FIRST_STATE].shape());
      if (j > 0) {
        copy(g, (time() + j - 1) * cells(), through[j], 0, cells());
      }
    }
    Array product = Array.zeros(dtype(), in[FIRST_STATE].shape());
    Array gates = Array.uninitialised(dtype(), Shape.of(batch(), width));
    Blocks blocks = blocks(cell.back());
    for (int step = time() - 1; step >= 0; step--) {
      setInputs(blocks, step);
      int operand = cell.step().inputs().size();
      blocks.set(operand++, g, step * cells(), size());
      blocks.set(operand++, product, 0, size());
      for (Array state : through) {
        blocks.set(operand++, state, 0, size());
      }
      setGates(blocks, operand, gates, 0, width);
      operand += gates();
      for (Array state : through) {
        blocks.set(operand++, state, 0, size());
      }
      if (!cell.isOfSums()) {
        setGates(blocks, operand, toX, step * batch() * width, width);
      }
      blocks.run();
      copy(gates, 0, toH, step * batch() * width, batch() * width);
      product = MatrixProduct.apply(gates, false, in[WEIGHT], false);
    }
    @Nullable Tensor[] gradients = gradients(toX, toH, isWeightWanted);
    gradients[FIRST_STATE] = Tensor.of(through[0]).plus(Tensor.of(product));
    for (int j = 1; j < through.length; j++) {
      gradients[FIRST_STATE + j] = Tensor.of(through[j]);
    }
    return gradients;
  }

  private @Nullable Tensor[] gradients(Array toX, Array toH, boolean isWeightWanted) {
    int rows = time() * batch();
    Tensor x = Tensor.of(toX);
    Tensor h = Tensor.of(toH).reshape(rows, gates() * size());
    @Nullable Tensor[] gradients = new Tensor[in.length];
    gradients[0] = x;
    gradients[STATE_SHIFT] = h.sum(0);
    gradients[INPUT_SHIFT] = cell.isOfSums() ? gradients[STATE_SHIFT] : x.sum(0, 1);
    if (isWeightWanted) {
      Tensor before = Tensor.of(Layout.slice(states[0], 0, 0, time())).reshape(rows, size());
      gradients[WEIGHT] = h.transposedMatmul(before);
    }
    return gradients;
  }

  private static void copy(Array from, int start, Array to, int place, int count) {
    System.arraycopy(from.data(), start, to.data(), place, count);
  }
}
