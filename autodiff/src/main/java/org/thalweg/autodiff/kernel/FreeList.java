package org.thalweg.autodiff.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/// A few reusable objects, handed to one caller at a time.
///
/// Scratch arrays cannot belong to a thread (there may be a thousand virtual ones) nor to a call
/// (clearing a fresh array costs more than many kernels take). A thread is given what it gave back
/// itself, as long as nobody else has taken that: it is in its caches. At most `kept` idle objects
/// are held; what is given back beyond that goes to the garbage collector.
public final class FreeList<T> {
  /// References in a line of the cache: threads that write neighbours would take it from each
  /// other.
  private static final int APART = 16;

  /// 2⁶⁴ ÷ the golden ratio: neighbouring numbers times this are far apart in their upper bits.
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final AtomicReferenceArray<T> idle;
  private final Supplier<? extends T> fresh;

  /// Makes an empty list that keeps at most `kept` idle objects, 1 at least, and makes missing ones
  /// by `fresh`.
  public FreeList(int kept, Supplier<? extends T> fresh) {
    this.idle = new AtomicReferenceArray<>((kept + 1) * APART);
    this.fresh = fresh;
  }

  /// An idle object, or a new one; the caller's until it is given back.
  public T take() {
    int home = home();
    int at = home;
    do {
      T found = idle.get(at);
      if (found != null && idle.compareAndSet(at, found, null)) {
        return found;
      }
      at = next(at);
    } while (at != home);
    return fresh.get();
  }

  /// Gives `object` back for others to take.
  public void give(T object) {
    int home = home();
    int at = home;
    do {
      if (idle.get(at) == null && idle.compareAndSet(at, null, object)) {
        return;
      }
      at = next(at);
    } while (at != home);
  }

  /// Where a thread looks first: it finds what it gave back itself, in its own caches.
  private int home() {
    int kept = idle.length() / APART - 1;
    long mixed = Thread.currentThread().threadId() * GOLDEN;
    return (1 + (int) Math.unsignedMultiplyHigh(mixed, kept)) * APART;
  }

  private int next(int at) {
    return at + APART == idle.length() ? APART : at + APART;
  }
}
