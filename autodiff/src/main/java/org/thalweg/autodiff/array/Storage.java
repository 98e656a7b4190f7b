package org.thalweg.autodiff.array;

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
  private final @Nullable String owner;
  private @Nullable Object data;
  private int version;
  private @Nullable String changedBy;
  private @Nullable Thread writer;

  private Storage(Object data, DType dtype, int length, @Nullable String owner) {
    this.data = data;
    this.dtype = dtype;
    this.length = length;
    this.owner = owner;
  }

  static Storage of(Object data, DType dtype, int length) {
    return new Storage(data, dtype, length, null);
  }

  static Storage ofParameter(Object data, DType dtype, int length, String owner) {
    return new Storage(data, dtype, length, owner);
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
    return owner;
  }

  /// How often the values have been changed in place.
  public int version() {
    return version;
  }

  /// The name of the thread that made the last change; `null` before the first.
  public @Nullable String changedBy() {
    return changedBy;
  }

  /// Counts a change in place.
  void changed() {
    version++;
    changedBy = Thread.currentThread().getName();
  }

  /// Reserves this memory for changes by the current thread, until [#unclaim()].
  ///
  /// @throws IllegalStateException where a thread has reserved it
  public synchronized void claim() {
    Thread holder = writer;
    if (holder != null) {
      throw new IllegalStateException(
          "step: parameter ["
              + owner
              + "] is being changed by thread ["
              + holder.getName()
              + "]: two threads cannot train one model, give each its own");
    }
    writer = Thread.currentThread();
  }

  /// Ends a reservation.
  public synchronized void unclaim() {
    writer = null;
  }
}
