package org.thalweg.benchmarks.work;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Pool;

/// One pass over arrays of floats that writes some of them and reads all, with one addition each:
/// the memory traffic of a work without its arithmetic.
///
/// @param length of each array
/// @param read how many are only read, 1 or 2
/// @param written how many are read and written, 0 to 4
public record Streams(int length, int read, int written) implements Ceiling {
  private static final int PART = 16_384;
  private static final int MOST = 4;

  /// Checks the numbers of arrays.
  public Streams {
    if (read < 1 || read > 2) {
      throw new IllegalArgumentException("streams: " + read + " arrays are only read: use 1 or 2");
    }
    if (written < 0 || written > MOST) {
      throw new IllegalArgumentException(
          "streams: " + written + " arrays are written: use 0 to " + MOST);
    }
  }

  @Override
  public String name() {
    return "streams-" + (read + written) + "-" + written + "-" + length;
  }

  @Override
  public double amount() {
    return (double) Float.BYTES * length * (read + 2 * written);
  }

  @Override
  public Unit unit() {
    return Unit.nanosPer("element", length);
  }

  @Override
  public Runnable prepare() {
    float[] first = new float[length];
    float[] second = new float[read > 1 ? length : 0];
    float[][] arrays = new float[MOST][];
    Arrays.setAll(arrays, k -> new float[k < written ? length : 0]);
    int parts = (length + PART - 1) / PART;
    return () ->
        Pool.run(
            parts,
            part -> {
              int from = part * PART;
              int to = Math.min(length, from + PART);
              if (written > 0) {
                pass(arrays, first, second, from, to);
              } else {
                sum(first, second, from, to);
              }
            });
  }

  /// Stands here for every number of arrays: a loop over them inside of the loop over elements was
  /// a quarter slower than this, strips of one array after the other a tenth, and the branches cost
  /// nothing.
  private static void pass(float[][] arrays, float[] first, float[] second, int from, int to) {
    VectorSpecies<Float> species = FloatVector.SPECIES_PREFERRED;
    float[] a = arrays[0];
    float[] b = arrays[1];
    float[] c = arrays[2];
    float[] d = arrays[3];
    int step = species.length();
    int i = from;
    for (; i <= to - step; i += step) {
      FloatVector g = FloatVector.fromArray(species, first, i);
      if (second.length > 0) {
        g = g.add(FloatVector.fromArray(species, second, i));
      }
      FloatVector.fromArray(species, a, i).add(g).intoArray(a, i);
      if (b.length > 0) {
        FloatVector.fromArray(species, b, i).add(g).intoArray(b, i);
      }
      if (c.length > 0) {
        FloatVector.fromArray(species, c, i).add(g).intoArray(c, i);
      }
      if (d.length > 0) {
        FloatVector.fromArray(species, d, i).add(g).intoArray(d, i);
      }
    }
    for (; i < to; i++) {
      for (float[] array : arrays) {
        if (array.length > 0) {
          array[i] += first[i] + (second.length > 0 ? second[i] : 0);
        }
      }
    }
  }

  /// Four sums, so that no addition waits for the one before it.
  private static void sum(float[] first, float[] second, int from, int to) {
    VectorSpecies<Float> species = FloatVector.SPECIES_PREFERRED;
    FloatVector a = FloatVector.zero(species);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int step = species.length();
    for (float[] array : new float[][] {first, second}) {
      int end = Math.min(to, array.length);
      int i = from;
      for (; i <= end - 4 * step; i += 4 * step) {
        a = a.add(FloatVector.fromArray(species, array, i));
        b = b.add(FloatVector.fromArray(species, array, i + step));
        c = c.add(FloatVector.fromArray(species, array, i + 2 * step));
        d = d.add(FloatVector.fromArray(species, array, i + 3 * step));
      }
      for (; i < end; i++) {
        a = a.add(array[i]);
      }
    }
    if (Float.isNaN(a.add(b).add(c.add(d)).lane(0))) {
      throw new IllegalStateException("streams: sums of zeros became NaN");
    }
  }
}
