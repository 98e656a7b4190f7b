package org.thalweg.autodiff.operation.normal;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.normal.RowLayout;
import org.thalweg.autodiff.array.normal.Rows;
import org.thalweg.autodiff.operation.Op;

/// Rows normalised, and what is needed to go back. With x̂ and r as in [Rows] and J = ∂x̂/∂x, which
/// is symmetric,
///
/// ```
/// y = w x̂ + b      x̄ = J (w g)      w̄ = Σ g x̂, b̄ = Σ g      ∂r/∂x = −r² x̂ ÷ n
/// ```
///
/// the gradients of these are made of the same again, so that there are derivatives of every order.
/// Statistics are given along with the x that they are of, so that they are not computed again:
/// they are no input of their own and have no gradient.
sealed interface RowOp extends Op.Custom {
  /// What is normalised.
  Kind kind();

  @Override
  default String name() {
    return this instanceof Output ? kind().operation() : "gradient of " + kind().operation();
  }

  /// About so many for each element: sums of x and of squares, a difference and two products.
  @Override
  default long flops(List<Tensor> inputs, Tensor output) {
    return 8L * inputs.get(0).elements();
  }

  /// A normalisation.
  ///
  /// @param isCentred whether the mean is taken off
  /// @param epsilon added to the variance
  /// @param operation for messages
  record Kind(RowLayout layout, boolean isCentred, double epsilon, String operation) {
    Tensor output(Tensor x) {
      return Tensor.apply(new Output(this), x);
    }

    /// J (w g), where a weight is given.
    Tensor inputGradient(Tensor x, Tensor statistics, Tensor g, @Nullable Tensor weight) {
      return weight == null
          ? Tensor.apply(new InputGradient(this), x, statistics, g)
          : Tensor.apply(new InputGradient(this), x, statistics, g, weight);
    }

    Rows.Gradients gradients(
        Tensor x,
        Tensor statistics,
        Tensor g,
        @Nullable Tensor weight,
        boolean ofInput,
        boolean ofWeights) {
      return Rows.gradients(
          layout,
          isCentred,
          x.array(),
          statistics.array(),
          g.array(),
          weight == null ? null : weight.array(),
          ofInput,
          ofWeights);
    }

    /// In the shape `[rows, elements of a row]`.
    Tensor asRows(Tensor x) {
      return x.reshape(layout.rows(x.elements()), layout.length());
    }

    /// x times the weights of its elements.
    Tensor weighted(Tensor x, Tensor weight) {
      Tensor w = weight.reshape(layout.groups(), layout.channels(), 1);
      return byWeight(x).times(w).reshape(x.shape().sizes());
    }

    /// x with its elements added up that share a weight, in the shape of the weights.
    Tensor summed(Tensor x, Shape weights) {
      return byWeight(x).sum(0, 3).reshape(weights.sizes());
    }

    private Tensor byWeight(Tensor x) {
      return x.reshape(
          layout.batches(x.elements()), layout.groups(), layout.channels(), layout.run());
    }
  }

  /// y of x, or of x and weight, or of x, weight and bias.
  record Output(Kind kind) implements RowOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      Tensor weight = in.length > 1 ? in[1] : null;
      Array w = weight == null ? null : weight.array();
      Array b = in.length > 2 ? in[2].array() : null;
      Rows.Normalised y = Rows.output(kind.layout, kind.isCentred, kind.epsilon, x.array(), w, b);
      Tensor statistics = Tensor.of(y.statistics());
      Joint joint =
          (g, isWanted) -> {
            boolean ofInput = isWanted.test(0);
            boolean ofWeights = IntStream.range(1, in.length).anyMatch(isWanted);
            @Nullable Tensor[] gradients = new Tensor[in.length];
            Tensor sums = null;
            if (ofInput && ofWeights && NoGradient.isOn()) {
              // Nobody differentiates these: they need no operations of their own.
              Rows.Gradients both = kind.gradients(x, statistics, g, weight, true, true);
              gradients[0] = Tensor.of(both.ofInput());
              sums = Tensor.of(both.ofWeights());
            } else {
              gradients[0] = ofInput ? kind.inputGradient(x, statistics, g, weight) : null;
              sums = ofWeights ? Tensor.apply(new WeightGradient(kind), x, statistics, g) : null;
            }
            for (int k = 1; sums != null && k < in.length; k++) {
              gradients[k] = sums.slice(0, k - 1, k).reshape(in[k].shape().sizes());
            }
            return gradients;
          };
      return new Result(y.value(), joint);
    }
  }

  /// J (w g) of x, its statistics and g, or of those and weight.
  record InputGradient(Kind kind) implements RowOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor weight = in.length > 3 ? in[3] : null;
      return new Result(
          kind.gradients(in[0], in[1], in[2], weight, true, false).ofInput(),
          (input, y) ->
              switch (input) {
                case 0 -> h -> toInput(in[0], in[1], in[2], weight, y, h);
                case 2 -> h -> toGradient(in[0], in[1], weight, h);
                case 3 -> h -> kind.summed(in[2].times(through(in[0], in[1], h)), in[3].shape());
                default -> null;
              });
    }

    private Tensor through(Tensor x, Tensor statistics, Tensor h) {
      return kind.inputGradient(x, statistics, h, null);
    }

    private Tensor toGradient(Tensor x, Tensor statistics, @Nullable Tensor weight, Tensor h) {
      Tensor back = through(x, statistics, h);
      return weight == null ? back : kind.weighted(back, weight);
    }

    /// With ĝ = w g and means over a row,
    ///
    /// ```
    /// x̄ = −r (x̂ · mean(h · J ĝ) + J (h · mean(ĝ x̂) + ĝ · mean(h x̂)))
    /// ```
    private Tensor toInput(
        Tensor x, Tensor statistics, Tensor g, @Nullable Tensor weight, Tensor y, Tensor h) {
      Tensor r = Tensor.apply(new Reciprocal(kind), x, statistics);
      Tensor normal = kind.asRows(kind.output(x));
      Tensor slope = kind.asRows(weight == null ? g : kind.weighted(g, weight));
      Tensor rows = kind.asRows(h);
      Tensor crossed =
          rows.times(slope.times(normal).meanKept(1))
              .plus(slope.times(rows.times(normal).meanKept(1)));
      Tensor direct = normal.times(rows.times(kind.asRows(y)).meanKept(1));
      int[] sizes = x.shape().sizes();
      Tensor through = kind.asRows(through(x, statistics, crossed.reshape(sizes)));
      return direct.plus(through).times(r).negated().reshape(sizes);
    }
  }

  /// `[2, weights]`, the sums of g x̂ and of g, of x, its statistics and g.
  record WeightGradient(Kind kind) implements RowOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      return new Result(
          kind.gradients(x, in[1], in[2], null, false, true).ofWeights(),
          (input, _) ->
              switch (input) {
                case 0 -> h -> kind.inputGradient(x, in[1], in[2], row(h, 0));
                case 2 -> h -> Tensor.apply(new Output(kind), x, row(h, 0), row(h, 1));
                default -> null;
              });
    }

    private static Tensor row(Tensor h, int row) {
      return h.slice(0, row, row + 1).flatten();
    }
  }

  /// r, `[rows, 1]`, of x and its statistics.
  record Reciprocal(Kind kind) implements RowOp {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0];
      int rows = in[1].shape().size(1);
      Tensor r = Tensor.of(in[1].array()).slice(0, 2, 3).reshape(rows, 1);
      return new Result(r.array(), (input, y) -> input == 0 ? g -> toInput(x, y, g) : null);
    }

    private Tensor toInput(Tensor x, Tensor r, Tensor g) {
      Tensor slope = r.square().times(g).over(-kind.layout.length());
      return kind.asRows(kind.output(x)).times(slope).reshape(x.shape().sizes());
    }

    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return 0;
    }
  }
}
