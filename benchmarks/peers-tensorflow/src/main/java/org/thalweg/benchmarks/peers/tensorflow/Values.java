package org.thalweg.benchmarks.peers.tensorflow;

import java.util.Arrays;
import java.util.Random;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/// Inputs of works.
final class Values {
  private final Random random = new Random(42);

  /// From 0 to 1.
  TFloat64 doubles(long... shape) {
    double[] values = random.doubles(Shape.of(shape).size()).toArray();
    return TFloat64.tensorOf(Shape.of(shape), DataBuffers.of(values));
  }

  /// From `least` to `least` + 1.
  TFloat32 floats(float least, long... shape) {
    float[] values = new float[(int) Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = least + random.nextFloat();
    }
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values));
  }

  /// Around 0.
  TFloat32 normal(long... shape) {
    float[] values = new float[(int) Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values));
  }

  /// 0, 1, 2, … and again from 0 after so many classes.
  static TInt32 labels(int count, int classes) {
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> i % classes);
    return TInt32.vectorOf(labels);
  }
}
