package org.thalweg.autodiff.kernel.simd;

import java.util.function.IntSupplier;
import jdk.incubator.vector.VectorShape;

/// The vector width, in bits, that the JVM prefers on this CPU, at most 512.
public final class PreferredWidth implements IntSupplier {
  /// Makes the supplier.
  public PreferredWidth() {}

  @Override
  public int getAsInt() {
    return Math.min(512, VectorShape.preferredShape().vectorBitSize());
  }
}
