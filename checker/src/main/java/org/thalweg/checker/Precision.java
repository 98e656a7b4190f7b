package org.thalweg.checker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.checker.function.Input;
import org.thalweg.checker.function.Places;
import org.thalweg.checker.function.Target;
import org.thalweg.checker.slope.Steps;

/// The gradient computed in FLOAT32 beside that computed in FLOAT64 at the same point.
///
/// How much rounding explains depends on the function: where large terms cancel, no digit need be
/// right. It is measured: rounding differs from point to point at random, while a mistake is the
/// same at all points nearby. What is allowed at a point is the largest change of the difference
/// between both gradients over some neighbours, and some units in the last place of what the
/// derivative is with any signs of the outputs' weights.
final class Precision {
  private static final int NEIGHBOURS = 8;

  private static final int OTHER_WEIGHTS = 4;

  /// How far neighbours are, in parts of the scale of an element.
  private static final double NEARBY = 0x1p-9;

  private static final double UNIT = 0x1p-24;

  /// So many roundings of a derivative need no explanation.
  private static final double PLACES = 48;

  /// Below this FLOAT32 has few digits.
  private static final double LEAST = 16 * Float.MIN_VALUE;

  /// Where rounding may take more than this part of a derivative, it cannot be checked.
  private static final double HOPELESS = 0.05;

  /// Rounding that takes more than this part of the largest derivative of an input is a mistake.
  private static final double MISTAKE = 1e-4;

  private final Target single;
  private final Target full;
  private final double[] weights;
  private final int order;
  private final SplittableRandom random;
  private final int most;
  private int compared;
  private int inconclusive;

  /// @param most so many elements of an input are listed, and those that failed
  Precision(Target target, double[] weights, int order, long seed, int most) {
    this.single = target.to(DType.FLOAT32);
    this.full = target.to(DType.FLOAT64);
    this.weights = weights;
    this.order = order;
    this.random = new SplittableRandom(seed + order);
    this.most = most;
  }

  /// The share of the elements whose FLOAT32 derivative has too few digits to be compared.
  double inconclusive() {
    return compared == 0 ? 0 : (double) inconclusive / compared;
  }

  /// All elements of each input are compared. There is an entry for each that failed, and for some
  /// others.
  List<Entry> entries() {
    try {
      return compared();
    } finally {
      for (Target target : List.of(full, single)) {
        target.inputs().stream().filter(Input::moves).forEach(Input::restore);
      }
    }
  }

  private List<Entry> compared() {
    List<double[]> here = difference();
    List<double[]> exact = full.gradient(weights);
    List<double[]> sizes = sizes(exact);
    List<double[]> spread = new ArrayList<>();
    here.forEach(values -> spread.add(new double[values.length]));
    for (int k = 0; k < NEIGHBOURS; k++) {
      move();
      List<double[]> there = difference();
      for (int j = 0; j < here.size(); j++) {
        widen(spread.get(j), here.get(j), there.get(j));
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (int j = 0; j < here.size(); j++) {
      Judge judge = Judge.of(exact.get(j));
      Input input = full.inputs().get(j);
      Set<Integer> listed = listed(input.shape(), exact.get(j));
      for (int i = 0; i < here.get(j).length; i++) {
        double difference = here.get(j)[i];
        double allowed = PLACES * UNIT * sizes.get(j)[i] + 2 * spread.get(j)[i] + LEAST;
        Verdict verdict = judge.verdict(exact.get(j)[i], difference, allowed);
        compared++;
        inconclusive += verdict == Verdict.INCONCLUSIVE ? 1 : 0;
        if (verdict == Verdict.FAILED || listed.contains(i)) {
          entries.add(entry(input, i, exact.get(j)[i], difference, allowed, verdict));
        }
      }
    }
    return entries;
  }

  private Set<Integer> listed(Shape shape, double[] exact) {
    Set<Integer> listed = new HashSet<>();
    for (int place : Places.choose(shape, exact, most, random)) {
      listed.add(place);
    }
    return listed;
  }

  /// How large the derivatives are with these and with some other weights of the outputs: one that
  /// is small because large terms happen to cancel cannot be as exact as it is small.
  private List<double[]> sizes(List<double[]> exact) {
    List<double[]> sizes = new ArrayList<>();
    exact.forEach(values -> sizes.add(Arrays.stream(values).map(Math::abs).toArray()));
    for (int k = 0; k < OTHER_WEIGHTS; k++) {
      double[] others = Arrays.stream(weights).map(w -> random.nextBoolean() ? w : -w).toArray();
      List<double[]> there = full.gradient(others);
      for (int j = 0; j < sizes.size(); j++) {
        double[] size = sizes.get(j);
        for (int i = 0; i < size.length; i++) {
          size[i] = Math.max(size[i], Math.abs(there.get(j)[i]));
        }
      }
    }
    return sizes;
  }

  /// Compares with what is usual among the derivatives in an input.
  ///
  /// @param largest the largest of them
  /// @param usual their median
  private record Judge(double largest, double usual) {
    static Judge of(double[] exact) {
      double largest = Arrays.stream(exact).map(Math::abs).max().orElse(0);
      return new Judge(largest, Steps.of(exact).usual());
    }

    Verdict verdict(double exact, double difference, double allowed) {
      if (!(Math.abs(exact) <= Float.MAX_VALUE / 16)) {
        return Verdict.INCONCLUSIVE;
      }
      if (!Double.isFinite(difference)) {
        return Verdict.FAILED;
      }
      double size = Math.max(Math.abs(exact), Math.abs(exact + difference));
      boolean isMistake = !(Math.abs(difference) <= MISTAKE * largest + LEAST);
      if (difference != 0 && allowed > HOPELESS * size) {
        boolean isBeyond = isMistake && Math.abs(difference) > allowed;
        return isBeyond ? Verdict.FAILED : Verdict.INCONCLUSIVE;
      }
      if (Math.abs(difference) <= allowed) {
        return Verdict.PASSED;
      }
      // Where terms as large as the usual derivative cancel, all digits may be gone at every point.
      boolean mayBeLost = Math.abs(difference) <= PLACES * UNIT * usual && size < usual;
      return mayBeLost ? Verdict.INCONCLUSIVE : Verdict.FAILED;
    }
  }

  /// What FLOAT32 gives more than FLOAT64, for each element.
  private List<double[]> difference() {
    List<double[]> a = single.gradient(weights);
    List<double[]> b = full.gradient(weights);
    List<double[]> differences = new ArrayList<>();
    for (int j = 0; j < a.size(); j++) {
      double[] difference = a.get(j).clone();
      for (int i = 0; i < difference.length; i++) {
        difference[i] -= b.get(j)[i];
      }
      differences.add(difference);
    }
    return differences;
  }

  private static void widen(double[] spread, double[] here, double[] there) {
    for (int i = 0; i < spread.length; i++) {
      double change = Math.abs(there[i] - here[i]);
      spread[i] = Double.isNaN(change) ? spread[i] : Math.max(spread[i], change);
    }
  }

  /// To another point nearby, the same in both types.
  private void move() {
    for (int j = 0; j < full.inputs().size(); j++) {
      Input input = full.inputs().get(j);
      if (!input.moves()) {
        continue;
      }
      double[] moved = input.point().clone();
      Steps steps = Steps.of(input.point());
      for (int i = 0; i < moved.length; i++) {
        double part = NEARBY * (2 * random.nextDouble() - 1);
        moved[i] = (float) (moved[i] + part * steps.scale(i));
      }
      input.set(moved);
      single.inputs().get(j).set(moved);
    }
  }

  private Entry entry(
      Input input, int i, double exact, double difference, double allowed, Verdict verdict) {
    return new Entry(
        Entry.Kind.PRECISION,
        order,
        input.name(),
        DType.FLOAT32,
        input.shape(),
        i,
        exact + difference,
        exact,
        allowed,
        0,
        verdict,
        verdict == Verdict.FAILED ? "the FLOAT32 kernel, or a constant rounded too early?" : "");
  }
}
