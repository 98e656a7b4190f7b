package org.thalweg.checker.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Sample calls of the methods of `Tensor` that are not pointwise mathematics, by signature. A
/// method without any fails the build by name.
final class Samples {
  private static final Map<String, List<Sample>> TABLE = new TreeMap<>();

  private Samples() {}

  static {
    reduction("sum", in -> axes -> in.sum(axes), Naive::sum, true);
    reduction("sumKept", in -> axes -> in.sumKept(axes), Naive::sum, true);
    reduction("mean", in -> axes -> in.mean(axes), Naive::mean, true);
    reduction("meanKept", in -> axes -> in.meanKept(axes), Naive::mean, true);
    reduction("variance", in -> axes -> in.variance(axes), Naive::variance, true);
    reduction("varianceKept", in -> axes -> in.varianceKept(axes), Naive::variance, true);
    reduction("max", in -> axes -> in.max(axes), Naive::max, false);
    reduction("maxKept", in -> axes -> in.maxKept(axes), Naive::max, false);
    reduction("min", in -> axes -> in.min(axes), Naive::min, false);
    reduction("minKept", in -> axes -> in.minKept(axes), Naive::min, false);
    reduction("logSumExp", in -> axes -> in.logSumExp(axes), Naive::logSumExp, true);
    reduction("logSumExpKept", in -> axes -> in.logSumExpKept(axes), Naive::logSumExp, true);
    along("softmax", in -> in::softmax, Naive::softmax);
    along("logSoftmax", in -> in::logSoftmax, Naive::logSoftmax);
    losses();
    shapes();
    broadcasts();
    parts();
    gathers();
    scattersAndPicks();
    products("matmul(Tensor)", false, false, in -> in.get(0).matmul(in.get(1)));
    products("matmulTransposed(Tensor)", false, true, in -> in.get(0).matmulTransposed(in.get(1)));
    products("transposedMatmul(Tensor)", true, false, in -> in.get(0).transposedMatmul(in.get(1)));
    vectors();
  }

  /// The samples of a method; empty where there are none.
  static List<Sample> of(String signature) {
    return TABLE.getOrDefault(signature, List.of());
  }

  static Iterable<String> signatures() {
    return TABLE.keySet();
  }

  private static void add(String signature, Sample... samples) {
    TABLE.computeIfAbsent(signature, _ -> new ArrayList<>()).addAll(List.of(samples));
  }

  private static Tensor x(int... sizes) {
    return numbers(1, sizes);
  }

  /// Numbers from −2 to 2 without ties, exact in FLOAT32.
  private static Tensor numbers(long seed, int... sizes) {
    return Tensor.uniform(seed, sizes).minus(0.5).times(4).to(DType.FLOAT64).snapshot();
  }

  private interface OverAxes {
    Tensor apply(int... axes);
  }

  /// @param ofNothing whether a reduction over no elements has a value
  private static void reduction(
      String name,
      Function<Tensor, OverAxes> method,
      ToDoubleFunction<double[]> rule,
      boolean ofNothing) {
    String signature = name + "(int[])";
    for (int[] axes : new int[][] {{}, {0}, {-1}, {0, 2}, {1, 2}}) {
      add(
          signature,
          Sample.of(
              "axes " + Arrays.toString(axes),
              in -> method.apply(in.get(0)).apply(axes),
              in -> Naive.reduce(in.get(0), rule, axes),
              x(3, 4, 5)));
    }
    // Over an axis of size 2 none but the variance is flat; longer than an accumulator block.
    for (Tensor input : List.of(x(1, 2), x(2, 1031), x(1), x())) {
      add(
          signature,
          Sample.of(
              "all axes",
              in -> method.apply(in.get(0)).apply(),
              in -> Naive.reduce(in.get(0), rule),
              input));
    }
    Sample left =
        Sample.of(
            "an empty axis that stays",
            in -> method.apply(in.get(0)).apply(0),
            in -> Naive.reduce(in.get(0), rule, 0),
            x(2, 0));
    Sample gone =
        Sample.of(
            "an empty axis",
            in -> method.apply(in.get(0)).apply(1),
            in -> Naive.reduce(in.get(0), rule, 1),
            x(2, 0, 3));
    add(signature, ofNothing ? new Sample[] {left, gone} : new Sample[] {left});
  }

  private interface AlongAxis {
    Tensor apply(int axis);
  }

  private static void along(
      String name, Function<Tensor, AlongAxis> method, UnaryOperator<double[]> rule) {
    for (int axis : new int[] {0, 1, -1}) {
      for (Tensor input : List.of(x(3, 4, 5), x(1, 1, 1), x(2, 0, 3), x(0, 4, 1))) {
        add(
            name + "(int)",
            Sample.of(
                "axis " + axis,
                in -> method.apply(in.get(0)).apply(axis),
                in -> Naive.along(in.get(0), rule, axis),
                input));
      }
    }
  }

  private static void losses() {
    Function<List<Tensor>, double[]> crossEntropy =
        in ->
            Naive.all(
                in.get(1).shape(),
                index -> {
                  Tensor logits = in.get(0);
                  double[] row = new double[logits.shape().size(1)];
                  Arrays.setAll(row, j -> logits.get(index[0], j));
                  return -Naive.logSoftmax(row)[(int) in.get(1).get(index)];
                });
    for (List<Tensor> inputs :
        List.of(
            List.of(x(4, 3), Tensor.ints(2, 0, 0, 1)),
            List.of(x(1, 1), Tensor.ints(0)),
            List.of(x(0, 3), Tensor.ints()))) {
      add(
          "crossEntropy(Tensor)",
          new Sample(
              "labels", inputs, in -> in.get(0).crossEntropy(in.get(1)), crossEntropy, true));
    }
    for (Tensor input : List.of(x(3, 4), x(1, 1), x(0, 2))) {
      add(
          "argmax(int)",
          Sample.of(
                  "the last axis",
                  in -> in.get(0).argmax(-1),
                  in -> Naive.reduce(in.get(0), Naive::argmax, -1),
                  input)
              .hidingNan());
    }
  }

  private static void shapes() {
    Function<List<Tensor>, double[]> same = in -> in.get(0).toDoubles();
    add(
        "reshape(int[])",
        Sample.of("two axes to three", in -> in.get(0).reshape(2, 2, 3), same, x(4, 3)),
        Sample.of("a size found", in -> in.get(0).reshape(-1, 2), same, x(4, 3)),
        Sample.of("to a scalar", in -> in.get(0).reshape(), same, x(1, 1)),
        Sample.of("of nothing", in -> in.get(0).reshape(5, 0), same, x(0)));
    add(
        "to(DType)",
        Sample.of("there and back", Samples::thereAndBack, in -> square(in.get(0)), x(3, 2)),
        Sample.of("one", Samples::thereAndBack, in -> square(in.get(0)), x()),
        Sample.of("none", Samples::thereAndBack, in -> square(in.get(0)), x(0)));
    for (Tensor input : List.of(x(3, 4), x(2, 3, 4), x(1, 1), x(0, 3))) {
      add(
          "transpose()",
          Sample.of(
              "the last two axes",
              in -> in.get(0).transpose(),
              in -> Naive.all(transposed(in.get(0)), Samples.exchanged(in.get(0))),
              input));
    }
    for (Tensor input : List.of(x(2, 3, 4), x(1, 1, 1), x(2, 0, 3))) {
      add(
          "permute(int[])",
          Sample.of(
              "a cycle",
              in -> in.get(0).permute(2, 0, -2),
              in -> {
                int[] s = in.get(0).shape().sizes();
                return Naive.all(Shape.of(s[2], s[0], s[1]), i -> in.get(0).get(i[1], i[2], i[0]));
              },
              input));
    }
  }

  private static void broadcasts() {
    for (List<int[]> pair :
        List.of(
            List.of(new int[] {3, 1}, new int[] {2, 3, 4}),
            List.of(new int[] {}, new int[] {2, 2}),
            List.of(new int[] {1}, new int[] {1, 1}),
            List.of(new int[] {1, 3}, new int[] {0, 3}),
            List.of(new int[] {0}, new int[] {2, 0}))) {
      Shape shape = Shape.of(pair.get(1));
      add(
          "broadcastTo(Shape)",
          Sample.of(
              "to " + shape,
              in -> in.get(0).broadcastTo(shape),
              in -> Naive.all(shape, index -> Naive.broadcast(in.get(0), index)),
              x(pair.get(0))));
    }
  }

  private static Tensor thereAndBack(List<Tensor> in) {
    return in.get(0).to(DType.FLOAT64).square().to(in.get(0).dtype());
  }

  private static double[] square(Tensor x) {
    return Arrays.stream(x.toDoubles()).map(value -> value * value).toArray();
  }

  private static Shape transposed(Tensor x) {
    int[] sizes = x.shape().sizes();
    int n = sizes.length;
    int last = sizes[n - 1];
    sizes[n - 1] = sizes[n - 2];
    sizes[n - 2] = last;
    return Shape.of(sizes);
  }

  private static Naive.Element exchanged(Tensor x) {
    return index -> {
      int[] place = index.clone();
      int n = place.length;
      place[n - 1] = index[n - 2];
      place[n - 2] = index[n - 1];
      return x.get(place);
    };
  }

  private static void parts() {
    for (Tensor input : List.of(x(3, 5, 2), x(1, 5, 1), x(2, 5, 0))) {
      add(
          "slice(int, int, int)",
          slice(1, 0, 3, input),
          slice(-2, 2, 5, input).hidingNan(),
          slice(1, 2, 2, input).hidingNan());
    }
    add("slice(int, int, int)", slice(0, 0, 1, x(1)));
    add(
        "concat(int, Tensor[])",
        concat(0, x(2, 3), numbers(2, 1, 3), numbers(3, 4, 3)),
        concat(-1, x(2, 3), numbers(2, 2, 1)),
        concat(0, x(1), numbers(2, 1)),
        concat(1, x(2, 0), numbers(2, 2, 3), numbers(3, 2, 0)));
    for (List<int[]> pair :
        List.of(
            List.of(new int[] {3, 1}, new int[] {2, 3, 4}),
            List.of(new int[] {}, new int[] {2, 2}),
            List.of(new int[] {1}, new int[] {1, 1}),
            List.of(new int[] {1, 3}, new int[] {0, 3}))) {
      Shape shape = Shape.of(pair.get(0));
      add(
          "sumTo(Shape)",
          Sample.of(
              "to " + shape,
              in -> in.get(0).sumTo(shape),
              in -> sumTo(in.get(0), shape),
              x(pair.get(1))));
    }
  }

  private static Sample slice(int axis, int from, int to, Tensor input) {
    int counted = input.shape().axis(axis);
    return Sample.of(
        "axis " + axis + " from " + from + " to " + to,
        in -> in.get(0).slice(axis, from, to),
        in ->
            Naive.all(
                in.get(0).shape().with(counted, to - from),
                index -> {
                  index[counted] += from;
                  return in.get(0).get(index);
                }),
        input);
  }

  private static Sample concat(int axis, Tensor... inputs) {
    int counted = inputs[0].shape().axis(axis);
    int size = Arrays.stream(inputs).mapToInt(x -> x.shape().size(counted)).sum();
    return Sample.of(
        "axis " + axis,
        in -> in.get(0).concat(axis, in.subList(1, in.size()).toArray(Tensor[]::new)),
        in ->
            Naive.all(
                in.get(0).shape().with(counted, size),
                index -> {
                  int k = 0;
                  while (index[counted] >= in.get(k).shape().size(counted)) {
                    index[counted] -= in.get(k++).shape().size(counted);
                  }
                  return in.get(k).get(index);
                }),
        inputs);
  }

  private static double[] sumTo(Tensor x, Shape shape) {
    double[] sums = new double[shape.elements()];
    int[] strides = shape.strides();
    int shift = x.shape().rank() - shape.rank();
    Naive.all(
        x.shape(),
        index -> {
          int flat = 0;
          for (int axis = 0; axis < shape.rank(); axis++) {
            flat += shape.size(axis) == 1 ? 0 : index[axis + shift] * strides[axis];
          }
          sums[flat] += x.get(index);
          return 0;
        });
    return sums;
  }

  private static void gathers() {
    Function<List<Tensor>, Tensor> gather = in -> in.get(0).gatherRows(in.get(1));
    Function<List<Tensor>, double[]> gathered =
        in -> {
          Tensor indices = in.get(1);
          int[] row = Arrays.copyOfRange(in.get(0).shape().sizes(), 1, in.get(0).shape().rank());
          int[] sizes = Arrays.copyOf(indices.shape().sizes(), indices.shape().rank() + row.length);
          System.arraycopy(row, 0, sizes, indices.shape().rank(), row.length);
          return Naive.all(
              Shape.of(sizes),
              index -> {
                int lead = indices.shape().rank();
                int[] place = new int[row.length + 1];
                place[0] = (int) indices.get(Arrays.copyOf(index, lead));
                System.arraycopy(index, lead, place, 1, row.length);
                return in.get(0).get(place);
              });
        };
    add(
        "gatherRows(Tensor)",
        Sample.of("rows twice", gather, gathered, x(4, 3), Tensor.ints(3, 0, 3, 1, 3)),
        Sample.of(
            "a table of indices",
            gather,
            gathered,
            x(4, 2),
            Tensor.ints(new int[] {0, 1, 3, 2, 2, 2}, Shape.of(3, 2))),
        Sample.of("numbers", gather, gathered, x(3), Tensor.ints(2, 0)),
        Sample.of("one", gather, gathered, x(1), Tensor.ints(0)),
        Sample.of("no index", gather, gathered, x(3, 2), Tensor.ints()).hidingNan());
  }

  private static void scattersAndPicks() {
    Function<List<Tensor>, Tensor> scatter = in -> in.get(0).scatterAddRows(in.get(1), 4);
    Function<List<Tensor>, double[]> scattered =
        in -> {
          int columns = in.get(0).elements() / Math.max(in.get(1).elements(), 1);
          columns = in.get(0).elements() == 0 ? 2 : columns;
          double[] rows = new double[4 * columns];
          double[] values = in.get(0).toDoubles();
          for (int i = 0; i < values.length; i++) {
            int row = (int) in.get(1).array().get(i / columns);
            rows[row * columns + i % columns] += values[i];
          }
          return rows;
        };
    add(
        "scatterAddRows(Tensor, int)",
        Sample.of("rows twice", scatter, scattered, x(5, 3), Tensor.ints(3, 0, 3, 1, 3)),
        Sample.of("one", scatter, scattered, x(1), Tensor.ints(2)),
        Sample.of("none", scatter, scattered, x(0, 2), Tensor.ints()));
    Function<List<Tensor>, Tensor> pick = in -> in.get(0).pick(in.get(1));
    Function<List<Tensor>, double[]> picked =
        in -> Naive.all(in.get(1).shape(), i -> in.get(0).get(i[0], (int) in.get(1).get(i)));
    add(
        "pick(Tensor)",
        Sample.of("one of each row", pick, picked, x(3, 4), Tensor.ints(0, 3, 3)),
        Sample.of("one", pick, picked, x(1, 1), Tensor.ints(0)),
        Sample.of("none", pick, picked, x(0, 2), Tensor.ints()));
  }

  private static void products(
      String signature,
      boolean transposeA,
      boolean transposeB,
      Function<List<Tensor>, Tensor> call) {
    // m, k, n; then the batches of both.
    int[][][] cases = {
      {{3, 4, 5}, {}, {}},
      {{2, 3, 2}, {4}, {4}},
      {{2, 3, 2}, {3, 1}, {2}},
      {{2, 2, 3}, {}, {2, 2}},
      {{2, 2, 3}, {2}, {}},
      {{1, 1, 1}, {}, {}},
      {{2, 0, 3}, {}, {}},
      {{0, 2, 3}, {}, {}},
      {{1, 37, 17}, {}, {}}
    };
    for (int[][] sizes : cases) {
      int m = sizes[0][0];
      int k = sizes[0][1];
      int n = sizes[0][2];
      Tensor a = x(appended(sizes[1], transposeA ? k : m, transposeA ? m : k));
      Tensor b = numbers(2, appended(sizes[2], transposeB ? n : k, transposeB ? k : n));
      Sample sample =
          Sample.of(
              "matrices",
              call,
              in -> Naive.matmul(in.get(0), transposeA, in.get(1), transposeB),
              a,
              b);
      add(signature, sample);
    }
  }

  private static int[] appended(int[] sizes, int rows, int columns) {
    int[] all = Arrays.copyOf(sizes, sizes.length + 2);
    all[sizes.length] = rows;
    all[sizes.length + 1] = columns;
    return all;
  }

  private static void vectors() {
    Function<List<Tensor>, Tensor> call = in -> in.get(0).matmul(in.get(1));
    Function<List<Tensor>, double[]> rule = in -> Naive.matmul(in.get(0), false, in.get(1), false);
    add(
        "matmul(Tensor)",
        Sample.of("vector and matrix", call, rule, x(3), numbers(2, 3, 4)),
        Sample.of("matrix and vector", call, rule, x(2, 3), numbers(2, 3)),
        Sample.of("two vectors", call, rule, x(3), numbers(2, 3)),
        Sample.of("matrices and a vector", call, rule, x(2, 2, 3), numbers(2, 3)));
  }
}
