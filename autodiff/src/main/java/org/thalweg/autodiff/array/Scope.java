package org.thalweg.autodiff.array;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Recycles memory: the buffers of everything that is computed inside go back when the scope ends,
/// and the next scope takes them up again, hot and without a collection.
///
/// ```java
/// Scope.run(() -> optimizer.step(loss(batch).backward()));
/// double value = Scope.get(() -> loss(batch)).item();   // what is returned lives on
/// ```
///
/// What the body returns lives on: a tensor, gradients, or a collection, map, array, optional or
/// record of them. Nothing else does, and a tensor used after its scope fails with a sentence.
/// Without a scope the garbage collector does all of this, and it always does so for arrays under
/// 128 elements: those live on. Scopes nest, and belong to the thread that opened them.
public final class Scope {
  /// Something that holds arrays, so that a scope can tell what its body returns.
  public interface Holder {
    /// The arrays that live as long as this does.
    Iterable<Array> arrays();
  }

  private static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();

  /// A smaller array costs less than finding a used one, and no more than the objects around it.
  private static final int SMALLEST_RECYCLED = 128;

  /// What this scope has lent, in order: each storage knows the next.
  private @Nullable Storage first;

  private @Nullable Storage last;
  private final Thread thread = Thread.currentThread();

  private Scope() {}

  /// Runs a body whose values are not needed afterwards.
  public static void run(Runnable body) {
    Scope scope = new Scope();
    try {
      ScopedValue.where(CURRENT, scope).run(body);
    } finally {
      scope.end(Set.of());
    }
  }

  /// Runs a body and keeps what it returns.
  public static <T> T get(Supplier<T> body) {
    Scope scope = new Scope();
    Set<Storage> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    try {
      T result = ScopedValue.where(CURRENT, scope).call(body::get);
      Kept.collect(result, kept);
      return result;
    } finally {
      scope.end(kept);
    }
  }

  /// Whether memory that is taken now belongs to a scope.
  public static boolean isOpen() {
    return CURRENT.isBound();
  }

  static Storage allocate(DType dtype, int length) {
    if (length < SMALLEST_RECYCLED || !CURRENT.isBound()) {
      return Storage.of(Buffers.SHARED.allocate(dtype, length), dtype, length);
    }
    return CURRENT.get().lend(dtype, length);
  }

  private Storage lend(DType dtype, int length) {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "scope: it belongs to thread ["
              + thread.getName()
              + "] and was used from ["
              + Thread.currentThread().getName()
              + "]: open one in each thread");
    }
    Storage storage = Storage.of(Buffers.SHARED.take(dtype, length), dtype, length);
    append(storage);
    return storage;
  }

  private void append(Storage storage) {
    if (last == null) {
      first = storage;
    } else {
      last.next = storage;
    }
    last = storage;
  }

  /// Buffers go back, but those of what is kept: in an outer scope of the same thread they stay
  /// until that one ends. Another thread's has no part in them, and they are left to the garbage
  /// collector: that thread may append to its own list at the same time.
  private void end(Set<Storage> kept) {
    @Nullable Scope outer = CURRENT.isBound() ? CURRENT.get() : null;
    Storage next;
    for (Storage storage = first; storage != null; storage = next) {
      next = storage.next;
      storage.next = null;
      if (!kept.contains(storage)) {
        Buffers.SHARED.giveBack(storage.dtype(), storage.release());
      } else if (outer != null && outer.thread == thread) {
        outer.append(storage);
      }
    }
  }
}
