package org.thalweg.checker.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.formula.Formula;

/// Finds by itself where a formula can be tested: the points of a grid, negative, tiny and huge
/// ones among them, at which its value and its first two derivatives are finite.
final class Points {
  /// All exact in FLOAT32, none at a place where common functions bend or jump.
  private static final double[] ONE = {
    -400000.37,
    -300.75,
    -40.25,
    -12.7,
    -5.3,
    -2.37,
    -1.53,
    -1.12,
    -0.87,
    -0.56,
    -0.31,
    -0.11,
    -0.013,
    -1e-4,
    -3e-8,
    3e-8,
    1e-4,
    0.013,
    0.11,
    0.31,
    0.56,
    0.72,
    0.87,
    1.12,
    1.53,
    2.37,
    5.3,
    12.7,
    40.25,
    300.75,
    400000.37
  };

  private static final double[] TWO = {
    -40.25, -2.37, -1.12, -0.31, -1e-3, 1e-3, 0.33, 0.87, 1.53, 3.7, 41.25
  };

  private static final double[] THREE = {-2.37, -0.31, 0.011, 0.87, 1.53};

  private static final double[] BENDS = {-2, -1, -0.5, 0, 0.5, 1, 2};

  private static final double[] FEW_BENDS = {-1, 0, 1};

  private static final int LEAST = 8;

  private Points() {}

  /// Points, each with one number for each input.
  ///
  /// @throws AssertionError where there are too few
  static List<double[]> of(Formula formula) {
    int arity = formula.inputs().size();
    double[] axis = arity == 1 ? ONE : arity == 2 ? TWO : THREE;
    List<double[]> usable = usable(formula, product(axis, arity, arity == 1 ? 0 : 0.07));
    if (usable.size() < LEAST) {
      throw new AssertionError(
          formula.name()
              + ": no sample inputs: its value or a derivative is not finite at nearly"
              + " every point that was tried: extend the grid in Points");
    }
    return usable;
  }

  /// Points at which functions like to bend or jump.
  static List<double[]> bends(Formula formula) {
    int arity = formula.inputs().size();
    return usable(formula, product(arity < 3 ? BENDS : FEW_BENDS, arity, 0));
  }

  /// Every combination of numbers.
  ///
  /// @param apart how much those of one input are larger than those of the one before, relatively,
  ///   so that no two are equal
  private static List<double[]> product(double[] axis, int arity, double apart) {
    List<double[]> points = new ArrayList<>();
    points.add(new double[0]);
    for (int k = 0; k < arity; k++) {
      List<double[]> longer = new ArrayList<>();
      for (double[] point : points) {
        for (double x : axis) {
          double[] next = Arrays.copyOf(point, k + 1);
          next[k] = (float) (x * (1 + apart * k));
          longer.add(next);
        }
      }
      points = longer;
    }
    return points;
  }

  private static List<double[]> usable(Formula formula, List<double[]> all) {
    List<double[]> points = new ArrayList<>(all);
    points.removeIf(Registry.SENSELESS.getOrDefault(formula.name(), _ -> false));
    return finite(formula, points);
  }

  private static List<double[]> finite(Formula formula, List<double[]> points) {
    int arity = formula.inputs().size();
    List<Tensor> inputs = columns(points, arity).stream().map(Tensor::tracked).toList();
    Tensor y = Tensor.apply(formula, inputs.toArray(Tensor[]::new));
    List<Tensor> all = new ArrayList<>(List.of(y));
    Tensor first = Tensor.zeros(y.dtype(), y.shape().sizes()).tracked();
    for (Tensor gradient : Derivatives.of(y.sum(), inputs)) {
      all.add(gradient);
      first = first.plus(gradient);
    }
    all.addAll(Derivatives.of(first.sum(), inputs));
    List<double[]> usable = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      int place = i;
      // Squares of what is far beyond 10³⁰ do not fit FLOAT32.
      if (all.stream().allMatch(t -> Math.abs(t.get(place)) < 1e30)) {
        usable.add(points.get(i));
      }
    }
    return usable;
  }

  /// One tensor for each input, with the points one after the other.
  static List<Tensor> columns(List<double[]> points, int arity) {
    List<Tensor> columns = new ArrayList<>();
    for (int k = 0; k < arity; k++) {
      double[] column = new double[points.size()];
      for (int i = 0; i < column.length; i++) {
        column[i] = points.get(i)[k];
      }
      columns.add(Tensor.of(column));
    }
    return columns;
  }

  /// Some of many, evenly.
  static List<double[]> some(List<double[]> points, int count) {
    List<double[]> some = new ArrayList<>();
    for (int i = 0; i < Math.min(count, points.size()); i++) {
      some.add(points.get((int) ((long) i * points.size() / Math.min(count, points.size()))));
    }
    return some;
  }

  /// A point away from zeros, with numbers that differ, around which there is room for others.
  static double[] roomy(List<double[]> points) {
    for (double[] point : points) {
      boolean fits = true;
      for (int k = 0; k < point.length; k++) {
        fits &= Math.abs(point[k]) > 0.2 && Math.abs(point[k]) < 6;
        for (int j = 0; j < k; j++) {
          fits &= Math.abs(point[k] - point[j]) > 0.3;
        }
      }
      if (fits) {
        return point;
      }
    }
    throw new AssertionError("no sample inputs away from 0 and from each other");
  }
}
