package org.thalweg.checker.function;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.Watch;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// A function at a point: inputs whose elements can be moved, and all outputs as one row of
/// numbers.
///
/// The derivative of a target is again a target, so that every order is checked as the first is.
public final class Target {
  /// Outputs from inputs.
  @FunctionalInterface
  public interface Outputs {
    List<Tensor> of(List<Tensor> inputs);
  }

  private final List<Input> inputs;
  private final Outputs function;
  private final int differentiated;

  private Target(List<Input> inputs, Outputs function, int differentiated) {
    this.inputs = inputs;
    this.function = function;
    this.differentiated = differentiated;
  }

  /// A function at a point.
  public static Target of(List<Input> inputs, Outputs function) {
    return new Target(inputs, function, 0);
  }

  public List<Input> inputs() {
    return inputs;
  }

  /// Of a derivative, how many inputs it was taken in: its outputs are the gradients in the first
  /// of its inputs, the rest are what the outputs of the function were multiplied by. 0 for a
  /// function.
  int differentiated() {
    return differentiated;
  }

  /// The same function of inputs in another type.
  public Target to(DType dtype) {
    return new Target(
        inputs.stream().map(input -> input.to(dtype)).toList(), function, differentiated);
  }

  /// All outputs at the present values of the inputs, one after the other.
  public double[] evaluate() {
    return flat(outputs(inputs.stream().map(Input::lent).toList()));
  }

  /// The same, telling a trace.
  public double[] evaluate(Trace trace) {
    return Watch.get(trace, this::evaluate);
  }

  /// What the operations decide at the present values of the inputs.
  public Branches branches() {
    Branches branches = new Branches();
    Watch.get(branches, this::evaluate);
    return branches;
  }

  private List<Tensor> outputs(List<Tensor> tensors) {
    List<Tensor> outputs = function.of(tensors);
    DType expected =
        tensors.stream()
            .map(Tensor::dtype)
            .filter(DType::isFloating)
            .findFirst()
            .orElse(DType.FLOAT64);
    for (Tensor output : outputs) {
      if (output.dtype() != expected) {
        throw new IllegalArgumentException(
            "gradient checker: the function makes "
                + output.dtype()
                + " "
                + output.shape()
                + " of "
                + expected
                + ": let it compute in the type of its inputs");
      }
    }
    return outputs;
  }

  private static double[] flat(List<Tensor> tensors) {
    if (tensors.size() == 1) {
      return tensors.get(0).toDoubles();
    }
    int length = 0;
    for (Tensor tensor : tensors) {
      length += tensor.elements();
    }
    double[] flat = new double[length];
    int from = 0;
    for (Tensor tensor : tensors) {
      double[] values = tensor.toDoubles();
      System.arraycopy(values, 0, flat, from, values.length);
      from += values.length;
    }
    return flat;
  }

  /// The gradient of the weighted sum of all outputs in each input, flat; empty for inputs that do
  /// not move.
  ///
  /// @param weights one for each output, exact in FLOAT32 too
  /// @throws BackwardException where the backward pass fails
  public List<double[]> gradient(double[] weights) {
    return gradient(weights, () -> {});
  }

  /// The same, telling a trace.
  public List<double[]> gradient(double[] weights, Trace trace) {
    return Watch.get(trace, () -> gradient(weights, trace::beginBackward));
  }

  private List<double[]> gradient(double[] weights, Runnable whenForwardIsDone) {
    List<Tensor> tensors = inputs.stream().map(Target::tracked).toList();
    List<Tensor> outputs = outputs(tensors);
    whenForwardIsDone.run();
    List<Tensor> gradients =
        BackwardException.guard(
            () -> Derivatives.of(outputs, split(weights, outputs), moving(tensors)));
    List<double[]> flat = new ArrayList<>();
    int next = 0;
    for (Input input : inputs) {
      flat.add(input.moves() ? gradients.get(next++).toDoubles() : new double[0]);
    }
    return flat;
  }

  /// For each input, whether a gradient goes back to it.
  public List<Boolean> reached() {
    List<Tensor> tensors = inputs.stream().map(Target::tracked).toList();
    List<Gradients> gradients =
        outputs(tensors).stream()
            .filter(Tensor::isTracked)
            .map(output -> BackwardException.guard(() -> output.sum().backward()))
            .toList();
    return tensors.stream()
        .map(tensor -> gradients.stream().anyMatch(g -> g.find(tensor).isPresent()))
        .toList();
  }

  private static Tensor tracked(Input input) {
    Tensor tensor = input.tensor();
    return input.moves() && !tensor.isTracked() ? tensor.tracked() : tensor;
  }

  private static List<Tensor> moving(List<Tensor> tensors) {
    return tensors.stream().filter(tensor -> tensor.dtype().isFloating()).toList();
  }

  /// Numbers dealt out to tensors like these.
  private static List<Tensor> split(double[] flat, List<Tensor> like) {
    List<Tensor> parts = new ArrayList<>();
    int from = 0;
    for (Tensor tensor : like) {
      double[] part = Arrays.copyOfRange(flat, from, from + tensor.elements());
      parts.add(Tensor.of(part, tensor.shape()).to(tensor.dtype()));
      from += part.length;
    }
    return parts;
  }

  /// The gradient of the weighted outputs as a function of the inputs and of the weights.
  public Target derivative(double[] weights) {
    List<Tensor> like = outputs(inputs.stream().map(Input::tensor).toList());
    List<Tensor> parts = split(weights, like);
    List<Input> more = new ArrayList<>(inputs);
    for (int j = 0; j < parts.size(); j++) {
      more.add(Input.of(freeName(parts.size() == 1 ? "v" : "v" + j), parts.get(j)));
    }
    int count = inputs.size();
    return new Target(
        more,
        all -> {
          List<Tensor> tracked =
              all.subList(0, count).stream()
                  .map(x -> x.isTracked() || !x.dtype().isFloating() ? x : x.tracked())
                  .toList();
          return Derivatives.of(outputs(tracked), all.subList(count, all.size()), moving(tracked));
        },
        count);
  }

  private String freeName(String wanted) {
    String free = wanted;
    while (true) {
      String candidate = free;
      if (inputs.stream().noneMatch(input -> input.name().equals(candidate))) {
        return free;
      }
      free += "′";
    }
  }

  /// Whether there is no element to differentiate in.
  public boolean isEmpty() {
    return inputs.stream().filter(Input::moves).allMatch(input -> input.elements() == 0);
  }

  /// The shapes of inputs, for a seed that is the same in every run.
  public List<Shape> shapes() {
    return inputs.stream().map(Input::shape).toList();
  }
}
