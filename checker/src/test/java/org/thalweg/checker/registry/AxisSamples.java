package org.thalweg.checker.registry;

import static org.thalweg.checker.registry.Samples.add;
import static org.thalweg.checker.registry.Samples.x;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.Ranked;

/// Sample calls of what is computed along one axis: shares, running sums, places, order.
final class AxisSamples {
  private AxisSamples() {}

  static void addAll() {
    along("softmax", in -> in::softmax, Naive::softmax);
    along("logSoftmax", in -> in::logSoftmax, Naive::logSoftmax);
    along("normalized", in -> in::normalized, v -> scaled(v, 1 / Naive.norm(2, v)));
    along("cumsum", in -> in::cumsum, v -> Naive.running(v, 0, Double::sum));
    along("cumprod", in -> in::cumprod, v -> Naive.running(v, 1, (a, b) -> a * b));
    products();
    losses();
    places("argmax", in -> in::argmax, Naive::argmax);
    places("argmin", in -> in::argmin, v -> Naive.argmax(scaled(v, -1)));
    for (Tensor input : List.of(x(3, 4, 5), x(7, 3), x(1), x(0, 2))) {
      for (int axis = 0; axis < input.shape().rank(); axis++) {
        sorted(input, axis);
        largest(input, axis);
      }
    }
  }

  private static double[] scaled(double[] v, double factor) {
    return Arrays.stream(v).map(value -> value * factor).toArray();
  }

  private interface AlongAxis {
    Tensor apply(int axis);
  }

  private static void along(
      String name, Function<Tensor, AlongAxis> method, UnaryOperator<double[]> rule) {
    for (int axis : new int[] {0, 1, -1}) {
      for (Tensor input : List.of(x(3, 4, 5), x(1, 1, 1), x(2, 0, 3), x(0, 4, 1))) {
        Sample sample =
            Sample.of(
                "axis " + axis,
                in -> method.apply(in.get(0)).apply(axis),
                in -> Naive.along(in.get(0), rule, axis),
                input);
        // One number of length 1 is ±1 whatever it was: its derivative is nothing but rounding.
        boolean isFlat = name.equals("normalized") && input.elements() == 1;
        add(name + "(int)", isFlat ? sample.withoutGradient() : sample);
      }
    }
  }

  /// Zeros, one or several in a row.
  private static void products() {
    Tensor zeros =
        Tensor.of(
            new double[][] {{2, 0, 3, -0.5}, {0, 1.5, 0, 2}, {0, 0, 0, 1}, {1, -1.25, 0.75, 0}});
    for (int axis : new int[] {0, 1}) {
      add(
          "cumprod(int)",
          Sample.of(
              "with zeros along " + axis,
              in -> in.get(0).cumprod(axis),
              in -> Naive.along(in.get(0), v -> Naive.running(v, 1, (a, b) -> a * b), axis),
              zeros));
      add(
          "prod(int[])",
          Sample.of(
              "with zeros along " + axis,
              in -> in.get(0).prod(axis),
              in -> Naive.reduce(in.get(0), Naive::product, axis),
              zeros));
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
              "labels", inputs, in -> in.get(0).crossEntropy(in.get(1)), crossEntropy, true, true));
    }
  }

  private static void places(
      String name, Function<Tensor, AlongAxis> method, ToDoubleFunction<double[]> rule) {
    for (Tensor input : List.of(x(3, 4), x(1, 1), x(0, 2))) {
      add(
          name + "(int)",
          Sample.of(
                  "the last axis",
                  in -> method.apply(in.get(0)).apply(-1),
                  in -> Naive.reduce(in.get(0), rule, -1),
                  input)
              .hidingNan());
    }
  }

  private static void sorted(Tensor input, int axis) {
    String what = "axis " + axis;
    for (boolean descending : new boolean[] {false, true}) {
      ranked(
          "sort(int, boolean)",
          what + (descending ? " downwards" : " upwards"),
          x -> x.sort(axis, descending),
          v -> Naive.order(v, descending),
          input,
          axis);
    }
    add(
        "argsort(int)",
        Sample.of(
                what,
                in -> in.get(0).argsort(axis),
                in -> Naive.along(in.get(0), v -> Naive.order(v, false), axis),
                input)
            .hidingNan());
    if (input.shape().size(axis) > 0) {
      add(
          "median(int)",
          Sample.of(
              what,
              in -> in.get(0).median(axis),
              in -> Naive.reduce(in.get(0), Naive::median, axis),
              input));
    } else {
      add(
          "median(int)",
          Sample.of("nothing at all", in -> in.get(0).median(0), _ -> new double[0], x(2, 0)));
    }
  }

  private static void largest(Tensor input, int axis) {
    for (int k : new int[] {0, Math.min(2, input.shape().size(axis))}) {
      ranked(
          "topK(int, int)",
          k + " along axis " + axis,
          x -> x.topK(k, axis),
          v -> Arrays.copyOf(Naive.order(v, true), k),
          input,
          axis);
    }
  }

  /// The values and the indices, each as a sample of its own.
  private static void ranked(
      String signature,
      String what,
      Function<Tensor, Ranked> call,
      UnaryOperator<double[]> order,
      Tensor input,
      int axis) {
    Sample values =
        Sample.of(
            what + ", values",
            in -> call.apply(in.get(0)).values(),
            in -> placed(in.get(0), v -> Naive.at(v, order.apply(v)), axis),
            input);
    Sample indices =
        Sample.of(
            what + ", indices",
            in -> call.apply(in.get(0)).indices(),
            in -> placed(in.get(0), order, axis),
            input);
    add(signature, what.startsWith("0") ? values.hidingNan() : values, indices.hidingNan());
  }

  /// Rows along an axis replaced by others of another length.
  private static double[] placed(Tensor x, UnaryOperator<double[]> rule, int axis) {
    int length = rule.apply(new double[x.shape().size(axis)]).length;
    Shape shape = x.shape().with(axis, length);
    return Naive.all(
        shape,
        index -> {
          double[] row = new double[x.shape().size(axis)];
          int[] place = index.clone();
          for (int k = 0; k < row.length; k++) {
            place[axis] = k;
            row[k] = x.get(place);
          }
          return rule.apply(row)[index[axis]];
        });
  }
}
