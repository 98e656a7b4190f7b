package org.thalweg.benchmarks.peers.tensorflow;

import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/// Functions that are not one operation of TensorFlow.
final class Functions {
  private static final float EPSILON = 1e-5f;
  private static final float SQRT_HALF = (float) Math.sqrt(0.5);

  private Functions() {}

  /// ½x(1 + erf(x/√2)).
  static Operand<TFloat32> gelu(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> erf = tf.math.erf(tf.math.mul(x, tf.constant(SQRT_HALF)));
    Operand<TFloat32> half = tf.math.mul(x, tf.constant(0.5f));
    return tf.math.mul(half, add(tf, tf.constant(1f), erf));
  }

  /// (x − μ)/√(σ² + ε) · gain + bias, with the mean and the variance of each row.
  ///
  /// Written so that TensorFlow knows the pattern, and runs one kernel of oneDNN.
  static Operand<TFloat32> layerNorm(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> gain, Operand<TFloat32> bias) {
    Operand<TInt32> columns = tf.constant(new int[] {1});
    Operand<TFloat32> mean = tf.math.mean(x, columns, Mean.keepDims(true));
    Operand<TFloat32> squares = tf.math.squaredDifference(x, mean);
    Operand<TFloat32> variance = tf.math.mean(squares, columns, Mean.keepDims(true));
    Operand<TFloat32> scale = tf.math.rsqrt(add(tf, variance, tf.constant(EPSILON)));
    Operand<TFloat32> unit = tf.math.mul(tf.math.sub(x, mean), scale);
    return add(tf, tf.math.mul(unit, gain), bias);
  }

  /// Of all numbers of a matrix.
  static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> x) {
    return tf.sum(x, tf.constant(new int[] {0, 1}), Sum.keepDims(false));
  }

  /// `AddV2`, which patterns are made of; `tf.math.add` is the `Add` before it.
  private static Operand<TFloat32> add(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b) {
    OperationBuilder add = tf.scope().opBuilder("AddV2", "AddV2");
    return add.addInput(a.asOutput()).addInput(b.asOutput()).build().output(0);
  }
}
