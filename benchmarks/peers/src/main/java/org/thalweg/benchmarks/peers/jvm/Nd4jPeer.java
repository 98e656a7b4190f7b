package org.thalweg.benchmarks.peers.jvm;

import java.io.IOException;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.thalweg.benchmarks.Message.Hello;
import org.thalweg.benchmarks.Server;
import org.thalweg.benchmarks.peers.Peers;

/// ND4J on its native backend with OpenBLAS. Results are written to arrays that are there.
final class Nd4jPeer implements Server.Library {
  private final Peers works = new Peers();

  private Nd4jPeer() {
    works.addProducts(Nd4jPeer::product);
    works.addFunction("exp", side -> function(side, (x, y) -> Nd4j.exec(new Exp(x, y))));
    works.addFunction("tanh", side -> function(side, (x, y) -> Nd4j.exec(new Tanh(x, y))));
    works.addFunction("softmax", side -> function(side, (x, y) -> Nd4j.exec(new SoftMax(x, y))));
    works.addFunction("sum", side -> function(side, (x, y) -> x.sumNumber()));
  }

  /// Serves until the input ends.
  public static void main(String[] args) throws IOException {
    Server.serve(new Nd4jPeer());
  }

  @Override
  public Hello hello() {
    String backend = Nd4j.getBackend().getClass().getSimpleName();
    String version = Peers.version(Nd4j.class, "org.nd4j", "nd4j-api");
    String note = backend + ", OpenBLAS, Java " + Runtime.version();
    return new Hello("ND4J " + version, note, works.ways());
  }

  @Override
  public void setThreads(int threads) {
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    Nd4j.factory().blas().setMaxThreads(threads);
  }

  @Override
  public Runnable prepare(String work, String way) {
    return works.prepare(work);
  }

  private static Runnable product(boolean isDouble, int size) {
    DataType type = isDouble ? DataType.DOUBLE : DataType.FLOAT;
    INDArray a = Nd4j.rand(type, size, size);
    INDArray b = Nd4j.rand(type, size, size);
    // Columns first, as BLAS writes: otherwise it would be copied.
    INDArray c = Nd4j.createUninitialized(type, new long[] {size, size}, 'f');
    return () -> a.mmuli(b, c);
  }

  private static Runnable function(int side, BiConsumer<INDArray, INDArray> function) {
    INDArray x = Nd4j.rand(DataType.FLOAT, side, side);
    INDArray y = Nd4j.createUninitialized(DataType.FLOAT, side, side);
    return () -> function.accept(x, y);
  }
}
