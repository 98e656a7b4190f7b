package org.thalweg.autodiff.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The threads that kernels share: a few private daemon workers, and the caller, who takes part.
///
/// A *region* is one call of [#share]: numbers from 0 on, divided into chunks of consecutive ones,
/// 65,535 at most. Chunks are claimed one at a time, by whoever is free, until none is left: by the
/// caller from the first on, by workers from the last on. So two threads find what they made in the
/// region before in their own caches. Nobody waits for a worker that has claimed nothing, so a
/// sleeping worker never delays a caller. One region runs at a time: a call from inside a chunk, or
/// from another thread while a region runs, does everything on its own thread, in order. Which
/// thread runs a chunk is chance, so a chunk's result must not depend on it.
///
/// Idle workers spin for a short while (a region then starts in less than a microsecond) and park
/// after that (waking one takes some 50 µs). They do not spin where there are more threads than
/// processors.
///
/// The property `thalweg.threads` sets the number of threads at the start; otherwise it is the
/// number of available processors.
public final class Pool {
  /// What is done with consecutive numbers.
  @FunctionalInterface
  public interface Span {
    /// Does it with the numbers from `first` to `stop` (exclusive).
    void run(int first, int stop);
  }

  /// What is done with each number by itself.
  // No lambda can be meant for the other method: it has one parameter more.
  @SuppressWarnings("FunctionalInterfaceMethodChanged")
  @FunctionalInterface
  public interface Chunk extends Span {
    /// Does it with the number `chunk`.
    void run(int chunk);

    @Override
    default void run(int first, int stop) {
      for (int chunk = first; chunk < stop; chunk++) {
        run(chunk);
      }
    }
  }

  /// How long an idle worker looks for work before it parks, in nanoseconds.
  private static final long SPIN_NANOS = 150_000;

  /// How long a caller looks for the last chunks of others before it parks, in nanoseconds.
  private static final long WAIT_NANOS = 1_000_000;

  private static final int MAXIMUM_THREADS = 1024;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private static final AtomicBoolean BUSY = new AtomicBoolean();

  /// The most chunks of a region.
  private static final int MOST_CHUNKS = (1 << 16) - 1;

  /// The region's number in the upper 32 bits, its first unclaimed chunk in the next 16, and how
  /// many are unclaimed in the last: one word, so that a claim can only succeed in the region whose
  /// body and numbers the claimant has read.
  private static final AtomicLong CLAIMS = new AtomicLong();

  private static final long ONE_TAKEN_FROM_THE_FRONT = (1 << 16) - 1;

  private static final AtomicInteger UNFINISHED = new AtomicInteger();
  private static final AtomicLong CHUNKS_BY_WORKERS = new AtomicLong();
  private static final AtomicLong REGIONS = new AtomicLong();

  // Written by the caller before CLAIMS opens the region, read by workers after they read CLAIMS.
  private static @Nullable Span body;
  private static int numbers;
  private static int parts;

  private static volatile @Nullable Thread waiter;
  private static volatile @Nullable Failure failure;
  private static volatile Worker[] workers = {};
  private static volatile int threads = initialThreads();

  private record Failure(int chunk, Throwable cause) {}

  private Pool() {}

  /// Runs `body` for every chunk in `0 … chunks − 1` and returns when all are done.
  ///
  /// What the chunks wrote is visible to the caller. If chunks throw, the throwable of the lowest
  /// such chunk reaches the caller, and chunks after it may not have run.
  ///
  /// Throws [IllegalArgumentException] if `chunks` is negative.
  public static void run(int chunks, Chunk body) {
    share(chunks, chunks, body);
  }

  /// Runs `body` for every number in `0 … count − 1`, consecutive ones on one thread, and returns
  /// when all are done: divided as by [#share].
  public static void shareEach(int count, int parts, Chunk body) {
    share(count, parts, body);
  }

  /// Runs `body` for spans that are the numbers `0 … count − 1` together, and returns when all are
  /// done: for `parts` of them, or as many as there are numbers, 65,535 at most; for a single one
  /// where `parts` is less than 2 or no other thread takes part.
  ///
  /// What is said of [#run] holds here.
  public static void share(int count, int parts, Span body) {
    if (count < 0) {
      throw new IllegalArgumentException(
          "share: cannot go over [" + count + "] numbers: give 0 or more");
    }
    int chunks = Math.min(Math.min(count, parts), MOST_CHUNKS);
    if (chunks < 2 || threads < 2 || !BUSY.compareAndSet(false, true)) {
      if (count > 0) {
        body.run(0, count);
      }
      return;
    }
    try {
      region(count, chunks, body);
    } finally {
      BUSY.set(false);
    }
  }

  /// How many equal parts `work` should be cut into: one per thread, fewer where a part would be
  /// less than `minimum`, and at least one. Both are in the same unit, the caller's choice.
  public static int parts(long work, long minimum) {
    long parts = Math.min(threads, work / Math.max(1, minimum));
    return (int) Math.max(1, parts);
  }

  /// The number of threads that run chunks, the caller counted.
  public static int threads() {
    return threads;
  }

  /// Sets the number of threads that run chunks, the caller counted. At any time: a region that
  /// runs meanwhile ends as it began.
  ///
  /// Throws [IllegalArgumentException] if `count` is not in `1 … 1024`.
  public static synchronized void setThreads(int count) {
    threads = checked("setThreads", count);
    Worker[] before = workers;
    if (before.length > count - 1) {
      Worker[] after = new Worker[count - 1];
      System.arraycopy(before, 0, after, 0, after.length);
      workers = after;
      for (int i = after.length; i < before.length; i++) {
        before[i].retired = true;
        LockSupport.unpark(before[i].thread);
      }
    }
  }

  /// The number of regions that were offered to the workers so far; calls that ran on the caller's
  /// thread alone are not counted.
  public static long regions() {
    return REGIONS.get();
  }

  /// The number of chunks that workers, not callers, have run so far.
  public static long chunksByWorkers() {
    return CHUNKS_BY_WORKERS.get();
  }

  private static void region(int count, int parts, Span span) {
    Worker[] team = workers;
    if (team.length != threads - 1) {
      team = hire();
    }
    body = span;
    numbers = count;
    Pool.parts = parts;
    UNFINISHED.set(parts);
    REGIONS.getAndIncrement();
    CLAIMS.set(((CLAIMS.get() >>> 32) + 1) << 32 | parts);
    int useful = Math.min(team.length, parts - 1);
    for (int i = 0; i < useful; i++) {
      team[i].wake();
    }
    while (work(false)) {
      // The work is in the condition.
    }
    awaitFinished();
    body = null;
    Failure failed = failure;
    if (failed != null) {
      failure = null;
      Pool.<RuntimeException>rethrow(failed.cause);
    }
  }

  private static int unclaimed(long claims) {
    return (int) claims & MOST_CHUNKS;
  }

  /// Claims one chunk and runs it; false if there was none to claim.
  private static boolean work(boolean byWorker) {
    long word = CLAIMS.get();
    int left = unclaimed(word);
    if (left == 0) {
      return false;
    }
    // If the exchange succeeds, a chunk of this region was unclaimed all the while, so the region
    // was open and what was read its own.
    Span claimed = body;
    int count = numbers;
    int spans = parts;
    int first = (int) word >>> 16;
    int chunk = byWorker ? first + left - 1 : first;
    long after = byWorker ? word - 1 : word + ONE_TAKEN_FROM_THE_FRONT;
    if (!CLAIMS.compareAndSet(word, after) || claimed == null) {
      return true;
    }
    try {
      Failure failed = failure;
      if (failed == null || failed.chunk > chunk) {
        claimed.run(Parts.begin(count, chunk, spans), Parts.begin(count, chunk + 1, spans));
      }
    } catch (Throwable thrown) {
      fail(chunk, thrown);
    }
    if (byWorker) {
      CHUNKS_BY_WORKERS.getAndIncrement();
    }
    if (UNFINISHED.decrementAndGet() == 0) {
      Thread waiting = waiter;
      if (waiting != null) {
        LockSupport.unpark(waiting);
      }
    }
    return true;
  }

  private static synchronized void fail(int chunk, Throwable thrown) {
    Failure failed = failure;
    if (failed == null || failed.chunk > chunk) {
      failure = new Failure(chunk, thrown);
    }
  }

  private static void awaitFinished() {
    if (UNFINISHED.get() == 0) {
      return;
    }
    if (PROCESSORS > 1) {
      long start = System.nanoTime();
      do {
        for (int i = 0; i < 64; i++) {
          if (UNFINISHED.get() == 0) {
            return;
          }
          Thread.onSpinWait();
        }
      } while (System.nanoTime() - start < WAIT_NANOS);
    }
    waiter = Thread.currentThread();
    while (UNFINISHED.get() != 0) {
      LockSupport.park(BUSY);
    }
    waiter = null;
  }

  /// Starts the workers that are missing, and returns all.
  private static synchronized Worker[] hire() {
    Worker[] before = workers;
    if (before.length >= threads - 1) {
      return before;
    }
    Worker[] after = new Worker[threads - 1];
    System.arraycopy(before, 0, after, 0, before.length);
    for (int i = before.length; i < after.length; i++) {
      after[i] = new Worker(i + 1);
      after[i].thread.start();
    }
    workers = after;
    return after;
  }

  private static int initialThreads() {
    Integer given = Integer.getInteger("thalweg.threads");
    return given == null
        ? Math.min(PROCESSORS, MAXIMUM_THREADS)
        : checked("thalweg.threads", given);
  }

  private static int checked(String operation, int count) {
    if (count < 1 || count > MAXIMUM_THREADS) {
      throw new IllegalArgumentException(
          operation + ": not a number of threads, [" + count + "]: give 1 to " + MAXIMUM_THREADS);
    }
    return count;
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /// One daemon thread that claims chunks until it is retired.
  private static final class Worker implements Runnable {
    final Thread thread;
    volatile boolean parked;
    volatile boolean retired;

    Worker(int number) {
      // No inherited thread locals, and our own class loader: a pool outlives whoever came first.
      thread = new Thread(null, this, "thalweg-" + number, 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(Pool.class.getClassLoader());
    }

    @Override
    public void run() {
      while (!retired) {
        if (!work(true)) {
          idle();
        }
      }
    }

    /// Waits for an unclaimed chunk: spinning first, then parked.
    private void idle() {
      if (threads <= PROCESSORS) {
        long start = System.nanoTime();
        do {
          for (int i = 0; i < 64; i++) {
            if (unclaimed(CLAIMS.get()) != 0 || retired) {
              return;
            }
            Thread.onSpinWait();
          }
        } while (System.nanoTime() - start < SPIN_NANOS);
      }
      parked = true;
      // After `parked` is set either we see the claim word, or its writer sees `parked`.
      if (unclaimed(CLAIMS.get()) == 0 && !retired) {
        LockSupport.park(this);
        Thread.interrupted();
      }
      parked = false;
    }

    /// Ends the sleep of this worker, once however many regions begin before it has woken.
    void wake() {
      if (parked) {
        parked = false;
        LockSupport.unpark(thread);
      }
    }
  }
}
