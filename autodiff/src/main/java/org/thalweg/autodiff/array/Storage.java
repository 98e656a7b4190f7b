package org.thalweg.autodiff.array;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The memory of an array: one Java array, shared by reshaped copies, with a count of the changes
/// made to it.
///
/// Only the storage of a parameter changes; it knows its owner's name, so that a gradient asked for
/// after a change can say whose value it was. A storage that came from a [Scope] loses its array
/// when the scope ends.
public final class Storage {
  /// A value was used after the scope that lent its memory had ended.
  public static final class Ended extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private Ended(String message) {
      super(message);
    }
  }

  private final int length;
  private final DType dtype;

  /// `null` for a value that never changes.
  private final @Nullable Changes changes;

  private @Nullable Object data;

  /// What the same scope lent after this; `null` for the last, and outside of scopes.
  @Nullable Storage next;

  /// What there is to know of the memory of a parameter, which changes.
  private static final class Changes {
    final String owner;
    final AtomicReference<@Nullable Thread> writer = new AtomicReference<>();
    int count;
    @Nullable String by;

    Changes(String owner) {
      this.owner = owner;
    }
  }

  private Storage(Object data, DType dtype, int length, @Nullable Changes changes) {
    this.data = data;
    this.dtype = dtype;
    this.length = length;
    this.changes = changes;
  }

  static Storage of(Object data, DType dtype, int length) {
    return new Storage(data, dtype, length, null);
  }

  static Storage ofParameter(Object data, DType dtype, int length, String owner) {
    return new Storage(data, dtype, length, new Changes(owner));
  }

  /// The Java array.
  ///
  /// @throws Ended where the scope that lent it has ended
  Object data() {
    Object there = data;
    if (there == null) {
      throw new Ended(
          "tensor: a "
              + dtype
              + " value of "
              + length
              + " elements was used after its scope ended: return it from the scope, or make it"
              + " outside");
    }
    return there;
  }

  /// Takes the array away: whoever still holds this storage gets an error instead of others'
  /// values.
  @Nullable Object release() {
    Object there = data;
    data = null;
    return there;
  }

  DType dtype() {
    return dtype;
  }

  int length() {
    return length;
  }

  /// The name of the parameter that this is the memory of; `null` for a value that never changes.
  public @Nullable String owner() {
    return changes == null ? null : changes.owner;
  }

  /// How often the values have been changed in place.
  public int version() {
    return changes == null ? 0 : changes.count;
  }

  /// The name of the thread that made the last change; `null` before the first.
  public @Nullable String changedBy() {
    return changes == null ? null : changes.by;
  }

  /// Counts a change in place, where there can be one.
  void changed() {
    if (changes != null) {
      changes.count++;
      changes.by = Thread.currentThread().getName();
    }
  }

  /// Reserves this memory for changes by the current thread, until [#unclaim()], where there can be
  /// changes.
  ///
  /// @throws IllegalStateException where a thread has reserved it
  public void claim() {
    if (changes == null) {
      return;
    }
    Thread holder = changes.writer.compareAndExchange(null, Thread.currentThread());
    if (holder != null) {
      throw new IllegalStateException(
          "step: parameter ["
              + changes.owner
              + "] is being changed by thread ["
              + holder.getName()
              + "]: two threads cannot train one model, give each its own");
    }
  }

  /// Ends a reservation.
  public void unclaim() {
    if (changes != null) {
      changes.writer.setRelease(null);
    }
  }
}
