package org.thalweg.checker.registry;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

/// A call of a method, and what it should give.
///
/// @param what is particular about it
/// @param inputs FLOAT64, and INT32 where the method takes indices
/// @param call the method on the inputs, in whatever type they are
/// @param expected the elements of the result by definition
/// @param showsNan whether NaN in the first element of each input shows in the result
/// @param hasGradient whether the derivatives are those of the value there
record Sample(
    String what,
    List<Tensor> inputs,
    Function<List<Tensor>, Tensor> call,
    Function<List<Tensor>, double[]> expected,
    boolean showsNan,
    boolean hasGradient) {
  static Sample of(
      String what,
      Function<List<Tensor>, Tensor> call,
      Function<List<Tensor>, double[]> expected,
      Tensor... inputs) {
    return new Sample(what, List.of(inputs), call, expected, true, true);
  }

  /// The same where the result leaves out the first element of an input.
  Sample hidingNan() {
    return new Sample(what, inputs, call, expected, false, hasGradient);
  }

  /// The same where the result is not a number, jumps, or has no gradient by definition.
  Sample withoutGradient() {
    return new Sample(what, inputs, call, expected, showsNan, false);
  }

  /// The inputs in another floating type.
  List<Tensor> inputs(DType dtype) {
    return inputs.stream().map(x -> x.dtype().isFloating() ? x.to(dtype) : x).toList();
  }

  boolean isEmpty() {
    return inputs.stream().anyMatch(x -> x.elements() == 0);
  }

  boolean isSingle() {
    return inputs.stream().allMatch(x -> x.elements() == 1);
  }

  /// Whether the result has a gradient by its type: indices in a result of several tensors have
  /// none.
  boolean isFloating() {
    return call.apply(inputs).dtype().isFloating();
  }

  /// Whether the result agrees with the definition to some relative error of its largest element.
  boolean agrees(Tensor result, double tolerance) {
    double[] values = result.toDoubles();
    double[] wanted = expected.apply(inputs);
    double largest = Arrays.stream(wanted).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    boolean agrees = values.length == wanted.length;
    for (int i = 0; agrees && i < values.length; i++) {
      agrees =
          Double.compare(values[i], wanted[i]) == 0
              || Math.abs(values[i] - wanted[i]) <= tolerance * largest;
    }
    return agrees;
  }

  @Override
  public String toString() {
    return what + " " + inputs.stream().map(x -> x.shape().toString()).toList();
  }
}
