package org.thalweg.benchmarks.peers.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

class ProgramTest {
  private static final float[] X = {0.25f, 0.5f, 1, 2, 3, 0.75f};

  @Test
  void functionsAreThoseOfJava() {
    assertMaps((tf, x) -> tf.math.exp(x), Math::exp);
    assertMaps((tf, x) -> tf.math.log(x), Math::log);
    assertMaps((tf, x) -> tf.math.tanh(x), Math::tanh);
  }

  @Test
  void geluIsTheExactOne() {
    float[] y = run(Functions::gelu, -2, 0, 0.5f, 1);
    double[] normal = {0.022750131948179207, 0.5, 0.6914624612740131, 0.8413447460685429};
    assertClose(y, -2 * normal[0], 0, 0.5 * normal[2], normal[3]);
  }

  @Test
  void softmaxAndLayerNormAreOfRows() {
    double e = Math.E;
    assertClose(run((tf, x) -> tf.nn.softmax(x), 0, 1, 5, 5), 1 / (1 + e), e / (1 + e), 0.5, 0.5);
    // One row has variance 1/4, the other 1.
    float[] y =
        run(
            (tf, x) -> {
              Operand<TFloat32> gain = tf.constant(new float[] {2, 3});
              return Functions.layerNorm(tf, x, gain, tf.constant(new float[] {10, 20}));
            },
            0,
            1,
            7,
            5);
    double first = 0.5 / Math.sqrt(0.25 + 1e-5);
    double second = 1 / Math.sqrt(1 + 1e-5);
    assertClose(y, 10 - 2 * first, 20 + 3 * first, 10 + 2 * second, 20 - 3 * second);
  }

  @Test
  void sumIsOfAllNumbers() {
    assertClose(run(Functions::sum, 1, 2, 3, 4.5f), 10.5);
  }

  @Test
  void aProductIsTheSameOnEveryNumberOfThreads() {
    Program program = new Program();
    TFloat64 a = new Values().doubles(96, 96);
    TFloat64 b = new Values().doubles(96, 96);
    program.returns(
        program
            .operations()
            .linalg
            .matMul(program.input(TFloat64.class, a), program.input(TFloat64.class, b)));
    double expected = 0;
    for (int k = 0; k < 96; k++) {
      expected += a.getDouble(3, k) * b.getDouble(k, 5);
    }
    for (int threads : new int[] {1, 2, 1}) {
      try (Result result = program.run(threads)) {
        assertThat(((TFloat64) result.get(0)).getDouble(3, 5)).isCloseTo(expected, within(1e-12));
      }
    }
  }

  @Test
  void trainingLowersTheLossInEverySessionFromItsOwnBeginning() {
    Program step = Mlp.step();
    for (int threads : new int[] {1, 2}) {
      List<Float> losses = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        try (Result result = step.run(threads)) {
          losses.add(((TFloat32) result.get(0)).getFloat());
        }
      }
      assertThat(losses.getFirst()).isCloseTo((float) Math.log(10), within(0.5f));
      assertThat(losses.getLast()).isLessThan(losses.getFirst() - 1e-4f);
    }
  }

  @Test
  void everySmallWorkOfThePeerRuns() {
    TensorFlowPeer peer = new TensorFlowPeer();
    List<String> works = new ArrayList<>(peer.hello().works().keySet());
    works.removeIf(work -> !work.endsWith("-10k") && !work.endsWith("-96"));
    assertThat(works).hasSize(9);
    works.forEach(work -> peer.prepare(work, "").run());
    assertThat(peer.hello().name()).matches("TensorFlow Java [0-9.]+");
  }

  private static void assertMaps(
      BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> function,
      DoubleUnaryOperator expected) {
    double[] values = new double[X.length];
    for (int i = 0; i < X.length; i++) {
      values[i] = expected.applyAsDouble(X[i]);
    }
    assertClose(run(function, X), values);
  }

  private static float[] run(
      BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> function, float... values) {
    Program program = new Program();
    TFloat32 x = TFloat32.tensorOf(Shape.of(2, values.length / 2), DataBuffers.of(values));
    Operand<TFloat32> input = program.input(TFloat32.class, x);
    program.returns(function.apply(program.operations(), input));
    try (Result result = program.run(1)) {
      float[] y = new float[(int) result.get(0).shape().size()];
      ((TFloat32) result.get(0)).copyTo(DataBuffers.of(y));
      return y;
    }
  }

  private static void assertClose(float[] actual, double... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("number %d", i)
          .isCloseTo(expected[i], within(1e-5 * Math.max(1, Math.abs(expected[i]))));
    }
  }
}
