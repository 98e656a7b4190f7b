package org.thalweg.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.operation.Op;

/// Functions made of functions: derivatives that can be differentiated again.
///
/// ```java
/// UnaryOperator<Tensor> f = x -> x.pow(3).sum();
/// Tensor second = Derivatives.gradient(x -> Derivatives.gradient(f).apply(x).sum()).apply(x);  // 6x
/// ```
public final class Derivatives {
  /// The same values as a new place in the graph.
  private record Alias() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(in[0].array(), (_, _) -> g -> g);
    }
  }

  private Derivatives() {}

  /// The gradient of a function to one number, as a function of the same tensor, differentiable
  /// again; inside [NoGradient] it is computed all the same, but not recorded.
  public static UnaryOperator<Tensor> gradient(UnaryOperator<Tensor> f) {
    return at -> {
      // Always a node of its own: other uses of the same tensor inside f are constants to it.
      boolean isPartOfGraph = at.isTracked() && !NoGradient.isOn();
      Tensor x = isPartOfGraph ? Tensor.apply(new Alias(), at) : at.tracked();
      Tensor y = NoGradient.except(() -> f.apply(x));
      return of(y, List.of(x)).get(0);
    };
  }

  /// The gradients of one number in some of the tensors it was computed from, recorded, so that
  /// they can be differentiated again; zeros where it does not depend on one.
  ///
  /// The tensors are [tracked][Tensor#tracked()], parameters, or computed from such.
  ///
  /// @throws IllegalArgumentException where the value is not one number
  public static List<Tensor> of(Tensor value, List<Tensor> inputs) {
    return of(value, seed(value), inputs);
  }

  /// The gradients of a tensor of any shape, given its own gradient.
  ///
  /// @throws IllegalArgumentException where the shapes or the types of value and gradient differ
  public static List<Tensor> of(Tensor value, Tensor gradient, List<Tensor> inputs) {
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
    Map<Node, Tensor> found = Backward.walk(value, gradient, nodes(inputs));
    List<Tensor> gradients = new ArrayList<>();
    for (Tensor input : inputs) {
      Tensor there = input.node() == null ? null : found.get(input.node());
      gradients.add(there == null ? Tensor.zeros(input.dtype(), input.shape().sizes()) : there);
    }
    return gradients;
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
    return new Gradients(Backward.walk(value, seed(value), List.of()));
  }

  private static Tensor seed(Tensor value) {
    if (value.elements() != 1) {
      throw new IllegalArgumentException(
          "backward: shape " + value.shape() + " is not one number: use sum() or mean() first");
    }
    return Tensor.full(value.dtype(), 1, value.shape().sizes());
  }
}
