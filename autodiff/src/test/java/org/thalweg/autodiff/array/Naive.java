package org.thalweg.autodiff.array;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Shapes and index loops that are too simple to be wrong: what the fast ones are compared with.
public final class Naive {
  private Naive() {}

  /// All shapes of rank 0 to 3 with sizes 0, 1 and 2.
  public static List<Shape> smallShapes() {
    List<Shape> shapes = new ArrayList<>(List.of(Shape.SCALAR));
    for (int at = 0; shapes.get(at).rank() < 3; at++) {
      int[] sizes = shapes.get(at).sizes();
      for (int size = 0; size <= 2; size++) {
        int[] more = java.util.Arrays.copyOf(sizes, sizes.length + 1);
        more[sizes.length] = size;
        shapes.add(Shape.of(more));
      }
    }
    return shapes;
  }

  /// A shape of rank 0 to `mostRank` with sizes 0 to `mostSize`, a size of 0 now and then.
  public static Shape shape(SplittableRandom random, int mostRank, int mostSize) {
    int[] sizes = new int[random.nextInt(mostRank + 1)];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(mostSize);
    }
    return Shape.of(sizes);
  }

  /// A shape that broadcasts to another: leading axes left out, some sizes 1.
  public static Shape smaller(SplittableRandom random, Shape shape) {
    int[] all = shape.sizes();
    int[] sizes = java.util.Arrays.copyOfRange(all, random.nextInt(all.length + 1), all.length);
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = random.nextInt(3) == 0 ? 1 : sizes[axis];
    }
    return Shape.of(sizes);
  }

  /// Small whole numbers and halves, exact in every type; whole for INT32.
  public static Array values(SplittableRandom random, DType dtype, Shape shape) {
    Object data = dtype.newArray(shape.elements());
    for (int i = 0; i < shape.elements(); i++) {
      int whole = random.nextInt(-1000, 1000);
      switch (data) {
        case float[] f -> f[i] = whole * 0.5f;
        case double[] d -> d[i] = whole * 0.5;
        default -> ((int[]) data)[i] = whole;
      }
    }
    return Array.wrap(data, shape);
  }

  /// Calls `body` with every index of a shape, in row-major order.
  public static void forEach(Shape shape, Consumer<int[]> body) {
    int[] index = new int[shape.rank()];
    for (int i = 0; i < shape.elements(); i++) {
      int left = i;
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        index[axis] = left % shape.size(axis);
        left /= shape.size(axis);
      }
      body.accept(index);
    }
  }

  /// The place of an index in row-major order.
  public static int flat(Shape shape, int... index) {
    int flat = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      flat = flat * shape.size(axis) + index[axis];
    }
    return flat;
  }

  /// The element that broadcasting puts at an index of a larger shape.
  public static double broadcast(Array x, int... index) {
    int shift = index.length - x.shape().rank();
    int[] own = new int[x.shape().rank()];
    for (int axis = 0; axis < own.length; axis++) {
      own[axis] = x.shape().size(axis) == 1 ? 0 : index[axis + shift];
    }
    return x.get(flat(x.shape(), own));
  }
}
