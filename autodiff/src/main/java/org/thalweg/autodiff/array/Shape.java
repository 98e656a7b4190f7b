package org.thalweg.autodiff.array;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The sizes of a dense, row-major array, outermost axis first. `[]` is a scalar.
public final class Shape {
  /// The largest number of elements of one array: what every JVM can allocate.
  public static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

  /// The shape of a scalar.
  public static final Shape SCALAR = new Shape(new int[0], 1);

  private final int[] sizes;
  private final int elements;

  private Shape(int[] sizes, int elements) {
    this.sizes = sizes;
    this.elements = elements;
  }

  /// A shape with these sizes.
  ///
  /// @throws IllegalArgumentException where a size is negative or their product is over
  ///   [#MOST_ELEMENTS]
  public static Shape of(int... sizes) {
    return owning(sizes.clone());
  }

  /// A shape of one axis.
  ///
  /// @throws IllegalArgumentException where the size is negative or over [#MOST_ELEMENTS]
  public static Shape of(int size) {
    return owning(new int[] {size});
  }

  /// A shape of two axes.
  ///
  /// @throws IllegalArgumentException where a size is negative or their product is over
  ///   [#MOST_ELEMENTS]
  public static Shape of(int rows, int columns) {
    return owning(new int[] {rows, columns});
  }

  /// A shape that keeps the array.
  private static Shape owning(int[] sizes) {
    return sizes.length == 0 ? SCALAR : new Shape(sizes, product(sizes));
  }

  private static int product(int[] sizes) {
    long elements = 1;
    boolean tooMany = false;
    for (int size : sizes) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "shape: a size is negative, " + Arrays.toString(sizes) + ": use 0 or more");
      }
      tooMany |= elements * Math.max(size, 1) > MOST_ELEMENTS;
      elements = tooMany ? Math.min(elements, size) : elements * size;
    }
    if (tooMany && elements != 0) {
      throw new IllegalArgumentException(
          "shape: "
              + Arrays.toString(sizes)
              + " has more than "
              + MOST_ELEMENTS
              + " elements: split it");
    }
    return tooMany ? 0 : (int) elements;
  }

  /// The number of axes.
  public int rank() {
    return sizes.length;
  }

  /// The number of elements: the product of the sizes, 1 for a scalar.
  public int elements() {
    return elements;
  }

  /// The size along an axis; −1 is the last axis.
  ///
  /// @throws IllegalArgumentException where there is no such axis
  public int size(int axis) {
    return sizes[axis(axis)];
  }

  /// The sizes, outermost first, as a copy.
  public int[] sizes() {
    return sizes.clone();
  }

  /// An axis counted from the front; a negative one is counted from the end.
  ///
  /// @throws IllegalArgumentException where there is no such axis
  public int axis(int axis) {
    return axis("axis", axis);
  }

  /// An axis counted from the front; a negative one is counted from the end.
  ///
  /// @param operation the name of the operation, for the message
  /// @throws IllegalArgumentException where there is no such axis
  public int axis(String operation, int axis) {
    int counted = axis < 0 ? axis + sizes.length : axis;
    if (counted < 0 || counted >= sizes.length) {
      throw new IllegalArgumentException(
          operation
              + ": there is no axis "
              + axis
              + " in shape "
              + this
              + (sizes.length == 0
                  ? ": a scalar has none"
                  : ": use " + -sizes.length + " to " + (sizes.length - 1)));
    }
    return counted;
  }

  /// Axes counted from the front, in ascending order; none given stands for all.
  ///
  /// @throws IllegalArgumentException where one is not there or is named twice
  public int[] axes(int... axes) {
    return axes("axis", axes);
  }

  /// Axes counted from the front, in ascending order; none given stands for all.
  ///
  /// @param operation the name of the operation, for the message
  /// @throws IllegalArgumentException where one is not there or is named twice
  public int[] axes(String operation, int... axes) {
    int[] counted = new int[axes.length == 0 ? rank() : axes.length];
    for (int i = 0; i < counted.length; i++) {
      counted[i] = axes.length == 0 ? i : axis(operation, axes[i]);
    }
    Arrays.sort(counted);
    for (int i = 1; i < counted.length; i++) {
      if (counted[i] == counted[i - 1]) {
        throw new IllegalArgumentException(
            operation
                + ": axis "
                + counted[i]
                + " is named twice in "
                + Arrays.toString(axes)
                + ": name each axis once");
      }
    }
    return counted;
  }

  /// How far apart the elements along each axis stand.
  public int[] strides() {
    int[] strides = new int[rank()];
    int stride = 1;
    for (int axis = rank() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(sizes[axis], 1);
    }
    return strides;
  }

  /// How far apart the elements stand along each axis of a shape that this one broadcasts to: 0
  /// where one counts for all.
  public int[] stridesIn(Shape whole) {
    int[] own = strides();
    int[] strides = new int[whole.rank()];
    int shift = whole.rank() - rank();
    for (int axis = 0; axis < rank(); axis++) {
      strides[axis + shift] = sizes[axis] == 1 ? 0 : own[axis];
    }
    return strides;
  }

  /// The product of the sizes along the axes `from … to − 1`, 1 where there are none. Beside an
  /// axis of size 0 it may be beyond an `int`, and is the largest one then.
  public int product(int from, int to) {
    long product = 1;
    for (int axis = from; axis < to; axis++) {
      product = Math.min(product * sizes[axis], Integer.MAX_VALUE);
    }
    return (int) product;
  }

  /// This shape with the size along an axis replaced.
  public Shape with(int axis, int size) {
    int[] changed = sizes();
    changed[axis(axis)] = size;
    return owning(changed);
  }

  /// This shape with the sizes along some axes (counted, ascending) set to 1, or those axes
  /// dropped.
  public Shape reduced(int[] axes, boolean keep) {
    int[] left = new int[keep ? rank() : rank() - axes.length];
    int next = 0;
    for (int axis = 0; axis < rank(); axis++) {
      boolean gone = Arrays.binarySearch(axes, axis) >= 0;
      if (keep) {
        left[axis] = gone ? 1 : sizes[axis];
      } else if (!gone) {
        left[next++] = sizes[axis];
      }
    }
    return owning(left);
  }

  /// The shape to which both broadcast by NumPy's rules: aligned at the last axis, sizes equal or
  /// one of them 1.
  ///
  /// @param operation the name of the operation, for the message
  /// @throws IllegalArgumentException where the shapes do not fit
  public Shape broadcast(Shape other, String operation) {
    if (equals(other)) {
      return this;
    }
    int[] joint = new int[Math.max(rank(), other.rank())];
    for (int back = 1; back <= joint.length; back++) {
      int a = back <= rank() ? sizes[rank() - back] : 1;
      int b = back <= other.rank() ? other.sizes[other.rank() - back] : 1;
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException(
            operation
                + ": shapes "
                + this
                + " and "
                + other
                + " do not broadcast, sizes "
                + a
                + " and "
                + b
                + " differ: reshape one, or make the size 1");
      }
      joint[joint.length - back] = a == 1 ? b : a;
    }
    return owning(joint);
  }

  /// Whether this shape broadcasts to another by NumPy's rules.
  public boolean broadcastsTo(Shape shape) {
    return broadcastsTo(shape.sizes);
  }

  /// Whether this shape broadcasts to such sizes by NumPy's rules, however many elements those
  /// would have.
  public boolean broadcastsTo(int... larger) {
    int shift = larger.length - rank();
    boolean fits = shift >= 0;
    for (int axis = 0; fits && axis < rank(); axis++) {
      fits = sizes[axis] == 1 || sizes[axis] == larger[axis + shift];
    }
    return fits;
  }

  /// The axes of a larger shape along which this one is repeated when it broadcasts to that.
  ///
  /// @param operation the name of the operation, for the message
  /// @throws IllegalArgumentException where it does not broadcast to that
  public int[] repeatedAxes(Shape larger, String operation) {
    if (!broadcastsTo(larger)) {
      throw new IllegalArgumentException(
          operation
              + ": shape "
              + this
              + " does not broadcast to "
              + larger
              + ": sizes are aligned at the last axis and must be equal or 1");
    }
    int shift = larger.rank() - rank();
    int count = shift;
    for (int axis = 0; axis < rank(); axis++) {
      count += sizes[axis] != larger.sizes[axis + shift] ? 1 : 0;
    }
    int[] axes = new int[count];
    int next = 0;
    for (int axis = 0; next < count; axis++) {
      if (axis < shift || sizes[axis - shift] != larger.sizes[axis]) {
        axes[next++] = axis;
      }
    }
    return axes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof Shape that && Arrays.equals(sizes, that.sizes));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  /// The sizes in brackets, `[2, 3]`.
  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
