package org.thalweg.optim.convergence;

import java.util.List;
import java.util.Set;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.ArrayOptimizer;
import org.thalweg.optim.Optimizer;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Wrapper;
import org.thalweg.optim.matrix.Adafactor;
import org.thalweg.optim.matrix.Muon;
import org.thalweg.optim.matrix.Sm3;

/// How many gradients it takes until the loss stays near its minimum.
final class Search {
  static final double TOLERANCE = 1e-6;

  /// How many gradients long the loss has to stay there.
  static final int STAY = 1000;

  static final List<Double> RATES = List.of(10.0, 1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5);

  /// Rules that look at rows and columns.
  private static final Set<Class<? extends Rule>> MATRICES =
      Set.of(Adafactor.class, Muon.class, Sm3.class);

  private Search() {}

  /// A rule at one rate.
  ///
  /// @param evaluations gradients until the loss was near its minimum; -1 where it did not stay
  /// @param rate η
  /// @param gap where it did not: the largest distance from the minimum at the end
  record Cell(int evaluations, double rate, double gap) {
    boolean isReached() {
      return evaluations >= 0;
    }

    boolean isBetterThan(Cell other) {
      return isReached()
          ? !other.isReached() || evaluations < other.evaluations
          : !other.isReached() && gap < other.gap;
    }
  }

  /// A rule at its best rate: of rates that do as well, the largest.
  static Cell best(Rows.Row row, Problem problem, int budget) {
    Cell best = new Cell(-1, RATES.get(0), Double.POSITIVE_INFINITY);
    for (double rate : RATES) {
      int enough = best.isReached() ? Math.min(budget, best.evaluations + STAY) : budget;
      Cell cell = at(rate, row, problem, enough);
      best = cell.isBetterThan(best) ? cell : best;
    }
    return best;
  }

  /// A rule at one rate. A loss that is not finite ends the run.
  static Cell at(double rate, Rows.Row row, Problem problem, int budget) {
    Rule rule = row.rule().apply(rate);
    Run run = isForMatrices(rule) ? new MatrixRun(rule, problem) : new ArrayRun(rule, problem);
    int near = -1;
    double atEnd = 0;
    while (run.evaluations < budget) {
      run.step();
      double gap = run.gap();
      if (!Double.isFinite(gap)) {
        return new Cell(-1, rate, Double.POSITIVE_INFINITY);
      }
      atEnd = run.evaluations > budget - STAY ? Math.max(atEnd, gap) : 0;
      if (gap > TOLERANCE) {
        near = -1;
      } else if (near < 0) {
        near = run.evaluations;
      } else if (run.evaluations - near >= STAY) {
        return new Cell(near, rate, 0);
      }
    }
    return new Cell(-1, rate, atEnd);
  }

  private static boolean isForMatrices(Rule rule) {
    return rule instanceof Wrapper wrapper
        ? isForMatrices(wrapper.rule())
        : MATRICES.contains(rule.getClass());
  }

  /// A rule at work on a problem.
  private abstract static class Run {
    final Problem problem;
    int evaluations;
    private double gap;

    Run(Problem problem) {
      this.problem = problem;
    }

    double[] gradient(double... x) {
      evaluations++;
      return problem.function().gradient(x);
    }

    abstract void step();

    abstract double[] values();

    abstract void evaluating(Runnable body);

    /// How far the loss is from its minimum, at the values that the rule evaluates with.
    double gap() {
      evaluating(() -> gap = problem.gap(values()));
      return gap;
    }
  }

  private static final class ArrayRun extends Run {
    private final double[] x;
    private final ArrayOptimizer optimizer;

    ArrayRun(Rule rule, Problem problem) {
      super(problem);
      x = problem.first();
      optimizer = rule.over(x);
    }

    @Override
    void step() {
      optimizer.step(this::gradient);
    }

    @Override
    double[] values() {
      return x;
    }

    @Override
    void evaluating(Runnable body) {
      optimizer.evaluating(body);
    }
  }

  private static final class MatrixRun extends Run {
    private final Parameter x;
    private final Optimizer optimizer;

    MatrixRun(Rule rule, Problem problem) {
      super(problem);
      Tensor first = Tensor.of(problem.first());
      int rows = problem.rows();
      x = new Parameter("x", first.reshape(rows, first.shape().elements() / rows));
      optimizer = rule.over(List.of(x));
    }

    /// The loss is x · g: a line with the gradient that is wanted.
    @Override
    void step() {
      optimizer.step(
          () -> x.times(Tensor.of(gradient(x.toDoubles())).reshape(x.shape().sizes())).sum());
    }

    @Override
    double[] values() {
      return x.toDoubles();
    }

    @Override
    void evaluating(Runnable body) {
      optimizer.evaluating(body);
    }
  }
}
