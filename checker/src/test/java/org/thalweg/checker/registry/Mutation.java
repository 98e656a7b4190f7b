package org.thalweg.checker.registry;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.Op;

/// Ways in which gradients are wrong. Each is an operation of its own in front of an input, or
/// behind the output, whose value is right and whose pullback is not: so every operation can have
/// every mistake.
enum Mutation {
  SIGN(Tensor::negated),
  TWICE(g -> g.times(2)),
  HALF(g -> g.times(0.5)),
  A_THOUSANDTH(g -> g.times(1.001)),
  A_TEN_THOUSANDTH(g -> g.times(1.0001)),
  MEAN_FOR_SUM(g -> g.over(Math.max(g.elements(), 1))),
  /// What goes back through one of the outputs is left out.
  DROPPED_TERM(g -> masked(g, i -> i == 0 ? 0 : 1)),
  TRANSPOSED(g -> g.shape().rank() < 2 ? g : g.transpose().reshape(g.shape().sizes())),
  ROLLED_BY_ONE(Mutation::rolled),
  WRONG_AXIS(
      g -> g.shape().rank() < 2 ? g : g.transpose().sumKept(-1).transpose().broadcastTo(g.shape())),
  /// The first part instead of the sum of all, for an input that was broadcast.
  MISSING_SUM(g -> g.slice(0, 0, 1)),
  LAST_LANES(g -> masked(g, i -> i < g.elements() / 8 * 8 ? 1 : 0)),
  ONE_ELEMENT(g -> masked(g, i -> i == g.elements() / 2 ? 1.01 : 1)),
  /// A gradient that cannot be differentiated: right at the first order.
  DETACHED(Tensor::detach),
  /// A pullback that uses the input as a constant: right at the first order.
  STALE_INPUT(g -> g);

  private final UnaryOperator<Tensor> wrong;

  Mutation(UnaryOperator<Tensor> wrong) {
    this.wrong = wrong;
  }

  /// The first order at which it shows.
  int order() {
    return this == DETACHED || this == STALE_INPUT ? 2 : 1;
  }

  boolean isBehindTheOutput() {
    return this == DROPPED_TERM;
  }

  /// What stands in for an input: smaller where it is broadcast to it.
  Tensor input(Tensor x) {
    boolean isCut = this == MISSING_SUM && x.shape().rank() > 0 && x.shape().size(0) > 1;
    return isCut ? x.slice(0, 0, 1).snapshot() : x;
  }

  /// The value that the operation is given, with the right or the wrong pullback.
  ///
  /// @param like the input itself
  Tensor apply(Tensor x, Tensor like, boolean isRight) {
    return Tensor.apply(new Front(this, like.shape(), largest(like), isRight), x);
  }

  private static double largest(Tensor x) {
    return x.elements() == 0 ? 1 : Math.max(x.abs().max().item(), 1e-300);
  }

  private record Front(Mutation mutation, Shape shape, double largest, boolean isRight)
      implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      Tensor x = in[0].detach();
      return switch (mutation) {
        case MISSING_SUM ->
            new Result(
                x.broadcastTo(shape).array(),
                (_, _) ->
                    g ->
                        isRight || x.shape().equals(shape)
                            ? g.sumTo(x.shape())
                            : mutation.wrong.apply(g));
        case STALE_INPUT -> {
          double c = 0x1p-7 / largest;
          Function<Tensor, Tensor> slope = t -> t.times(2 * c).plus(1);
          yield new Result(
              x.plus(x.square().times(c)).array(),
              (_, _) -> g -> g.times(slope.apply(isRight ? in[0] : x)));
        }
        default -> new Result(x.array(), (_, _) -> g -> isRight ? g : mutation.wrong.apply(g));
      };
    }

    @Override
    public String name() {
      return "mutant";
    }
  }

  private interface Factor {
    double of(int flat);
  }

  private static Tensor masked(Tensor g, Factor factor) {
    double[] factors = new double[g.elements()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = factor.of(i);
    }
    return g.times(Tensor.of(factors, g.shape()).to(g.dtype()));
  }

  private static Tensor rolled(Tensor g) {
    int n = g.elements();
    if (n < 2) {
      return g;
    }
    Tensor flat = g.reshape(n);
    return flat.slice(0, 1, n).concat(0, flat.slice(0, 0, 1)).reshape(g.shape().sizes());
  }
}
