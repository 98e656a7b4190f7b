package org.thalweg.checker;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Collection;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

/// AssertJ's entry points for gradients. The only part of this module that needs AssertJ.
///
/// ```java
/// assertThatGradientsOf(x -> x.tanh().sum()).at(x).toSecondOrder().areCorrect();
/// assertThatGradientsOf(model.parameters(), () -> loss(model)).areCorrect();
/// ```
@CheckReturnValue
public final class GradientAssertions {
  private GradientAssertions() {}

  /// Of a function of one tensor.
  public static GradientAssert assertThatGradientsOf(UnaryOperator<Tensor> f) {
    return new GradientAssert(GradientChecker.of(f));
  }

  /// Of a function of two tensors.
  public static GradientAssert assertThatGradientsOf(BinaryOperator<Tensor> f) {
    return new GradientAssert(GradientChecker.of(f));
  }

  /// Of a function of any number of tensors.
  public static GradientAssert assertThatGradientsOfAll(Function<List<Tensor>, Tensor> f) {
    return new GradientAssert(GradientChecker.ofAll(f));
  }

  /// Of a loss in the parameters of a model, FLOAT64.
  public static GradientAssert assertThatGradientsOf(
      Collection<Parameter> parameters, Supplier<Tensor> loss) {
    return new GradientAssert(GradientChecker.ofModel(parameters, loss));
  }

  /// Of a model in both types: see [GradientChecker#ofModel(Function)].
  public static GradientAssert assertThatGradientsOfModel(Function<DType, ModelLoss> model) {
    return new GradientAssert(GradientChecker.ofModel(model));
  }
}
