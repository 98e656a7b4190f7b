package org.thalweg.checker.numerics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;

/// A call at a hazardous point: what it must give, and what PyTorch and JAX are asked.
///
/// The gradient is that of the sum of the result, in each floating input. A number is expected to
/// four units in the last place; 0, ±∞ and NaN are expected exactly.
final class Row implements Entry {
  final String call;
  final Function<List<Tensor>, Tensor> function;
  final List<String> names;
  final List<Tensor> inputs = new ArrayList<>();
  final Answer expected = new Answer();

  /// What FLOAT32 gives where the range or the digits of that type matter.
  final Answer inFloat = new Answer();

  String torch = "";
  String jax = "";
  String why = "";

  /// The message of a refusal; empty where there is a value.
  String refusal = "";

  double ulps = 4;

  /// A value and gradients, one for each floating input.
  static final class Answer {
    double[] value = {};
    final List<double[]> gradients = new ArrayList<>();
  }

  private Row(String call, Function<List<Tensor>, Tensor> function, String... names) {
    this.call = call;
    this.function = function;
    this.names = List.of(names);
  }

  static Row one(String call, UnaryOperator<Tensor> function) {
    return new Row(call, in -> function.apply(in.get(0)), "x");
  }

  static Row two(String call, BinaryOperator<Tensor> function) {
    return new Row(call, in -> function.apply(in.get(0), in.get(1)), "a", "b");
  }

  static Row labelled(String call, BinaryOperator<Tensor> function) {
    return new Row(call, in -> function.apply(in.get(0), in.get(1)), "x", "i");
  }

  /// The next input, a vector.
  Row at(double... values) {
    return at(Tensor.of(values));
  }

  /// The next input, FLOAT64 (which is tried in FLOAT32 as well) or INT32.
  Row at(Tensor input) {
    inputs.add(input);
    return this;
  }

  /// The elements of the result, in order.
  Row value(double... value) {
    expected.value = value;
    return this;
  }

  /// The gradient in the next floating input.
  Row gradient(double... gradient) {
    expected.gradients.add(gradient);
    return this;
  }

  Row valueInFloat(double... value) {
    inFloat.value = value;
    return this;
  }

  Row gradientInFloat(double... gradient) {
    inFloat.gradients.add(gradient);
    return this;
  }

  /// Refused with this message.
  Row refused(String message) {
    refusal = message;
    return this;
  }

  /// How PyTorch and JAX are asked; empty where one has no such operation.
  Row peers(String torchExpression, String jaxExpression) {
    torch = torchExpression;
    jax = jaxExpression;
    return this;
  }

  /// Our choice and its reason, for the page.
  Row because(String reason) {
    why = reason;
    return this;
  }

  Row within(double unitsInTheLastPlace) {
    ulps = unitsInTheLastPlace;
    return this;
  }

  /// The call and its arguments, which name the row.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("`" + call + "`");
    for (int k = 0; k < inputs.size(); k++) {
      text.append(k == 0 ? " at " : ", ")
          .append(names.get(k))
          .append(" = ")
          .append(Numbers.text(inputs.get(k)));
    }
    return text.toString();
  }
}
