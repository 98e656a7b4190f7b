package org.thalweg.autodiff.operation;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Layout;
import org.thalweg.autodiff.array.Shape;

/// How elements are arranged. Axes are counted from 0, or from −1 at the end. Tensors of every type
/// are arranged, INT32 too.
///
/// Every method throws `IllegalArgumentException` where there is no such axis, and where the result
/// would have more than [Shape#MOST_ELEMENTS] elements.
public interface Shapes {
  /// The same elements in another shape, memory shared; one size may be −1, to be found.
  ///
  /// @throws IllegalArgumentException where the numbers of elements differ, or two sizes are −1
  default Tensor reshape(int... sizes) {
    Tensor x = (Tensor) this;
    return ShapeOp.reshaped(x, completed(x.shape(), sizes));
  }

  /// All elements in one axis.
  default Tensor flatten() {
    return reshape(((Tensor) this).elements());
  }

  /// The same elements without some axes of size 1; without all of them where none is named.
  ///
  /// @throws IllegalArgumentException where one of the axes has another size
  default Tensor squeeze(int... axes) {
    Shape shape = ((Tensor) this).shape();
    int[] gone =
        axes.length > 0
            ? shape.axes("squeeze", axes)
            : Arrays.stream(shape.axes()).filter(axis -> shape.size(axis) == 1).toArray();
    for (int axis : gone) {
      if (shape.size(axis) != 1) {
        throw new IllegalArgumentException(
            "squeeze: axis "
                + axis
                + " of "
                + shape
                + " has size "
                + shape.size(axis)
                + ": only axes of size 1 can go");
      }
    }
    return ShapeOp.reshaped((Tensor) this, shape.reduced(gone, false));
  }

  /// The same elements with a new axis of size 1, which is axis `axis` of the result.
  default Tensor unsqueeze(int axis) {
    Shape shape = ((Tensor) this).shape();
    int at = newAxis("unsqueeze", axis);
    int[] sizes = new int[shape.rank() + 1];
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = k == at ? 1 : shape.size(k < at ? k : k - 1);
    }
    return reshape(sizes);
  }

  private int newAxis(String operation, int axis) {
    int rank = ((Tensor) this).shape().rank();
    if (axis < -rank - 1 || axis > rank) {
      throw new IllegalArgumentException(
          operation
              + ": there is no place for a new axis "
              + axis
              + " in shape "
              + ((Tensor) this).shape()
              + ": use "
              + (-rank - 1)
              + " to "
              + rank);
    }
    return axis < 0 ? axis + rank + 1 : axis;
  }

  /// The last two axes exchanged: a matrix transposed.
  ///
  /// @throws IllegalArgumentException where there are fewer than two axes
  default Tensor transpose() {
    Shape shape = ((Tensor) this).shape();
    if (shape.rank() < 2) {
      throw new IllegalArgumentException(
          "transpose: shape " + shape + " has no two axes: reshape it first");
    }
    return swapAxes(-2, -1);
  }

  /// Two axes exchanged.
  default Tensor swapAxes(int a, int b) {
    Shape shape = ((Tensor) this).shape();
    int[] order = shape.axes();
    order[shape.axis("swapAxes", a)] = shape.axis("swapAxes", b);
    order[shape.axis("swapAxes", b)] = shape.axis("swapAxes", a);
    return permute(order);
  }

  /// Axes in another order: axis k of the result is axis `order[k]` of this.
  ///
  /// @throws IllegalArgumentException where an axis is missing or named twice
  default Tensor permute(int... order) {
    Tensor x = (Tensor) this;
    int[] counted = Layout.order(x.shape(), order);
    return Tensor.apply(new ShapeOp.Permute(ImmutableIntArray.copyOf(counted)), x);
  }

  /// The elements `from … to − 1` along an axis.
  ///
  /// @throws IllegalArgumentException where the range is not inside the axis
  default Tensor slice(int axis, int from, int to) {
    Tensor x = (Tensor) this;
    return Tensor.apply(new ShapeOp.Slice(x.shape().axis("slice", axis), from, to), x);
  }

  /// Parts of these sizes, one after the other along an axis.
  ///
  /// @throws IllegalArgumentException where a size is negative, or they do not add up to that of
  ///   the axis
  default List<Tensor> split(int axis, int... sizes) {
    Shape shape = ((Tensor) this).shape();
    int size = shape.size(shape.axis("split", axis));
    if (Arrays.stream(sizes).anyMatch(part -> part < 0)
        || Arrays.stream(sizes).asLongStream().sum() != size) {
      throw new IllegalArgumentException(
          "split: sizes "
              + Arrays.toString(sizes)
              + " do not cut axis "
              + axis
              + " of "
              + shape
              + ": give sizes that add up to "
              + size);
    }
    List<Tensor> parts = new ArrayList<>();
    int from = 0;
    for (int part : sizes) {
      parts.add(slice(axis, from, from + part));
      from += part;
    }
    return List.copyOf(parts);
  }

  /// Parts of equal size along an axis, ⌈n ÷ count⌉ elements each: the last one may be smaller, and
  /// where n is small there may be fewer than `count`.
  ///
  /// @throws IllegalArgumentException where the count is not positive
  default List<Tensor> chunk(int axis, int count) {
    Shape shape = ((Tensor) this).shape();
    int size = shape.size(shape.axis("chunk", axis));
    if (count < 1) {
      throw new IllegalArgumentException("chunk: " + count + " parts: use 1 or more");
    }
    int part = (int) (((long) size + count - 1) / count);
    int[] sizes = new int[part == 0 ? count : (size + part - 1) / part];
    Arrays.setAll(sizes, k -> Math.min(part, size - k * part));
    return split(axis, sizes);
  }

  /// This and others one after the other along an axis.
  ///
  /// @throws IllegalArgumentException where types or the sizes of another axis differ
  default Tensor concat(int axis, Tensor... others) {
    Tensor x = (Tensor) this;
    return Tensor.apply(new ShapeOp.Concat(x.shape().axis("concat", axis)), withThis(others));
  }

  /// This and others of the same shape side by side along a new axis, which is axis `axis` of the
  /// result.
  ///
  /// @throws IllegalArgumentException where types or shapes differ
  default Tensor stack(int axis, Tensor... others) {
    Tensor x = (Tensor) this;
    int at = newAxis("stack", axis);
    for (Tensor other : others) {
      if (other.dtype() != x.dtype() || !other.shape().equals(x.shape())) {
        throw new IllegalArgumentException(
            "stack: "
                + x.dtype()
                + " "
                + x.shape()
                + " and "
                + other.dtype()
                + " "
                + other.shape()
                + " differ: give tensors of one type and shape");
      }
    }
    Tensor[] all = withThis(others);
    Arrays.setAll(all, k -> all[k].unsqueeze(at));
    return Tensor.apply(new ShapeOp.Concat(at), all);
  }

  private Tensor[] withThis(Tensor... others) {
    Tensor[] all = new Tensor[others.length + 1];
    all[0] = (Tensor) this;
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }

  /// Repeated along axes of size 1, with new axes in front: what broadcasting does, carried out.
  ///
  /// @throws IllegalArgumentException where this shape does not broadcast to that
  default Tensor broadcastTo(Shape shape) {
    Tensor x = (Tensor) this;
    return x.shape().equals(shape) ? x : Tensor.apply(new ShapeOp.BroadcastTo(shape), x);
  }

  /// Repeated along axes of size 1 to these sizes, with new axes in front where there are more
  /// sizes than axes; −1 keeps the size of an axis.
  ///
  /// @throws IllegalArgumentException where a size is neither that of the axis nor the axis of size
  ///   1, or −1 stands for a new axis
  default Tensor expand(int... sizes) {
    Shape shape = ((Tensor) this).shape();
    int[] whole = sizes.clone();
    int added = sizes.length - shape.rank();
    for (int k = 0; k < sizes.length; k++) {
      whole[k] = sizes[k] == -1 && k >= added ? shape.size(k - added) : sizes[k];
      if (whole[k] < 0) {
        throw new IllegalArgumentException(
            "expand: sizes "
                + Arrays.toString(sizes)
                + " of "
                + shape
                + " have no size for axis "
                + k
                + ": give 0 or more, or -1 for an axis that is there");
      }
    }
    Shape larger = Shape.of(whole);
    shape.repeatedAxes(larger, "expand");
    return broadcastTo(larger);
  }

  /// The whole tensor again and again along each axis, `repeats[k]` times along axis k; where there
  /// are more repeats than axes, new axes stand in front, and the last repeats belong to the last
  /// axes.
  ///
  /// ```
  /// [a b] tiled 3 times is [a b a b a b]
  /// ```
  ///
  /// @throws IllegalArgumentException where a number is negative, or there are fewer than axes
  default Tensor tile(int... repeats) {
    Shape shape = ((Tensor) this).shape();
    int added = repeats.length - shape.rank();
    if (added < 0) {
      throw new IllegalArgumentException(
          "tile: repeats "
              + Arrays.toString(repeats)
              + " leave out axes of "
              + shape
              + ": give one for each axis");
    }
    int[] one = new int[2 * repeats.length];
    int[] many = new int[2 * repeats.length];
    int[] joint = new int[repeats.length];
    for (int k = 0; k < repeats.length; k++) {
      int size = k < added ? 1 : shape.size(k - added);
      one[2 * k] = 1;
      many[2 * k] = repeats[k];
      one[2 * k + 1] = size;
      many[2 * k + 1] = size;
      joint[k] = times("tile", size, repeats[k]);
    }
    Shape whole = Shape.of(joint);
    return reshape(one).broadcastTo(Shape.of(many)).reshape(whole.sizes());
  }

  /// Each element again and again along an axis.
  ///
  /// ```
  /// [a b] repeated 3 times is [a a a b b b]
  /// ```
  ///
  /// @throws IllegalArgumentException where the number is negative
  default Tensor repeat(int axis, int times) {
    Shape shape = ((Tensor) this).shape();
    int counted = shape.axis("repeat", axis);
    Shape whole = shape.with(counted, times("repeat", shape.size(counted), times));
    int[] sizes = unsqueeze(counted + 1).shape().sizes();
    sizes[counted + 1] = times;
    return unsqueeze(counted + 1).broadcastTo(Shape.of(sizes)).reshape(whole.sizes());
  }

  private static int times(String operation, int size, int times) {
    if (times < 0) {
      throw new IllegalArgumentException(
          operation + ": " + times + " times is negative: use 0 or more");
    }
    return fitting(operation, (long) size * times);
  }

  private static int fitting(String operation, long size) {
    if (size > Shape.MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          operation
              + ": an axis would have size "
              + size
              + ", over "
              + Shape.MOST_ELEMENTS
              + ": split it");
    }
    return (int) size;
  }

  /// The elements of some axes in the opposite order; of all axes where none is named.
  default Tensor flip(int... axes) {
    Tensor y = (Tensor) this;
    for (int axis : y.shape().axes("flip", axes)) {
      int last = y.shape().size(axis) - 1;
      y = rearranged("flip", y, axis, positions(last + 1, j -> last - j));
    }
    return y;
  }

  /// The elements moved along an axis towards larger indices (for a negative shift, smaller ones);
  /// those that leave at the end come in at the beginning.
  default Tensor roll(int axis, int shift) {
    Shape shape = ((Tensor) this).shape();
    int size = shape.size(shape.axis("roll", axis));
    int[] positions = positions(size, j -> (int) Math.floorMod((long) j - shift, (long) size));
    return rearranged("roll", (Tensor) this, axis, positions);
  }

  /// More elements before and after those along an axis, made of them.
  ///
  /// @throws IllegalArgumentException where a number is negative or, unless the end is repeated,
  ///   more than the axis can give
  default Tensor pad(Padding mode, int axis, int before, int after) {
    Shape shape = ((Tensor) this).shape();
    int size = shape.size(shape.axis("pad", axis));
    checkPadding(before, after, axis);
    int most = mode.most(size);
    if (before > most || after > most) {
      throw new IllegalArgumentException(
          "pad: "
              + mode
              + " by "
              + before
              + " and "
              + after
              + " is more than axis "
              + axis
              + " of "
              + shape
              + " can give: use "
              + most
              + " at most");
    }
    fitting("pad", (long) before + size + after);
    return rearranged("pad", (Tensor) this, axis, mode.positions(size, before, after));
  }

  /// One value so many times before and after the elements along an axis.
  ///
  /// @throws IllegalArgumentException where a number is negative, or this is INT32 and the value no
  ///   whole number in range
  default Tensor pad(double value, int axis, int before, int after) {
    Tensor x = (Tensor) this;
    int counted = x.shape().axis("pad", axis);
    checkPadding(before, after, axis);
    if (!x.dtype().isFloating() && value != (int) value) {
      throw new IllegalArgumentException(
          "pad: " + value + " is not a whole number in the range of INT32: use another type");
    }
    int size = fitting("pad", (long) before + x.shape().size(counted) + after);
    return Tensor.apply(new ShapeOp.Embed(counted, before, size, value), x);
  }

  private static void checkPadding(int before, int after, int axis) {
    if (before < 0 || after < 0) {
      throw new IllegalArgumentException(
          "pad: by "
              + before
              + " and "
              + after
              + " along axis "
              + axis
              + " is negative: use 0 or more, or slice");
    }
  }

  private static int[] positions(int size, IntUnaryOperator place) {
    int[] positions = new int[size];
    Arrays.setAll(positions, place);
    return positions;
  }

  /// The slabs along an axis that stand at some positions.
  private static Tensor rearranged(String name, Tensor x, int axis, int... positions) {
    IndexOp select = new IndexOp.Select(x.shape().axis(axis), name);
    return Tensor.apply(select, x, Tensor.wrap(positions, Shape.of(positions.length)));
  }

  /// Each matrix of the last two axes with zeros below a diagonal, `offset` columns to the right of
  /// the main one.
  ///
  /// @throws IllegalArgumentException where there are fewer than two axes
  default Tensor triu(int offset) {
    return Tensor.apply(new ShapeOp.Triangle(offset, true), (Tensor) this);
  }

  /// Each matrix of the last two axes with zeros above a diagonal, `offset` columns to the right of
  /// the main one.
  ///
  /// @throws IllegalArgumentException where there are fewer than two axes
  default Tensor tril(int offset) {
    return Tensor.apply(new ShapeOp.Triangle(offset, false), (Tensor) this);
  }

  /// A diagonal of each matrix of the last two axes, `offset` columns to the right of the main one:
  /// `[…, n, m]` to `[…, k]`, with k = 0 where it lies outside.
  ///
  /// @throws IllegalArgumentException where there are fewer than two axes
  default Tensor diagonal(int offset) {
    return Tensor.apply(new ShapeOp.Diagonal(offset), (Tensor) this);
  }

  /// Matrices of zeros with the last axis on their diagonals: `[…, n]` to `[…, n, n]`.
  ///
  /// @throws IllegalArgumentException where there is no axis
  default Tensor diagonalMatrix() {
    Tensor x = (Tensor) this;
    int n = x.shape().size(x.shape().axis("diagonalMatrix", -1));
    return Tensor.apply(new ShapeOp.OntoDiagonal(0, n, n), x);
  }

  private static Shape completed(Shape before, int... sizes) {
    int open = -1;
    long known = 1;
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] != -1) {
        known *= sizes[axis];
      } else if (open < 0) {
        open = axis;
      } else {
        throw new IllegalArgumentException(
            "reshape: two sizes are -1 in " + Arrays.toString(sizes) + ": only one can be found");
      }
    }
    if (open < 0) {
      return Shape.of(sizes);
    }
    if (known <= 0 || before.elements() % known != 0) {
      throw new IllegalArgumentException(
          "reshape: "
              + before
              + " with "
              + before.elements()
              + " elements does not fill "
              + Arrays.toString(sizes)
              + ": choose sizes whose product divides it");
    }
    int[] complete = sizes.clone();
    complete[open] = (int) (before.elements() / known);
    return Shape.of(complete);
  }
}
