package org.thalweg.examples.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.files.Safetensors;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Flatten;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Linear;
import org.thalweg.nn.Losses;
import org.thalweg.nn.Residual;
import org.thalweg.nn.Sequential;
import org.thalweg.nn.Training;
import org.thalweg.nn.normal.BatchNorm;
import org.thalweg.nn.window.Conv2d;
import org.thalweg.nn.window.Pool;
import org.thalweg.optim.Optimizer;
import org.thalweg.optim.gradient.Sgd;

/// A net with batch norm, trained, used, saved and trained on: its running statistics are those of
/// PyTorch, and have the same bits however it runs.
class BatchNormTrainingTest {
  /// Of parameters and buffers after 8 steps.
  private static final String HASH =
      "dba7d82873cc35b118a68a183f12c37f663f2286d552eb9ebcbbd6506340a870";

  private static final Shape BATCH = Shape.of(21, 1, 14, 14);

  private final int threads = Engine.threads();

  @AfterEach
  void threadsAsBefore() {
    Engine.setThreads(threads);
  }

  private static State part(State all, String prefix) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    all.tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), tensor);
              }
            });
    return State.of(part);
  }

  /// Made by `src/test/python/batch_norm.py`.
  private static State reference() throws Exception {
    return Safetensors.read(
        Path.of(
            Objects.requireNonNull(
                    BatchNormTrainingTest.class.getResource("batch_norm.safetensors"))
                .toURI()));
  }

  @Test
  void aTrainingAndTheUseAfterItAreThoseOfPyTorch() throws Exception {
    State reference = reference();
    Layer.Plan<?> plan =
        Sequential.of(
            Conv2d.of(1, 3, 3),
            BatchNorm.of(3),
            Activation.relu(),
            Flatten.of(),
            Linear.of(12, 5),
            BatchNorm.of(5).cumulative(),
            Activation.tanh(),
            Linear.of(5, 3));
    Layer model = Layer.build(plan, 42).to(DType.FLOAT64);
    model.restore(part(reference, "before/"));
    Optimizer optimizer = new Sgd(0.1, 0.9).over(model.parameters());
    Map<String, Tensor> labels = part(reference, "labels/").tensors();
    Map<String, Tensor> x = part(reference, "x/").tensors();
    x.forEach(
        (step, batch) -> {
          Tensor logits = model.apply(batch, Training.of(1).at(optimizer.steps()));
          optimizer.step(
              Losses.crossEntropy(logits, Objects.requireNonNull(labels.get(step))).backward());
        });
    Map<String, Tensor> after = part(reference, "after/").tensors();
    assertThat(optimizer.steps()).isEqualTo(6);
    assertThat(after.keySet()).isEqualTo(model.state().tensors().keySet());
    model.state().tensors().forEach((path, tensor) -> assertClose(path, tensor, after.get(path)));
    Map<String, Tensor> y = part(reference, "y/").tensors();
    x.forEach((step, batch) -> assertClose("y " + step, model.apply(batch), y.get(step)));
  }

  private static void assertClose(String what, Tensor actual, @Nullable Tensor expected) {
    assertThat(actual.isCloseTo(Objects.requireNonNull(expected), 1e-11, 1e-11))
        .as("%s:%n%s%n%s", what, actual, expected)
        .isTrue();
  }

  private static Layer net(long seed) {
    Convolution same = Convolution.plain().padding(1);
    return Layer.build(
        Sequential.of(
            Conv2d.of(1, 9, 3, same),
            BatchNorm.of(9),
            Activation.relu(),
            Residual.of(Sequential.of(Conv2d.of(9, 9, 3, same), BatchNorm.of(9).withoutAffine())),
            Pool.max2d(2),
            Flatten.of(),
            Linear.of(441, 50),
            BatchNorm.of(50).cumulative(),
            Activation.relu(),
            Linear.of(50, 10)),
        seed);
  }

  private static Tensor input(long seed) {
    return Tensor.normal(seed, BATCH.sizes()).times(2).plus(1);
  }

  private static void train(Layer model, long from, long to) {
    Trainee trainee =
        new Trainee(
            model,
            new Sgd(0.01),
            step -> {
              Tensor labels = Tensor.uniform(~(from + step), BATCH.size(0)).times(10).floor();
              return Losses.crossEntropy(
                  model.apply(input(from + step), Training.of(42).at(from + step)),
                  labels.to(DType.INT32));
            });
    trainee.train((int) (to - from));
  }

  private static String hash(State state) {
    Hasher hasher = Hashing.sha256().newHasher();
    state
        .tensors()
        .forEach(
            (path, tensor) -> {
              hasher.putUnencodedChars(path);
              for (float value : tensor.toFloats()) {
                hasher.putInt(Float.floatToIntBits(value));
              }
            });
    return hasher.hash().toString();
  }

  /// The suites run it with the Vector API and without.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void runningStatisticsHaveTheSameBitsHoweverItRuns(int count) {
    Engine.setThreads(count);
    long before = Engine.counts().chunksByWorkers();
    Layer model = net(42);

    train(model, 0, 8);

    assertThat(Engine.counts().chunksByWorkers() > before).isEqualTo(count > 1);
    assertThat(model.buffer("7.num_batches_tracked").value().item()).isEqualTo(8);
    assertThat(hash(model.state())).isEqualTo(HASH);
  }

  @Test
  void aModelThatIsSavedAndLoadedIsUsedAndTrainedOnAsIfNothingHadBeen(@TempDir Path directory)
      throws Exception {
    Layer model = net(42);
    train(model, 0, 3);
    Path file = directory.resolve("net.safetensors");
    Safetensors.write(file, model.state());

    Layer loaded = net(7);
    loaded.restore(Safetensors.read(file));

    assertThat(loaded.apply(input(9)).sameBits(model.apply(input(9)))).isTrue();
    train(model, 3, 5);
    train(loaded, 3, 5);
    assertThat(hash(loaded.state())).isEqualTo(hash(model.state()));
    assertThat(loaded.buffer("3.inner.1.num_batches_tracked").value().item()).isEqualTo(5);
  }
}
