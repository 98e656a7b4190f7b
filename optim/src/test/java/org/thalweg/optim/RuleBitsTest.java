package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.gradient.Sgd;

/// An element takes the same steps wherever it stands: alone (where no vector is filled), anywhere
/// in an array of any length, on one thread or two, before the vector kernels are compiled and
/// after.
@Timeout(300)
@Tag("alone")
class RuleBitsTest {
  private static final int KINDS = 251;
  private static final int STEPS = 3;

  /// A start and gradients of every size for each kind of element.
  private static final double[][] NUMBERS = new double[KINDS][STEPS + 1];

  static {
    SplittableRandom random = new SplittableRandom(1);
    for (double[] numbers : NUMBERS) {
      for (int k = 0; k <= STEPS; k++) {
        double size = Math.pow(10, random.nextInt(-30, 20));
        numbers[k] = random.nextInt(8) == 0 ? 0 : (random.nextDouble() - 0.5) * size;
      }
    }
  }

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  static Stream<Rule> rules() {
    return Stream.of(
        new Sgd(0.1),
        new Sgd(0.1, 0.9),
        new AdaGrad(0.1, 0),
        new Adam(0.01),
        new AdamW(new Adam(t -> 0.1 / t, 0.9, 0.99, 1e-8), 0.1));
  }

  private static float[] floats(int length, int k) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) NUMBERS[i % KINDS][k];
    }
    return values;
  }

  private static double[] doubles(int length, int k) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = NUMBERS[i % KINDS][k];
    }
    return values;
  }

  private static float[] stepped(Rule rule, float[] x, int first) {
    ArrayOptimizer optimizer = rule.over(x);
    for (int k = 1; k <= STEPS; k++) {
      optimizer.step(first < 0 ? floats(x.length, k) : new float[] {(float) NUMBERS[first][k]});
    }
    return x;
  }

  private static double[] stepped(Rule rule, double[] x, int first) {
    ArrayOptimizer optimizer = rule.over(x);
    for (int k = 1; k <= STEPS; k++) {
      optimizer.step(first < 0 ? doubles(x.length, k) : new double[] {NUMBERS[first][k]});
    }
    return x;
  }

  /// Each kind of element by itself.
  private static float[] aloneFloats(Rule rule) {
    float[] alone = new float[KINDS];
    for (int i = 0; i < KINDS; i++) {
      alone[i] = stepped(rule, new float[] {(float) NUMBERS[i][0]}, i)[0];
    }
    return alone;
  }

  private static double[] aloneDoubles(Rule rule) {
    double[] alone = new double[KINDS];
    for (int i = 0; i < KINDS; i++) {
      alone[i] = stepped(rule, new double[] {NUMBERS[i][0]}, i)[0];
    }
    return alone;
  }

  private static void compare(Rule rule, List<Integer> lengths, String when) {
    float[] single = aloneFloats(rule);
    double[] exact = aloneDoubles(rule);
    for (int length : lengths) {
      float[] f = stepped(rule, floats(length, 0), -1);
      double[] d = stepped(rule, doubles(length, 0), -1);
      for (int i = 0; i < length; i++) {
        int kind = i % KINDS;
        if (Float.compare(f[i], single[kind]) != 0 || Double.compare(d[i], exact[kind]) != 0) {
          assertThat(List.of(f[i], d[i]))
              .as("%s, element %d of %d, %s", rule, i, length, when)
              .isEqualTo(List.of(single[kind], exact[kind]));
        }
      }
    }
  }

  @Test
  void everyLengthBeforeAndAfterTheVectorsAreCompiled() {
    List<Integer> lengths = Stream.iterate(0, length -> length + 1).limit(201).toList();
    rules().forEach(rule -> compare(rule, lengths, "at once"));
    WarmUp.await();
    assertThat(FormulaKernel.vectorLoops() > 0).isEqualTo(Simd.available());
    rules().forEach(rule -> compare(rule, lengths, "warm"));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aMillionElementsOnOneThreadAndOnTwo(Rule rule) {
    for (int count = 1; count <= 2; count++) {
      Pool.setThreads(count);
      long regions = Pool.regions();
      compare(rule, List.of(1_000_000), count + " threads");
      assertThat(Pool.regions() > regions).as("a second thread was asked").isEqualTo(count == 2);
    }
  }
}
