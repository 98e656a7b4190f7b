package org.thalweg.autodiff.array;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The buffers that no scope uses now, by type and exact length, at most a quarter of the heap.
final class Buffers {
  private record Key(DType dtype, int length) {}

  private static final long MOST_BYTES = Runtime.getRuntime().maxMemory() / 4;
  private static final Map<Key, Deque<Object>> FREE = new HashMap<>();
  private static long bytes;

  private Buffers() {}

  static Object take(DType dtype, int length) {
    synchronized (FREE) {
      Deque<Object> free = FREE.get(new Key(dtype, length));
      if (free != null && !free.isEmpty()) {
        bytes -= (long) length * dtype.bytes();
        return free.pop();
      }
    }
    return dtype.newArray(length);
  }

  static void giveBack(DType dtype, @Nullable Object buffer) {
    if (buffer == null) {
      return;
    }
    int length = java.lang.reflect.Array.getLength(buffer);
    long size = (long) length * dtype.bytes();
    if (size > MOST_BYTES) {
      return;
    }
    synchronized (FREE) {
      if (bytes + size > MOST_BYTES) {
        FREE.clear();
        bytes = 0;
      }
      Deque<Object> free = FREE.get(new Key(dtype, length));
      if (free == null) {
        free = new ArrayDeque<>();
        FREE.put(new Key(dtype, length), free);
      }
      free.push(buffer);
      bytes += size;
    }
  }
}
