package org.thalweg.checker.registry;

import static org.thalweg.checker.registry.Samples.add;
import static org.thalweg.checker.registry.Samples.x;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.thalweg.autodiff.Tensor;

/// Sample calls of what makes one element of many.
final class ReductionSamples {
  private ReductionSamples() {}

  static void addAll() {
    both("sum", x -> x::sum, x -> x::sumKept, Naive::sum, true);
    both("prod", x -> x::prod, x -> x::prodKept, Naive::product, true);
    both("mean", x -> x::mean, x -> x::meanKept, Naive::mean, true);
    both("variance", x -> x::variance, x -> x::varianceKept, Naive::variance, true);
    both(
        "standardDeviation",
        x -> x::standardDeviation,
        x -> x::standardDeviationKept,
        v -> Math.sqrt(Naive.variance(v)),
        true);
    both(
        "sampleVariance",
        x -> x::sampleVariance,
        x -> x::sampleVarianceKept,
        Naive::sampleVariance,
        true);
    both(
        "sampleStandardDeviation",
        x -> x::sampleStandardDeviation,
        x -> x::sampleStandardDeviationKept,
        v -> Math.sqrt(Naive.sampleVariance(v)),
        true);
    both("max", x -> x::max, x -> x::maxKept, Naive::max, false);
    both("min", x -> x::min, x -> x::minKept, Naive::min, false);
    both("logSumExp", x -> x::logSumExp, x -> x::logSumExpKept, Naive::logSumExp, true);
    quantifiers();
    for (double p : new double[] {2, 1, 3, 2.5, 0.5, 1.5, 0, Double.POSITIVE_INFINITY}) {
      norm(p);
    }
    norm(Double.NEGATIVE_INFINITY);
  }

  private interface OverAxes {
    Tensor apply(int... axes);
  }

  private static void both(
      String name,
      Function<Tensor, OverAxes> dropped,
      Function<Tensor, OverAxes> kept,
      ToDoubleFunction<double[]> rule,
      boolean ofNothing) {
    reduction(name + "(int[])", dropped, rule, ofNothing);
    reduction(name + "Kept(int[])", kept, rule, ofNothing);
  }

  private static void norm(double p) {
    ToDoubleFunction<double[]> rule = v -> Naive.norm(p, v);
    boolean ofNothing = !Double.isInfinite(p);
    reduction("norm(double, int[])", x -> axes -> x.norm(p, axes), rule, ofNothing);
    reduction("normKept(double, int[])", x -> axes -> x.normKept(p, axes), rule, ofNothing);
  }

  /// Some axes of small numbers, zeros among them.
  private static void quantifiers() {
    Tensor some = Tensor.of(new double[][] {{0, 1, -2}, {3, 0.5, 1}, {0, 0, 0}});
    for (Tensor input : List.of(some, x(), x(1), x(0, 2))) {
      for (int axis = 0; axis < Math.max(1, input.shape().rank()); axis++) {
        int[] axes = input.shape().rank() == 0 ? new int[0] : new int[] {axis};
        ToDoubleFunction<double[]> any = v -> Arrays.stream(v).anyMatch(e -> e != 0) ? 1 : 0;
        ToDoubleFunction<double[]> all = v -> Arrays.stream(v).allMatch(e -> e != 0) ? 1 : 0;
        quantifier("any(int[])", in -> in.get(0).any(axes), any, input, axes);
        quantifier("anyKept(int[])", in -> in.get(0).anyKept(axes), any, input, axes);
        quantifier("all(int[])", in -> in.get(0).all(axes), all, input, axes);
        quantifier("allKept(int[])", in -> in.get(0).allKept(axes), all, input, axes);
      }
    }
  }

  /// Only where no element is 0 the value stays as it is around.
  private static void quantifier(
      String signature,
      Function<List<Tensor>, Tensor> call,
      ToDoubleFunction<double[]> rule,
      Tensor input,
      int... axes) {
    String what = "axes " + Arrays.toString(axes);
    Sample sample =
        Sample.of(what, call, in -> Naive.reduce(in.get(0), rule, axes), input).hidingNan();
    boolean jumps = Arrays.stream(input.toDoubles()).anyMatch(e -> e == 0);
    add(signature, jumps ? sample.withoutGradient() : sample);
  }

  /// @param ofNothing whether a reduction over no elements has a value
  private static void reduction(
      String signature,
      Function<Tensor, OverAxes> method,
      ToDoubleFunction<double[]> rule,
      boolean ofNothing) {
    for (int[] axes : new int[][] {{}, {0}, {-1}, {0, 2}, {1, 2}}) {
      reduction(signature, "axes " + Arrays.toString(axes), method, rule, x(3, 4, 5), axes);
    }
    // The deviation of two is half of their distance: its second derivative is nothing but
    // rounding.
    int few = signature.contains("Deviation") ? 3 : 2;
    for (Tensor input : List.of(x(1, few), x(1), x())) {
      reduction(signature, "all axes", method, rule, input);
    }
    if (!signature.startsWith("prod")) {
      // Longer than an accumulator block.
      reduction(signature, "all axes", method, rule, x(2, 1031));
    }
    reduction(signature, "an empty axis that stays", method, rule, x(2, 0), 0);
    if (ofNothing) {
      reduction(signature, "an empty axis", method, rule, x(2, 0, 3), 1);
    }
  }

  private static void reduction(
      String signature,
      String what,
      Function<Tensor, OverAxes> method,
      ToDoubleFunction<double[]> rule,
      Tensor input,
      int... axes) {
    Sample sample =
        Sample.of(
            what,
            in -> method.apply(in.get(0)).apply(axes),
            in -> Naive.reduce(in.get(0), rule, axes),
            input);
    // What is not a number, as the variance of a sample of one, has no derivative.
    boolean isUndefined =
        Arrays.stream(Naive.reduce(input, rule, axes)).anyMatch(value -> !Double.isFinite(value));
    add(signature, isUndefined ? sample.withoutGradient() : sample);
  }
}
