package org.thalweg.checker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.operation.Op;
import org.thalweg.checker.Entry;
import org.thalweg.checker.GradientChecker;
import org.thalweg.checker.Report;
import org.thalweg.checker.Verdict;

/// Behind every operation that a user can call, every kind of wrong gradient is caught, where it is
/// wrong by one part in ten thousand or more.
class MutationTest {
  private static final double EFFECT = 0.99e-4;
  private static final int POINTS = 8;

  /// Mutants of each kind: caught, and those that change nothing.
  private static final Map<Mutation, int[]> COUNTS = new EnumMap<>(Mutation.class);

  private static int operations;

  /// What is judged is the checker, and it computes in FLOAT64 with the same bits on both kernels.
  @BeforeAll
  static void onceIsEnough() {
    assumeTrue(!"false".equals(System.getProperty("thalweg.test.vector")), "once is enough");
  }

  static Stream<Subject> subjects() {
    return Stream.concat(
        Registry.formulas().stream().map(MutationTest::ofFormula),
        Registry.methods().keySet().stream().flatMap(name -> ofMethod(name).stream()));
  }

  private static Subject ofFormula(Formula formula) {
    Subject row = Subject.of(formula, POINTS);
    List<Tensor> inputs = row.inputs().stream().map(column -> column.reshape(2, -1)).toList();
    return new Subject(row.name(), row.call(), inputs);
  }

  /// The largest sample that is small enough to try everything.
  private static Optional<Subject> ofMethod(String signature) {
    return Samples.of(signature).stream()
        .filter(sample -> !Registry.NO_GRADIENT.containsKey(signature) && !sample.isEmpty())
        .filter(sample -> size(sample) <= 64)
        .max(Comparator.comparingInt(MutationTest::size))
        .map(sample -> Subject.of(signature, sample));
  }

  private static int size(Sample sample) {
    return sample.inputs().stream().mapToInt(Tensor::elements).max().orElse(0);
  }

  @AfterAll
  static void printCounts() {
    StringBuilder text = new StringBuilder("mutants behind " + operations + " operations, caught");
    int caught = 0;
    int without = 0;
    for (Map.Entry<Mutation, int[]> entry : COUNTS.entrySet()) {
      text.append(' ').append(entry.getKey()).append(' ').append(entry.getValue()[0]).append(',');
      caught += entry.getValue()[0];
      without += entry.getValue()[1];
    }
    System.out.println(text + " together all " + caught + "; without effect " + without);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void everyWrongGradientIsCaught(Subject subject) {
    operations++;
    for (Mutation mutation : Mutation.values()) {
      int places = mutation.isBehindTheOutput() ? 1 : subject.inputs().size();
      for (int k = 0; k < places; k++) {
        if (mutation.isBehindTheOutput() || subject.inputs().get(k).dtype().isFloating()) {
          tryOne(subject, mutation, k);
        }
      }
    }
  }

  private static void tryOne(Subject subject, Mutation mutation, int place) {
    List<Tensor> inputs = new ArrayList<>(subject.inputs());
    if (!mutation.isBehindTheOutput()) {
      inputs.set(place, mutation.input(inputs.get(place)));
    }
    Function<List<Tensor>, Tensor> right = mutant(subject, mutation, place, true);
    Function<List<Tensor>, Tensor> wrong = mutant(subject, mutation, place, false);
    int[] counts = COUNTS.computeIfAbsent(mutation, _ -> new int[2]);
    if (effect(right, wrong, inputs, mutation.order()) < EFFECT) {
      counts[1]++;
      return;
    }
    Report report = checker(wrong, inputs, mutation).named(subject.name()).check();
    boolean isCaught = report.failures().stream().anyMatch(e -> e.verdict() == Verdict.FAILED);
    assertThat(isCaught)
        .as("%s of %s in input %d: %s", mutation, subject.name(), place, report)
        .isTrue();
    assertThat(report.isCorrect()).isFalse();
    counts[0]++;
  }

  private static GradientChecker checker(
      Function<List<Tensor>, Tensor> f, List<Tensor> inputs, Mutation mutation) {
    return GradientChecker.ofAll(f)
        .at(inputs.toArray(Tensor[]::new))
        .toOrder(mutation.order())
        .allowing(1, 1);
  }

  private static Function<List<Tensor>, Tensor> mutant(
      Subject subject, Mutation mutation, int place, boolean isRight) {
    if (mutation.isBehindTheOutput()) {
      return in -> {
        Tensor y = subject.call().apply(in);
        return mutation.apply(y, y, isRight);
      };
    }
    Tensor like = subject.inputs().get(place);
    return in -> {
      List<Tensor> changed = new ArrayList<>(in);
      changed.set(place, mutation.apply(in.get(place), like, isRight));
      return subject.call().apply(changed);
    };
  }

  /// How far the wrong derivatives are from the right ones, in parts of the largest in an input; 0
  /// where they are not finite.
  private static double effect(
      Function<List<Tensor>, Tensor> right,
      Function<List<Tensor>, Tensor> wrong,
      List<Tensor> inputs,
      int order) {
    List<Tensor> a = derivatives(right, inputs, order);
    List<Tensor> b = derivatives(wrong, inputs, order);
    double effect = 0;
    for (int k = 0; k < a.size(); k++) {
      double[] wanted = a.get(k).toDoubles();
      double[] got = b.get(k).toDoubles();
      double largest = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
      for (int i = 0; i < wanted.length; i++) {
        double apart = Math.abs(got[i] - wanted[i]) / Math.max(largest, Math.abs(got[i]));
        effect = Math.max(effect, Double.isFinite(apart) ? apart : 0);
      }
    }
    return effect;
  }

  private static List<Tensor> derivatives(
      Function<List<Tensor>, Tensor> f, List<Tensor> inputs, int order) {
    List<Tensor> tracked =
        inputs.stream().map(x -> x.dtype().isFloating() ? x.tracked() : x).toList();
    Tensor y = f.apply(tracked);
    if (!y.isTracked()) {
      return List.of();
    }
    Tensor v = uneven(y.shape()).tracked();
    List<Tensor> moving = new ArrayList<>(tracked.stream().filter(Tensor::isTracked).toList());
    List<Tensor> gradients = Derivatives.of(y, v, moving);
    if (order == 1) {
      return gradients;
    }
    Tensor sum = Tensor.scalar(DType.FLOAT64, 0);
    for (Tensor gradient : gradients) {
      sum = sum.plus(gradient.times(uneven(gradient.shape())).sum());
    }
    moving.add(v);
    return Derivatives.of(sum.plus(v.times(0).sum()), moving);
  }

  private static Tensor uneven(Shape shape) {
    double[] values =
        IntStream.range(0, shape.elements()).mapToDouble(i -> Math.sin(2 * i + 1) + 1.5).toArray();
    return Tensor.of(values, shape);
  }

  static Stream<Formula> unary() {
    return Registry.formulas().stream().filter(formula -> formula.inputs().size() == 1);
  }

  /// What an element by element check of some elements misses, and a direction does not.
  @ParameterizedTest
  @MethodSource("unary")
  void oneElementOfTenThousandIsNamed(Formula formula) {
    int n = 10_000;
    double around =
        Points.of(formula).stream()
            .map(point -> point[0])
            .min(Comparator.comparingDouble(point -> Math.abs(Math.log(Math.abs(point)))))
            .orElseThrow();
    double[] values =
        IntStream.range(0, n).mapToDouble(i -> around * (1 + 1e-6 * (i * 7919 % n))).toArray();
    int place = 6_173;
    double[] factors = new double[n];
    Arrays.fill(factors, 1);
    factors[place] = 2;
    Tensor x = Tensor.of(values).reshape(100, 100);
    Tensor slopes = Derivatives.gradient(t -> Tensor.apply(formula, t).sum()).apply(x);
    assumeTrue(slopes.abs().max().item() > 0, "it has a slope");
    Wrong wrong = new Wrong(Tensor.of(factors, x.shape()));

    Report report =
        GradientChecker.of(t -> Tensor.apply(formula, Tensor.apply(wrong, t)))
            .named(formula.name())
            .at(x)
            .fast()
            .check();

    assertThat(report.failures()).as(report.toString()).extracting(Entry::flat).contains(place);
  }

  /// The identity, with a gradient that is multiplied.
  private record Wrong(Tensor factors) implements Op.Custom {
    @Override
    public Result apply(Tensor... in) {
      return new Result(in[0].array(), (_, _) -> g -> g.times(factors));
    }
  }
}
