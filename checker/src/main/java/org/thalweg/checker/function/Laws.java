package org.thalweg.checker.function;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.checker.slope.Steps;
import org.thalweg.checker.text.Words;

/// What every gradient obeys, whatever the function: no differences are needed to see it. With v
/// what the outputs are multiplied by, J the Jacobian and H the Hessian of the weighted outputs,
///
/// ```
/// Jᵀ(2v) = 2 Jᵀv     exactly: all operations commute with doubling
/// Jᵀ0 = 0            exactly, where Jᵀv is finite
/// Jᵀ(v + w) = Jᵀv + Jᵀw
/// ⟨v, Ju⟩ = ⟨Jᵀv, u⟩    J by differentiating the backward pass: from order 2
/// ⟨w, Hu⟩ = ⟨Hw, u⟩     from order 2
/// ```
///
/// The last three hold to rounding, and how much that is depends on what cancels inside. It is
/// measured by laws that hold to rounding too: Jᵀ(cv) = c Jᵀv for c = 3, 5 and 7.
public final class Laws {
  private static final double[] SCALES = {3, 5, 7};

  /// What a law may be off by beside its largest terms, whatever is measured.
  private static final double ROUNDING = 1e-11;

  /// How much more than the rounding that was measured is allowed.
  private static final double MARGIN = 256;

  /// Doubling is exact but for numbers that are too small to have all digits.
  private static final double TINY = 0x1p-960;

  private static final double HUGE = 0x1p1000;

  private final Target target;
  private final double[] weights;
  private final List<double[]> gradient;
  private final SplittableRandom random;
  private final List<String> broken = new ArrayList<>();

  private Laws(Target target, double[] weights, List<double[]> gradient, SplittableRandom random) {
    this.target = target;
    this.weights = weights;
    this.gradient = gradient;
    this.random = random;
  }

  /// A sentence for each law that the gradients of a function do not obey, with its worst element.
  ///
  /// @param gradient what the target gives for the weights
  /// @param here the outputs
  public static List<String> brokenBy(
      Target target,
      double[] weights,
      List<double[]> gradient,
      double[] here,
      SplittableRandom random) {
    Laws laws = new Laws(target, weights, gradient, random);
    laws.exact();
    laws.additive();
    if (target.differentiated() > 0 && laws.broken.isEmpty()) {
      laws.adjoint(here);
      laws.symmetric(here);
    }
    return laws.broken;
  }

  private void exact() {
    List<double[]> twice = target.gradient(times(weights, 2));
    List<double[]> none = target.gradient(times(weights, 0));
    Worst doubled = new Worst();
    Worst zero = new Worst();
    for (int k = 0; k < gradient.size(); k++) {
      double[] g = gradient.get(k);
      for (int i = 0; i < g.length; i++) {
        boolean isPlain = Math.abs(g[i]) < HUGE;
        double size = Math.max(Math.abs(twice.get(k)[i]), Math.abs(2 * g[i]));
        boolean isExact = Math.abs(twice.get(k)[i] - 2 * g[i]) <= 1e-9 * size;
        if (isPlain && size > TINY && !isExact) {
          doubled.offer(k, i, twice.get(k)[i], 2 * g[i]);
        }
        if (isPlain && none.get(k)[i] != 0) {
          zero.offer(k, i, none.get(k)[i], 0);
        }
      }
    }
    doubled.report("twice the gradient of the outputs gives twice the gradient of the inputs");
    zero.report("a gradient of 0 gives 0");
  }

  private void additive() {
    double[] others = new double[weights.length];
    double[] sums = new double[weights.length];
    for (int j = 0; j < others.length; j++) {
      others[j] = weights[j] == 0 ? 0 : (random.nextInt(1 << 17) - (1 << 16)) * 0x1p-16;
      sums[j] = weights[j] + others[j];
    }
    List<double[]> other = target.gradient(others);
    List<double[]> sum = target.gradient(sums);
    double[] noise = new double[gradient.size()];
    for (double c : SCALES) {
      List<double[]> scaled = target.gradient(times(weights, c));
      for (int k = 0; k < noise.length; k++) {
        for (int i = 0; i < scaled.get(k).length; i++) {
          double off = Math.abs(scaled.get(k)[i] / c - gradient.get(k)[i]);
          noise[k] = Math.max(noise[k], Double.isFinite(off) ? off : 0);
        }
      }
    }
    Worst worst = new Worst();
    for (int k = 0; k < noise.length; k++) {
      double[] g = gradient.get(k);
      double allowed = MARGIN * noise[k] + ROUNDING * (largest(g) + largest(other.get(k))) + TINY;
      for (int i = 0; i < g.length; i++) {
        double expected = g[i] + other.get(k)[i];
        boolean overflows = Double.isInfinite(expected) || Math.abs(sum.get(k)[i]) > HUGE;
        if (!overflows && Math.abs(sum.get(k)[i] - expected) > allowed) {
          worst.offer(k, i, sum.get(k)[i], expected);
        }
      }
    }
    worst.report("the gradient for a sum is the sum of the gradients");
  }

  /// ⟨v, Ju⟩ and ⟨Jᵀv, u⟩, where the target is Jᵀ: its outputs are Jᵀv and its weights u, and the
  /// gradient in v is Ju.
  private void adjoint(double[] here) {
    double left = afterPrimal(gradient);
    double right = 0;
    double size = 0;
    for (int j = 0; j < here.length; j++) {
      right += here[j] * weights[j];
      size += Math.abs(here[j] * weights[j]);
    }
    double noise = 0;
    for (double c : SCALES) {
      double scaled = afterPrimal(target.gradient(times(weights, c))) / c;
      noise = Math.max(noise, Math.abs(scaled - left));
    }
    compare("⟨v, Ju⟩ = ⟨Jᵀv, u⟩", left, right, size, noise);
  }

  /// The inner product of v with the gradient in v.
  private double afterPrimal(List<double[]> gradients) {
    double product = 0;
    for (int k = target.differentiated(); k < gradients.size(); k++) {
      double[] v = target.inputs().get(k).point();
      for (int i = 0; i < v.length; i++) {
        product += v[i] * gradients.get(k)[i];
      }
    }
    return product;
  }

  private void symmetric(double[] here) {
    double[] u = direction();
    double[] w = direction();
    double[] hu = primal(target.gradient(u));
    double[] hw = primal(target.gradient(w));
    double left = product(w, hu);
    double right = product(u, hw);
    double noise = 0;
    for (double c : SCALES) {
      double[] scaled = primal(target.gradient(times(u, c)));
      noise = Math.max(noise, Math.abs(product(w, scaled) / c - left));
    }
    // Beside the change of the function itself, so that what saturates is left alone.
    double size = size(w, hu) + size(u, hw) + size(u, here) + size(w, here);
    compare("⟨w, Hu⟩ = ⟨Hw, u⟩, the Hessian is symmetric", left, right, size, noise);
  }

  /// As far as a derivative may go: in proportion to the inputs.
  private double[] direction() {
    List<double[]> parts = new ArrayList<>();
    for (Input input : target.inputs().subList(0, target.differentiated())) {
      Steps steps = Steps.of(input.point());
      double[] part = new double[input.moves() ? input.elements() : 0];
      for (int i = 0; i < part.length; i++) {
        part[i] = steps.scale(i) * random.nextGaussian();
      }
      parts.add(part);
    }
    double[] direction = joined(parts);
    for (int j = 0; j < direction.length; j++) {
      direction[j] = weights[j] == 0 ? 0 : direction[j];
    }
    return direction;
  }

  private double[] primal(List<double[]> gradients) {
    return joined(gradients.subList(0, target.differentiated()));
  }

  private static double[] joined(List<double[]> parts) {
    double[] all = new double[parts.stream().mapToInt(part -> part.length).sum()];
    int from = 0;
    for (double[] part : parts) {
      System.arraycopy(part, 0, all, from, part.length);
      from += part.length;
    }
    return all;
  }

  private void compare(String law, double left, double right, double size, double noise) {
    if (Math.abs(left - right) > MARGIN * noise + ROUNDING * size + TINY) {
      broken.add(law + " does not hold: " + Words.number(left) + " and " + Words.number(right));
    }
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double size(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] * b[i]);
    }
    return sum;
  }

  private static double[] times(double[] values, double factor) {
    double[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return scaled;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
    }
    return largest;
  }

  /// The element in which a law is furthest from holding.
  private final class Worst {
    private double distance = -1;
    private String place = "";

    void offer(int input, int flat, double got, double wanted) {
      double apart = Math.abs(got - wanted);
      double there = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart;
      if (there > distance) {
        distance = there;
        Shape shape = target.inputs().get(input).shape();
        place =
            "in ["
                + target.inputs().get(input).name()
                + "] at "
                + Arrays.toString(Words.index(shape, flat))
                + " it is "
                + Words.number(got)
                + " and should be "
                + Words.number(wanted);
      }
    }

    void report(String law) {
      if (distance >= 0) {
        broken.add(law + ": " + place);
      }
    }
  }
}
