package org.thalweg.checker.registry;

import static org.thalweg.checker.registry.Samples.add;
import static org.thalweg.checker.registry.Samples.numbers;
import static org.thalweg.checker.registry.Samples.x;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.Padding;

/// Sample calls of what takes parts out, puts parts together, or moves and drops elements.
final class PartSamples {
  private PartSamples() {}

  static void addAll() {
    parts();
    pieces();
    stacks();
    moves();
    paddings();
    matrices();
  }

  /// Each part as a sample of its own.
  private static void pieces() {
    for (Tensor input : List.of(x(5, 2), x(1), x(5, 0))) {
      int n = input.shape().size(0);
      piece(input, n == 1 ? new int[] {0, 1} : new int[] {2, 0, 3});
      for (int count : new int[] {1, 2, 4}) {
        int size = (n + count - 1) / count;
        for (int from = 0; from < n; from += size) {
          int to = Math.min(n, from + size);
          int k = from / size;
          add("chunk(int, int)", part(from, to, in -> in.get(0).chunk(0, count).get(k), input));
        }
      }
    }
  }

  private static void piece(Tensor input, int... sizes) {
    int from = 0;
    for (int k = 0; k < sizes.length; k++) {
      int place = k;
      add(
          "split(int, int[])",
          part(from, from + sizes[k], in -> in.get(0).split(0, sizes).get(place), input));
      from += sizes[k];
    }
  }

  private static Sample part(int from, int to, Function<List<Tensor>, Tensor> call, Tensor input) {
    Sample sample =
        Sample.of(
            "from " + from + " to " + to,
            call,
            in ->
                Naive.all(
                    in.get(0).shape().with(0, to - from),
                    index -> {
                      index[0] += from;
                      return in.get(0).get(index);
                    }),
            input);
    return from == 0 && to > 0 ? sample : sample.hidingNan();
  }

  private static void stacks() {
    for (int[] sizes : new int[][] {{2, 3}, {1, 1}, {0, 2}, {}}) {
      for (int axis : new int[] {0, -1}) {
        int rank = sizes.length + 1;
        int at = Math.floorMod(axis, rank);
        int[] whole = new int[rank];
        for (int k = 0; k < rank; k++) {
          whole[k] = k == at ? 3 : sizes[k < at ? k : k - 1];
        }
        add(
            "stack(int, Tensor[])",
            Sample.of(
                "axis " + axis,
                in -> in.get(0).stack(axis, in.get(1), in.get(2)),
                in ->
                    Naive.all(
                        Shape.of(whole),
                        index -> {
                          int[] place = new int[rank - 1];
                          for (int k = 0; k < rank - 1; k++) {
                            place[k] = index[k < at ? k : k + 1];
                          }
                          return in.get(index[at]).get(place);
                        }),
                x(sizes),
                numbers(2, sizes),
                numbers(3, sizes)));
      }
    }
  }

  /// Rows along an axis replaced by others of another length.
  private static Sample rows(
      String what,
      Function<List<Tensor>, Tensor> call,
      UnaryOperator<double[]> rule,
      Tensor input,
      int axis) {
    int length = rule.apply(new double[input.shape().size(axis)]).length;
    return Sample.of(
        what,
        call,
        in ->
            Naive.all(
                in.get(0).shape().with(axis, length),
                index -> {
                  double[] row = new double[in.get(0).shape().size(axis)];
                  int[] place = index.clone();
                  for (int k = 0; k < row.length; k++) {
                    place[axis] = k;
                    row[k] = in.get(0).get(place);
                  }
                  return rule.apply(row)[index[axis]];
                }),
        input);
  }

  private static double[] picked(double[] row, int length, IntUnaryOperator place) {
    double[] result = new double[length];
    Arrays.setAll(result, j -> row[place.applyAsInt(j)]);
    return result;
  }

  private static void moves() {
    for (Tensor input : List.of(x(3, 4, 2), x(1, 1), x(0, 3))) {
      for (int axis : new int[] {0, 1}) {
        int n = input.shape().size(axis);
        add(
            "flip(int[])",
            rows(
                "axis " + axis,
                in -> in.get(0).flip(axis),
                row -> picked(row, n, j -> n - 1 - j),
                input,
                axis));
        for (int shift : new int[] {1, -2, 0, 5}) {
          add(
              "roll(int, int)",
              rows(
                  shift + " along axis " + axis,
                  in -> in.get(0).roll(axis, shift),
                  row -> picked(row, n, j -> ((j - shift) % n + n) % n),
                  input,
                  axis));
        }
      }
    }
    add(
        "flip(int[])",
        Sample.of(
            "all axes",
            in -> in.get(0).flip(),
            in -> Naive.all(Shape.of(2, 3), i -> in.get(0).get(1 - i[0], 2 - i[1])),
            x(2, 3)));
  }

  private static void paddings() {
    for (Tensor input : List.of(x(3, 4), x(1, 1), x(0, 3), x(2, 3, 2))) {
      for (int axis : new int[] {0, 1}) {
        int n = input.shape().size(axis);
        for (int[] by : new int[][] {{2, 1}, {0, 0}, {0, 2}}) {
          add(
              "pad(double, int, int, int)",
              rows(
                  "by " + Arrays.toString(by) + " along axis " + axis,
                  in -> in.get(0).pad(1.5, axis, by[0], by[1]),
                  row -> {
                    double[] wide = new double[by[0] + n + by[1]];
                    Arrays.fill(wide, 1.5);
                    System.arraycopy(row, 0, wide, by[0], n);
                    return wide;
                  },
                  input,
                  axis));
          for (Padding mode : Padding.values()) {
            add("pad(Padding, int, int, int)", padding(mode, input, axis, by[0], by[1]));
          }
        }
      }
    }
  }

  /// By walking: mirrored, an index turns round at either end; circular, it goes on at the other.
  private static Sample padding(Padding mode, Tensor input, int axis, int before, int after) {
    int n = input.shape().size(axis);
    int most = mode == Padding.REFLECT ? Math.max(0, n - 1) : n == 0 ? 0 : n;
    int front = Math.min(before, most);
    int back = Math.min(after, most);
    return rows(
        mode + " by " + front + " and " + back + " along axis " + axis,
        in -> in.get(0).pad(mode, axis, front, back),
        row -> {
          double[] wide = new double[front + n + back];
          System.arraycopy(row, 0, wide, front, n);
          for (int k = 1; k <= Math.max(front, back); k++) {
            double left = row[mode == Padding.REFLECT ? k : mode == Padding.CIRCULAR ? n - k : 0];
            double right =
                row[mode == Padding.REFLECT ? n - 1 - k : mode == Padding.CIRCULAR ? k - 1 : n - 1];
            if (k <= front) {
              wide[front - k] = left;
            }
            if (k <= back) {
              wide[front + n - 1 + k] = right;
            }
          }
          return wide;
        },
        input,
        axis);
  }

  private static void matrices() {
    for (Tensor input : List.of(x(3, 4), x(2, 4, 3), x(1, 1), x(2, 0, 3), x(0, 2, 2))) {
      for (int offset : new int[] {0, 1, -1, 9}) {
        int rank = input.shape().rank();
        add("triu(int)", triangle("above ", offset, in -> in.get(0).triu(offset), 1, input));
        add("tril(int)", triangle("below ", offset, in -> in.get(0).tril(offset), -1, input));
        int rows = input.shape().size(-2);
        int columns = input.shape().size(-1);
        int length = 0;
        for (int i = 0; i < rows; i++) {
          length += i + offset >= 0 && i + offset < columns ? 1 : 0;
        }
        int[] sizes = Arrays.copyOf(input.shape().sizes(), rank - 1);
        sizes[rank - 2] = length;
        Sample sample =
            Sample.of(
                "diagonal " + offset,
                in -> in.get(0).diagonal(offset),
                in ->
                    Naive.all(
                        Shape.of(sizes),
                        index -> {
                          int[] place = Arrays.copyOf(index, rank);
                          place[rank - 2] = index[rank - 2] + Math.max(0, -offset);
                          place[rank - 1] = index[rank - 2] + Math.max(0, offset);
                          return in.get(0).get(place);
                        }),
                input);
        add("diagonal(int)", offset == 0 ? sample : sample.hidingNan());
      }
    }
    for (Tensor input : List.of(x(3), x(2, 3), x(1), x(0), x(2, 0))) {
      int rank = input.shape().rank();
      int[] sizes = Arrays.copyOf(input.shape().sizes(), rank + 1);
      sizes[rank] = sizes[rank - 1];
      add(
          "diagonalMatrix()",
          Sample.of(
              "the last axis",
              in -> in.get(0).diagonalMatrix(),
              in ->
                  Naive.all(
                      Shape.of(sizes),
                      i -> i[rank] == i[rank - 1] ? in.get(0).get(Arrays.copyOf(i, rank)) : 0),
              input));
    }
  }

  private static Sample triangle(
      String what, int offset, Function<List<Tensor>, Tensor> call, int sign, Tensor input) {
    int rank = input.shape().rank();
    Sample sample =
        Sample.of(
            what + offset,
            call,
            in ->
                Naive.all(
                    in.get(0).shape(),
                    i -> {
                      int column = i[rank - 1] - i[rank - 2] - offset;
                      return column * sign >= 0 ? in.get(0).get(i) : 0;
                    }),
            input);
    return offset == 0 ? sample : sample.hidingNan();
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
}
