package org.thalweg.optim.convergence;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// The columns of the table.
final class Problems {
  private static final int QUADRATIC_SIZE = 16;

  private Problems() {}

  static final List<Problem> ALL =
      List.of(
          quadratic(10, true),
          quadratic(100, true),
          quadratic(1000, true),
          quadratic(1000, false),
          logisticRegression(),
          rosenbrock(),
          beale(),
          himmelblau());

  /// ½ (x − c)ᵀ A (x − c) from 1, cᵢ = 2 sin i, i from 1. The eigenvalues of A are from 1 to κ at
  /// equal ratios; A is diagonal, or that between two reflections.
  private static Problem quadratic(double condition, boolean isRotated) {
    List<Double> c =
        IntStream.rangeClosed(1, QUADRATIC_SIZE).mapToObj(i -> 2 * StrictMath.sin(i)).toList();
    return new Problem(
        "κ = %d%s".formatted(Math.round(condition), isRotated ? "" : ", diagonal"),
        true,
        Collections.nCopies(QUADRATIC_SIZE, 1.0),
        List.of(c),
        0,
        new Quadratic(condition, isRotated, c.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  private static final class Quadratic implements Problem.Function {
    private final double[] eigenvalues;
    private final boolean isRotated;
    private final double[] c;
    private final double square;

    Quadratic(double condition, boolean isRotated, double... c) {
      int n = c.length;
      this.eigenvalues =
          IntStream.range(0, n)
              .mapToDouble(i -> StrictMath.pow(condition, i / (n - 1.0)))
              .toArray();
      this.isRotated = isRotated;
      this.c = c.clone();
      this.square = n * (n + 1) * (2 * n + 1) / 6.0;
    }

    @Override
    public double value(double... x) {
      double[] d = fromCentre(x);
      double sum = 0;
      for (int i = 0; i < d.length; i++) {
        sum += eigenvalues[i] * d[i] * d[i];
      }
      return sum / 2;
    }

    @Override
    public double[] gradient(double... x) {
      double[] d = fromCentre(x);
      for (int i = 0; i < d.length; i++) {
        d[i] *= eigenvalues[i];
      }
      return reflected(d);
    }

    private double[] fromCentre(double... x) {
      double[] d = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        d[i] = x[i] - c[i];
      }
      return reflected(d);
    }

    /// (I − 2 v vᵀ / vᵀv) d, v = (1, 2, 3, …).
    private double[] reflected(double... d) {
      if (!isRotated) {
        return d;
      }
      double along = 0;
      for (int i = 0; i < d.length; i++) {
        along += (i + 1) * d[i];
      }
      for (int i = 0; i < d.length; i++) {
        d[i] -= 2 * along / square * (i + 1);
      }
      return d;
    }
  }

  private static Problem logisticRegression() {
    List<Double> best =
        List.of(
            -0.11253762309493328,
            -0.0017430938298134762,
            0.10080757727917026,
            -0.039802794755346157,
            -0.20674572215860589);
    return new Problem(
        "logistic regression",
        true,
        Collections.nCopies(best.size(), 0.0),
        List.of(best),
        0.68585019352215504286,
        new LogisticRegression());
  }

  /// The mean of ln(1 + exp(∓ xᵢ·w)) plus 0.05 ‖w‖², xᵢⱼ = sin((i + 1)(j + 1)), − where cos(i + 1)
  /// > 0.
  private static final class LogisticRegression implements Problem.Function {
    private static final int SAMPLES = 50;
    private static final int FEATURES = 5;
    private static final double PENALTY = 0.05;
    private final double[][] x = new double[SAMPLES][FEATURES];
    private final boolean[] isOne = new boolean[SAMPLES];

    LogisticRegression() {
      for (int i = 0; i < SAMPLES; i++) {
        for (int j = 0; j < FEATURES; j++) {
          x[i][j] = StrictMath.sin((i + 1.0) * (j + 1.0));
        }
        isOne[i] = StrictMath.cos(i + 1.0) > 0;
      }
    }

    private static double dot(double[] a, double[] b) {
      double sum = 0;
      for (int j = 0; j < a.length; j++) {
        sum += a[j] * b[j];
      }
      return sum;
    }

    @Override
    public double value(double... w) {
      double sum = 0;
      for (int i = 0; i < SAMPLES; i++) {
        double margin = isOne[i] ? dot(x[i], w) : -dot(x[i], w);
        sum += Math.max(-margin, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(margin)));
      }
      return sum / SAMPLES + PENALTY * dot(w, w);
    }

    @Override
    public double[] gradient(double... w) {
      double[] g = new double[FEATURES];
      for (int i = 0; i < SAMPLES; i++) {
        double error = 1 / (1 + StrictMath.exp(-dot(x[i], w))) - (isOne[i] ? 1 : 0);
        for (int j = 0; j < FEATURES; j++) {
          g[j] += error * x[i][j] / SAMPLES;
        }
      }
      for (int j = 0; j < FEATURES; j++) {
        g[j] += 2 * PENALTY * w[j];
      }
      return g;
    }
  }

  private static Problem plane(
      String name, List<Double> start, List<List<Double>> minima, Problem.Function function) {
    return new Problem(name, false, start, minima, 0, function);
  }

  /// 100 (y − x²)² + (1 − x)².
  private static Problem rosenbrock() {
    return plane(
        "Rosenbrock",
        List.of(-1.2, 1.0),
        List.of(List.of(1.0, 1.0)),
        new Problem.Function() {
          @Override
          public double value(double... p) {
            double rise = p[1] - p[0] * p[0];
            return 100 * rise * rise + (1 - p[0]) * (1 - p[0]);
          }

          @Override
          public double[] gradient(double... p) {
            double rise = p[1] - p[0] * p[0];
            return new double[] {-400 * p[0] * rise - 2 * (1 - p[0]), 200 * rise};
          }
        });
  }

  /// Σ (bᵢ − x (1 − yⁱ))², i = 1, 2, 3, b = (1.5, 2.25, 2.625).
  private static Problem beale() {
    double[] b = {1.5, 2.25, 2.625};
    return plane(
        "Beale",
        List.of(1.0, 1.0),
        List.of(List.of(3.0, 0.5)),
        new Problem.Function() {
          @Override
          public double value(double... p) {
            double sum = 0;
            double power = 1;
            for (double each : b) {
              power *= p[1];
              double rest = each - p[0] * (1 - power);
              sum += rest * rest;
            }
            return sum;
          }

          @Override
          public double[] gradient(double... p) {
            double[] g = new double[2];
            double power = 1;
            for (int i = 0; i < b.length; i++) {
              double slope = (i + 1) * power;
              power *= p[1];
              double rest = b[i] - p[0] * (1 - power);
              g[0] -= 2 * rest * (1 - power);
              g[1] += 2 * rest * p[0] * slope;
            }
            return g;
          }
        });
  }

  /// (x² + y − 11)² + (x + y² − 7)².
  private static Problem himmelblau() {
    return plane(
        "Himmelblau",
        List.of(1.0, 1.0),
        List.of(
            List.of(3.0, 2.0),
            List.of(-2.805118086952745, 3.131312518250573),
            List.of(-3.779310253377747, -3.283185991286170),
            List.of(3.584428340330492, -1.848126526964404)),
        new Problem.Function() {
          @Override
          public double value(double... p) {
            double a = p[0] * p[0] + p[1] - 11;
            double b = p[0] + p[1] * p[1] - 7;
            return a * a + b * b;
          }

          @Override
          public double[] gradient(double... p) {
            double a = p[0] * p[0] + p[1] - 11;
            double b = p[0] + p[1] * p[1] - 7;
            return new double[] {4 * a * p[0] + 2 * b, 2 * a + 4 * b * p[1]};
          }
        });
  }
}
