package org.thalweg.checker.registry;

import static org.thalweg.checker.registry.Samples.add;
import static org.thalweg.checker.registry.Samples.numbers;
import static org.thalweg.checker.registry.Samples.x;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.attention.Attention;

/// Sample calls of attention.
final class AttentionSamples {
  private static final String NAME = "Attention.scaledDotProduct(Tensor, Tensor, Tensor, ";
  private static final double SCALE = 0.7;

  private AttentionSamples() {}

  static void addAll() {
    // Batch, then queries, keys, columns of q and k, columns of v.
    int[][] cases = {
      {2, 3, 4, 2, 3},
      {1, 4, 3, 5, 1},
      {1, 1, 1, 1, 1},
      {2, 0, 2, 2, 2},
      {1, 2, 2, 0, 2},
      {0, 2, 2, 2, 2},
      {1, 2, 2, 2, 0},
      {1, 65, 3, 2, 2},
      {1, 2, 131, 2, 1}
    };
    for (int[] sizes : cases) {
      Tensor q = x(sizes[0], sizes[1], sizes[3]);
      Tensor k = numbers(2, sizes[0], sizes[2], sizes[3]);
      Tensor v = numbers(3, sizes[0], sizes[2], sizes[4]);
      double usual = 1 / Math.sqrt(Math.max(1, sizes[3]));
      for (boolean isCausal : new boolean[] {false, true}) {
        String what = isCausal ? "causal" : "all keys";
        add(
            NAME + "boolean)",
            Sample.of(
                what,
                in -> Attention.scaledDotProduct(in.get(0), in.get(1), in.get(2), isCausal),
                in -> naive(in, isCausal, usual),
                q,
                k,
                v));
        add(
            NAME + "boolean, double)",
            Sample.of(
                what,
                in -> Attention.scaledDotProduct(in.get(0), in.get(1), in.get(2), isCausal, SCALE),
                in -> naive(in, isCausal, SCALE),
                q,
                k,
                v));
      }
      int heads = Arrays.stream(sizes).allMatch(size -> size == 1) ? 1 : 2;
      for (boolean isCausal : new boolean[] {false, true}) {
        add(
            "Attention.multiHead(Tensor, Tensor, Tensor, int, boolean)",
            Sample.of(
                isCausal ? "causal" : "all keys",
                in -> Attention.multiHead(in.get(0), in.get(1), in.get(2), heads, isCausal),
                in -> ofHeads(in, heads, isCausal, usual),
                x(sizes[0], sizes[1], heads * sizes[3]),
                numbers(2, sizes[0], sizes[2], heads * sizes[3]),
                numbers(3, sizes[0], sizes[2], heads * sizes[4])));
        add(
            "Attention.multiHead(Tensor, int, boolean)",
            Sample.of(
                isCausal ? "causal" : "all keys",
                in -> Attention.multiHead(in.get(0), heads, isCausal),
                in -> ofHeads(in.get(0).chunk(2, 3), heads, isCausal, usual),
                x(sizes[0], sizes[1], 3 * heads * sizes[3])));
      }
      add(
          "Attention.multiHead(Tensor, int, boolean)",
          Sample.of(
              "the same for q, k and v",
              in -> Attention.multiHead(in.get(0).concat(2, in.get(0), in.get(0)), heads, false),
              in -> ofHeads(Collections.nCopies(3, in.get(0)), heads, false, usual),
              x(sizes[0], sizes[1], heads * sizes[3])));
      add(
          "Attention.multiHead(Tensor, Tensor, Tensor, int, boolean, Tensor)",
          Sample.of(
              "a mask for all heads",
              in -> Attention.multiHead(in.get(0), in.get(1), in.get(2), heads, false, in.get(3)),
              in -> ofHeads(in, heads, false, usual),
              x(sizes[0], sizes[1], heads * sizes[3]),
              numbers(2, sizes[0], sizes[2], heads * sizes[3]),
              numbers(3, sizes[0], sizes[2], heads * sizes[4]),
              numbers(4, sizes[1], sizes[2])));
      Tensor mask = numbers(4, sizes[1], sizes[2]);
      add(NAME + "Tensor)", masked(usual, true, q, k, v, mask));
      add(NAME + "Tensor, double)", masked(SCALE, false, q, k, v, mask));
    }
    Tensor q = x(2, 3, 2);
    Tensor k = numbers(2, 2, 4, 2);
    Tensor v = numbers(3, 2, 4, 2);
    for (int[] sizes : new int[][] {{}, {4}, {2, 1, 4}, {3, 1}, {2, 3, 4}}) {
      add(NAME + "Tensor, double)", masked(SCALE, false, q, k, v, numbers(4, sizes)));
    }
  }

  private static Sample masked(double scale, boolean isUsual, Tensor... inputs) {
    return Sample.of(
        "mask",
        in ->
            isUsual
                ? Attention.scaledDotProduct(in.get(0), in.get(1), in.get(2), in.get(3))
                : Attention.scaledDotProduct(in.get(0), in.get(1), in.get(2), in.get(3), scale),
        in -> naive(in, false, scale),
        inputs);
  }

  /// Each head by itself, from its columns.
  private static double[] ofHeads(List<Tensor> in, int heads, boolean isCausal, double scale) {
    double[][] values = new double[heads][];
    for (int h = 0; h < heads; h++) {
      int head = h;
      Stream<Tensor> own = in.stream().limit(3).map(x -> columns(x, head, heads));
      values[h] = naive(Stream.concat(own, in.stream().skip(3)).toList(), isCausal, scale);
    }
    int outer = in.get(2).shape().size(2) / heads;
    double[] all = new double[heads * values[0].length];
    for (int i = 0; i < all.length; i++) {
      int row = i / (heads * outer);
      all[i] = values[i / outer % heads][row * outer + i % outer];
    }
    return all;
  }

  private static Tensor columns(Tensor x, int head, int heads) {
    int width = x.shape().size(2) / heads;
    return x.slice(2, head * width, (head + 1) * width);
  }

  /// By definition, one query at a time.
  private static double[] naive(List<Tensor> in, boolean isCausal, double scale) {
    Tensor q = in.get(0);
    Tensor k = in.get(1);
    Tensor v = in.get(2);
    int keys = k.shape().size(1);
    int inner = q.shape().size(2);
    Shape scores = Shape.of(q.shape().size(0), q.shape().size(1), keys);
    Tensor mask =
        in.size() > 3
            ? in.get(3).broadcastTo(scores)
            : Tensor.full(DType.FLOAT64, 0, scores.sizes());
    return Naive.all(
        q.shape().with(2, v.shape().size(2)),
        i -> {
          double[] weights =
              IntStream.range(0, isCausal ? Math.min(keys, i[1] + 1) : keys)
                  .mapToDouble(
                      j ->
                          scale
                                  * IntStream.range(0, inner)
                                      .mapToDouble(c -> q.get(i[0], i[1], c) * k.get(i[0], j, c))
                                      .sum()
                              + mask.get(i[0], i[1], j))
                  .map(Math::exp)
                  .toArray();
          double sum = Arrays.stream(weights).sum();
          return IntStream.range(0, weights.length)
              .mapToDouble(j -> weights[j] / sum * v.get(i[0], j, i[2]))
              .sum();
        });
  }
}
