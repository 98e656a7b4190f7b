package org.thalweg.optim.convergence;

import java.util.List;

/// A function to minimise, with what is known of it.
///
/// @param name heads its column
/// @param isConvex whether it is smooth and convex: what every method should solve
/// @param start where a run begins
/// @param minima all points where it is least
/// @param minimum the value there
/// @param function value and gradient
record Problem(
    String name,
    boolean isConvex,
    List<Double> start,
    List<List<Double>> minima,
    double minimum,
    Function function) {

  /// A smooth function, of IEEE operations and StrictMath alone: the same bits everywhere.
  interface Function {
    double value(double... x);

    double[] gradient(double... x);
  }

  /// Of the matrix that rules for matrices see: as near to a square as can be.
  int rows() {
    int rows = (int) Math.sqrt(start.size());
    return start.size() % rows == 0 ? rows : 1;
  }

  double[] first() {
    return start.stream().mapToDouble(Double::doubleValue).toArray();
  }

  double gap(double... x) {
    return function.value(x) - minimum;
  }

  @Override
  public String toString() {
    return name;
  }
}
