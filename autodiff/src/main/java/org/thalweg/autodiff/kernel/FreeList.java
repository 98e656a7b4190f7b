package org.thalweg.autodiff.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/// A few reusable objects, handed to one caller at a time.
///
/// Scratch arrays cannot belong to a thread (there may be a thousand virtual ones) nor to a call
/// (clearing a fresh array costs more than many kernels take). At most `kept` idle objects are
/// held; what is given back beyond that goes to the garbage collector.
public final class FreeList<T> {
  private final AtomicReferenceArray<T> idle;
  private final Supplier<? extends T> fresh;

  /// Makes an empty list that keeps at most `kept` idle objects and makes missing ones by `fresh`.
  public FreeList(int kept, Supplier<? extends T> fresh) {
    this.idle = new AtomicReferenceArray<>(kept);
    this.fresh = fresh;
  }

  /// An idle object, or a new one; the caller's until it is given back.
  public T take() {
    for (int i = 0; i < idle.length(); i++) {
      T found = idle.get(i);
      if (found != null && idle.compareAndSet(i, found, null)) {
        return found;
      }
    }
    return fresh.get();
  }

  /// Gives `object` back for others to take.
  public void give(T object) {
    for (int i = 0; i < idle.length(); i++) {
      if (idle.get(i) == null && idle.compareAndSet(i, null, object)) {
        return;
      }
    }
  }
}
