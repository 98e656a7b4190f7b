package org.thalweg.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.Message.Request;

/// Times the works of a library on request, one at a time, until its input ends.
public final class Server {
  /// A library that can do works: ours, or a peer on the JVM.
  public interface Library {
    /// What it is, and what it can do.
    Message.Hello hello();

    /// From now on on so many threads.
    void setThreads(int threads);

    /// Makes the data of a work, and returns what does one repetition.
    Runnable prepare(String work, String way);

    /// Whether something that has been asked for does not run yet as it will.
    default boolean isWarmingUp() {
      return false;
    }

    /// How much of a repetition is waiting on purpose, which does not count.
    default double idleNanos(String work) {
      return 0;
    }
  }

  /// A work and its limit are kept ready; what came before makes room for them.
  private static final int KEPT = 2;

  /// A warm-up is settled after so many windows in a row that are no faster than the one before
  /// them.
  private static final int SETTLED_WINDOWS = 3;

  /// What part of the time of that one is faster.
  private static final double FASTER = 0.97;

  /// What part of a window may be spent on compiling.
  private static final double MOST_COMPILING = 0.1;

  /// In a short window this much does not count: no compiler is idle for ever.
  private static final double COMPILING_NANOS = 25e6;

  /// A warm-up ends after so many seconds, settled or not.
  static final int MOST_WARM_UP_SECONDS = 40;

  private static final long PATIENCE_NANOS = 5_000_000;
  private static final long LEAST_BATCH_NANOS = 1_000_000;

  private final Map<String, Runnable> ready = new LinkedHashMap<>();
  private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
  private final ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Library library;
  private final Peak peak;

  private Server(Library library, Peak peak) {
    this.library = library;
    this.peak = peak;
  }

  /// Reads requests from the standard input and answers on the standard output, to which nobody
  /// else writes from here on.
  ///
  /// @throws IOException where the input is not a request
  public static void serve(Library library) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    serve(library, System.in, out);
  }

  static void serve(Library library, InputStream requests, PrintStream out) throws IOException {
    ObjectMapper json = new ObjectMapper();
    out.println(json.writeValueAsString(library.hello()));
    Server server = new Server(library, Peak.begin());
    BufferedReader in = new BufferedReader(new InputStreamReader(requests, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Answer answer = server.answer(json.readValue(line, Request.class));
      out.println(json.writeValueAsString(answer));
    }
  }

  private Answer answer(Request request) {
    try {
      library.setThreads(request.threads());
      Runnable repetition = ready(request);
      Answer answer =
          request.isWarmUp()
              ? warmUp(repetition, request.seconds())
              : time(repetition, request.seconds());
      double working = answer.nanos() - library.idleNanos(request.work());
      return new Answer(working, answer.allocated(), peak.growth(), answer.isSettled(), null);
    } catch (RuntimeException | OutOfMemoryError e) {
      return new Answer(0, -1, -1, false, e.toString());
    }
  }

  private Runnable ready(Request request) {
    String key = request.work() + " " + request.way();
    Runnable there = ready.remove(key);
    if (there == null && ready.size() == KEPT) {
      ready.remove(ready.keySet().iterator().next());
    }
    Runnable repetition = there == null ? library.prepare(request.work(), request.way()) : there;
    ready.put(key, repetition);
    return repetition;
  }

  /// Goes on until some windows in a row are no faster than the one before them, and meanwhile
  /// nothing is compiled: a kernel that is compiled later makes a step of time, not a slope.
  private Answer warmUp(Runnable repetition, double seconds) {
    long end = System.nanoTime() + MOST_WARM_UP_SECONDS * 1_000_000_000L;
    double reference = Double.POSITIVE_INFINITY;
    int settled = 0;
    Answer last;
    do {
      awaitWarmUp(end);
      long compiling = compiler.getTotalCompilationTime();
      long start = System.nanoTime();
      last = time(repetition, seconds / (SETTLED_WINDOWS + 1));
      double compiled = 1e6 * (compiler.getTotalCompilationTime() - compiling);
      double most = Math.max(MOST_COMPILING * (System.nanoTime() - start), COMPILING_NANOS);
      boolean isCompiling = compiled > most;
      if (isCompiling || library.isWarmingUp() || last.nanos() < FASTER * reference) {
        reference = last.nanos();
        settled = 0;
      } else {
        settled++;
      }
    } while (settled < SETTLED_WINDOWS && System.nanoTime() < end);
    boolean isSettled = settled >= SETTLED_WINDOWS;
    return new Answer(last.nanos(), last.allocated(), -1, isSettled, null);
  }

  /// Leaves the processors to the compiler while it has kernels to compile.
  private void awaitWarmUp(long end) {
    while (library.isWarmingUp() && System.nanoTime() < end) {
      LockSupport.parkNanos(PATIENCE_NANOS);
    }
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
    return new Answer((double) passed / count, bytes / count, -1, true, null);
  }

  private static void repeat(Runnable repetition, long count) {
    for (long i = 0; i < count; i++) {
      repetition.run();
    }
  }
}
