package org.thalweg.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;
import org.thalweg.benchmarks.Message.Hello;
import org.thalweg.benchmarks.report.Measured;

/// The process that does our works.
final class Worker implements Server.Library {
  private Worker() {}

  /// Serves until the input ends.
  public static void main(String[] args) throws IOException {
    Server.serve(new Worker());
  }

  @Override
  public Hello hello() {
    String vectors = Simd.available() ? Simd.bits() + "-bit vectors" : "scalar kernels";
    String note = vectors + ", Java " + Runtime.version();
    Map<String, List<String>> works = new LinkedHashMap<>();
    Works.list().forEach(work -> works.put(work.name(), List.of("")));
    return new Hello(Measured.OURS, note, works);
  }

  @Override
  public void setThreads(int threads) {
    Pool.setThreads(threads);
  }

  @Override
  public Runnable prepare(String work, String way) {
    return Works.named(work).prepare();
  }

  /// Vector kernels are compiled when they have been asked for.
  @Override
  public boolean isWarmingUp() {
    return WarmUp.pending() > 0;
  }

  @Override
  public double idleNanos(String work) {
    return Works.named(work).idleNanos();
  }
}
