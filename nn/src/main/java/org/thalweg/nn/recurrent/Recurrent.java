package org.thalweg.nn.recurrent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Training;

/// A [Cell] carried along a sequence: LSTM, GRU, or one of your own.
///
/// `[time, batch, in]` to `[time, batch, size]`, the states after each step. Weights are named and
/// laid out as in PyTorch's layers of one direction: `weight_ih_l0`, `[gates · size, in]`,
/// `weight_hh_l0`, `[gates · size, size]`, `bias_ih_l0` and `bias_hh_l0`, `[gates · size]`. All
/// start uniform in ±1/√size. Several layers are a [org.thalweg.nn.Sequential] of them; their
/// weights have the names `0.weight_ih_l0`, `1.weight_ih_l0`, ….
///
/// ```java
/// Recurrent lstm = Layer.build(Recurrent.lstm(65, 128), 42);
/// Recurrent.Run first = lstm.run(x);
/// Recurrent.Run second = lstm.run(more, first.states());
/// ```
public final class Recurrent extends Layer {
  /// What a pass gives.
  ///
  /// @param output `[time, batch, size]`, the first state after each step
  /// @param states `[batch, size]` each, after the last step: of an LSTM h and c
  public record Run(Tensor output, List<Tensor> states) {
    /// Copies the list.
    public Run {
      states = List.copyOf(states);
    }
  }

  private final RecurrentOp operation;
  private final Parameter inputWeight;
  private final Parameter stateWeight;
  private final Parameter inputBias;
  private final Parameter stateBias;

  private Recurrent(Build build, Cell cell, int in, int size) {
    super(build);
    operation = new RecurrentOp(cell);
    int width = cell.gates() * size;
    Initializer uniform = Initializer.uniform(1 / Math.sqrt(size));
    inputWeight = parameter("weight_ih_l0", Shape.of(width, in), uniform);
    stateWeight = parameter("weight_hh_l0", Shape.of(width, size), uniform);
    inputBias = parameter("bias_ih_l0", Shape.of(width), uniform);
    stateBias = parameter("bias_hh_l0", Shape.of(width), uniform);
  }

  /// Long short-term memory: [Cell#LSTM].
  ///
  /// @throws IllegalArgumentException where a size is not positive
  public static Plan<Recurrent> lstm(int in, int size) {
    return of(Cell.LSTM, in, size);
  }

  /// The gated recurrent unit: [Cell#GRU].
  ///
  /// @throws IllegalArgumentException where a size is not positive
  public static Plan<Recurrent> gru(int in, int size) {
    return of(Cell.GRU, in, size);
  }

  /// A cell of any kind.
  ///
  /// @param in the width of the input
  /// @param size that of each state
  /// @throws IllegalArgumentException where a size is not positive
  public static Plan<Recurrent> of(Cell cell, int in, int size) {
    if (in < 1 || size < 1) {
      throw new IllegalArgumentException(
          cell.name()
              + ": sizes "
              + in
              + " and "
              + size
              + " are not both positive: give at least 1");
    }
    return build -> new Recurrent(build, cell, in, size);
  }

  /// The states after each step, from states of zeros.
  ///
  /// @throws IllegalArgumentException where x is not `[time, batch, in]`, with one step at least
  @Override
  public Tensor apply(Tensor x, Training training) {
    return run(x).output;
  }

  /// A pass from states of zeros.
  ///
  /// @throws IllegalArgumentException where x is not `[time, batch, in]`, with one step at least
  public Run run(Tensor x) {
    check(x);
    Tensor zeros = Tensor.zeros(x.dtype(), x.shape().size(1), stateWeight.shape().size(1));
    return run(x, Collections.nCopies(operation.cell().states(), zeros));
  }

  /// A pass from states that are given, such as those that another pass ended with.
  ///
  /// @param x `[time, batch, in]`, with one step at least
  /// @param states `[batch, size]` each: of an LSTM h and c
  /// @throws IllegalArgumentException where shapes are not these, or types differ
  public Run run(Tensor x, List<Tensor> states) {
    check(x);
    int time = x.shape().size(0);
    int batch = x.shape().size(1);
    int size = stateWeight.shape().size(1);
    checkStates(states, Shape.of(batch, size));
    Tensor products = x.reshape(time * batch, x.shape().size(2)).matmulTransposed(inputWeight);
    List<Tensor> in = new ArrayList<>();
    in.add(products.reshape(time, batch, inputWeight.shape().size(0)));
    in.addAll(List.of(stateWeight, inputBias, stateBias));
    in.addAll(states);
    Tensor all = Tensor.apply(operation, in.toArray(Tensor[]::new));
    List<Tensor> last = new ArrayList<>();
    for (int row = time - 1; row < all.shape().size(0); row++) {
      last.add(all.slice(0, row, row + 1).reshape(batch, size));
    }
    return new Run(all.slice(0, 0, time), last);
  }

  private void check(Tensor x) {
    int in = inputWeight.shape().size(1);
    boolean fits = x.shape().rank() == 3 && x.shape().size(0) > 0 && x.shape().size(2) == in;
    if (!fits || x.dtype() != inputWeight.dtype()) {
      String wanted = inputWeight.dtype() + " [time, batch, " + in + "] with one step at least";
      throw misfit(operation.name(), "input", x, wanted);
    }
  }

  private void checkStates(List<Tensor> states, Shape shape) {
    boolean fits = states.size() == operation.cell().states();
    for (Tensor state : states) {
      fits &= state.shape().equals(shape) && state.dtype() == stateWeight.dtype();
    }
    if (!fits) {
      throw new IllegalArgumentException(
          operation.name()
              + " ["
              + path()
              + "]: the states are "
              + states.stream().map(state -> state.dtype() + " " + state.shape()).toList()
              + " and must be "
              + operation.cell().states()
              + " of "
              + stateWeight.dtype()
              + " "
              + shape
              + ": give those of a pass over the same batch");
    }
  }
}
