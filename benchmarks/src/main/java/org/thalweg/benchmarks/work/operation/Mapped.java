package org.thalweg.benchmarks.work.operation;

import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Streams;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;

/// A function of a square matrix, alone or with its gradient: then of the sum of the function, in
/// all that it takes. A scope recycles the results.
///
/// @param function which one
/// @param side rows and columns
/// @param hasGradient whether the gradient is computed too
public record Mapped(Function function, int side, boolean hasGradient) implements Work {
  @Override
  public String name() {
    int elements = side * side;
    String size = elements < 1_000_000 ? elements / 1000 + "k" : elements / 1_000_000 + "m";
    return function.title() + (hasGradient ? "-grad-" : "-") + size;
  }

  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  /// One pass that reads the matrix and writes what comes out, but for single numbers and rows.
  @Override
  public Limit limit() {
    return new Limit(new Streams(side * side, 1, function == Function.SUM ? 0 : 1), 1);
  }

  @Override
  public Runnable prepare() {
    Tensor[] inputs = function.inputs(side);
    if (!hasGradient) {
      return () -> Scope.run(() -> function.of(inputs));
    }
    Parameter[] parameters = new Parameter[inputs.length];
    for (int k = 0; k < inputs.length; k++) {
      parameters[k] = new Parameter("p" + k, inputs[k]);
    }
    return () -> Scope.run(() -> check(function.of(parameters).sum().backward()));
  }

  private void check(Gradients gradients) {
    if (gradients.parameters().isEmpty()) {
      throw new IllegalStateException(name() + ": no gradient came back");
    }
  }
}
