package org.thalweg.autodiff.operation.normal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.normal.Channels;
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

    /// x̂, or x̂ w + b, of x and its statistics.
    Tensor output(Tensor x, Tensor statistics, Tensor... weights) {
      List<Tensor> in = new ArrayList<>(List.of(x));
      if (layout.isTogether()) {
        in.add(statistics);
      }
      in.addAll(Arrays.asList(weights));
      RowOp op = layout.isTogether() ? new Scaled(this) : new Output(this);
      return Tensor.apply(op, in.toArray(Tensor[]::new));
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
      if (layout.isTogether()) {
        Array w = weight == null ? null : weight.array();
        return Channels.gradients(
            layout, x.array(), statistics.array(), g.array(), w, ofInput, ofWeights);
      }
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

    /// In a shape to which `[rows, 1]` is broadcast, or `[channels, 1]` where rows are together.
    Tensor asRows(Tensor x) {
      return layout.isTogether() ? x : x.reshape(layout.rows(x.elements()), layout.length());
    }

    /// The means over what has a mean of its own, of what [#asRows] gives.
    Tensor means(Tensor x) {
      return layout.isTogether() ? x.meanKept(0, 2) : x.meanKept(1);
    }

    /// One of the statistics, as a column.
    private static Array column(Tensor statistics, int row) {
      Tensor all = Tensor.of(statistics.array());
      return all.slice(0, row, row + 1).reshape(all.shape().size(1), 1).array();
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

    private static boolean isAny(IntPredicate isWanted, int from, int to) {
      boolean isAny = false;
      for (int k = from; k < to; k++) {
        isAny |= isWanted.test(k);
      }
      return isAny;
    }

    /// The gradients of x, which is the first input, and of weight and bias.
    ///
    /// @param from the index of the weight, whether there is one or not
    private Joint joint(Tensor statistics, int from, Tensor... in) {
      Tensor x = in[0];
      Tensor weight = in.length > from ? in[from] : null;
      return (small, isWanted) -> {
        boolean ofInput = isWanted.test(0);
        boolean ofWeights = isAny(isWanted, from, in.length);
        @Nullable Tensor[] gradients = new Tensor[in.length];
        if (ofInput && ofWeights && NoGradient.isOn()) {
          // Nobody differentiates these: they need no operations of their own.
          Rows.Gradients all = gradients(x, statistics, small, weight, true, true);
          gradients[0] = Tensor.of(all.ofInput());
          for (int k = from; k < in.length; k++) {
            gradients[k] = Tensor.of(all.ofWeight(k - from, in[k].shape()));
          }
          return gradients;
        }
        Tensor g = small.broadcastTo(x.shape());
        gradients[0] = ofInput ? inputGradient(x, statistics, g, weight) : null;
        Tensor sums = ofWeights ? Tensor.apply(new WeightGradient(this), x, statistics, g) : null;
        for (int k = from; sums != null && k < in.length; k++) {
          int row = k - from;
          gradients[k] = sums.slice(0, row, row + 1).reshape(in[k].shape().sizes());
        }
        return gradients;
      };
    }
  }

  /// y of x, or of x and weight, or of x, weight and bias.
  record Output(Kind kind) implements RowOp {
    @Override
    public Result apply(Tensor... in) {
      Array w = in.length > 1 ? in[1].array() : null;
      Array b = in.length > 2 ? in[2].array() : null;
      Array x = in[0].array();
      Rows.Normalised y = Rows.output(kind.layout, kind.isCentred, kind.epsilon, x, w, b);
      Tensor statistics = Tensor.of(y.statistics());
      return new Result(y.value(), kind.joint(statistics, 1, in));
    }

    /// One that goes to each row of the input is not written out for all.
    @Override
    public boolean takesBroadcastGradient() {
      return true;
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
      Tensor normal = kind.asRows(kind.output(x, statistics));
      Tensor slope = kind.asRows(weight == null ? g : kind.weighted(g, weight));
      Tensor rows = kind.asRows(h);
      Tensor crossed =
          rows.times(kind.means(slope.times(normal)))
              .plus(slope.times(kind.means(rows.times(normal))));
      Tensor direct = normal.times(kind.means(rows.times(kind.asRows(y))));
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
                case 2 -> h -> kind.output(x, in[1], row(h, 0), row(h, 1));
                default -> null;
              });
    }

    private static Tensor row(Tensor h, int row) {
      return h.slice(0, row, row + 1).flatten();
    }
  }

  /// The statistics of rows that are together, `[4, channels]`, without gradients of their own.
  record Statistics(Kind kind) implements RowOp {
    @Override
    public Result apply(Tensor... in) {
      Array y = Channels.statistics(kind.layout, kind.epsilon, in[0].array());
      return new Result(y, (_, _) -> null);
    }

    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return 4L * inputs.get(0).elements();
    }
  }

  /// y of x and its statistics, or of those and weight, or of those, weight and bias, where rows
  /// are together.
  record Scaled(Kind kind) implements RowOp {
    @Override
    public Result apply(Tensor... in) {
      Array w = in.length > 2 ? in[2].array() : null;
      Array b = in.length > 3 ? in[3].array() : null;
      Array y = Channels.scaled(kind.layout, in[0].array(), in[1].array(), w, b);
      return new Result(y, kind.joint(in[1], 2, in));
    }

    @Override
    public String name() {
      return kind.operation;
    }

    @Override
    public long flops(List<Tensor> inputs, Tensor output) {
      return 4L * inputs.get(0).elements();
    }
  }

  /// One number for each row, or each channel where rows are together, of x and its statistics.
  sealed interface Column extends RowOp {
    @Override
    default long flops(List<Tensor> inputs, Tensor output) {
      return 0;
    }
  }

  /// The mean, where rows are together: `[channels, 1]`.
  record Mean(Kind kind) implements Column {
    @Override
    public Result apply(Tensor... in) {
      int n = kind.layout.alike(in[0].elements());
      return new Result(Kind.column(in[1], 0), (input, _) -> input == 0 ? g -> g.over(n) : null);
    }
  }

  /// The variance, divided by n, where rows are together: `[channels, 1]`.
  record Variance(Kind kind) implements Column {
    @Override
    public Result apply(Tensor... in) {
      return new Result(
          Kind.column(in[1], 3), (input, _) -> input == 0 ? g -> toInput(in[0], in[1], g) : null);
    }

    private Tensor toInput(Tensor x, Tensor statistics, Tensor g) {
      Tensor rest = Tensor.of(Kind.column(statistics, 1));
      Tensor centred = x.minus(Tensor.apply(new Mean(kind), x, statistics)).minus(rest);
      return centred.times(g.times(2.0 / kind.layout.alike(x.elements())));
    }
  }

  /// r, `[rows, 1]`, or `[channels, 1]` where rows are together.
  record Reciprocal(Kind kind) implements Column {
    @Override
    public Result apply(Tensor... in) {
      return new Result(
          Kind.column(in[1], 2),
          (input, y) -> input == 0 ? g -> toInput(in[0], in[1], y, g) : null);
    }

    private Tensor toInput(Tensor x, Tensor statistics, Tensor r, Tensor g) {
      Tensor slope = r.square().times(g).over(-kind.layout.alike(x.elements()));
      Tensor normal = kind.asRows(kind.output(x, statistics));
      return normal.times(slope).reshape(x.shape().sizes());
    }
  }
}
