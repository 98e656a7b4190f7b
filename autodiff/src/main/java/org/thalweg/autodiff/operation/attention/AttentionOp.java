package org.thalweg.autodiff.operation.attention;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.attention.Attended;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.operation.Op;

/// softmax(q kᵀ · scale + mask) v of q, k and v, or of those and a mask, or of q, k and v side by
/// side in one tensor.
///
/// Where the gradient is recorded, because derivatives of it may be asked, and where that of the
/// mask is wanted, it is made of ordinary operations with all scores in memory.
record AttentionOp(Attended.Form form) implements Op.Custom {
  private static final Formula UNLESS =
      Formula.of("x", "hidden", (x, hidden) -> Expr.where(hidden, Expr.number(0), x));

  @Override
  public Result apply(Tensor... in) {
    Array q = in[0].array();
    Array k = form.isTogether() ? q : in[1].array();
    Array v = form.isTogether() ? q : in[2].array();
    Array mask = in.length > 3 ? in[3].array() : null;
    Attended.Output output = Attended.output(form, q, k, v, mask);
    Joint joint =
        (g, isWanted) -> {
          if (!NoGradient.isOn() || (mask != null && isWanted.test(3))) {
            return form.isTogether() ? composed(in[0], g) : composed(in, g, isWanted);
          }
          Attended.Gradients all = Attended.gradients(form, q, k, v, mask, output, g.array());
          return gradients(in.length, all);
        };
    return new Result(output.value(), joint);
  }

  private @Nullable Tensor[] gradients(int inputs, Attended.Gradients all) {
    @Nullable Tensor[] gradients = new Tensor[inputs];
    gradients[0] = Tensor.of(all.q());
    if (!form.isTogether()) {
      gradients[1] = Tensor.of(all.k());
      gradients[2] = Tensor.of(all.v());
    }
    return gradients;
  }

  private Tensor[] composed(Tensor together, Tensor g) {
    Tensor[] parts = together.chunk(-1, 3).toArray(Tensor[]::new);
    @Nullable Tensor[] all = composed(parts, g, _ -> true);
    return new Tensor[] {
      requireNonNull(all[0]).concat(-1, requireNonNull(all[1]), requireNonNull(all[2]))
    };
  }

  /// With the shares p = softmax(s) and d = g vᵀ, the gradient of s is p (d − Σ p d).
  private @Nullable Tensor[] composed(Tensor[] in, Tensor g, IntPredicate isWanted) {
    Tensor q = heads(in[0]);
    Tensor k = heads(in[1]);
    Tensor slope = heads(g);
    Tensor p = shares(q, k, in.length > 3 ? in[3] : null);
    Tensor d = slope.matmulTransposed(heads(in[2]));
    Tensor slopes = p.times(d.minus(p.times(d).sumKept(-1)));
    @Nullable Tensor[] gradients = new Tensor[in.length];
    gradients[0] = isWanted.test(0) ? sideBySide(slopes.matmul(k).times(form.scale())) : null;
    gradients[1] =
        isWanted.test(1) ? sideBySide(slopes.transposedMatmul(q).times(form.scale())) : null;
    gradients[2] = isWanted.test(2) ? sideBySide(p.transposedMatmul(slope)) : null;
    if (in.length > 3) {
      gradients[3] = isWanted.test(3) ? slopes : null;
    }
    return gradients;
  }

  /// Heads side by side as matrices of their own.
  private Tensor heads(Tensor x) {
    int beside = form.beside();
    if (beside == 1) {
      return x;
    }
    int rank = x.shape().rank();
    int[] sizes = Arrays.copyOf(x.shape().sizes(), rank + 1);
    sizes[rank - 1] = beside;
    sizes[rank] = x.shape().size(-1) / beside;
    return x.reshape(sizes).swapAxes(-3, -2);
  }

  private Tensor sideBySide(Tensor x) {
    if (form.beside() == 1) {
      return x;
    }
    int rank = x.shape().rank();
    int[] sizes = Arrays.copyOf(x.shape().sizes(), rank - 1);
    sizes[rank - 3] = x.shape().size(-2);
    sizes[rank - 2] = form.beside() * x.shape().size(-1);
    return x.swapAxes(-3, -2).reshape(sizes);
  }

  private Tensor shares(Tensor q, Tensor k, @Nullable Tensor mask) {
    Tensor scores = q.times(form.scale()).matmulTransposed(k);
    Tensor s = mask == null ? scores : scores.plus(mask);
    if (form.isCausal()) {
      int queries = q.shape().size(-2);
      int keys = k.shape().size(-2);
      Tensor later = Tensor.full(s.dtype(), 1, queries, keys).triu(1);
      s = s.maskedFill(later, Double.NEGATIVE_INFINITY);
    }
    if (s.elements() == 0) {
      return s;
    }
    // Of a query without keys the shares are 0; its scores are taken out before they make NaN.
    Tensor hidden = s.maxKept(-1).detach().equalTo(Double.NEGATIVE_INFINITY);
    return Tensor.apply(UNLESS, Tensor.apply(UNLESS, s, hidden).softmax(-1), hidden);
  }

  @Override
  public String name() {
    return form.beside() == 1 && !form.isTogether() ? "scaledDotProduct" : "multiHead";
  }

  /// Two products of matrices, and 5 for each score.
  @Override
  public long flops(List<Tensor> in, Tensor output) {
    Shape q = in.get(0).shape();
    Shape k = in.get(form.isTogether() ? 0 : 1).shape();
    int outer = output.shape().size(-1);
    int inner = form.isTogether() ? outer : q.size(-1);
    long scores = (long) in.get(0).elements() / Math.max(1, q.size(-1)) * k.size(-2);
    return scores * (2L * inner + 2L * outer + 5L * form.beside());
  }
}
