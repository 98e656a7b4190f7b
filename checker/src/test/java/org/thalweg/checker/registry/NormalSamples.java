package org.thalweg.checker.registry;

import static org.thalweg.checker.registry.Samples.add;
import static org.thalweg.checker.registry.Samples.numbers;
import static org.thalweg.checker.registry.Samples.x;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.operation.normal.Normalizations;

/// Sample calls of normalisations.
final class NormalSamples {
  private static final double EPSILON = 0.01;

  private NormalSamples() {}

  static void addAll() {
    overLastAxes(true);
    overLastAxes(false);
    groups();
    batches();
    inference();
  }

  private static void overLastAxes(boolean isCentred) {
    String name = isCentred ? "layerNorm" : "rmsNorm";
    // The sizes, and how many of them are normalised.
    int[][][] cases = {
      {{3, 5}, {1}},
      {{2, 3, 4}, {2}},
      {{7}, {1}},
      {{1}, {1}},
      {{2, 1}, {1}},
      {{0, 3}, {1}},
      {{3, 0}, {1}},
      {{40, 3}, {1}}
    };
    for (int[][] one : cases) {
      int[] sizes = one[0];
      int axes = one[1][0];
      int[] last = Arrays.copyOfRange(sizes, sizes.length - axes, sizes.length);
      int n = Arrays.stream(last).reduce(1, (a, b) -> a * b);
      IntUnaryOperator group = i -> i / n;
      IntUnaryOperator weight = i -> i % n;
      Tensor x = x(sizes);
      add(
          "Normalizations." + name + "(Tensor, int, double)",
          Sample.of(
              "numbers",
              in ->
                  isCentred
                      ? Normalizations.layerNorm(in.get(0), axes, EPSILON)
                      : Normalizations.rmsNorm(in.get(0), axes, EPSILON),
              in -> normalised(isCentred, in.get(0), group, weight, null, null),
              x));
      if (isCentred) {
        add(
            "Normalizations.layerNorm(Tensor, Tensor, Tensor, double)",
            Sample.of(
                "numbers",
                in -> Normalizations.layerNorm(in.get(0), in.get(1), in.get(2), EPSILON),
                in -> normalised(true, in.get(0), group, weight, in.get(1), in.get(2)),
                x,
                numbers(2, last),
                numbers(3, last)));
      } else {
        add(
            "Normalizations.rmsNorm(Tensor, Tensor, double)",
            Sample.of(
                "numbers",
                in -> Normalizations.rmsNorm(in.get(0), in.get(1), EPSILON),
                in -> normalised(false, in.get(0), group, weight, in.get(1), null),
                x,
                numbers(2, last)));
      }
    }
  }

  private static void groups() {
    int[][][] cases = {
      {{2, 4, 3}, {2}},
      {{2, 6}, {3}},
      {{1, 2, 2, 3}, {1}},
      {{3, 2, 5}, {2}},
      {{1, 1}, {1}},
      {{0, 2, 3}, {2}},
      {{2, 2, 0}, {1}},
      {{20, 2}, {1}}
    };
    for (int[][] one : cases) {
      int[] sizes = one[0];
      int groups = one[1][0];
      int places = Arrays.stream(sizes).skip(2).reduce(1, (a, b) -> a * b);
      IntUnaryOperator group = i -> i / (sizes[1] / groups * places);
      IntUnaryOperator channel = i -> i / places % sizes[1];
      add(
          "Normalizations.groupNorm(Tensor, int, double)",
          Sample.of(
              groups + " groups",
              in -> Normalizations.groupNorm(in.get(0), groups, EPSILON),
              in -> normalised(true, in.get(0), group, channel, null, null),
              x(sizes)));
      add(
          "Normalizations.groupNorm(Tensor, int, Tensor, Tensor, double)",
          Sample.of(
              groups + " groups",
              in -> Normalizations.groupNorm(in.get(0), groups, in.get(1), in.get(2), EPSILON),
              in -> normalised(true, in.get(0), group, channel, in.get(1), in.get(2)),
              x(sizes),
              numbers(2, sizes[1]),
              numbers(3, sizes[1])));
    }
  }

  private static final int[][] BATCHES = {
    {3, 2}, {2, 3, 4}, {2, 2, 3, 2}, {1, 1}, {0, 2}, {2, 0}, {1, 3, 2}
  };

  private static void batches() {
    String signature = "Normalizations.batchNorm(Tensor, Tensor, Tensor, double)";
    for (int[] sizes : BATCHES) {
      int places = Arrays.stream(sizes).skip(2).reduce(1, (a, b) -> a * b);
      IntUnaryOperator channel = i -> i / places % sizes[1];
      Tensor[] inputs = {x(sizes), numbers(2, sizes[1]), numbers(3, sizes[1])};
      add(
          signature,
          Sample.of(
              "value",
              in -> Normalizations.batchNorm(in.get(0), in.get(1), in.get(2), EPSILON).value(),
              in -> normalised(true, in.get(0), channel, channel, in.get(1), in.get(2)),
              inputs));
    }
    Function<List<Tensor>, double[]> moments =
        in ->
            IntStream.range(0, 4)
                .mapToDouble(
                    k -> {
                      double[] channel =
                          IntStream.range(0, 12)
                              .filter(i -> i / 3 % 2 == k % 2)
                              .mapToDouble(i -> in.get(0).array().get(i))
                              .toArray();
                      double mean = Arrays.stream(channel).average().orElseThrow();
                      return k < 2
                          ? mean
                          : Arrays.stream(channel)
                              .map(v -> (v - mean) * (v - mean))
                              .average()
                              .orElseThrow();
                    })
                .toArray();
    add(
        signature,
        Sample.of(
            "mean and variance",
            in -> {
              Normalizations.BatchNorm y =
                  Normalizations.batchNorm(
                      in.get(0),
                      Tensor.ones(2).to(in.get(0).dtype()),
                      Tensor.zeros(2).to(in.get(0).dtype()),
                      EPSILON);
              return y.mean().concat(0, y.variance());
            },
            moments,
            x(2, 2, 3)));
  }

  private static void inference() {
    for (int[] sizes : BATCHES) {
      int places = Arrays.stream(sizes).skip(2).reduce(1, (a, b) -> a * b);
      int channels = sizes[1];
      add(
          "Normalizations.batchNorm(Tensor, Tensor, Tensor, Tensor, Tensor, double)",
          Sample.of(
              "value",
              in ->
                  Normalizations.batchNorm(
                      in.get(0), in.get(1), in.get(2), in.get(3), in.get(4), EPSILON),
              in ->
                  IntStream.range(0, in.get(0).elements())
                      .mapToDouble(
                          i -> {
                            double[] of =
                                in.stream()
                                    .skip(1)
                                    .mapToDouble(t -> t.array().get(i / places % channels))
                                    .toArray();
                            return (in.get(0).array().get(i) - of[0])
                                    / Math.sqrt(of[1] + EPSILON)
                                    * of[2]
                                + of[3];
                          })
                      .toArray(),
              x(sizes),
              numbers(2, channels),
              numbers(4, channels).abs().snapshot(),
              numbers(3, channels),
              numbers(5, channels)));
    }
  }

  /// By definition: the elements of each group together, each with its weight and bias.
  private static double[] normalised(
      boolean isCentred,
      Tensor x,
      IntUnaryOperator group,
      IntUnaryOperator place,
      Tensor weight,
      Tensor bias) {
    double[] values = x.toDoubles();
    List<List<Double>> groups = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      while (groups.size() <= group.applyAsInt(i)) {
        groups.add(new ArrayList<>());
      }
      groups.get(group.applyAsInt(i)).add(values[i]);
    }
    double[] y = new double[values.length];
    for (int i = 0; i < y.length; i++) {
      List<Double> all = groups.get(group.applyAsInt(i));
      double mean = isCentred ? all.stream().mapToDouble(v -> v).average().orElseThrow() : 0;
      double variance =
          all.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow();
      y[i] = (values[i] - mean) / Math.sqrt(variance + EPSILON);
      y[i] *= weight == null ? 1 : weight.array().get(place.applyAsInt(i));
      y[i] += bias == null ? 0 : bias.array().get(place.applyAsInt(i));
    }
    return y;
  }
}
