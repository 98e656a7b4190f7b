package org.thalweg.benchmarks.work;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Pool;

/// One pass over four arrays of floats that writes three of them, with one addition each: the
/// memory traffic of an Adam step, without the step.
///
/// @param length of each array
record Streams(int length) implements Work {
  private static final int PART = 16_384;

  @Override
  public String name() {
    return "streams-4-3-" + length;
  }

  @Override
  public Unit unit() {
    return Unit.nanosPer("element", length);
  }

  @Override
  public Runnable prepare() {
    float[] a = new float[length];
    float[] b = new float[length];
    float[] c = new float[length];
    float[] d = new float[length];
    int parts = (length + PART - 1) / PART;
    return () ->
        Pool.run(parts, part -> pass(a, b, c, d, part * PART, Math.min(length, (part + 1) * PART)));
  }

  private static void pass(float[] a, float[] b, float[] c, float[] d, int from, int to) {
    VectorSpecies<Float> species = FloatVector.SPECIES_PREFERRED;
    int step = species.length();
    int i = from;
    for (; i <= to - step; i += step) {
      FloatVector g = FloatVector.fromArray(species, d, i);
      FloatVector.fromArray(species, a, i).add(g).intoArray(a, i);
      FloatVector.fromArray(species, b, i).add(g).intoArray(b, i);
      FloatVector.fromArray(species, c, i).add(g).intoArray(c, i);
    }
    for (; i < to; i++) {
      a[i] += d[i];
      b[i] += d[i];
      c[i] += d[i];
    }
  }
}
