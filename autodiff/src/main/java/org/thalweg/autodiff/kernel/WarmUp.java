package org.thalweg.autodiff.kernel;

import com.sun.management.ThreadMXBean;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Runs vector kernels in the background until the JIT has compiled them.
///
/// Until C2 has compiled it, every operation of a vector kernel allocates, and it is some hundred
/// times slower than the scalar kernel of the same bits. So the scalar kernel answers first, and
/// one daemon thread calls the vector kernel on a small input until a call allocates nothing: that
/// is the sign that no vector is boxed any more. Then the kernel is *warm*, and its owner switches
/// over. A few kernels are warmed by turns, so that one runs while another is being compiled; what
/// most of the time is spent on does not wait for a turn.
///
/// A kernel that still allocates after many calls and some seconds (a JVM without C2, a width that
/// the CPU lacks) is given up, and its owner keeps the scalar kernel.
///
/// With the property `thalweg.warmup=eager` nothing is warmed and every kernel counts as warm at
/// once: for tests that must know which kernel runs.
public final class WarmUp {
  private static final boolean EAGER = "eager".equals(System.getProperty("thalweg.warmup"));

  /// How many kernels take turns.
  private static final int TURNS = 4;

  /// How long one turn lasts at least, in nanoseconds.
  private static final long TURN_NANOS = 500_000;

  /// From this many calls on a kernel is waiting for the compiler, and calls only get in its way.
  private static final int ENOUGH_CALLS = 8_000;

  /// How long a kernel may take to become warm, in nanoseconds of the clock.
  private static final long MOST_NANOS = 60_000_000_000L;

  /// When so many kernels have been given up and none was warm, none ever will be.
  private static final int HOPELESS = 4;

  private static final Object LOCK = new Object();

  // All guarded by LOCK.
  private static final ArrayDeque<Task> QUEUE = new ArrayDeque<>();
  private static final List<Task> ACTIVE = new ArrayList<>();
  private static @Nullable Thread thread;
  private static long warm;
  private static final List<String> ABANDONED = new ArrayList<>();

  private WarmUp() {}

  /// One kernel on its way.
  private static final class Task {
    final String name;
    final Runnable once;
    final Runnable whenWarm;
    int calls;
    long started;
    boolean done;

    Task(String name, Runnable once, Runnable whenWarm) {
      this.name = name;
      this.once = once;
      this.whenWarm = whenWarm;
    }
  }

  /// Queues a kernel: `once` is called many times on the background thread, and `whenWarm` once, on
  /// the same thread, when a call of `once` has allocated nothing.
  ///
  /// `once` must take every path of the kernel (the tail after the last full vector too): what it
  /// never takes is not compiled, and the first caller who takes it falls back to the interpreter.
  /// It must not allocate by itself. Some 64 elements are a good size. `name` is for messages.
  public static void submit(String name, Runnable once, Runnable whenWarm) {
    submit(name, false, once, whenWarm);
  }

  /// Queues a kernel ahead of all that have been submitted the other way: for the few on which most
  /// of the time is spent.
  public static void submitFirst(String name, Runnable once, Runnable whenWarm) {
    submit(name, true, once, whenWarm);
  }

  private static void submit(String name, boolean isFirst, Runnable once, Runnable whenWarm) {
    if (EAGER) {
      whenWarm.run();
      synchronized (LOCK) {
        warm++;
      }
      return;
    }
    synchronized (LOCK) {
      Task task = new Task(name, once, whenWarm);
      if (isFirst) {
        ACTIVE.add(task);
      } else {
        QUEUE.add(task);
      }
      if (thread == null) {
        thread = new Thread(null, WarmUp::loop, "thalweg-warm-up", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(WarmUp.class.getClassLoader());
        thread.start();
      }
      LOCK.notifyAll();
    }
  }

  /// Waits until everything submitted so far is warm or has been given up.
  public static void await() {
    boolean interrupted = false;
    synchronized (LOCK) {
      List<Task> open = new ArrayList<>(ACTIVE);
      open.addAll(QUEUE);
      for (Task task : open) {
        while (!task.done) {
          try {
            LOCK.wait();
          } catch (InterruptedException interruption) {
            interrupted = true;
          }
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// The number of kernels that have been submitted and are neither warm nor given up.
  public static int pending() {
    synchronized (LOCK) {
      return QUEUE.size() + (int) ACTIVE.stream().filter(task -> !task.done).count();
    }
  }

  /// The number of kernels that have become warm so far.
  public static long warmed() {
    synchronized (LOCK) {
      return warm;
    }
  }

  /// The names of the kernels that have been given up so far.
  public static List<String> abandoned() {
    synchronized (LOCK) {
      return List.copyOf(ABANDONED);
    }
  }

  private static void loop() {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean meter)
        || !meter.isThreadAllocatedMemorySupported()) {
      abandonAll();
      return;
    }
    List<Task> turn = new ArrayList<>();
    while (true) {
      awaitTasks(turn);
      long start = System.nanoTime();
      boolean resting = true;
      for (Task task : turn) {
        turn(task, meter);
        resting &= !task.done && task.calls >= ENOUGH_CALLS;
      }
      if (resting) {
        // As long as it has worked: less, and rare paths take long to be called often enough.
        LockSupport.parkNanos(System.nanoTime() - start);
      }
    }
  }

  /// Fills `turn` with the tasks whose turn it is; waits while there is none.
  private static void awaitTasks(List<Task> turn) {
    synchronized (LOCK) {
      while (true) {
        ACTIVE.removeIf(task -> task.done);
        while (ACTIVE.size() < TURNS && !QUEUE.isEmpty()) {
          ACTIVE.add(QUEUE.remove());
        }
        if (!ACTIVE.isEmpty()) {
          turn.clear();
          turn.addAll(ACTIVE);
          return;
        }
        turn.clear();
        try {
          LOCK.wait();
        } catch (InterruptedException ignored) {
          // Nobody has a reason to interrupt this thread; it goes on.
        }
      }
    }
  }

  /// Calls one kernel for a while and looks whether it has become warm.
  private static void turn(Task task, ThreadMXBean meter) {
    long start = System.nanoTime();
    if (task.calls == 0) {
      task.started = start;
    }
    long now;
    try {
      do {
        long before = meter.getCurrentThreadAllocatedBytes();
        task.once.run();
        long allocated = meter.getCurrentThreadAllocatedBytes() - before;
        task.calls++;
        if (allocated == 0) {
          task.whenWarm.run();
          finish(task, true);
          return;
        }
        now = System.nanoTime();
      } while (now - start < TURN_NANOS && task.calls < ENOUGH_CALLS);
    } catch (RuntimeException | Error failure) {
      System.getLogger(WarmUp.class.getPackageName())
          .log(Level.WARNING, "warm-up of [" + task.name + "] failed: it stays scalar", failure);
      finish(task, false);
      return;
    }
    boolean late = task.calls >= ENOUGH_CALLS && now - task.started > MOST_NANOS;
    if (late || hopeless()) {
      finish(task, false);
    }
  }

  private static boolean hopeless() {
    synchronized (LOCK) {
      return warm == 0 && ABANDONED.size() >= HOPELESS;
    }
  }

  private static void finish(Task task, boolean warmed) {
    synchronized (LOCK) {
      task.done = true;
      if (warmed) {
        warm++;
      } else {
        ABANDONED.add(task.name);
      }
      LOCK.notifyAll();
    }
  }

  /// Where allocation cannot be measured nothing ever counts as warm.
  private static void abandonAll() {
    List<Task> turn = new ArrayList<>();
    while (true) {
      awaitTasks(turn);
      turn.forEach(task -> finish(task, false));
    }
  }
}
