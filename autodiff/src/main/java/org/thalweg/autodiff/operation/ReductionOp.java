package org.thalweg.autodiff.operation;

import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Reduction;

/// Operations that make one element of many. The reduced axes stay, with size 1.
sealed interface ReductionOp extends Op {
  /// One for each element that is reduced.
  @Override
  default long flops(List<Tensor> inputs, Tensor output) {
    return inputs.get(0).elements();
  }

  /// Σ x
  record Sum(AxisList axes) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      // The gradient of every element is that of the sum: it is left small, to be broadcast later.
      return new Result(Reduction.SUM.apply(in[0].array(), axes.toArray()), (_, _) -> g -> g);
    }
  }

  /// The largest or smallest element.
  record Extreme(Reduction reduction, AxisList axes) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      return new Result(reduction.apply(x.array(), axes.toArray()), (_, y) -> g -> share(x, y, g));
    }

    /// Each of the elements that are extreme has an equal share of the gradient.
    private Tensor share(Tensor x, Tensor y, Tensor g) {
      Tensor isExtreme = x.equalTo(y).max(x.isNaN()).detach();
      return g.over(isExtreme.sumKept(axes.toArray())).times(isExtreme);
    }

    @Override
    public String name() {
      return reduction == Reduction.MAX ? "max" : "min";
    }
  }

  /// The index of the largest element along one axis, which is dropped.
  record ArgMax(int axis) implements ReductionOp {
    @Override
    public Result apply(Tensor... in) {
      return new Result(Reduction.argMax(in[0].array(), axis), (_, _) -> null);
    }
  }
}
