package org.thalweg.autodiff.kernel;

import org.thalweg.autodiff.kernel.Reduce.Operation;

/// The inner loops of reductions in plain Java: what the vector kernels must equal bit for bit.
final class ScalarLanes {
  private ScalarLanes() {}

  static Lanes of(Operation operation, boolean floats) {
    return floats ? new OfFloat(operation) : new OfDouble(operation);
  }

  private record OfFloat(Operation operation) implements Lanes {
    @Override
    public int lanes() {
      return 16;
    }

    @Override
    public void fold(Object array, int from, int end, int stride, int width, double[] y) {
      float[] x = (float[]) array;
      float neutral = (float) operation.neutral();
      for (int l = 0; l < width; l++) {
        y[l] = neutral;
      }
      long block = (long) CHAIN * stride;
      for (long start = from; start < end; start += block) {
        int lanes = (int) Math.min(width, end - start);
        for (int l = 0; l < lanes; l++) {
          int stop = (int) Math.min(end, start + l + block);
          float chain = neutral;
          // A long index: past the last row it may exceed the largest int.
          for (long i = start + l; i < stop; i += stride) {
            chain = operation.of(chain, x[(int) i]);
          }
          y[l] = operation.of(y[l], chain);
        }
      }
    }

    @Override
    public void dot(Object first, int xFrom, Object second, int yFrom, int n, double[] sums) {
      float[] x = (float[]) first;
      float[] y = (float[]) second;
      for (int l = 0; l < DOT_LANES; l++) {
        double sum = 0;
        for (int i = l; i < n; i += DOT_LANES) {
          sum += (double) x[xFrom + i] * (double) y[yFrom + i];
        }
        sums[l] = sum;
      }
    }
  }

  private record OfDouble(Operation operation) implements Lanes {
    @Override
    public int lanes() {
      return 8;
    }

    @Override
    public void fold(Object array, int from, int end, int stride, int width, double[] y) {
      double[] x = (double[]) array;
      double neutral = operation.neutral();
      for (int l = 0; l < width; l++) {
        y[l] = neutral;
      }
      long block = (long) CHAIN * stride;
      for (long start = from; start < end; start += block) {
        int lanes = (int) Math.min(width, end - start);
        for (int l = 0; l < lanes; l++) {
          int stop = (int) Math.min(end, start + l + block);
          double chain = neutral;
          for (long i = start + l; i < stop; i += stride) {
            chain = operation.of(chain, x[(int) i]);
          }
          y[l] = operation.of(y[l], chain);
        }
      }
    }

    @Override
    public void dot(Object first, int xFrom, Object second, int yFrom, int n, double[] sums) {
      double[] x = (double[]) first;
      double[] y = (double[]) second;
      for (int l = 0; l < DOT_LANES; l++) {
        double sum = 0;
        for (int i = l; i < n; i += DOT_LANES) {
          sum += x[xFrom + i] * y[yFrom + i];
        }
        sums[l] = sum;
      }
    }
  }
}
