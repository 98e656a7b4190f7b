package org.thalweg.benchmarks.peers.jvm;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.thalweg.benchmarks.Message.Hello;
import org.thalweg.benchmarks.Server;
import org.thalweg.benchmarks.peers.Peers;

/// Deep Java Library on its PyTorch engine. Results are closed at once, so that their memory can be
/// used again.
final class DjlPeer implements Server.Library {
  private static final String ENGINE = "PyTorch";
  private static final int BATCH = 128;
  private static final int[] WIDTHS = {784, 512, 256, 10};

  /// So small for the reason in `Steps`.
  private static final float RATE = 1e-6f;

  private final NDManager manager = NDManager.newBaseManager(ENGINE);
  private final Peers works = new Peers();

  private DjlPeer() {
    works.addProducts(this::product);
    works.addFunction("exp", side -> function(side, NDArray::exp));
    works.addFunction("log", side -> function(side, NDArray::log));
    works.addFunction("tanh", side -> function(side, NDArray::tanh));
    works.addFunction("gelu", side -> function(side, Activation::gelu));
    works.addFunction("softmax", side -> function(side, x -> x.softmax(-1)));
    works.addFunction("layernorm", this::layerNorm);
    works.addFunction("sum", side -> function(side, NDArray::sum));
    works.add("mlp-step", this::mlpStep);
  }

  /// Serves until the input ends.
  public static void main(String[] args) throws IOException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    Server.serve(new DjlPeer());
  }

  @Override
  public Hello hello() {
    String version = requireNonNull(Engine.class.getPackage().getSpecificationVersion());
    String pytorch = Engine.getEngine(ENGINE).getVersion();
    String note = "PyTorch " + pytorch + ", Java " + Runtime.version();
    return new Hello("DJL " + version, note, works.ways());
  }

  @Override
  public void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  @Override
  public Runnable prepare(String work, String way) {
    return works.prepare(work);
  }

  private Runnable product(boolean isDouble, int size) {
    DataType type = isDouble ? DataType.FLOAT64 : DataType.FLOAT32;
    NDArray a = manager.randomUniform(0, 1, new Shape(size, size), type);
    NDArray b = manager.randomUniform(0, 1, new Shape(size, size), type);
    return () -> a.matMul(b).close();
  }

  private Runnable function(int side, UnaryOperator<NDArray> function) {
    NDArray x = manager.randomUniform(0.5f, 1.5f, new Shape(side, side));
    return () -> function.apply(x).close();
  }

  private Runnable layerNorm(int side) {
    NDArray x = manager.randomNormal(new Shape(side, side));
    NDArray gain = manager.randomUniform(0, 1, new Shape(side));
    NDArray bias = manager.randomNormal(new Shape(side));
    return () -> LayerNorm.layerNorm(x, new Shape(side), gain, bias, 1e-5f).close();
  }

  private Runnable mlpStep() {
    SequentialBlock block = new SequentialBlock();
    for (int layer = 1; layer < WIDTHS.length; layer++) {
      block.add(Linear.builder().setUnits(WIDTHS[layer]).build());
      if (layer + 1 < WIDTHS.length) {
        block.add(Activation.reluBlock());
      }
    }
    Model model = Model.newInstance("mlp", ENGINE);
    model.setBlock(block);
    Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(RATE)).build();
    Loss loss = Loss.softmaxCrossEntropyLoss();
    Trainer trainer = model.newTrainer(new DefaultTrainingConfig(loss).optOptimizer(adam));
    trainer.initialize(new Shape(BATCH, WIDTHS[0]));
    NDArray x = manager.randomNormal(new Shape(BATCH, WIDTHS[0]));
    NDArray labels = manager.arange(BATCH).mod(WIDTHS[WIDTHS.length - 1]);
    return () -> step(trainer, loss, x, labels);
  }

  private static void step(Trainer trainer, Loss loss, NDArray x, NDArray labels) {
    try (NDManager temporary = trainer.getManager().newSubManager();
        GradientCollector collector = trainer.newGradientCollector()) {
      NDArray mine = x.duplicate();
      NDArray theirs = labels.duplicate();
      mine.attach(temporary);
      theirs.attach(temporary);
      NDList logits = trainer.forward(new NDList(mine));
      collector.backward(loss.evaluate(new NDList(theirs), logits));
    }
    trainer.step();
  }
}
