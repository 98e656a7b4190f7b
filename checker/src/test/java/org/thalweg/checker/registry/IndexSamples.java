package org.thalweg.checker.registry;

import static org.thalweg.checker.registry.Samples.add;
import static org.thalweg.checker.registry.Samples.numbers;
import static org.thalweg.checker.registry.Samples.x;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Sample calls of what takes elements by index.
final class IndexSamples {
  private IndexSamples() {}

  static void addAll() {
    gathers();
    scattersAndPicks();
    for (int axis = 0; axis < 3; axis++) {
      elements(x(3, 4, 2), axis, axis == 1 ? new int[] {3, 0, 3} : new int[] {1, 1, 0, 1, 0});
      slabs(x(3, 4, 2), axis, 1, 0, 1);
    }
    elements(x(1), 0, 0);
    elements(x(2, 0), 1);
    slabs(x(1), 0, 0);
    slabs(x(3, 0), 0, 2, 2);
    slabs(x(3, 2), 0);
    oneHots();
    masks();
  }

  /// Indices that repeat a few numbers in the shape of x with another size along an axis.
  private static void elements(Tensor x, int axis, int... pattern) {
    Shape shape = x.shape().with(axis, pattern.length);
    int[] values = new int[shape.elements()];
    Arrays.setAll(values, k -> pattern[(k * 7 + k / 3) % pattern.length]);
    Tensor indices = Tensor.ints(values, shape);
    Sample gather =
        Sample.of(
            "axis " + axis,
            in -> in.get(0).gather(axis, in.get(1)),
            in ->
                Naive.all(
                    shape,
                    i -> {
                      int[] place = i.clone();
                      place[axis] = (int) in.get(1).get(i);
                      return in.get(0).get(place);
                    }),
            x,
            indices);
    // Which elements are read depends on the indices, and the first may not be.
    boolean readsFirst = shape.elements() > 0 && values[0] == 0;
    add("gather(int, Tensor)", readsFirst ? gather : gather.hidingNan());
    add(
        "scatterAdd(int, Tensor, Tensor)",
        Sample.of(
            "axis " + axis,
            in -> in.get(0).scatterAdd(axis, in.get(1), in.get(2)),
            in -> {
              double[] sums = in.get(0).toDoubles();
              int[] strides = x.shape().strides();
              Naive.all(
                  shape,
                  i -> {
                    int flat = 0;
                    for (int k = 0; k < i.length; k++) {
                      flat += strides[k] * (k == axis ? (int) in.get(1).get(i) : i[k]);
                    }
                    sums[flat] += in.get(2).get(i);
                    return 0;
                  });
              return sums;
            },
            x,
            indices,
            numbers(5, shape.sizes())));
  }

  private static void slabs(Tensor x, int axis, int... pattern) {
    Shape shape = x.shape().with(axis, pattern.length);
    Sample select =
        Sample.of(
            "axis " + axis,
            in -> in.get(0).indexSelect(axis, in.get(1)),
            in ->
                Naive.all(
                    shape,
                    i -> {
                      i[axis] = pattern[i[axis]];
                      return in.get(0).get(i);
                    }),
            x,
            Tensor.ints(pattern));
    boolean readsFirst = Arrays.stream(pattern).anyMatch(place -> place == 0);
    add("indexSelect(int, Tensor)", readsFirst ? select : select.hidingNan());
    add(
        "indexAdd(int, Tensor, Tensor)",
        Sample.of(
            "axis " + axis,
            in -> in.get(0).indexAdd(axis, in.get(1), in.get(2)),
            in ->
                Naive.all(
                    x.shape(),
                    i -> {
                      double sum = in.get(0).get(i);
                      int[] place = i.clone();
                      for (int j = 0; j < pattern.length; j++) {
                        place[axis] = j;
                        sum += pattern[j] == i[axis] ? in.get(2).get(place) : 0;
                      }
                      return sum;
                    }),
            x,
            Tensor.ints(pattern),
            numbers(5, shape.sizes())));
    if (axis == 0) {
      // The row for padding is one that is not used: it would get no gradient.
      int padding = x.shape().size(0) - 1;
      boolean isFree = Arrays.stream(pattern).noneMatch(place -> place == padding);
      Sample embedding =
          Sample.of(
              "padding " + padding,
              in -> in.get(0).embedding(in.get(1), padding),
              select.expected(),
              x,
              Tensor.ints(pattern));
      embedding = readsFirst ? embedding : embedding.hidingNan();
      add("embedding(Tensor, int)", isFree ? embedding : embedding.withoutGradient());
    }
  }

  private static void oneHots() {
    Tensor table = Tensor.ints(new int[] {0, 3, 1, 1, 2, 0}, Shape.of(2, 3));
    for (Tensor input : List.of(table, Tensor.ints(1), Tensor.ints())) {
      int rank = input.shape().rank();
      int[] sizes = Arrays.copyOf(input.shape().sizes(), rank + 1);
      sizes[rank] = 4;
      add(
          "oneHot(int, DType)",
          Sample.of(
              "four classes",
              in -> in.get(0).oneHot(4, DType.FLOAT64),
              in ->
                  Naive.all(
                      Shape.of(sizes),
                      i -> in.get(0).get(Arrays.copyOf(i, rank)) == i[rank] ? 1 : 0),
              input));
    }
  }

  private static void masks() {
    for (List<Tensor> inputs :
        List.of(
            List.of(x(2, 3), Tensor.of(new double[][] {{1, 0, -2}, {0, 0, 3}})),
            List.of(x(4, 2), Tensor.of(new double[] {0, 1})),
            List.of(x(1), Tensor.of(1.0)),
            List.of(x(2, 2), Tensor.of(0.0)),
            List.of(x(0, 2), Tensor.of(1.0)))) {
      Tensor mask = inputs.get(1);
      add(
          "maskedSelect(Tensor)",
          Sample.of(
                  "mask",
                  in -> in.get(0).maskedSelect(mask.to(in.get(0).dtype())),
                  in -> {
                    double[] all = in.get(0).toDoubles();
                    double[] chosen = Naive.all(in.get(0).shape(), i -> Naive.broadcast(mask, i));
                    int count = 0;
                    for (int k = 0; k < all.length; k++) {
                      all[count] = all[k];
                      count += chosen[k] == 0 ? 0 : 1;
                    }
                    return Arrays.copyOf(all, count);
                  },
                  inputs.get(0))
              .hidingNan());
    }
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
}
