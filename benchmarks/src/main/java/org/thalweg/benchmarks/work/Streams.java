package org.thalweg.benchmarks.work;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Pool;

/// One pass over arrays of floats that writes all of them but one, with one addition each: the
/// memory traffic of a step of an optimizer, without the step.
///
/// @param length of each array
/// @param written how many are read and written, 1 to 4; one more is only read
record Streams(int length, int written) implements Work {
  private static final int PART = 16_384;
  private static final int MOST = 4;

  /// Checks the number of arrays.
  Streams {
    if (written < 1 || written > MOST) {
      throw new IllegalArgumentException(
          "streams: " + written + " arrays are written: use 1 to " + MOST);
    }
  }

  @Override
  public String name() {
    return "streams-" + (written + 1) + "-" + written + "-" + length;
  }

  @Override
  public Unit unit() {
    return Unit.nanosPer("element", length);
  }

  @Override
  public Runnable prepare() {
    float[] read = new float[length];
    float[][] arrays = new float[MOST][];
    Arrays.setAll(arrays, k -> new float[k < written ? length : 0]);
    int parts = (length + PART - 1) / PART;
    return () ->
        Pool.run(
            parts,
            part -> pass(written, arrays, read, part * PART, Math.min(length, (part + 1) * PART)));
  }

  /// Stands here for every number of arrays: a loop over them inside of the loop over elements was
  /// a quarter slower than this, strips of one array after the other a tenth, and the branches cost
  /// nothing.
  private static void pass(int written, float[][] arrays, float[] read, int from, int to) {
    VectorSpecies<Float> species = FloatVector.SPECIES_PREFERRED;
    float[] a = arrays[0];
    float[] b = arrays[1];
    float[] c = arrays[2];
    float[] d = arrays[3];
    int step = species.length();
    int i = from;
    for (; i <= to - step; i += step) {
      FloatVector g = FloatVector.fromArray(species, read, i);
      FloatVector.fromArray(species, a, i).add(g).intoArray(a, i);
      if (written > 1) {
        FloatVector.fromArray(species, b, i).add(g).intoArray(b, i);
      }
      if (written > 2) {
        FloatVector.fromArray(species, c, i).add(g).intoArray(c, i);
      }
      if (written > 3) {
        FloatVector.fromArray(species, d, i).add(g).intoArray(d, i);
      }
    }
    for (; i < to; i++) {
      for (int k = 0; k < written; k++) {
        arrays[k][i] += read[i];
      }
    }
  }
}
