package org.thalweg.autodiff.array;

import static java.util.Comparator.comparingLong;

import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The buffers that no scope uses now, by type and exact length.
///
/// Where one more does not fit, those of lengths that nobody has taken or given back lately are let
/// go first: a step that needs a little more than there is room for allocates just that. They also
/// make room for a new buffer where the heap is nearly full.
final class Buffers {
  /// Half of the heap: the rest is left to what lives on, and to everybody else.
  static final Buffers SHARED =
      new Buffers(Runtime.getRuntime().maxMemory() / 2, Buffers::roomInHeap);

  /// What a buffer is found by. A look-up takes nothing from the heap: it has one key, [#sought],
  /// for all.
  private static final class Key {
    private DType dtype;
    private int length;

    Key(DType dtype, int length) {
      this.dtype = dtype;
      this.length = length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that && dtype == that.dtype && length == that.length;
    }

    @Override
    public int hashCode() {
      return 31 * length + dtype.ordinal();
    }
  }

  /// Buffers of one type and length, the one that was given back last first.
  private static final class Same {
    final Key key;
    final ArrayDeque<Object> buffers = new ArrayDeque<>();

    /// When one was last taken or given back, by [Buffers#clock].
    long used;

    /// What [#used] was when this was last put into [Buffers#byAge].
    long queued;

    Same(Key key) {
      this.key = key;
    }
  }

  private final long mostBytes;
  private final LongSupplier room;
  private final Map<Key, Same> free = new HashMap<>();
  private final Key sought = new Key(DType.FLOAT32, 0);

  /// By [Same#queued]: a use does not move anything, [#letGo()] does where there was one since.
  private final PriorityQueue<Same> byAge = new PriorityQueue<>(comparingLong(one -> one.queued));

  private long bytes;
  private long clock;

  /// Bytes that were let go for new buffers beyond what these took.
  private long spare;

  /// @param room the bytes that may still be allocated before free buffers are let go for them
  Buffers(long mostBytes, LongSupplier room) {
    this.mostBytes = mostBytes;
    this.room = room;
  }

  /// What can be taken from the heap until seven eighths of it are used, garbage among them.
  private static long roomInHeap() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() / 8 * 7 - (runtime.totalMemory() - runtime.freeMemory());
  }

  /// A buffer with any values: the one that was given back last, or a new one.
  Object take(DType dtype, int length) {
    Object buffer = poll(dtype, length);
    return buffer == null ? allocate(dtype, length) : buffer;
  }

  /// A new buffer of zeros. All that are free are let go where there is no memory otherwise.
  Object allocate(DType dtype, int length) {
    try {
      return dtype.newArray(length);
    } catch (OutOfMemoryError _) {
      clear();
      return dtype.newArray(length);
    }
  }

  /// The buffer that was given back last, or `null` and room for a new one.
  private synchronized @Nullable Object poll(DType dtype, int length) {
    Same same = find(dtype, length);
    Object buffer = null;
    if (same != null) {
      same.used = ++clock;
      buffer = same.buffers.poll();
    }
    long size = bytes(dtype, length);
    if (buffer == null) {
      makeRoom(size);
    } else {
      bytes -= size;
    }
    return buffer;
  }

  /// Keeps a buffer for others, if there can be room for it.
  synchronized void giveBack(DType dtype, @Nullable Object buffer) {
    if (buffer == null) {
      return;
    }
    int length = Array.getLength(buffer);
    long size = bytes(dtype, length);
    if (size > mostBytes) {
      return;
    }
    while (bytes + size > mostBytes) {
      letGo();
    }
    Same same = find(dtype, length);
    if (same == null) {
      same = new Same(new Key(dtype, length));
      free.put(same.key, same);
      enqueue(same);
    }
    same.used = ++clock;
    same.buffers.push(buffer);
    bytes += size;
  }

  private @Nullable Same find(DType dtype, int length) {
    sought.dtype = dtype;
    sought.length = length;
    return free.get(sought);
  }

  /// Lets go as much as is wanted where the heap is nearly full: while there are free buffers, a
  /// new one does not add to what lives.
  private void makeRoom(long wanted) {
    if (bytes == 0 || room.getAsLong() >= wanted) {
      // What was let go before has been collected, or used.
      spare = 0;
      return;
    }
    while (spare < wanted && bytes > 0) {
      spare += letGo();
    }
    spare = Math.max(0, spare - wanted);
  }

  /// Lets one buffer go, of the length that was not used for longest, and returns its bytes.
  private long letGo() {
    Same eldest = byAge.remove();
    while (eldest.buffers.isEmpty() || eldest.queued < eldest.used) {
      if (eldest.buffers.isEmpty()) {
        free.remove(eldest.key);
      } else {
        enqueue(eldest);
      }
      eldest = byAge.remove();
    }
    eldest.buffers.removeLast();
    enqueue(eldest);
    long size = bytes(eldest.key.dtype, eldest.key.length);
    bytes -= size;
    return size;
  }

  private void enqueue(Same same) {
    same.queued = same.used;
    byAge.add(same);
  }

  private synchronized void clear() {
    free.clear();
    byAge.clear();
    bytes = 0;
    spare = 0;
  }

  private static long bytes(DType dtype, int length) {
    return (long) length * dtype.bytes();
  }
}
