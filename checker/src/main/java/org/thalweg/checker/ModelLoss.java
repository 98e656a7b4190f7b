package org.thalweg.checker;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;

/// A model in one type, and a loss of it: what a check of a model in both types is given twice.
///
/// ```java
/// GradientChecker.ofModel(type -> {
///   Layer copy = model.to(type);
///   return new ModelLoss(copy.parameters(), () -> loss(copy.apply(x.to(type))));
/// });
/// ```
///
/// @param parameters of the model
/// @param loss computed from the parameters anew at each call, the same at each, of any shape
public record ModelLoss(Collection<Parameter> parameters, Supplier<Tensor> loss) {
  /// Copies the collection.
  public ModelLoss {
    parameters = List.copyOf(parameters);
  }
}
