package org.thalweg.benchmarks.work.training;

import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.benchmarks.work.FmaPeak;
import org.thalweg.benchmarks.work.Heap;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.nn.Layer;
import org.thalweg.nn.recurrent.Recurrent;
import org.thalweg.optim.adaptive.Adam;

/// A training step of an LSTM, 128 wide, over 64 steps of a batch of 32: the mean square of its
/// outputs, Adam.
public record LstmStep() implements Work {
  private static final int TIME = 64;
  private static final int BATCH = 32;
  private static final int WIDTH = 128;
  private static final int GATES = 4;

  @Override
  public String name() {
    return "lstm-step";
  }

  @Override
  public Unit unit() {
    return Unit.MILLISECONDS;
  }

  /// Products alone: two with the input, which needs no gradient, and three with the state.
  @Override
  public Limit limit() {
    double product = 2.0 * TIME * BATCH * WIDTH * GATES * WIDTH;
    return new FmaPeak(DType.FLOAT32).forOperations(5 * product);
  }

  @Override
  public boolean isTraining() {
    return true;
  }

  @Override
  public List<String> heap() {
    return Heap.ofMost(192);
  }

  @Override
  public Runnable prepare() {
    Layer model = Layer.build(Recurrent.lstm(WIDTH, WIDTH), 42);
    Tensor x = Tensor.normal(1, TIME, BATCH, WIDTH);
    return Steps.of(model, new Adam(Steps.RATE), x, outputs -> outputs.square().mean());
  }
}
