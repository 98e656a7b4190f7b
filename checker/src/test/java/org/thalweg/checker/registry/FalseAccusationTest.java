package org.thalweg.checker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.checker.Entry;
import org.thalweg.checker.GradientChecker;
import org.thalweg.checker.Report;
import org.thalweg.checker.Verdict;

/// Correct operations at points of every size are not accused, and seldom left undecided.
class FalseAccusationTest {
  private static final double SMALLEST = 1e-8;
  private static final double LARGEST = 1e9;
  private static final double UNDECIDED = 0.01;

  private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
  private final Map<String, Integer> undecided = new TreeMap<>();
  private final Map<String, String> examples = new TreeMap<>();
  private final List<String> accused = new ArrayList<>();

  @Test
  void someCorrectOperationsAreNotAccused() {
    sweep(0, 3, 6);
  }

  /// 100 seeds, and about 10⁵ points together.
  @ParameterizedTest
  @ValueSource(ints = {0, 20, 40, 60, 80})
  @Tag("heavy")
  void correctOperationsAreNotAccused(int from) {
    sweep(from, 20, 25);
  }

  private void sweep(int from, int seeds, int points) {
    int all = 0;
    for (Formula formula : Registry.formulas()) {
      for (int seed = from; seed < from + seeds; seed++) {
        List<double[]> chosen = points(formula, points, seed);
        all += chosen.size();
        if (!chosen.isEmpty()) {
          judge(formula, chosen, seed);
        }
      }
    }
    int entries = verdicts.values().stream().mapToInt(count -> count).sum();
    System.out.println(
        "correct formulas at "
            + all
            + " points from "
            + seeds
            + " seeds: "
            + verdicts
            + ", most undecided "
            + undecided);
    assertThat(accused).as("%d accusations: %s", accused.size(), accused).isEmpty();
    assertThat(verdicts.getOrDefault(Verdict.INCONCLUSIVE, 0))
        .as("undecided: %s, such as %s", undecided, examples)
        .isLessThanOrEqualTo((int) (UNDECIDED * entries));
  }

  private void judge(Formula formula, List<double[]> points, int seed) {
    Tensor[] inputs = Points.columns(points, formula.inputs().size()).toArray(Tensor[]::new);
    Report report =
        GradientChecker.ofAll(in -> Tensor.apply(formula, in.toArray(Tensor[]::new)))
            .named(formula.name())
            .at(inputs)
            .withSeed(seed)
            .allowing(1, 1)
            .check();
    report.problems().forEach(problem -> accused.add(formula.name() + ": " + problem));
    for (Entry entry : report.entries()) {
      verdicts.merge(entry.verdict(), 1, Integer::sum);
      if (entry.verdict() == Verdict.FAILED || entry.verdict() == Verdict.JUMP) {
        accused.add(formula.name() + " " + seed + " " + at(inputs, entry) + ": " + entry);
      }
      if (entry.verdict() == Verdict.INCONCLUSIVE) {
        undecided.merge(formula.name(), 1, Integer::sum);
        examples.putIfAbsent(formula.name(), at(inputs, entry) + " " + entry);
      }
    }
  }

  private static List<Double> at(Tensor[] inputs, Entry entry) {
    List<Double> values = new ArrayList<>();
    for (Tensor input : inputs) {
      values.add(input.array().get(entry.flat()));
    }
    return values;
  }

  /// Numbers of either sign whose sizes are equally likely on a logarithmic scale, at which the
  /// formula and its derivatives are finite.
  private static List<double[]> points(Formula formula, int count, int seed) {
    int arity = formula.inputs().size();
    SplittableRandom random = new SplittableRandom(31L * formula.name().hashCode() + seed);
    List<double[]> points = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      double[] point = new double[arity];
      for (int j = 0; j < arity; j++) {
        double size = SMALLEST * Math.pow(LARGEST / SMALLEST, random.nextDouble());
        point[j] = random.nextBoolean() ? size : -size;
      }
      points.add(point);
    }
    points.removeIf(Registry.SENSELESS.getOrDefault(formula.name(), _ -> false));
    List<Tensor> tracked = Points.columns(points, arity).stream().map(Tensor::tracked).toList();
    Tensor y = Tensor.apply(formula, tracked.toArray(Tensor[]::new));
    List<Tensor> all = new ArrayList<>(Derivatives.of(y.sum(), tracked));
    all.add(y);
    List<double[]> finite = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      int place = i;
      if (all.stream().allMatch(t -> Double.isFinite(t.array().get(place)))) {
        finite.add(points.get(i));
      }
    }
    return finite;
  }
}
