package org.thalweg.autodiff.attention;

import java.util.Arrays;
import java.util.List;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Machine;
import org.thalweg.autodiff.operation.attention.Attention;
import org.thalweg.autodiff.operation.normal.Normalizations;

/// Prints the width of vectors, the chunks that workers have run, and for 1, 2 and 3 threads what
/// values and gradients of normalisations and of attention hash to.
final class RowsHash {
  private RowsHash() {}

  public static void main(String[] args) {
    StringBuilder words = new StringBuilder();
    for (int threads = 1; threads <= 3; threads++) {
      Machine.setThreads(threads);
      words.append(' ').append(hashes());
    }
    System.out.println(
        Machine.vectorBits()
            + " "
            + Machine.vectorProducts()
            + " "
            + Machine.chunksByWorkers()
            + words);
  }

  static String hashes() {
    return Long.toHexString(ofNormalizations()) + ":" + Long.toHexString(ofAttention());
  }

  private static long ofNormalizations() {
    long hash = 17;
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor x = Tensor.uniform(1, 300, 4, 37).plus(1).to(dtype).tracked();
      Tensor weight = Tensor.uniform(2, 37).to(dtype).tracked();
      Tensor bias = Tensor.uniform(3, 37).to(dtype).tracked();
      Tensor channels = Tensor.uniform(4, 4).to(dtype).tracked();
      Tensor g = Tensor.uniform(5, 300, 4, 37).minus(0.5).to(dtype);
      Tensor y =
          Normalizations.layerNorm(x, weight, bias, 1e-5)
              .plus(Normalizations.rmsNorm(x, weight, 1e-5))
              .plus(Normalizations.groupNorm(x, 2, channels, channels, 1e-5))
              .plus(Normalizations.batchNorm(x, channels, channels, 1e-5).value());
      Gradients gradients = y.times(g).sum().backward();
      for (Tensor one :
          List.of(
              y,
              gradients.of(x),
              gradients.of(weight),
              gradients.of(bias),
              gradients.of(channels))) {
        hash = 31 * hash + Arrays.hashCode(one.toDoubles());
      }
    }
    return hash;
  }

  private static long ofAttention() {
    long hash = 17;
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor[] in = {
        Tensor.uniform(1, 3, 150, 9).to(dtype).tracked(),
        Tensor.uniform(2, 3, 170, 9).to(dtype).tracked(),
        Tensor.uniform(3, 3, 170, 11).to(dtype).tracked()
      };
      for (boolean isCausal : new boolean[] {false, true}) {
        Tensor y = Attention.scaledDotProduct(in[0], in[1], in[2], isCausal);
        Gradients gradients = y.times(y).sum().backward();
        hash = 31 * hash + Arrays.hashCode(y.toDoubles());
        for (Tensor x : in) {
          hash = 31 * hash + Arrays.hashCode(gradients.of(x).toDoubles());
        }
      }
    }
    return hash;
  }
}
