package org.thalweg.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.array.Array;

/// Functions made of functions of one tensor: derivatives that can be differentiated again.
///
/// ```java
/// UnaryOperator<Tensor> f = x -> x.pow(3).sum();
/// Tensor slope = Derivatives.gradient(f).apply(x);                                      // 3x²
/// Tensor second = Derivatives.gradient(t -> Derivatives.gradient(f).apply(t).sum()).apply(x); // 6x
/// ```
///
/// The argument is differentiated where the function uses its own: another use of the same tensor
/// inside the function is a constant to it, so that derivatives nest. Parameters and tracked
/// tensors that the function uses are constants too, and gradients reach them through what is
/// returned. Inside [NoGradient] a derivative is computed all the same, but not recorded. Where the
/// function does not depend on its argument a derivative is 0. Functions of several tensors are in
/// [PartialDerivatives], which throws the same errors.
///
/// Every function that is returned throws `IllegalArgumentException` where the argument is INT32,
/// where the function returns INT32, or where a given gradient or direction has another shape or
/// type than it must.
public final class Derivatives {
  /// A value of a function, and its gradient there.
  ///
  /// @param value the value, of one element
  /// @param gradient the gradient, in the shape of the argument
  public record ValueAndGradient(Tensor value, Tensor gradient) {}

  private Derivatives() {}

  /// The gradient of a function to one number, as a function of the same tensor.
  ///
  /// ```
  /// (∇f)ᵢ = ∂f/∂xᵢ
  /// ```
  ///
  /// It throws `IllegalArgumentException` where the value is not one number.
  public static UnaryOperator<Tensor> gradient(UnaryOperator<Tensor> f) {
    Function<List<Tensor>, List<Tensor>> gradients = PartialDerivatives.gradient(ofList(f));
    return x -> gradients.apply(List.of(x)).get(0);
  }

  /// The value of a function to one number and its gradient, for one evaluation of the function.
  public static Function<Tensor, ValueAndGradient> valueAndGradient(UnaryOperator<Tensor> f) {
    Function<List<Tensor>, PartialDerivatives.ValueAndGradient> both =
        PartialDerivatives.valueAndGradient(ofList(f));
    return x -> {
      PartialDerivatives.ValueAndGradient there = both.apply(List.of(x));
      return new ValueAndGradient(there.value(), there.gradient().get(0));
    };
  }

  /// The vector–Jacobian product of a function to a tensor of any shape, for one evaluation of the
  /// function and one walk back: a function of x and of v, which has the shape of the value.
  ///
  /// ```
  /// vᵀJ,  Jᵢⱼ = ∂fᵢ/∂xⱼ
  /// ```
  public static BinaryOperator<Tensor> vjp(UnaryOperator<Tensor> f) {
    var product = PartialDerivatives.vjp(ofList(f));
    return (x, v) -> product.apply(List.of(x), v).get(0);
  }

  /// The Jacobian–vector product of a function to a tensor of any shape: its rate of change along a
  /// direction v, which has the shape of x.
  ///
  /// ```
  /// J v = ∂(uᵀJ v)/∂u
  /// ```
  ///
  /// It takes one evaluation of the function and two walks back: the vector–Jacobian product is
  /// linear in u, and its gradient in u, given v, is J v.
  public static BinaryOperator<Tensor> jvp(UnaryOperator<Tensor> f) {
    var product = PartialDerivatives.jvp(ofList(f));
    return (x, v) -> product.apply(List.of(x), List.of(v));
  }

  /// The Jacobian of a function to a tensor of any shape: the shape of the value, followed by that
  /// of x.
  ///
  /// ```
  /// Jᵢⱼ = ∂fᵢ/∂xⱼ
  /// ```
  ///
  /// It takes one evaluation of the function and a walk back for each element of the value. Where
  /// the value has many more elements than x, a [#jvp] for each element of x takes less.
  public static UnaryOperator<Tensor> jacobian(UnaryOperator<Tensor> f) {
    Function<List<Tensor>, List<Tensor>> jacobians = PartialDerivatives.jacobian(ofList(f));
    return x -> jacobians.apply(List.of(x)).get(0);
  }

  /// The Hessian of a function to one number: the shape of x twice.
  ///
  /// ```
  /// Hᵢⱼ = ∂²f/∂xᵢ∂xⱼ
  /// ```
  ///
  /// It is the Jacobian of the gradient, and takes a walk back for each element of x.
  public static UnaryOperator<Tensor> hessian(UnaryOperator<Tensor> f) {
    return jacobian(gradient(f));
  }

  /// The product of the Hessian of a function to one number with a vector: a function of x and of
  /// v, which has the shape of x.
  ///
  /// ```
  /// H v = ∇(vᵀ∇f)
  /// ```
  ///
  /// It takes one evaluation of the function and two walks back. Pearlmutter, 1994.
  public static BinaryOperator<Tensor> hessianVectorProduct(UnaryOperator<Tensor> f) {
    var product = PartialDerivatives.hessianVectorProduct(ofList(f));
    return (x, v) -> product.apply(List.of(x), List.of(v)).get(0);
  }

  private static Function<List<Tensor>, Tensor> ofList(UnaryOperator<Tensor> f) {
    return inputs -> f.apply(inputs.get(0));
  }

  /// The gradients of one number in some of the tensors it was computed from, recorded, so that
  /// they can be differentiated again; zeros where it does not depend on one.
  ///
  /// The tensors are [tracked][Tensor#tracked()], parameters, or computed from such.
  ///
  /// @throws IllegalArgumentException where the value is not one number
  public static List<Tensor> of(Tensor value, List<Tensor> inputs) {
    return of(value, seed(value, "backward"), inputs);
  }

  /// The gradients of a tensor of any shape, given its own gradient.
  ///
  /// @throws IllegalArgumentException where the shapes or the types of value and gradient differ
  public static List<Tensor> of(Tensor value, Tensor gradient, List<Tensor> inputs) {
    return of(List.of(value), List.of(gradient), inputs);
  }

  /// The gradients of several tensors together, given their own, in one walk back: those of Σₖ
  /// ⟨gradientₖ, valueₖ⟩. A value may itself have been computed from another.
  ///
  /// @return one for each input, in its shape; zeros where no value depends on it
  /// @throws IllegalArgumentException where there are not as many gradients as values, where shapes
  ///   or types of a value and its gradient differ, or where an input is not tracked
  /// @throws IllegalStateException where a value was computed without recording
  public static List<Tensor> of(List<Tensor> values, List<Tensor> gradients, List<Tensor> inputs) {
    for (Tensor value : values) {
      if (NoGradient.isOn() && !value.isTracked()) {
        throw new IllegalStateException(
            "gradient: a value of shape "
                + value.shape()
                + " was computed without recording, inside NoGradient or a checkpoint: use"
                + " Derivatives.gradient(f) there, which records for itself");
      }
    }
    return of(values, gradients, inputs, false);
  }

  /// @param isPartial whether each input is held fixed for the others
  static List<Tensor> of(
      List<Tensor> values, List<Tensor> gradients, List<Tensor> inputs, boolean isPartial) {
    check(values, gradients);
    Gradients found = Backward.targets(values, gradients, nodes(inputs), isPartial);
    List<Tensor> inOrder = new ArrayList<>();
    for (Tensor input : inputs) {
      Node node = input.node();
      Tensor there = node == null ? null : found.in(node);
      inOrder.add(there == null ? Tensor.zeros(input.dtype(), input.shape().sizes()) : there);
    }
    return inOrder;
  }

  private static void check(List<Tensor> values, List<Tensor> gradients) {
    if (values.size() != gradients.size()) {
      throw new IllegalArgumentException(
          "gradient: there are "
              + values.size()
              + " values and "
              + gradients.size()
              + " gradients: give one for each");
    }
    for (int k = 0; k < values.size(); k++) {
      Tensor value = values.get(k);
      Tensor gradient = gradients.get(k);
      if (!gradient.shape().equals(value.shape())) {
        throw new IllegalArgumentException(
            "gradient: the value has shape "
                + value.shape()
                + " and its gradient "
                + gradient.shape()
                + ": give one of the same shape");
      }
      if (gradient.dtype() != value.dtype()) {
        throw new IllegalArgumentException(
            "gradient: the value is "
                + value.dtype()
                + " and its gradient "
                + gradient.dtype()
                + ": give one of the same type");
      }
    }
  }

  private static List<Node> nodes(List<Tensor> tensors) {
    List<Node> nodes = new ArrayList<>();
    for (Tensor tensor : tensors) {
      Node node = tensor.node();
      if (node == null) {
        throw new IllegalArgumentException(
            "gradient: a tensor of shape "
                + tensor.shape()
                + " is not tracked: use its tracked() in the function");
      }
      nodes.add(node);
    }
    return nodes;
  }

  static Gradients gradients(Tensor value) {
    if (!value.isTracked()) {
      throw new IllegalArgumentException(
          "backward: the result was computed from no parameter and no tracked tensor: was it made"
              + " inside NoGradient, or detached?");
    }
    return Backward.leaves(value, seed(value, "backward"));
  }

  /// The gradient of one number in itself.
  static Tensor seed(Tensor value, String operation) {
    if (value.elements() != 1) {
      throw new IllegalArgumentException(
          operation + ": shape " + value.shape() + " is not one number: use sum() or mean() first");
    }
    return Tensor.of(Array.full(value.dtype(), value.shape(), 1));
  }
}
