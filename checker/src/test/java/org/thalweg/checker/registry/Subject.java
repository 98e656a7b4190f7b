package org.thalweg.checker.registry;

import java.util.List;
import java.util.function.Function;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.Formula;

/// An operation and inputs for it.
///
/// @param inputs FLOAT64, and INT32 where the operation takes indices
record Subject(String name, Function<List<Tensor>, Tensor> call, List<Tensor> inputs) {
  /// A formula at some points.
  static Subject of(Formula formula, int points) {
    List<Tensor> columns =
        Points.columns(Points.some(Points.of(formula), points), formula.inputs().size());
    return new Subject(
        formula.name(), in -> Tensor.apply(formula, in.toArray(Tensor[]::new)), columns);
  }

  static Subject of(String signature, Sample sample) {
    return new Subject(signature + ", " + sample, sample.call(), sample.inputs(DType.FLOAT64));
  }

  @Override
  public String toString() {
    return name;
  }
}
