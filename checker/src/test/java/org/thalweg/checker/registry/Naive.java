package org.thalweg.checker.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;

/// Operations by their definitions, element by element in double: slow, and simple enough to be
/// believed. Results are in row-major order.
final class Naive {
  /// An element of a result from its index along each axis.
  @FunctionalInterface
  interface Element {
    double at(int... index);
  }

  private Naive() {}

  /// Every element of a shape.
  static double[] all(Shape shape, Element element) {
    double[] result = new double[shape.elements()];
    int[] index = new int[shape.rank()];
    for (int flat = 0; flat < result.length; flat++) {
      result[flat] = element.at(index.clone());
      for (int axis = shape.rank() - 1; axis >= 0 && ++index[axis] == shape.size(axis); axis--) {
        index[axis] = 0;
      }
    }
    return result;
  }

  /// What lies along some axes, for each place along the others.
  static double[] reduce(Tensor x, ToDoubleFunction<double[]> rule, int... axes) {
    int[] counted = x.shape().axes(axes);
    Shape kept = x.shape().reduced(counted, true);
    List<List<Double>> groups = new ArrayList<>();
    for (int k = 0; k < kept.elements(); k++) {
      groups.add(new ArrayList<>());
    }
    int[] strides = kept.strides();
    all(
        x.shape(),
        index -> {
          int group = 0;
          for (int axis = 0; axis < index.length; axis++) {
            group += kept.size(axis) == 1 ? 0 : index[axis] * strides[axis];
          }
          groups.get(group).add(x.get(index));
          return 0;
        });
    return groups.stream()
        .mapToDouble(group -> rule.applyAsDouble(group.stream().mapToDouble(d -> d).toArray()))
        .toArray();
  }

  /// Each row along an axis replaced by another.
  static double[] along(Tensor x, UnaryOperator<double[]> rule, int axis) {
    int counted = x.shape().axis(axis);
    return all(
        x.shape(),
        index -> {
          double[] row = new double[x.shape().size(counted)];
          int[] place = index.clone();
          for (int k = 0; k < row.length; k++) {
            place[counted] = k;
            row[k] = x.get(place);
          }
          return rule.apply(row)[index[counted]];
        });
  }

  static double sum(double[] x) {
    return Arrays.stream(x).sum();
  }

  static double mean(double[] x) {
    return sum(x) / x.length;
  }

  static double variance(double[] x) {
    double mean = mean(x);
    return mean(Arrays.stream(x).map(value -> (value - mean) * (value - mean)).toArray());
  }

  static double sampleVariance(double[] x) {
    return x.length < 2 ? Double.NaN : variance(x) * x.length / (x.length - 1);
  }

  static double product(double[] x) {
    return Arrays.stream(x).reduce(1, (a, b) -> a * b);
  }

  static double norm(double p, double[] x) {
    DoubleStream sizes = Arrays.stream(x).map(Math::abs);
    if (p == 0) {
      return sizes.filter(size -> size != 0).map(size -> Double.isNaN(size) ? size : 1).sum();
    }
    if (Double.isInfinite(p)) {
      return p > 0 ? sizes.max().orElse(0) : sizes.min().orElse(0);
    }
    return Math.pow(sizes.map(size -> Math.pow(size, p)).sum(), 1 / p);
  }

  /// What an operator makes of all elements up to each.
  static double[] running(double[] x, double start, DoubleBinaryOperator operator) {
    double[] y = new double[x.length];
    double sofar = start;
    for (int k = 0; k < x.length; k++) {
      sofar = operator.applyAsDouble(sofar, x[k]);
      y[k] = sofar;
    }
    return y;
  }

  /// The places of the elements in order.
  static double[] order(double[] x, boolean descending) {
    Comparator<Integer> byValue = Comparator.comparingDouble(place -> x[place]);
    return IntStream.range(0, x.length)
        .boxed()
        .sorted(descending ? byValue.reversed() : byValue)
        .mapToDouble(place -> place)
        .toArray();
  }

  static double[] at(double[] x, double[] places) {
    return Arrays.stream(places).map(place -> x[(int) place]).toArray();
  }

  static double median(double[] x) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    return sorted[(x.length - 1) / 2];
  }

  static double max(double[] x) {
    return Arrays.stream(x).max().orElse(Double.NaN);
  }

  static double min(double[] x) {
    return Arrays.stream(x).min().orElse(Double.NaN);
  }

  static double logSumExp(double[] x) {
    double largest = x.length == 0 ? 0 : max(x);
    return Math.log(Arrays.stream(x).map(value -> Math.exp(value - largest)).sum()) + largest;
  }

  static double[] softmax(double[] x) {
    double whole = logSumExp(x);
    return Arrays.stream(x).map(value -> Math.exp(value - whole)).toArray();
  }

  static double[] logSoftmax(double[] x) {
    double whole = logSumExp(x);
    return Arrays.stream(x).map(value -> value - whole).toArray();
  }

  static double argmax(double[] x) {
    int best = 0;
    for (int i = 1; i < x.length; i++) {
      best = x[i] > x[best] ? i : best;
    }
    return best;
  }

  /// The product of the last two axes; the others broadcast.
  static double[] matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    Tensor left = a.shape().rank() == 1 ? a.reshape(1, a.elements()) : a;
    Tensor right = b.shape().rank() == 1 ? b.reshape(b.elements(), 1) : b;
    Shape batch = batch(left).broadcast(batch(right), "naive");
    int k = left.shape().size(transposeA ? -2 : -1);
    int[] sizes = Arrays.copyOf(batch.sizes(), batch.rank() + 2);
    sizes[batch.rank()] = left.shape().size(transposeA ? -1 : -2);
    sizes[batch.rank() + 1] = right.shape().size(transposeB ? -2 : -1);
    return all(
        Shape.of(sizes),
        index -> {
          int m = index[index.length - 2];
          int n = index[index.length - 1];
          double sum = 0;
          for (int i = 0; i < k; i++) {
            sum +=
                element(left, index, transposeA ? i : m, transposeA ? m : i)
                    * element(right, index, transposeB ? n : i, transposeB ? i : n);
          }
          return sum;
        });
  }

  /// X·Wᵀ with a row added to every row.
  static double[] linear(Tensor x, Tensor weight, Tensor bias) {
    double[] y = matmul(x, false, weight, true);
    int out = weight.shape().size(0);
    for (int i = 0; i < y.length; i++) {
      y[i] += bias.get(i % out);
    }
    return y;
  }

  private static Shape batch(Tensor x) {
    return Shape.of(Arrays.copyOf(x.shape().sizes(), x.shape().rank() - 2));
  }

  /// An element of the matrix that belongs to a place of the batch.
  private static double element(Tensor x, int[] index, int row, int column) {
    int rank = x.shape().rank();
    int shift = index.length - rank;
    int[] place = new int[rank];
    for (int axis = 0; axis < rank - 2; axis++) {
      place[axis] = x.shape().size(axis) == 1 ? 0 : index[axis + shift];
    }
    place[rank - 2] = row;
    place[rank - 1] = column;
    return x.get(place);
  }

  /// The element of a tensor that broadcasting puts at a place.
  static double broadcast(Tensor x, int... index) {
    int shift = index.length - x.shape().rank();
    int[] place = new int[x.shape().rank()];
    for (int axis = 0; axis < place.length; axis++) {
      place[axis] = x.shape().size(axis) == 1 ? 0 : index[axis + shift];
    }
    return x.get(place);
  }
}
