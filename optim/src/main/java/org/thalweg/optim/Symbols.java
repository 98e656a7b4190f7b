package org.thalweg.optim;

import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;

/// The quantities that the formula of a [Rule] is written in.
///
/// θ, g and states are arrays in the shape of a parameter; numbers are the same for all of its
/// elements. Norms, sums, totals and functions of a whole tensor are measured before the formula
/// that uses them is evaluated: each level of them costs one pass over what it is made of.
public interface Symbols {
  /// The same quantities with another parameter and gradient: for a rule around a rule.
  Symbols with(Expr newParameter, Expr newGradient);

  /// θ, the parameter before the step.
  Expr parameter();

  /// g, the gradient of the loss in the parameter.
  Expr gradient();

  /// The shape of the parameter. A rule that asks for it has a formula for each shape.
  Shape shape();

  /// What the rule remembers for each element under a name, as it was before the step; 0 at first.
  default Expr state(String name) {
    return state(name, Start.ZERO);
  }

  /// What the rule remembers for each element under a name, as it was before the step.
  ///
  /// @throws IllegalArgumentException where another start was given before
  Expr state(String name, Start start);

  /// What the rule remembers under a name, in a shape that broadcasts to that of the parameter: one
  /// number for each row.
  Expr state(String name, Start start, UnaryOperator<Shape> shape);

  /// A number that never changes, rounded to the type of the parameter.
  default Expr constant(String name, double value) {
    return scheduled(name, Schedule.constant(value));
  }

  /// A number that depends on the count of the optimizer's steps alone.
  Expr scheduled(String name, Schedule value);

  /// A number computed in double before each step: a power of a decay, a rate with a correction.
  Expr number(String name, Numbers.Value value);

  /// β · before + (1 − β) · now, the moving average of most rules.
  default Expr average(String name, double beta, Expr before, Expr now) {
    return average(name, Schedule.constant(beta), before, now);
  }

  /// β · before + (1 − β) · now, with the β of the step.
  default Expr average(String name, Schedule beta, Expr before, Expr now) {
    Expr decay = scheduled(name, beta);
    Expr rest = scheduled("1−" + name, beta.complement());
    return decay.times(before).plus(rest.times(now));
  }

  /// A number that the rule remembers, one for all parameters, as it was before the step.
  Expr scalar(String name, double start);

  /// Σ over the elements of what is given, in the shape that it has.
  Expr sum(Expr of);

  /// √Σ of the squares over the elements of what is given, without overflow.
  Expr norm(Expr of);

  /// Σ over the elements of all parameters of the rule, under a name for [Numbers#total].
  Expr total(String name, Expr of);

  /// √Σ of the squares over the elements of all parameters of the rule, under a name for
  /// [Numbers#total].
  Expr totalNorm(String name, Expr of);

  /// The mean of each row of a matrix, along the last axis, which stays with size 1. Means and
  /// norms of one level are taken in one pass, and what they are made of is written nowhere.
  Expr rowMeans(Expr of);

  /// The mean of each column of a matrix, along the last axis but one, which stays with size 1.
  Expr columnMeans(Expr of);

  /// A function of a whole tensor, made of tensor operations: an orthogonal factor. Its result
  /// broadcasts to the shape of the parameter.
  Expr computed(String name, UnaryOperator<Tensor> function, Expr of);
}
