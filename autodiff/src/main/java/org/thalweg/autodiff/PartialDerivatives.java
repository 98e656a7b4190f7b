package org.thalweg.autodiff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.Op;

/// Functions made of functions of several tensors: the derivatives in each of them, the others held
/// fixed, which can be differentiated again.
///
/// ```java
/// Function<List<Tensor>, Tensor> f = in -> in.get(0).matmul(in.get(1)).square().sum();
/// List<Tensor> slopes = PartialDerivatives.gradient(f).apply(List.of(a, b));
/// ```
///
/// The rules of [Derivatives] hold. The same tensor may be given twice: each place is an argument
/// of its own. Every function that is returned throws `IllegalArgumentException` where an argument
/// is INT32 (let the function capture it), where the function returns INT32, or where a given
/// gradient or direction has another shape or type than it must, or is missing.
public final class PartialDerivatives {
  /// A value of a function, and its gradient there.
  ///
  /// @param value the value, of one element
  /// @param gradient for each argument, in its shape
  public record ValueAndGradient(Tensor value, List<Tensor> gradient) {}

  /// The same values as a new place in the graph.
  private record Alias() implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(in[0].array(), (_, _) -> g -> g);
    }
  }

  /// What a function made of arguments that are places of their own in the graph.
  private record Evaluation(List<Tensor> at, List<Tensor> values) {
    List<Tensor> gradients(List<Tensor> given) {
      return settled(of(values, given, at));
    }

    /// Without their graph where nobody can ask for a gradient through it: where it leads to no
    /// other leaves than the arguments, which nobody else has.
    List<Tensor> settled(List<Tensor> results) {
      Set<Node> seen = new HashSet<>();
      Deque<Node> open = new ArrayDeque<>();
      results.forEach(result -> reach(result.node(), seen, open));
      while (!open.isEmpty()) {
        Node node = open.pop();
        if (node.isLeaf() && at.stream().noneMatch(place -> place.node() == node)) {
          return results;
        }
        for (Node input : node.inputs) {
          reach(input, seen, open);
        }
      }
      return results.stream().map(Tensor::detach).toList();
    }

    private static void reach(@Nullable Node node, Set<Node> seen, Deque<Node> open) {
      if (node != null && seen.add(node)) {
        open.push(node);
      }
    }
  }

  private PartialDerivatives() {}

  /// The gradient of a function to one number in each argument.
  ///
  /// ```
  /// (∇ⱼf)ᵢ = ∂f/∂xⱼᵢ
  /// ```
  ///
  /// It throws `IllegalArgumentException` where the value is not one number.
  public static Function<List<Tensor>, List<Tensor>> gradient(Function<List<Tensor>, Tensor> f) {
    return inputs -> valueAndGradient(f).apply(inputs).gradient();
  }

  /// The value of a function to one number and its gradient in each argument, for one evaluation of
  /// the function.
  public static Function<List<Tensor>, ValueAndGradient> valueAndGradient(
      Function<List<Tensor>, Tensor> f) {
    return inputs -> {
      Evaluation there = evaluate("gradient", one(f), inputs);
      Tensor value = there.values.get(0);
      List<Tensor> gradient = there.gradients(List.of(Derivatives.seed(value, "gradient")));
      Tensor settled = there.settled(List.of(value)).get(0);
      return new ValueAndGradient(NoGradient.isOn() ? value.detach() : settled, gradient);
    };
  }

  /// The vector–Jacobian product in each argument: a function of the arguments and of v, which has
  /// the shape of the value. One evaluation of the function and one walk back.
  ///
  /// ```
  /// vᵀJⱼ
  /// ```
  public static BiFunction<List<Tensor>, Tensor, List<Tensor>> vjp(
      Function<List<Tensor>, Tensor> f) {
    return (inputs, v) -> evaluate("vjp", one(f), inputs).gradients(List.of(v));
  }

  /// The Jacobian–vector product: the rate of change of the value where each argument moves along
  /// its direction vⱼ, in the shape of the value. One evaluation of the function and two walks
  /// back.
  ///
  /// ```
  /// Σⱼ Jⱼ vⱼ
  /// ```
  public static BiFunction<List<Tensor>, List<Tensor>, Tensor> jvp(
      Function<List<Tensor>, Tensor> f) {
    return (inputs, directions) -> {
      checkDirections("jvp", inputs, directions);
      Evaluation there = evaluate("jvp", one(f), inputs);
      Tensor value = there.values.get(0);
      // The product with u is linear in u, whatever u is.
      Tensor u = Tensor.zeros(value.dtype(), value.shape().sizes()).tracked();
      List<Tensor> products = NoGradient.except(() -> there.gradients(List.of(u)));
      return of(products, directions, List.of(u)).get(0);
    };
  }

  /// The Jacobian in each argument: the shape of the value, followed by that of the argument. One
  /// evaluation of the function, and a walk back for each element of the value.
  ///
  /// ```
  /// (Jⱼ)ᵢₖ = ∂fᵢ/∂xⱼₖ
  /// ```
  public static Function<List<Tensor>, List<Tensor>> jacobian(Function<List<Tensor>, Tensor> f) {
    return inputs -> jacobians(evaluate("jacobian", one(f), inputs)).get(0);
  }

  /// The Hessian of a function to one number, in blocks: that of arguments j and k has the shape of
  /// j followed by that of k. A walk back for each element of the arguments.
  ///
  /// ```
  /// Hⱼₖ = ∂²f/∂xⱼ∂xₖ
  /// ```
  public static Function<List<Tensor>, List<List<Tensor>>> hessian(
      Function<List<Tensor>, Tensor> f) {
    return inputs -> jacobians(evaluate("hessian", gradient(f), inputs));
  }

  /// The product of the Hessian of a function to one number with a vector that has a part for each
  /// argument. One evaluation of the function and two walks back. Pearlmutter, 1994.
  ///
  /// ```
  /// (H v)ⱼ = Σₖ Hⱼₖ vₖ
  /// ```
  public static BiFunction<List<Tensor>, List<Tensor>, List<Tensor>> hessianVectorProduct(
      Function<List<Tensor>, Tensor> f) {
    return (inputs, vectors) -> {
      checkDirections("hessianVectorProduct", inputs, vectors);
      return evaluate("hessianVectorProduct", gradient(f), inputs).gradients(vectors);
    };
  }

  /// The gradients of tensors, given their own, in some of those they were computed from, each of
  /// which is held fixed for the others: no gradient goes on from one input to another that it was
  /// computed from. [Derivatives#of(List, List, List)] lets it go on.
  ///
  /// @return one for each input, in its shape; zeros where no value depends on it
  /// @throws IllegalArgumentException where there are not as many gradients as values, where shapes
  ///   or types of a value and its gradient differ, or where an input is not tracked
  public static List<Tensor> of(List<Tensor> values, List<Tensor> gradients, List<Tensor> inputs) {
    return Derivatives.of(values, gradients, inputs, true);
  }

  private static Function<List<Tensor>, List<Tensor>> one(Function<List<Tensor>, Tensor> f) {
    return inputs -> Collections.singletonList(f.apply(inputs));
  }

  /// Each argument is always a node of its own: other uses of the same tensor inside f are
  /// constants to it.
  private static Evaluation evaluate(
      String operation, Function<List<Tensor>, List<Tensor>> f, List<Tensor> inputs) {
    List<Tensor> at = new ArrayList<>();
    for (int k = 0; k < inputs.size(); k++) {
      Tensor input = inputs.get(k);
      if (!input.dtype().isFloating()) {
        throw new IllegalArgumentException(
            operation
                + ": argument "
                + k
                + " is INT32 "
                + input.shape()
                + ", which has no gradient: let the function capture it, or use to(FLOAT32)");
      }
      // Recorded even inside NoGradient: whoever watches sees where the place comes from.
      at.add(
          input.isTracked()
              ? NoGradient.except(() -> Tensor.apply(new Alias(), input))
              : input.tracked());
    }
    List<Tensor> values = NoGradient.except(() -> f.apply(List.copyOf(at)));
    for (Tensor value : values) {
      if (value == null) {
        throw new IllegalArgumentException(
            operation + ": the function returned null: return a tensor");
      }
      if (!value.dtype().isFloating()) {
        throw new IllegalArgumentException(
            operation
                + ": the function returns INT32 "
                + value.shape()
                + ", which has no derivative: return FLOAT32 or FLOAT64");
      }
    }
    return new Evaluation(at, values);
  }

  private static void checkDirections(
      String operation, List<Tensor> inputs, List<Tensor> directions) {
    if (inputs.size() != directions.size()) {
      throw new IllegalArgumentException(
          operation
              + ": there are "
              + inputs.size()
              + " arguments and "
              + directions.size()
              + " vectors: give one for each");
    }
    for (int k = 0; k < inputs.size(); k++) {
      Tensor input = inputs.get(k);
      Tensor v = directions.get(k);
      if (v.dtype() != input.dtype() || !v.shape().equals(input.shape())) {
        throw new IllegalArgumentException(
            operation
                + ": argument "
                + k
                + " is "
                + input.dtype()
                + " "
                + input.shape()
                + " and its vector "
                + v.dtype()
                + " "
                + v.shape()
                + ": give one of the same type and shape");
      }
    }
  }

  /// By value, then by argument.
  private static List<List<Tensor>> jacobians(Evaluation there) {
    List<List<Tensor>> jacobians = new ArrayList<>();
    for (Tensor value : there.values) {
      List<Shape> shapes = there.at.stream().map(x -> joined(value.shape(), x.shape())).toList();
      List<List<Tensor>> rows = new ArrayList<>();
      for (int i = 0; i < value.elements(); i++) {
        rows.add(of(List.of(value), List.of(unit(value, i)), there.at));
      }
      List<Tensor> blocks = new ArrayList<>();
      for (int j = 0; j < shapes.size(); j++) {
        blocks.add(stacked(rows, j, there.at.get(j), shapes.get(j)));
      }
      jacobians.add(there.settled(blocks));
    }
    return jacobians;
  }

  private static Shape joined(Shape first, Shape second) {
    int[] sizes = Arrays.copyOf(first.sizes(), first.rank() + second.rank());
    System.arraycopy(second.sizes(), 0, sizes, first.rank(), second.rank());
    return Shape.of(sizes);
  }

  private static Tensor stacked(List<List<Tensor>> rows, int j, Tensor argument, Shape shape) {
    Tensor[] flat =
        rows.stream().map(row -> row.get(j).reshape(argument.elements())).toArray(Tensor[]::new);
    if (flat.length == 0) {
      return Tensor.zeros(argument.dtype(), shape.sizes());
    }
    return flat[0].concat(0, Arrays.copyOfRange(flat, 1, flat.length)).reshape(shape.sizes());
  }

  /// 1 at one element, 0 at the others.
  private static Tensor unit(Tensor like, int element) {
    double[] values = new double[like.elements()];
    values[element] = 1;
    Tensor unit = Tensor.wrap(values, like.shape());
    return like.dtype() == DType.FLOAT64 ? unit : unit.to(like.dtype());
  }
}
