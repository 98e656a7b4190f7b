package org.thalweg.autodiff.array.attention;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.Parts;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Reduce;

/// softmax(q kᵀ · scale + mask) v, a block of 64 queries and 128 keys at a time: memory for all
/// scores is never taken.
///
/// Blocks are taken in order, and a sum is one thread's: the bits depend on the shape alone.
public final class Attended {
  /// The least number of multiply-adds that is worth a thread of its own.
  private static final long PER_THREAD = 200_000;

  private Attended() {}

  /// What is computed.
  ///
  /// @param beside how many heads stand side by side in the last axis of q, k, v and the value, 1
  ///   where each has a matrix of its own
  /// @param isTogether whether q, k and v are one array, side by side in its last axis
  /// @param isCausal whether query i sees the keys 0 … i alone
  /// @param scale what products are multiplied by
  public record Form(int beside, boolean isTogether, boolean isCausal, double scale) {
    Heads queries(Array q) {
      return part(q, 0);
    }

    Heads keys(Array k) {
      return part(k, 1);
    }

    Heads values(Array v) {
      return part(v, 2);
    }

    private Heads part(Array x, int part) {
      return isTogether ? Heads.of(x, beside, part, 3) : Heads.of(x, beside);
    }
  }

  /// What attention gives.
  ///
  /// @param value `[…, queries, beside·outer]`
  /// @param largest `[heads, queries]`, the largest score m of each query; −∞ where no key counts
  /// @param sums `[heads, queries]`, Σ exp(score − m); 0 where no key counts. The two are not made
  ///   one number, m + ln Σ: beside a large m the logarithm would be lost
  public record Output(Array value, Array largest, Array sums) {}

  /// The value for q `[…, queries, beside·inner]`, k `[…, keys, beside·inner]`, v `[…, keys,
  /// beside·outer]`; where they are together, each is the array of all.
  ///
  /// @param mask added to the scores, broadcast to `[…, queries, keys]`, and to `[…, beside,
  ///   queries, keys]` where heads stand side by side; `null` for none, as where q, k and v are
  ///   together
  public static Output output(Form form, Array q, Array k, Array v, @Nullable Array mask) {
    Heads queries = form.queries(q);
    Heads keys = form.keys(k);
    Heads values = form.values(v);
    Scores s = Scores.of(form, q, queries, keys, values, mask);
    int[] sizes = q.shape().sizes();
    sizes[sizes.length - 1] = form.beside() * s.outer();
    Array value = Array.uninitialised(q.dtype(), Shape.of(sizes));
    Shape perQuery = Shape.of(s.heads(), s.queries());
    Array largest = Array.uninitialised(q.dtype(), perQuery);
    Array sums = Array.uninitialised(q.dtype(), perQuery);
    Heads to = Heads.of(value, form.beside());
    inParts(
        s,
        s.heads() * tiles(s.queries()),
        () -> new Forward(s, queries, keys, values, to, largest.data(), sums.data()));
    return new Output(value, largest, sums);
  }

  /// The gradients of q, k and v, which are one array where these are.
  public record Gradients(Array q, Array k, Array v) {}

  /// The gradients where g is that of the value, without the memory of all scores.
  ///
  /// @param output what [#output] gave for the same arguments
  public static Gradients gradients(
      Form form, Array q, Array k, Array v, @Nullable Array mask, Output output, Array g) {
    Heads queries = form.queries(q);
    Heads keys = form.keys(k);
    Heads values = form.values(v);
    Scores s = Scores.of(form, q, queries, keys, values, mask);
    Heads given = Heads.of(g, form.beside());
    Array ofQueries = Array.uninitialised(q.dtype(), q.shape());
    boolean isTogether = form.isTogether();
    Array ofKeys = isTogether ? ofQueries : Array.uninitialised(q.dtype(), k.shape());
    Array ofValues = isTogether ? ofQueries : Array.uninitialised(q.dtype(), v.shape());
    Object insides = insides(s, given, output.value().data()).data();
    Heads dq = form.queries(ofQueries);
    Heads dk = form.keys(ofKeys);
    Heads dv = form.values(ofValues);
    inParts(
        s,
        s.heads(),
        () -> new Backward(s, queries, keys, values, output, insides, given, dq, dk, dv));
    return new Gradients(ofQueries, ofKeys, ofValues);
  }

  /// Σ g y of each row, which is Σ of its shares times their gradients: those of heads side by side
  /// one after the other.
  private static Array insides(Scores s, Heads g, Object y) {
    int rows = s.heads() * s.queries();
    int n = g.columns();
    Array insides = Array.uninitialised(s.dtype(), Shape.of(rows));
    Object to = insides.data();
    Pool.shareEach(
        tiles(rows),
        parts(s),
        tile -> {
          int row = tile * Scores.TALL;
          int tall = Math.min(Scores.TALL, rows - row);
          double[] products = Scores.RESULTS.take();
          int at = row * n;
          Reduce.dots(g.data(), at, y, at, n, n, tall, products);
          Reduce.store(products, tall, to, row);
          Scores.RESULTS.give(products);
        });
    return insides;
  }

  /// How many tiles so many rows make.
  static int tiles(int rows) {
    return (rows + Scores.TALL - 1) / Scores.TALL;
  }

  /// What one thread needs to do units.
  interface Worker extends AutoCloseable {
    void run(int unit);

    @Override
    void close();
  }

  /// Into how many parts to cut the work.
  private static int parts(Scores s) {
    long work = (long) s.heads() * s.queries() * s.keys() * (s.inner() + s.outer());
    return Pool.parts(work, PER_THREAD);
  }

  /// Shares out units; each part has a worker.
  private static void inParts(Scores s, int units, Supplier<Worker> hire) {
    int parts = Math.min(units, parts(s));
    // Hired here: what they take is the caller's scope's.
    Worker[] workers = new Worker[parts];
    Arrays.setAll(workers, _ -> hire.get());
    try {
      Pool.run(
          parts,
          part -> {
            int stop = Parts.begin(units, part + 1, parts);
            for (int unit = Parts.begin(units, part, parts); unit < stop; unit++) {
              workers[part].run(unit);
            }
          });
    } finally {
      for (Worker worker : workers) {
        worker.close();
      }
    }
  }
}
