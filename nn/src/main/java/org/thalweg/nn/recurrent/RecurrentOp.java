package org.thalweg.nn.recurrent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.PartialDerivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.operation.Op;

/// A cell carried along a sequence. Inputs: the products of the sequence, `[time, batch, gates ·
/// size]`; the weights of the state, `[gates · size, size]`; the shifts of both products, `[gates ·
/// size]`; the first states, `[batch, size]`. Output: the first state after each step, then the
/// others after the last one, `[time + states − 1, batch, size]`.
///
/// A step is one product and one pass of the cell's formula, a step of the gradient the same with
/// the formula of its gradient. Where the gradient itself is recorded it is that of [the same steps
/// made of tensor operations][#composed], so that there are derivatives of every order.
record RecurrentOp(Cell cell) implements Op.Custom {
  static final int INPUT_SHIFT = 2;
  static final int STATE_SHIFT = 3;
  static final int WEIGHT = 1;
  static final int FIRST_STATE = 4;

  @Override
  public Result apply(Tensor... in) {
    Array[] values = Arrays.stream(in).map(Tensor::array).toArray(Array[]::new);
    boolean isRecorded = !NoGradient.isOn() && Arrays.stream(in).anyMatch(Tensor::isTracked);
    Steps steps = new Steps(cell, isRecorded, values);
    Array y = steps.forward();
    Joint joint =
        (g, isWanted) ->
            NoGradient.isOn()
                ? steps.backward(g.array(), isWanted.test(WEIGHT))
                : PartialDerivatives.vjp(this::composed)
                    .apply(List.of(in), g)
                    .toArray(Tensor[]::new);
    return new Result(y, joint);
  }

  /// The same as [#apply], of tensor operations.
  Tensor composed(List<Tensor> in) {
    int gates = cell.gates();
    Tensor weight = in.get(WEIGHT);
    List<Tensor> states = in.subList(FIRST_STATE, in.size());
    List<Tensor> rows = new ArrayList<>();
    for (int step = 0; step < in.get(0).shape().size(0); step++) {
      Tensor product = states.get(0).matmulTransposed(weight);
      Tensor x = in.get(0).slice(0, step, step + 1).reshape(product.shape().sizes());
      List<Tensor> operands = new ArrayList<>();
      for (Tensor part : List.of(x, in.get(INPUT_SHIFT), product, in.get(STATE_SHIFT))) {
        IntStream.range(0, gates).forEach(k -> operands.add(gate(part, k)));
      }
      operands.addAll(states);
      Tensor[] inputs = operands.toArray(Tensor[]::new);
      states = cell.stepByState().stream().map(formula -> Tensor.apply(formula, inputs)).toList();
      rows.add(states.get(0));
    }
    rows.addAll(states.subList(1, states.size()));
    return rows.get(0).stack(0, rows.subList(1, rows.size()).toArray(Tensor[]::new));
  }

  private Tensor gate(Tensor all, int gate) {
    int size = all.shape().size(-1) / cell.gates();
    return all.slice(-1, gate * size, (gate + 1) * size);
  }

  @Override
  public String name() {
    return cell.name();
  }

  /// A product of the state and a pass of the formula for each step.
  @Override
  public long flops(List<Tensor> inputs, Tensor output) {
    long elements = inputs.get(0).elements();
    int size = inputs.get(WEIGHT).shape().size(1);
    return 2 * elements * size + elements / cell.gates() * cell.step().flops();
  }
}
