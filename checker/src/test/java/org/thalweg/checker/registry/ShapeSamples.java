package org.thalweg.checker.registry;

import static org.thalweg.checker.registry.Samples.add;
import static org.thalweg.checker.registry.Samples.x;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;

/// Sample calls of what says otherwise how elements are arranged, or repeats them.
final class ShapeSamples {
  private ShapeSamples() {}

  static void addAll() {
    shapes();
    sameElements();
    broadcasts();
    expansions();
    repetitions();
  }

  private static void sameElements() {
    for (Tensor input : List.of(x(3, 1, 2), x(1, 1, 1), x(1, 0, 1))) {
      plain("flatten()", "all", in -> in.get(0).flatten(), input);
      plain("squeeze(int[])", "all of size 1", in -> in.get(0).squeeze(), input);
      int[] axes = input.shape().size(0) == 1 ? new int[] {0, -1} : new int[] {1};
      plain("squeeze(int[])", "some", in -> in.get(0).squeeze(axes), input);
      for (int axis : new int[] {0, 2, -1}) {
        plain("unsqueeze(int)", "axis " + axis, in -> in.get(0).unsqueeze(axis), input);
      }
      add(
          "swapAxes(int, int)",
          Sample.of(
              "first and last",
              in -> in.get(0).swapAxes(0, -1),
              in -> {
                int[] s = in.get(0).shape().sizes();
                return Naive.all(Shape.of(s[2], s[1], s[0]), i -> in.get(0).get(i[2], i[1], i[0]));
              },
              input));
    }
    plain("swapAxes(int, int)", "an axis with itself", in -> in.get(0).swapAxes(0, 0), x(2));
  }

  private static void plain(
      String signature, String what, Function<List<Tensor>, Tensor> call, Tensor input) {
    add(signature, Sample.of(what, call, in -> in.get(0).toDoubles(), input));
  }

  private static void expansions() {
    for (List<int[]> pair :
        List.of(
            List.of(new int[] {3, 1}, new int[] {2, -1, 4}),
            List.of(new int[] {}, new int[] {2, 2}),
            List.of(new int[] {1}, new int[] {-1}),
            List.of(new int[] {1, 3}, new int[] {0, -1}),
            List.of(new int[] {0}, new int[] {2, 0}))) {
      int[] sizes = pair.get(1);
      add(
          "expand(int[])",
          Sample.of(
              "to " + Arrays.toString(sizes),
              in -> in.get(0).expand(sizes),
              in -> {
                int[] whole = sizes.clone();
                int[] own = in.get(0).shape().sizes();
                for (int k = 1; k <= own.length; k++) {
                  int at = whole.length - k;
                  whole[at] = whole[at] == -1 ? own[own.length - k] : whole[at];
                }
                return Naive.all(Shape.of(whole), index -> Naive.broadcast(in.get(0), index));
              },
              x(pair.get(0))));
    }
  }

  private static void repetitions() {
    for (Tensor input : List.of(x(3, 2), x(1, 1), x(0, 2), x(2, 1))) {
      for (int[] repeats : new int[][] {{2, 3}, {1, 1}, {2, 1, 3}, {0, 2}}) {
        Sample sample =
            Sample.of(
                "times " + Arrays.toString(repeats),
                in -> in.get(0).tile(repeats),
                in -> tiled(in.get(0), repeats),
                input);
        add("tile(int[])", repeats[0] == 0 ? sample.hidingNan() : sample);
      }
      for (int times : new int[] {3, 1, 0}) {
        for (int axis : new int[] {0, -1}) {
          Sample sample =
              Sample.of(
                  times + " times along axis " + axis,
                  in -> in.get(0).repeat(axis, times),
                  in -> repeated(in.get(0), axis, times),
                  input);
          add("repeat(int, int)", times == 0 ? sample.hidingNan() : sample);
        }
      }
    }
  }

  private static double[] tiled(Tensor x, int... repeats) {
    int added = repeats.length - 2;
    int[] sizes = repeats.clone();
    for (int k = added; k < repeats.length; k++) {
      sizes[k] *= x.shape().size(k - added);
    }
    return Naive.all(
        Shape.of(sizes),
        index -> x.get(index[added] % x.shape().size(0), index[added + 1] % x.shape().size(1)));
  }

  private static double[] repeated(Tensor x, int axis, int times) {
    int counted = x.shape().axis(axis);
    return Naive.all(
        x.shape().with(counted, x.shape().size(counted) * times),
        index -> {
          index[counted] /= times;
          return x.get(index);
        });
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
        Sample.of("there and back", ShapeSamples::thereAndBack, in -> square(in.get(0)), x(3, 2)),
        Sample.of("one", ShapeSamples::thereAndBack, in -> square(in.get(0)), x()),
        Sample.of("none", ShapeSamples::thereAndBack, in -> square(in.get(0)), x(0)));
    for (Tensor input : List.of(x(3, 4), x(2, 3, 4), x(1, 1), x(0, 3))) {
      add(
          "transpose()",
          Sample.of(
              "the last two axes",
              in -> in.get(0).transpose(),
              in -> Naive.all(transposed(in.get(0)), ShapeSamples.exchanged(in.get(0))),
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
}
