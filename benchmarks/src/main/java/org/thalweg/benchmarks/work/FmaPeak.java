package org.thalweg.benchmarks.work;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.kernel.Pool;

/// Fused multiply-adds on registers alone, on every thread: what no product of matrices can pass.
///
/// @param dtype of the numbers
public record FmaPeak(DType dtype) implements Ceiling {
  /// Enough independent chains to fill two units of latency 4, few enough for 16 registers.
  private static final int CHAINS = 12;

  private static final int STEPS = 20_000;

  /// Divides equally among 1, 2, 3, 4, 6, 8 and 12 threads.
  private static final int CHUNKS = 24;

  private static final float DECAY = 0.9999f;
  private static final float FEED = 1e-4f;

  @Override
  public String name() {
    return dtype == DType.FLOAT32 ? "fma-f32" : "fma-f64";
  }

  @Override
  public Unit unit() {
    return Unit.MICROSECONDS;
  }

  @Override
  public Runnable prepare() {
    return dtype == DType.FLOAT32
        ? () -> Pool.run(CHUNKS, _ -> floats(STEPS))
        : () -> Pool.run(CHUNKS, _ -> doubles(STEPS));
  }

  /// The limit for so many floating-point operations, a multiply-add being two.
  public Limit forOperations(double operations) {
    return new Limit(this, operations / amount());
  }

  @Override
  public double amount() {
    VectorSpecies<?> species =
        dtype == DType.FLOAT32 ? FloatVector.SPECIES_PREFERRED : DoubleVector.SPECIES_PREFERRED;
    return 2.0 * CHAINS * STEPS * CHUNKS * species.length();
  }

  /// Two steps in a round make this too long to be inlined: inlined into some callers it was a
  /// third slower.
  private static void floats(int steps) {
    VectorSpecies<Float> species = FloatVector.SPECIES_PREFERRED;
    FloatVector x = FloatVector.broadcast(species, DECAY);
    FloatVector y = FloatVector.broadcast(species, FEED);
    FloatVector a = y;
    FloatVector b = y.add(1);
    FloatVector c = y.add(2);
    FloatVector d = y.add(3);
    FloatVector e = y.add(4);
    FloatVector f = y.add(5);
    FloatVector g = y.add(6);
    FloatVector h = y.add(7);
    FloatVector i = y.add(8);
    FloatVector j = y.add(9);
    FloatVector k = y.add(10);
    FloatVector l = y.add(11);
    for (int step = 0; step < steps; step += 2) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    FloatVector all = a.add(b).add(c).add(d).add(e).add(f);
    use(all.add(g).add(h).add(i).add(j).add(k).add(l).lane(0));
  }

  /// The same for `double`.
  private static void doubles(int steps) {
    VectorSpecies<Double> species = DoubleVector.SPECIES_PREFERRED;
    DoubleVector x = DoubleVector.broadcast(species, DECAY);
    DoubleVector y = DoubleVector.broadcast(species, FEED);
    DoubleVector a = y;
    DoubleVector b = y.add(1);
    DoubleVector c = y.add(2);
    DoubleVector d = y.add(3);
    DoubleVector e = y.add(4);
    DoubleVector f = y.add(5);
    DoubleVector g = y.add(6);
    DoubleVector h = y.add(7);
    DoubleVector i = y.add(8);
    DoubleVector j = y.add(9);
    DoubleVector k = y.add(10);
    DoubleVector l = y.add(11);
    for (int step = 0; step < steps; step += 2) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    DoubleVector all = a.add(b).add(c).add(d).add(e).add(f);
    use(all.add(g).add(h).add(i).add(j).add(k).add(l).lane(0));
  }

  /// Keeps the compiler from leaving the loop out.
  private static void use(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalStateException("fma: a chain of bounded numbers became NaN");
    }
  }
}
