package org.thalweg.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
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

    /// Waits until what has been asked for so far runs as fast as it can.
    default void awaitWarmUp() {}

    /// How much of a repetition is waiting on purpose, which does not count.
    default double idleNanos(String work) {
      return 0;
    }
  }

  /// A work and its limit are kept ready; what came before makes room for them.
  private static final int KEPT = 2;

  private static final int MOST_WINDOWS = 10;
  private static final double SETTLED = 0.97;
  private static final long LEAST_BATCH_NANOS = 1_000_000;

  private final Map<String, Runnable> ready = new LinkedHashMap<>();
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
    ObjectMapper json = new ObjectMapper();
    out.println(json.writeValueAsString(library.hello()));
    Server server = new Server(library, Peak.begin());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
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
      return new Answer(working, answer.allocated(), peak.growth(), null);
    } catch (RuntimeException | OutOfMemoryError e) {
      return new Answer(0, -1, -1, e.toString());
    }
  }

  private Runnable ready(Request request) {
    String key = request.work() + " " + request.way();
    Runnable there = ready.remove(key);
    if (there == null && ready.size() == KEPT) {
      ready.remove(ready.keySet().iterator().next());
    }
    Runnable repetition = there == null ? prepare(request) : there;
    ready.put(key, repetition);
    return repetition;
  }

  private Runnable prepare(Request request) {
    Runnable repetition = library.prepare(request.work(), request.way());
    repetition.run();
    library.awaitWarmUp();
    return repetition;
  }

  /// Goes on until a window of time is no faster than the one before it.
  private Answer warmUp(Runnable repetition, double seconds) {
    Answer last = time(repetition, seconds / 2);
    for (int window = 1; window < MOST_WINDOWS; window++) {
      library.awaitWarmUp();
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
