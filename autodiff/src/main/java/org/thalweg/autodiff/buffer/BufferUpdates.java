package org.thalweg.autodiff.buffer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;

/// What passes have seen and a step is to write into [buffers][Buffer], in the order in which it
/// was computed. Each part is written once, however often it is asked for, and by however many
/// threads.
public final class BufferUpdates {
  /// Nothing to write.
  public static final BufferUpdates NONE = new BufferUpdates(List.of());

  private static final AtomicLong COUNT = new AtomicLong();

  /// Held while values are replaced: no thread may do it from what another is replacing.
  private static final Object WRITING = new Object();

  /// What one layer has seen in one pass.
  private static final class Seen {
    final List<Buffer> buffers;
    final UnaryOperator<List<Tensor>> next;
    final long number = COUNT.getAndIncrement();
    volatile boolean isWritten;

    Seen(List<Buffer> buffers, UnaryOperator<List<Tensor>> next) {
      this.buffers = List.copyOf(buffers);
      this.next = next;
    }
  }

  private final List<Seen> parts;

  private BufferUpdates(List<Seen> parts) {
    this.parts = parts;
  }

  /// What one layer has seen in one pass: see [Buffer#onStep].
  ///
  /// @param buffers what is written
  /// @param next from their values to the next ones
  /// @throws IllegalArgumentException where a buffer is given twice
  public static BufferUpdates of(List<Buffer> buffers, UnaryOperator<List<Tensor>> next) {
    if (Set.copyOf(buffers).size() < buffers.size()) {
      throw new IllegalArgumentException(
          "onStep: one of the buffers "
              + buffers.stream().map(Buffer::name).toList()
              + " is there twice: give each once");
    }
    return new BufferUpdates(List.of(new Seen(buffers, next)));
  }

  /// These and others.
  public BufferUpdates and(BufferUpdates others) {
    if (parts.isEmpty() || others.parts.isEmpty()) {
      return parts.isEmpty() ? others : this;
    }
    List<Seen> all = new ArrayList<>(parts);
    all.addAll(others.parts);
    return new BufferUpdates(all);
  }

  /// The names of the buffers.
  public List<String> names() {
    return parts.stream()
        .flatMap(seen -> seen.buffers.stream())
        .map(Buffer::name)
        .distinct()
        .toList();
  }

  /// Computes what the buffers are to be, and changes nothing yet.
  ///
  /// @return writes it; nothing fails there. What another thread has written since is built upon:
  ///   then it is computed once more
  /// @throws IllegalArgumentException where a next value does not fit its buffer
  public Runnable prepare() {
    if (parts.isEmpty()) {
      return () -> {};
    }
    Set<Seen> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    distinct.addAll(parts);
    List<Seen> inOrder = new ArrayList<>(distinct);
    inOrder.sort(Comparator.comparingLong(seen -> seen.number));
    Next prepared = Next.after(inOrder);
    return () -> {
      synchronized (WRITING) {
        Next next = prepared.isCurrent() ? prepared : Next.after(inOrder);
        next.seen.forEach(seen -> seen.isWritten = true);
        next.values.forEach(Buffer::assign);
      }
    };
  }

  /// What buffers are to be.
  ///
  /// @param seen what of the passes was not written when this was computed
  /// @param former the values that it was computed from
  private record Next(List<Seen> seen, Map<Buffer, Tensor> former, Map<Buffer, Tensor> values) {
    static Next after(List<Seen> inOrder) {
      List<Seen> unwritten = inOrder.stream().filter(seen -> !seen.isWritten).toList();
      Map<Buffer, Tensor> former = new LinkedHashMap<>();
      for (Seen seen : unwritten) {
        seen.buffers.forEach(buffer -> former.putIfAbsent(buffer, buffer.value()));
      }
      Map<Buffer, Tensor> values = new LinkedHashMap<>(former);
      NoGradient.run(() -> unwritten.forEach(seen -> follow(seen, values)));
      return new Next(unwritten, former, values);
    }

    /// Whether nobody has written since.
    boolean isCurrent() {
      return seen.stream().noneMatch(part -> part.isWritten)
          && former.entrySet().stream()
              .allMatch(entry -> entry.getKey().value() == entry.getValue());
    }
  }

  private static void follow(Seen seen, Map<Buffer, Tensor> values) {
    List<Tensor> old = seen.buffers.stream().map(values::get).toList();
    List<Tensor> next = seen.next.apply(old);
    List<String> names = seen.buffers.stream().map(Buffer::name).toList();
    if (next == null || next.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(
          "onStep: the function for the buffers " + names + " gave null: give a value for each");
    }
    if (next.size() != old.size()) {
      throw new IllegalArgumentException(
          "onStep: there are "
              + next.size()
              + " values for the buffers "
              + names
              + ": give one for each");
    }
    for (int k = 0; k < next.size(); k++) {
      Buffer buffer = seen.buffers.get(k);
      buffer.check(next.get(k));
      values.put(buffer, next.get(k));
    }
  }

  /// Writes them: for training without an optimizer, which does it in its step.
  ///
  /// @throws IllegalArgumentException where a next value does not fit its buffer; nothing is
  ///   changed then
  public void write() {
    prepare().run();
  }
}
