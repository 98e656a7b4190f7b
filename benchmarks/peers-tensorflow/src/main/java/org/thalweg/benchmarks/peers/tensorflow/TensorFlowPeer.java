package org.thalweg.benchmarks.peers.tensorflow;

import java.io.IOException;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;
import org.thalweg.benchmarks.Message.Hello;
import org.thalweg.benchmarks.Server;
import org.thalweg.benchmarks.peers.Peers;

/// TensorFlow Java by graphs and sessions: its eager operations take several times as long.
///
/// The environment variable `TF_OVERRIDE_GLOBAL_THREADPOOL` has to be 1, because otherwise the
/// first session decides on the threads of all.
final class TensorFlowPeer implements Server.Library {
  private final Peers works = new Peers();
  private int threads = 1;

  TensorFlowPeer() {
    works.addProducts(this::product);
    works.addFunction("exp", side -> function(around0(side), (tf, x) -> tf.math.exp(x)));
    works.addFunction("log", side -> function(near1(side), (tf, x) -> tf.math.log(x)));
    works.addFunction("tanh", side -> function(around0(side), (tf, x) -> tf.math.tanh(x)));
    works.addFunction("gelu", side -> function(around0(side), Functions::gelu));
    works.addFunction("softmax", side -> function(around0(side), (tf, x) -> tf.nn.softmax(x)));
    works.addFunction("layernorm", this::layerNorm);
    works.addFunction("sum", side -> function(around0(side), Functions::sum));
    works.add("mlp-step", () -> repetition(Mlp.step()));
  }

  /// Serves until the input ends.
  public static void main(String[] args) throws IOException {
    Server.serve(new TensorFlowPeer());
  }

  @Override
  public Hello hello() {
    String version = Peers.version(TensorFlow.class, "org.tensorflow", "tensorflow-core-api");
    String note = "TensorFlow " + TensorFlow.version() + ", Java " + Runtime.version();
    return new Hello("TensorFlow Java " + version, note, works.ways());
  }

  @Override
  public void setThreads(int threads) {
    this.threads = threads;
  }

  @Override
  public Runnable prepare(String work, String way) {
    return works.prepare(work);
  }

  private Runnable repetition(Program program) {
    return () -> program.run(threads).close();
  }

  private Runnable product(boolean isDouble, int size) {
    Values values = new Values();
    return isDouble
        ? product(TFloat64.class, values.doubles(size, size), values.doubles(size, size))
        : product(TFloat32.class, values.floats(0, size, size), values.floats(0, size, size));
  }

  private <T extends TType> Runnable product(Class<T> type, T a, T b) {
    Program program = new Program();
    Ops tf = program.operations();
    program.returns(tf.linalg.matMul(program.input(type, a), program.input(type, b)));
    return repetition(program);
  }

  private Runnable function(
      TFloat32 values, BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> function) {
    Program program = new Program();
    Operand<TFloat32> x = program.input(TFloat32.class, values);
    program.returns(function.apply(program.operations(), x));
    return repetition(program);
  }

  private Runnable layerNorm(int side) {
    Values values = new Values();
    Program program = new Program();
    Operand<TFloat32> x = program.input(TFloat32.class, values.normal(side, side));
    Operand<TFloat32> gain = program.input(TFloat32.class, values.floats(0, side));
    Operand<TFloat32> bias = program.input(TFloat32.class, values.normal(side));
    program.returns(Functions.layerNorm(program.operations(), x, gain, bias));
    return repetition(program);
  }

  private static TFloat32 around0(int side) {
    return new Values().normal(side, side);
  }

  private static TFloat32 near1(int side) {
    return new Values().floats(0.5f, side, side);
  }
}
