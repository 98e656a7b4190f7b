package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.WarmUp;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.gradient.Nesterov;
import org.thalweg.optim.matrix.Adafactor;
import org.thalweg.optim.matrix.Muon;
import org.thalweg.optim.matrix.NovoGrad;
import org.thalweg.optim.matrix.Sm3;
import org.thalweg.optim.wrapper.Sam;

/// What a step takes from the heap: of a pointwise rule nothing; of one that computes with whole
/// tensors no more for large parameters than for small ones.
@Timeout(120)
@Tag("alone")
class AllocationTest {
  private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int MOST_STEPS = 200_000;

  /// What the JDK's own `StrictMath.pow` and `cos` take, 96 and 72 bytes a call, where a rule or a
  /// schedule calls them.
  private static final long LIBRARY = 400;

  /// What the small objects of a step with whole tensors take at most: less than one of the large
  /// parameters, of 480 KB.
  private static final long OBJECTS = 300_000;

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  /// Those that can step from gradients.
  static Stream<Rule> rules() {
    return Rules.all().stream().filter(r -> !(r instanceof Nesterov || r instanceof Sam));
  }

  static Stream<Rule> pointwise() {
    return rules().filter(rule -> !isForWholeTensors(rule));
  }

  static Stream<Rule> forWholeTensors() {
    return rules().filter(AllocationTest::isForWholeTensors);
  }

  private static boolean isForWholeTensors(Rule rule) {
    return rule instanceof Adafactor
        || rule instanceof Muon
        || rule instanceof NovoGrad
        || rule instanceof Sm3
        || rule.toString().contains("Adaptive[");
  }

  /// What a step takes at least, once all is compiled: of as many as it needs to take no more than
  /// so much.
  private static long bytes(long most, Runnable step) {
    step.run();
    WarmUp.await();
    long least = Long.MAX_VALUE;
    for (int k = 0; k < MOST_STEPS && least > most; k++) {
      long before = METER.getTotalThreadAllocatedBytes();
      step.run();
      least = Math.min(least, METER.getTotalThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static long bytes(long most, Grouping grouping, List<Parameter> parameters, Rule rule) {
    Optimizer optimizer = grouping.rest(rule);
    Tensor loss = Tensor.scalar(parameters.get(0).dtype(), 0);
    for (Parameter parameter : parameters) {
      loss = loss.plus(parameter.square().sum());
    }
    Gradients gradients = loss.backward();
    return bytes(most, () -> optimizer.step(gradients));
  }

  private static List<Parameter> parameters(int rows, int columns) {
    return List.of(
        new Parameter("a", Tensor.uniform(1, rows, columns).minus(0.5)),
        new Parameter("b", Tensor.uniform(2, columns, rows).minus(0.5)));
  }

  @ParameterizedTest
  @MethodSource("pointwise")
  void aStepOfAPointwiseRuleTakesNothing(Rule rule) {
    List<Parameter> parameters = parameters(100, 300);
    boolean asksLibrary = rule.toString().matches(".*(cosine|exponential|Asgd|NAdam|Adopt).*");
    long most = asksLibrary ? LIBRARY : 0;
    assertThat(bytes(most, Optimizer.over(parameters), parameters, rule))
        .as(rule.toString())
        .isLessThanOrEqualTo(most);
    double[] x = {1, 2, 3};
    double[] gradient = {0.1, 0.2, 0.3};
    ArrayOptimizer optimizer = rule.over(x);
    assertThat(bytes(most, () -> optimizer.step(gradient)))
        .as("%s, array", rule)
        .isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @MethodSource("forWholeTensors")
  void aStepWithWholeTensorsTakesNoMoreForLargeOnes(Rule rule) {
    List<Parameter> small = parameters(20, 60);
    List<Parameter> large = parameters(200, 600);
    assertThat(bytes(OBJECTS, Optimizer.over(small), small, rule)).isLessThan(OBJECTS);
    assertThat(bytes(OBJECTS, Optimizer.over(large), large, rule)).isLessThan(OBJECTS);
  }

  @Test
  void whatIsDoneWithGradientsTakesNothing() {
    List<Parameter> parameters = parameters(100, 300);
    Grouping grouping =
        Optimizer.over(parameters)
            .accumulate(2)
            .clipGlobalNorm(1)
            .onNonFinite(NonFinite.THROW)
            .stopAt(1e-9);
    assertThat(bytes(0, grouping, parameters, new Adam())).isZero();
    Pool.setThreads(1);
    assertThat(bytes(0, grouping, parameters, new Adam())).isZero();
  }
}
