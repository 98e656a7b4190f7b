package org.thalweg.autodiff.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.operation.normal.Normalizations;

@Timeout(120)
@Tag("alone")
class ScopeTest {
  /// Large enough to be recycled, of a length that no other test uses.
  private static final int N = 12_347;

  /// Bytes; 27,000 where scopes keep arrays from 1,024 elements on, and not from 128.
  private static final long MOST_OF_MANY = 24_000;

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  private static Tensor twos() {
    return Tensor.full(DType.FLOAT32, 2, N);
  }

  private static void assertEnded(Supplier<?> use) {
    assertThatIllegalStateException()
        .isThrownBy(use::get)
        .withMessage(
            "tensor: a FLOAT32 value of 12347 elements was used after its scope ended: return it"
                + " from the scope, or make it outside");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void theNextScopeTakesUpTheSameMemory(DType dtype) {
    List<Object> seen = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Scope.run(() -> seen.add(Array.uninitialised(dtype, Shape.of(N)).data()));
    }
    assertThat(seen.get(1)).isSameAs(seen.get(0));
    assertThat(seen.get(2)).isSameAs(seen.get(0));
  }

  @Test
  void twoLiveArraysOfAScopeNeverShareMemory() {
    Scope.run(() -> assertThat(twos().array().data()).isNotSameAs(twos().array().data()));
    Scope.run(() -> assertThat(twos().array().data()).isNotSameAs(twos().array().data()));
  }

  @Test
  void zerosAreZerosInUsedMemoryToo() {
    Scope.run(ScopeTest::twos);
    Scope.run(() -> assertThat(Tensor.zeros(N).toFloats()).containsOnly(0));
  }

  @Test
  void withoutAScopeNothingIsTakenBack() {
    Tensor x = twos();
    Scope.run(() -> twos().plus(1));
    assertThat(x.get(N - 1)).isEqualTo(2);
  }

  private record Named(String name, Tensor tensor, int number) {}

  private static Stream<Function<Tensor, Object>> containers() {
    return Stream.of(
        x -> x,
        Tensor::array,
        List::of,
        x -> Set.of(x),
        x -> Map.of("x", x),
        x -> Map.of(x, "x"),
        Optional::of,
        x -> new Object[] {1, x},
        x -> new Tensor[] {x},
        x -> new Named("x", x, 1),
        x -> List.of(Optional.of(new Named("x", x, 1))),
        x -> x.reshape(1, N),
        x -> x.detach());
  }

  @ParameterizedTest
  @MethodSource("containers")
  void whatTheBodyReturnsLivesOnAndNothingElse(Function<Tensor, Object> container) {
    List<Tensor> kept = new ArrayList<>();
    List<Tensor> left = new ArrayList<>();
    Object result =
        Scope.get(
            () -> {
              kept.add(twos());
              left.add(twos());
              return container.apply(kept.get(0));
            });
    assertThat(result).isNotNull();
    Scope.run(() -> Tensor.zeros(N).plus(5));
    assertThat(kept.get(0).toFloats()).containsOnly(2);
    assertEnded(() -> left.get(0).get(0));
  }

  @Test
  void nothingMayBeReturnedToo() {
    assertThat(Scope.<Optional<Tensor>>get(() -> Optional.of(twos()))).isPresent();
    assertThat(Scope.<Object>get(() -> null)).isNull();
  }

  @Test
  void whatContainsItselfIsNotSearchedForTensors() {
    record Saved(Tensor tensor, Path file) {}
    Saved saved = Scope.get(() -> new Saved(twos(), Path.of("weights")));
    assertThat(saved.file()).hasToString("weights");
    assertThat(saved.tensor().get(0)).isEqualTo(2);
  }

  @Test
  void everyUseAfterTheEndFailsWithASentence() {
    Parameter w = new Parameter("w", Tensor.ones(N));
    List<Tensor> left = new ArrayList<>();
    Scope.run(() -> left.addAll(List.of(w.plus(1), w.times(w).sum())));
    Tensor ended = left.get(0);
    assertEnded(() -> ended.get(0));
    assertEnded(ended::toFloats);
    assertEnded(ended::toString);
    assertEnded(() -> ended.plus(1));
    assertEnded(() -> ended.sum());
    assertEnded(() -> ended.reshape(N, 1).get(0, 0));
    assertEnded(ended::snapshot);
    assertEnded(() -> new Parameter("p", ended));
    assertEnded(
        () -> {
          w.assignInPlace(ended);
          return w;
        });
    assertThat(w.toFloats()).containsOnly(1);
  }

  @Test
  void aGraphWhoseValuesHaveEndedIsRefusedByTheWalk() {
    Parameter w = new Parameter("w", Tensor.ones(N));
    Tensor loss = Scope.get(() -> w.times(2).square().sum());
    assertThat(loss.item()).isEqualTo(4.0 * N);
    assertThatIllegalStateException()
        .isThrownBy(loss::backward)
        .withMessage(
            "square: the scope in which it was recorded has ended, and values that its gradient"
                + " needs are gone, output FLOAT32 [12347]: call backward() inside the scope");
  }

  @Test
  void returnedGradientsLiveOn() {
    Parameter w = new Parameter("w", Tensor.full(DType.FLOAT32, 3, N));
    Gradients gradients = Scope.get(() -> w.square().sum().backward());
    Scope.run(() -> Tensor.zeros(N).plus(9));
    assertThat(gradients.of(w).toFloats()).containsOnly(6);
  }

  @Test
  void aParameterMadeInsideIsNobodysToTakeBack() {
    List<Parameter> made = new ArrayList<>();
    Scope.run(() -> made.add(new Parameter("w", twos())));
    Scope.run(() -> Tensor.zeros(N).plus(9));
    assertThat(made.get(0).toFloats()).containsOnly(2);
  }

  @Test
  void aSnapshotLivesOn() {
    List<Tensor> made = new ArrayList<>();
    Scope.run(() -> made.add(twos().snapshot()));
    Scope.run(() -> Tensor.zeros(N).plus(9));
    assertThat(made.get(0).toFloats()).containsOnly(2);
  }

  @Test
  void whatAnInnerScopeReturnsEndsWithTheOuterOne() {
    List<Tensor> seen = new ArrayList<>();
    Scope.run(
        () -> {
          Tensor inner =
              Scope.get(
                  () -> {
                    seen.add(twos());
                    return twos();
                  });
          seen.add(inner);
          assertEnded(() -> seen.get(0).get(0));
          Scope.run(() -> Tensor.zeros(N).plus(9));
          assertThat(inner.toFloats()).containsOnly(2);
        });
    assertEnded(() -> seen.get(1).get(0));
  }

  @Test
  void whatTheOuterScopeMadeOutlivesTheInner() {
    Scope.run(
        () -> {
          Tensor outer = twos();
          Tensor sum = Scope.get(() -> outer.plus(outer));
          assertThat(outer.toFloats()).containsOnly(2);
          assertThat(sum.toFloats()).containsOnly(4);
        });
  }

  @Test
  void anExceptionPassesAndTheMemoryGoesBack() {
    List<Tensor> left = new ArrayList<>();
    Object[] memory = new Object[2];
    assertThatThrownBy(
            () ->
                Scope.run(
                    () -> {
                      left.add(twos());
                      memory[0] = left.get(0).array().data();
                      throw new UnsupportedOperationException("mine");
                    }))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("mine");
    assertEnded(() -> left.get(0).get(0));
    Scope.run(() -> memory[1] = twos().array().data());
    assertThat(memory[1]).isSameAs(memory[0]);
  }

  @Test
  void anotherThreadHasNoPartInTheScope() throws Exception {
    List<Tensor> made = new ArrayList<>();
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Scope.get(() -> other.submit(() -> made.add(twos()))).get();
    }
    Scope.run(() -> Tensor.zeros(N).plus(9));
    assertThat(made.get(0).toFloats()).containsOnly(2);
  }

  /// Only a structured task scope, which is a preview in this Java, carries a scope to another
  /// thread: it is made by reflection.
  @Test
  void whatAnotherThreadsInnerScopeReturnsIsNoPartOfTheOuterOne() throws Exception {
    Class<?> type = Class.forName("java.util.concurrent.StructuredTaskScope");
    List<Tensor> made = new ArrayList<>();
    Runnable body = () -> made.add(Scope.get(ScopeTest::twos));
    Scope.run(
        () -> {
          try (AutoCloseable forks = (AutoCloseable) type.getMethod("open").invoke(null)) {
            type.getMethod("fork", Runnable.class).invoke(forks, body);
            type.getMethod("join").invoke(forks);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    Scope.run(() -> Tensor.zeros(N).plus(9));
    assertThat(made.get(0).toFloats()).containsOnly(2);
  }

  @Test
  void aThousandVirtualThreadsTrainInScopesOfTheirOwn() throws Exception {
    List<Future<Double>> results = new ArrayList<>();
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int k = 0; k < 1000; k++) {
        double start = k;
        results.add(many.submit(() -> descend(start)));
      }
    }
    for (int k = 0; k < results.size(); k++) {
      assertThat(results.get(k).get()).as("thread %d", k).isEqualTo(k / 8.0);
    }
  }

  /// Three steps of w ← w − ½ · w, all elements alike.
  private static double descend(double start) {
    Parameter w = new Parameter("w", Tensor.full(DType.FLOAT32, start, 2000));
    for (int step = 0; step < 3; step++) {
      Scope.run(
          () -> {
            Tensor slope = w.square().times(0.5).sum().backward().of(w);
            w.assignInPlace(w.minus(slope.times(0.5)));
          });
    }
    return Scope.get(() -> w.mean()).item();
  }

  @Test
  void aWarmStepAllocatesNoLargeArray() {
    Parameter w = new Parameter("w", Tensor.normal(1, 300, 400));
    Tensor x = Tensor.normal(2, 200, 300);
    Runnable step =
        () ->
            Scope.run(
                () -> {
                  Tensor h = x.matmul(w).tanh().plus(1).softmax(1);
                  Tensor loss = h.times(h).reshape(400, 200).transpose().mean();
                  w.assignInPlace(w.minus(loss.backward().of(w).times(0.1)));
                });
    assertThat(bytes(65_536, step)).as("bytes of a whole step").isLessThan(65_536);
  }

  /// Rows, parts of a weight, its gradient put together and sums over rows: of 128 elements and
  /// more, which a scope keeps, and with few objects for each operation.
  @Test
  void aWarmStepOfManySmallArraysTakesLittleForEach() {
    Parameter weight = new Parameter("weight", Tensor.normal(1, 384, 128).times(0.05));
    Parameter bias = new Parameter("bias", Tensor.normal(2, 384));
    Parameter gain = new Parameter("gain", Tensor.normal(3, 128));
    Parameter shift = new Parameter("shift", Tensor.normal(4, 128));
    Tensor input = Tensor.normal(5, 2, 8, 128);
    Runnable step =
        () ->
            Scope.run(
                () -> {
                  Tensor x = Normalizations.layerNorm(input, gain, shift, 1e-5);
                  Tensor y = x;
                  for (int part = 0; part < 384; part += 128) {
                    Tensor w = weight.slice(0, part, part + 128);
                    y = y.plus(x.linear(w, bias.slice(0, part, part + 128)));
                  }
                  y.square().mean().backward();
                });
    assertThat(bytes(MOST_OF_MANY, step)).as("bytes of a step").isLessThan(MOST_OF_MANY);
  }

  /// What a step takes at least. Vectors are objects until the JIT has compiled their loops: small,
  /// but many.
  ///
  /// @param enough of which less need not be sought
  private static long bytes(long enough, Runnable step) {
    ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Pool.setThreads(1);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 2000 && least >= enough; i++) {
      long before = meter.getCurrentThreadAllocatedBytes();
      step.run();
      least = Math.min(least, meter.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
