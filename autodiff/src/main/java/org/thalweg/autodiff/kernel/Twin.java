package org.thalweg.autodiff.kernel;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A scalar kernel and its vector twin, which gives the same bits: the scalar one answers until the
/// vector one is [warm][WarmUp], and always where there is no Vector API.
///
/// The vector twin is made on the thread that warms it up, when the kernel is first asked for:
/// linking the Vector API takes tens of milliseconds.
public final class Twin<K> {
  private final String name;
  private final boolean isAhead;
  private final K scalar;
  private final Supplier<K> maker;
  private final Supplier<Consumer<K>> rehearsals;
  private volatile @Nullable K current;

  /// Makes a pair of `scalar` and what `maker` gives. What `rehearsals` gives calls the kernel so
  /// that it takes every path and allocates nothing else; `name` is for messages.
  public Twin(String name, K scalar, Supplier<K> maker, Supplier<Consumer<K>> rehearsals) {
    this(name, false, scalar, maker, rehearsals);
  }

  private Twin(
      String name, boolean isAhead, K scalar, Supplier<K> maker, Supplier<Consumer<K>> rehearsals) {
    this.name = name;
    this.isAhead = isAhead;
    this.scalar = scalar;
    this.maker = maker;
    this.rehearsals = rehearsals;
  }

  /// A pair whose vector kernel is warmed ahead of all others, see [WarmUp#submitFirst].
  public static <K> Twin<K> ahead(
      String name, K scalar, Supplier<K> maker, Supplier<Consumer<K>> rehearsals) {
    return new Twin<>(name, true, scalar, maker, rehearsals);
  }

  /// The kernel to use now.
  public K get() {
    K kernel = current;
    return kernel == null ? first() : kernel;
  }

  private synchronized K first() {
    K kernel = current;
    if (kernel == null) {
      kernel = scalar;
      current = scalar;
      if (Simd.available()) {
        Vector vector = new Vector();
        Runnable whenWarm = () -> current = vector.made();
        if (isAhead) {
          WarmUp.submitFirst(name, vector, whenWarm);
        } else {
          WarmUp.submit(name, vector, whenWarm);
        }
        kernel = current;
      }
    }
    return kernel;
  }

  /// The vector kernel on its way, with what its rehearsal needs until it is warm.
  private final class Vector implements Runnable {
    private @Nullable K kernel;
    private @Nullable Consumer<K> rehearsal;

    K made() {
      K made = kernel;
      if (made == null) {
        made = maker.get();
        kernel = made;
      }
      return made;
    }

    @Override
    public void run() {
      Consumer<K> rehearsed = rehearsal;
      if (rehearsed == null) {
        rehearsed = rehearsals.get();
        rehearsal = rehearsed;
      }
      rehearsed.accept(made());
    }
  }
}
