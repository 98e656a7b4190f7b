package org.thalweg.checker;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.checker.slope.Line;
import org.thalweg.checker.slope.Slope;
import org.thalweg.checker.slope.Steps;
import org.thalweg.checker.text.Words;

/// Derivatives from values alone, with an estimate of their error.
///
/// ```java
/// NumericGradient.RIDDERS.of(Math::sin, 1);                        // 0.5403023058681398 ± 1e-15
/// NumericGradient.CENTRAL.of(x -> x.square().sum(), Tensor.of(1.0, 2.0)).values();  // [2, 4]
/// ```
///
/// Steps are no round numbers, which may be periods of the function, divisors the differences that
/// rounding left, and everything is evaluated in FLOAT64: in FLOAT32 differences keep three digits
/// at best. A step is a part of
///
/// ```
/// s = max(|x|, 10⁻³ · m)
/// ```
///
/// where m is the median size of the elements other than 0 (1 if there are none), and is shortened
/// where the function is not finite.
public enum NumericGradient {
  /// (f(x + h) − f(x)) ÷ h with h = √ε · s: two evaluations, about eight digits.
  FORWARD {
    @Override
    Estimate of(Line line, double scale) {
      double h = Line.step(Math.max(scale * 0x1p-26, 4 * Math.ulp(line.x())));
      Line.Difference fine = line.difference(h);
      Line.Difference coarse = line.difference(2 * h);
      double error = Math.abs(coarse.forward() - fine.forward()) + 2 * fine.hidden();
      return new Estimate(fine.forward(), error, h, line.evaluations());
    }
  },

  /// (f(x + h) − f(x − h)) ÷ 2h with h = ε^⅓ · s: about eleven digits.
  CENTRAL {
    @Override
    Estimate of(Line line, double scale) {
      double h = Line.step(Math.max(scale * 0x1p-17, 4 * Math.ulp(line.x())));
      Line.Difference fine = line.difference(h);
      Line.Difference coarse = line.difference(2 * h);
      double error = Math.abs(coarse.central() - fine.central()) / 3 + fine.hidden();
      return new Estimate(fine.central(), error, h, line.evaluations());
    }
  },

  /// Central differences from h = 0.1 · s down, extrapolated to h = 0: about fourteen digits. Where
  /// they do not converge, smaller and larger steps are tried. Ridders, 1982.
  RIDDERS {
    @Override
    Estimate of(Line line, double scale) {
      Slope slope = Slope.of(line, 0.1 * scale, Double.NaN, 0);
      return new Estimate(slope.value(), slope.doubt(), slope.step(), line.evaluations());
    }
  };

  /// A derivative.
  ///
  /// @param value NaN where the function is not finite
  /// @param error what the value may be off by
  /// @param step the largest h that was used
  /// @param evaluations of the function
  public record Estimate(double value, double error, double step, int evaluations) {
    /// The value and its error, as in `0.5403 ± 1.2e-15`.
    @Override
    public String toString() {
      return Words.number(value) + " ± " + Words.small(error);
    }
  }

  /// A gradient, FLOAT64, in the shape of the tensor it was taken in.
  ///
  /// @param values the derivatives
  /// @param errors what each of them may be off by
  public record Estimates(Tensor values, Tensor errors) {}

  abstract Estimate of(Line line, double scale);

  /// The derivative of a function of one number.
  public Estimate of(DoubleUnaryOperator f, double x) {
    Line.Curve curve = at -> new double[] {f.applyAsDouble(at)};
    return of(
        new Line(curve, new double[] {1}, x, curve.at(x)), Steps.of(new double[] {x}).scale(0));
  }

  /// The gradient of a function to one number, element by element.
  ///
  /// @param x FLOAT64, or converted to it
  /// @throws IllegalArgumentException where the function's value is not one number
  public Estimates of(UnaryOperator<Tensor> f, Tensor x) {
    double[] point = x.toDoubles();
    double[] values = new double[point.length];
    double[] errors = new double[point.length];
    double[] here = {value(f, point, x.shape())};
    Steps steps = Steps.of(point);
    for (int i = 0; i < point.length; i++) {
      int flat = i;
      Line.Curve curve =
          at -> {
            double[] moved = point.clone();
            moved[flat] = at;
            return new double[] {value(f, moved, x.shape())};
          };
      Estimate estimate = of(new Line(curve, new double[] {1}, point[i], here), steps.scale(i));
      values[i] = estimate.value();
      errors[i] = estimate.error();
    }
    return new Estimates(Tensor.of(values, x.shape()), Tensor.of(errors, x.shape()));
  }

  private static double value(UnaryOperator<Tensor> f, double[] point, Shape shape) {
    Tensor y = f.apply(Tensor.of(point, shape));
    if (y.elements() != 1 || y.dtype() != DType.FLOAT64) {
      throw new IllegalArgumentException(
          "numeric gradient: the value is "
              + y.dtype()
              + " "
              + y.shape()
              + " and not one FLOAT64 number: use sum() or mean(), and no FLOAT32 inside");
    }
    return y.item();
  }
}
