package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.Pool;

/// The bits of what is computed along axes, values and gradients: one hash on any machine, on any
/// number of threads, with vectors and without.
class AxisBitsTest {
  private static final String GOLDEN = "bdf4ef65";

  private final int threads = Pool.threads();

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  @Test
  void theBitsAreTheSameOnAnyNumberOfThreadsWithVectorsAndWithout() {
    for (int count = 1; count <= 3; count++) {
      Pool.setThreads(count);
      long regions = Pool.regions();
      assertThat(hash()).as("%d threads", count).isEqualTo(GOLDEN);
      assertThat(Pool.regions() > regions).isEqualTo(count > 1);
    }
  }

  private static String hash() {
    CRC32C hash = new CRC32C();
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor x = Draws.normal(dtype, 7, 0, Shape.of(67, 3001)).tracked();
      Tensor places =
          Tensor.ints(
              x.detach().slice(1, 0, 500).abs().times(100).floor().to(DType.INT32).toInts(),
              Shape.of(67, 500));
      for (Tensor y :
          List.of(
              x.cumsum(0),
              x.cumsum(1),
              x.times(0.1).plus(1).cumprod(1),
              x.times(0.1).plus(1).prod(0),
              x.norm(2, 1),
              x.norm(2.5, 0),
              x.norm(1),
              x.standardDeviation(0),
              x.sampleVariance(1),
              x.normalized(1),
              x.sort(1, true).values(),
              x.median(0),
              x.topK(9, 1).values(),
              x.gather(1, places),
              x.scatterAdd(1, places, x.slice(1, 0, 500)),
              x.gatherRows(places.slice(1, 0, 1).to(dtype).clamp(0, 66).to(DType.INT32)),
              x.roll(1, 13).flip(0),
              x.maskedSelect(x.greaterThan(Tensor.scalar(dtype, 0))))) {
        add(hash, y);
        add(hash, Derivatives.of(y.square().sum(), List.of(x)).get(0));
      }
    }
    return Long.toHexString(hash.getValue());
  }

  private static void add(CRC32C hash, Tensor x) {
    for (double value : x.toDoubles()) {
      long bits = Double.doubleToLongBits(value);
      for (int shift = 0; shift < Long.SIZE; shift += 8) {
        hash.update((int) (bits >>> shift));
      }
    }
  }
}
