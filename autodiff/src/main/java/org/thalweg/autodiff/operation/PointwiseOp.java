package org.thalweg.autodiff.operation;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.PointwisePullback;

/// Every pointwise operation: a formula applied to tensors that broadcast.
public record PointwiseOp(Formula formula) implements Op {
  @Override
  public Result apply(Tensor... inputs) {
    if (formula.outputs().size() != 1) {
      throw new IllegalArgumentException(
          formula.name()
              + ": a formula of "
              + formula.outputs().size()
              + " outputs is not one tensor: use Elementwise.applyInto, or split it");
    }
    Array[] arrays = new Array[inputs.length];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = inputs[k].array();
    }
    return new Result(
        Elementwise.apply(formula, arrays), (input, output) -> pullback(inputs, input, output));
  }

  @Override
  public String name() {
    return formula.name();
  }

  @Override
  public long flops(List<Tensor> inputs, Tensor output) {
    return (long) formula.flops() * output.elements();
  }

  @Override
  public boolean takesBroadcastGradient() {
    return true;
  }

  private @Nullable Pullback pullback(Tensor[] inputs, int input, Tensor output) {
    PointwisePullback pullback = formula.pullback(input);
    if (pullback == null) {
      return null;
    }
    List<Integer> needs = pullback.needs();
    @Nullable Tensor[] kept = new Tensor[needs.size()];
    for (int k = 0; k < kept.length; k++) {
      int need = needs.get(k);
      kept[k] =
          switch (need) {
            case PointwisePullback.GRADIENT -> null;
            case PointwisePullback.OUTPUT -> output;
            default -> inputs[need];
          };
    }
    Formula gradient = pullback.formula();
    return g -> Tensor.apply(gradient, filled(kept, g));
  }

  private static Tensor[] filled(@Nullable Tensor[] kept, Tensor g) {
    Tensor[] operands = new Tensor[kept.length];
    for (int k = 0; k < kept.length; k++) {
      Tensor there = kept[k];
      operands[k] = there == null ? g : there;
    }
    return operands;
  }
}
