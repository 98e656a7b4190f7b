package org.thalweg.benchmarks.peers.tensorflow;

import org.tensorflow.Operand;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.random.RandomStandardNormal;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/// A training step of a classifier, which returns the loss: ReLU between layers, cross-entropy,
/// Adam of TensorFlow's framework.
final class Mlp {
  private static final int BATCH = 128;
  private static final int[] WIDTHS = {784, 512, 256, 10};

  /// So small for the reason in `Steps`.
  private static final float RATE = 1e-6f;

  private Mlp() {}

  static Program step() {
    Program program = new Program();
    Ops tf = program.operations();
    Operand<TFloat32> y = program.input(TFloat32.class, new Values().normal(BATCH, WIDTHS[0]));
    TInt32 classes = Values.labels(BATCH, WIDTHS[WIDTHS.length - 1]);
    Operand<TInt32> labels = program.input(TInt32.class, classes);
    for (int layer = 1; layer < WIDTHS.length; layer++) {
      y = linear(tf, y, WIDTHS[layer - 1], WIDTHS[layer]);
      if (layer + 1 < WIDTHS.length) {
        y = tf.nn.relu(y);
      }
    }
    Operand<TFloat32> loss = crossEntropy(tf, y, labels);
    program.returns(loss);
    program.does(new Adam(program.graph(), RATE).minimize(loss));
    return program;
  }

  private static Operand<TFloat32> linear(Ops tf, Operand<TFloat32> x, int from, int to) {
    Operand<TInt32> shape = tf.constant(new int[] {from, to});
    Operand<TFloat32> normal =
        tf.random.randomStandardNormal(shape, TFloat32.class, RandomStandardNormal.seed(42L));
    Operand<TFloat32> spread = tf.constant((float) Math.sqrt(1 / (3.0 * from)));
    Variable<TFloat32> weight = tf.variable(tf.math.mul(normal, spread));
    Variable<TFloat32> bias = tf.variable(tf.constant(new float[to]));
    return tf.nn.biasAdd(tf.linalg.matMul(x, weight), bias);
  }

  /// By one-hot rows, because TensorFlow's operation on numbers of classes has no gradient outside
  /// Python.
  private static Operand<TFloat32> crossEntropy(
      Ops tf, Operand<TFloat32> logits, Operand<TInt32> labels) {
    Operand<TInt32> classes = tf.constant(WIDTHS[WIDTHS.length - 1]);
    Operand<TFloat32> rows = tf.oneHot(labels, classes, tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> each = tf.nn.softmaxCrossEntropyWithLogits(logits, rows).loss();
    return tf.math.mean(each, tf.constant(new int[] {0}));
  }
}
