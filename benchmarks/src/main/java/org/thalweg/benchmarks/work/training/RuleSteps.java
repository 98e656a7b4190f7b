package org.thalweg.benchmarks.work.training;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.benchmarks.work.FmaPeak;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Streams;
import org.thalweg.benchmarks.work.Unit;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.optim.Optimizer;
import org.thalweg.optim.Rule;
import org.thalweg.optim.matrix.Muon;

/// A step of an optimizer over the parameters of a model, without the model.
///
/// The gradients are by turns some normal numbers and their negatives, so that a step can be made
/// thousands of times: parameters stay where they are, averages of gradients go on swinging, and
/// the variance that a centered RMSprop takes the root of stays above 0. No moment vanishes into
/// denormal numbers, which would make every step slow, ours and the peer's.
///
/// @param rule its name
/// @param of the rule; Muon is given the matrices among the parameters
/// @param model the name of the model
/// @param shapes of its parameters
public record RuleSteps(String rule, Rule of, String model, List<Shape> shapes) implements Work {
  /// A parameter whose states show by their shape whether there is one number for each element.
  private static final Shape SAMPLE = Shape.of(2, 3);

  /// Leaves out what the rule is not for.
  public RuleSteps {
    boolean isForMatrices = of instanceof Muon;
    shapes = shapes.stream().filter(shape -> !isForMatrices || shape.rank() == 2).toList();
  }

  @Override
  public String name() {
    return "optim-" + rule + "-" + model;
  }

  @Override
  public Unit unit() {
    return Unit.nanosPer("parameter", elements());
  }

  private int elements() {
    return shapes.stream().mapToInt(Shape::elements).sum();
  }

  /// One pass over the parameters, their gradients and the states of the rule in their shape; for
  /// Muon the products alone.
  @Override
  public Limit limit() {
    return of instanceof Muon muon
        ? new FmaPeak(DType.FLOAT32).forOperations(products(muon))
        : new Limit(new Streams(elements(), 1, written()), 1);
  }

  /// How many numbers a step writes for each element: the parameter, and what is remembered.
  private int written() {
    Optimizer sample = of.over(List.of(new Parameter("sample", Tensor.zeros(SAMPLE.sizes()))));
    long states =
        sample.state().tensors().values().stream()
            .filter(state -> state.shape().equals(SAMPLE))
            .count();
    return 1 + (int) states;
  }

  /// X Xᵀ, its square, and that times X, in each iteration.
  private double products(Muon muon) {
    double operations = 0;
    for (Shape shape : shapes) {
      double few = Math.min(shape.size(0), shape.size(1));
      double many = Math.max(shape.size(0), shape.size(1));
      operations += muon.iterations() * 2 * few * few * (2 * many + few);
    }
    return operations;
  }

  @Override
  public Runnable prepare() {
    List<Parameter> parameters = new ArrayList<>();
    for (int k = 0; k < shapes.size(); k++) {
      parameters.add(new Parameter("p" + k, Tensor.normal(k, shapes.get(k).sizes())));
    }
    Gradients uphill = gradients(parameters, 1);
    Gradients downhill = gradients(parameters, -1);
    Optimizer optimizer = of.over(parameters);
    return () -> optimizer.step(optimizer.steps() % 2 == 0 ? uphill : downhill);
  }

  /// Normal numbers, the same for each sign but for that.
  private static Gradients gradients(List<Parameter> parameters, int sign) {
    Tensor sum = Tensor.scalar(0f);
    for (int k = 0; k < parameters.size(); k++) {
      Parameter parameter = parameters.get(k);
      Tensor direction = Tensor.normal(-1 - k, parameter.shape().sizes());
      sum = sum.plus(parameter.times(direction).sum().times(sign));
    }
    return sum.backward();
  }
}
