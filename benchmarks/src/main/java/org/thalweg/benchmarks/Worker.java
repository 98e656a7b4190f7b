package org.thalweg.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.Message.Hello;
import org.thalweg.benchmarks.Message.Request;
import org.thalweg.benchmarks.work.Work;

/// The process that does our works, one request at a time, until its input ends.
final class Worker {
  /// A work and its limit are kept ready; what came before makes room for them.
  private static final int KEPT = 2;

  private static final int MOST_WINDOWS = 10;
  private static final double SETTLED = 0.97;
  private static final long LEAST_BATCH_NANOS = 1_000_000;

  private final Map<String, Runnable> ready = new LinkedHashMap<>();
  private final ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Peak peak;

  private Worker(Peak peak) {
    this.peak = peak;
  }

  /// Reads requests from the standard input and answers on the standard output.
  public static void main(String[] args) throws IOException {
    ObjectMapper json = new ObjectMapper();
    System.out.println(json.writeValueAsString(hello()));
    Worker worker = new Worker(Peak.begin());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Answer answer = worker.answer(json.readValue(line, Request.class));
      System.out.println(json.writeValueAsString(answer));
    }
  }

  private static Hello hello() {
    String vectors = Simd.available() ? Simd.bits() + "-bit vectors" : "scalar kernels";
    String note = vectors + ", Java " + Runtime.version();
    Map<String, List<String>> works = new LinkedHashMap<>();
    Works.list().forEach(work -> works.put(work.name(), List.of("")));
    return new Hello("Thalweg", note, works);
  }

  private Answer answer(Request request) {
    try {
      Pool.setThreads(request.threads());
      Runnable repetition = ready(request.work());
      Answer answer =
          request.isWarmUp()
              ? warmUp(repetition, request.seconds())
              : time(repetition, request.seconds());
      double working = answer.nanos() - Works.named(request.work()).idleNanos();
      return new Answer(working, answer.allocated(), peak.growth(), null);
    } catch (RuntimeException | OutOfMemoryError e) {
      return new Answer(0, -1, -1, e.toString());
    }
  }

  private Runnable ready(String name) {
    Runnable there = ready.remove(name);
    if (there == null && ready.size() == KEPT) {
      ready.remove(ready.keySet().iterator().next());
    }
    Runnable repetition = there == null ? prepare(Works.named(name)) : there;
    ready.put(name, repetition);
    return repetition;
  }

  private static Runnable prepare(Work work) {
    Runnable repetition = work.prepare();
    repetition.run();
    // The first repetition has asked for the vector kernels; from here on they answer.
    WarmUp.await();
    return repetition;
  }

  /// Goes on until a window of time is no faster than the one before it.
  private Answer warmUp(Runnable repetition, double seconds) {
    Answer last = time(repetition, seconds / 2);
    for (int window = 1; window < MOST_WINDOWS; window++) {
      WarmUp.await();
      Answer next = time(repetition, seconds / 2);
      if (next.nanos() > SETTLED * last.nanos()) {
        return next;
      }
      last = next;
    }
    return last;
  }

  /// The mean over as many repetitions as fit: pauses of the collector count.
  private Answer time(Runnable repetition, double seconds) {
    long wanted = (long) (seconds * 1e9);
    long allocated = meter.getTotalThreadAllocatedBytes();
    long start = System.nanoTime();
    long count = 0;
    long batch = 1;
    long passed = 0;
    while (passed < wanted) {
      repeat(repetition, batch);
      count += batch;
      long now = System.nanoTime() - start;
      if (now - passed < LEAST_BATCH_NANOS) {
        batch *= 2;
      }
      passed = now;
    }
    double bytes = meter.getTotalThreadAllocatedBytes() - allocated;
    return new Answer((double) passed / count, bytes / count, -1, null);
  }

  private static void repeat(Runnable repetition, long count) {
    for (long i = 0; i < count; i++) {
      repetition.run();
    }
  }
}
