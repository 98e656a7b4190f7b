package org.thalweg.benchmarks.peers.jvm;

import java.io.IOException;
import java.util.Random;
import org.thalweg.benchmarks.Message.Hello;
import org.thalweg.benchmarks.Server;
import org.thalweg.benchmarks.peers.Peers;
import org.tribuo.math.la.DenseMatrix;

/// Tribuo, whose matrices are of `double` and are multiplied by one thread in plain Java.
final class TribuoPeer implements Server.Library {
  private final Peers works = new Peers();

  TribuoPeer() {
    works.addDoubleProducts(TribuoPeer::product);
  }

  /// Serves until the input ends.
  public static void main(String[] args) throws IOException {
    Server.serve(new TribuoPeer());
  }

  @Override
  public Hello hello() {
    String version = Peers.version(DenseMatrix.class, "org.tribuo", "tribuo-math");
    return new Hello(
        "Tribuo " + version, "always one thread, Java " + Runtime.version(), works.ways());
  }

  /// It has one, whatever is asked.
  @Override
  public void setThreads(int threads) {}

  @Override
  public Runnable prepare(String work, String way) {
    return works.prepare(work);
  }

  private static Runnable product(int size) {
    DenseMatrix a = random(size, new Random(1));
    DenseMatrix b = random(size, new Random(2));
    return () -> a.matrixMultiply(b);
  }

  private static DenseMatrix random(int size, Random random) {
    double[][] rows = new double[size][];
    for (int row = 0; row < size; row++) {
      rows[row] = random.doubles(size).toArray();
    }
    return DenseMatrix.createDenseMatrix(rows);
  }
}
