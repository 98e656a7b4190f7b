package org.thalweg.autodiff.array;

import static java.util.Comparator.comparingLong;

import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The buffers that no scope uses now, by type and exact length.
///
/// Where one more does not fit, those of lengths that nobody has taken or given back lately are let
/// go first: a step that needs a little more than there is room for allocates just that.
final class Buffers {
  /// Half of the heap: the rest is left to what lives on, and to everybody else.
  static final Buffers SHARED = new Buffers(Runtime.getRuntime().maxMemory() / 2);

  private record Key(DType dtype, int length) {}

  /// Buffers of one type and length, the one that was given back last first.
  private static final class Same {
    final ArrayDeque<Object> buffers = new ArrayDeque<>();

    /// When one was last taken or given back, by [Buffers#clock].
    long used;
  }

  private final long mostBytes;
  private final Map<Key, Same> free = new HashMap<>();
  private long bytes;
  private long clock;

  Buffers(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /// A buffer with any values: the one that was given back last, or a new one.
  synchronized Object take(DType dtype, int length) {
    Same same = free.get(new Key(dtype, length));
    if (same == null) {
      return dtype.newArray(length);
    }
    same.used = ++clock;
    Object buffer = same.buffers.poll();
    if (buffer == null) {
      return dtype.newArray(length);
    }
    bytes -= bytes(dtype, length);
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
    Same same = free.get(new Key(dtype, length));
    if (same == null) {
      same = new Same();
      free.put(new Key(dtype, length), same);
    }
    same.used = ++clock;
    same.buffers.push(buffer);
    bytes += size;
  }

  /// Lets one buffer go, of the length that was not used for longest.
  private void letGo() {
    free.values().removeIf(same -> same.buffers.isEmpty());
    Map.Entry<Key, Same> eldest =
        Collections.min(free.entrySet(), comparingLong(entry -> entry.getValue().used));
    eldest.getValue().buffers.removeLast();
    bytes -= bytes(eldest.getKey().dtype(), eldest.getKey().length());
  }

  private static long bytes(DType dtype, int length) {
    return (long) length * dtype.bytes();
  }
}
