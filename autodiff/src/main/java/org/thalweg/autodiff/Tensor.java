package org.thalweg.autodiff;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.operation.Activations;
import org.thalweg.autodiff.operation.Indexing;
import org.thalweg.autodiff.operation.Op;
import org.thalweg.autodiff.operation.Pointwise;
import org.thalweg.autodiff.operation.PointwiseOp;
import org.thalweg.autodiff.operation.Products;
import org.thalweg.autodiff.operation.Reductions;
import org.thalweg.autodiff.operation.Shapes;
import org.thalweg.autodiff.text.Printing;

/// A dense, row-major array of numbers whose values do not change, and the memory of how it was
/// computed from the [parameters][Parameter] and [tracked][#tracked()] tensors among its inputs.
///
/// ```java
/// Parameter w = new Parameter("w", Tensor.of(1f, 2f, 3f));
/// Tensor loss = w.times(w).sum();                 // 14
/// Tensor slope = loss.backward().of(w);           // [2, 4, 6]
/// ```
///
/// Shapes broadcast as in NumPy. A Java number takes the type of the tensor; FLOAT32 and FLOAT64 do
/// not mix (use [#to]). Two tensors are `equals` only when they are the same object; compare values
/// with [#sameBits] or [#isCloseTo].
public sealed class Tensor
    implements Pointwise, Activations, Reductions, Shapes, Indexing, Products, Scope.Holder
    permits Parameter {
  private final Array array;
  private @Nullable Node node;

  Tensor(Array array) {
    this.array = array;
  }

  /// A tensor of an array that an operation has made, shared and without a graph.
  public static Tensor of(Array array) {
    return new Tensor(array);
  }

  /// FLOAT32 values in one axis, copied.
  public static Tensor of(float... values) {
    return new Tensor(Array.wrap(values.clone(), Shape.of(values.length)));
  }

  /// FLOAT64 values in one axis, copied.
  public static Tensor of(double... values) {
    return new Tensor(Array.wrap(values.clone(), Shape.of(values.length)));
  }

  /// FLOAT32 values in row-major order, copied.
  ///
  /// @throws IllegalArgumentException where their number is not that of the shape
  public static Tensor of(float[] values, Shape shape) {
    return new Tensor(Array.wrap(values.clone(), shape));
  }

  /// FLOAT64 values in row-major order, copied.
  ///
  /// @throws IllegalArgumentException where their number is not that of the shape
  public static Tensor of(double[] values, Shape shape) {
    return new Tensor(Array.wrap(values.clone(), shape));
  }

  /// A FLOAT32 matrix, copied: `[rows, columns]`.
  ///
  /// @throws IllegalArgumentException where rows differ in length
  public static Tensor of(float[][] rows) {
    return rows(rows.length, i -> rows[i], i -> rows[i].length, DType.FLOAT32);
  }

  /// A FLOAT64 matrix, copied: `[rows, columns]`.
  ///
  /// @throws IllegalArgumentException where rows differ in length
  public static Tensor of(double[][] rows) {
    return rows(rows.length, i -> rows[i], i -> rows[i].length, DType.FLOAT64);
  }

  private static Tensor rows(
      int count, IntFunction<Object> row, IntFunction<Integer> length, DType dtype) {
    int columns = count == 0 ? 0 : length.apply(0);
    Array array = Array.uninitialised(dtype, Shape.of(count, columns));
    for (int i = 0; i < count; i++) {
      if (length.apply(i) != columns) {
        throw new IllegalArgumentException(
            "tensor: row "
                + i
                + " has "
                + length.apply(i)
                + " values and row 0 has "
                + columns
                + ": make all rows equally long");
      }
      System.arraycopy(row.apply(i), 0, array.data(), i * columns, columns);
    }
    return new Tensor(array);
  }

  /// INT32 values in one axis, copied: indices and labels.
  public static Tensor ints(int... values) {
    return new Tensor(Array.wrap(values.clone(), Shape.of(values.length)));
  }

  /// INT32 values in row-major order, copied.
  ///
  /// @throws IllegalArgumentException where their number is not that of the shape
  public static Tensor ints(int[] values, Shape shape) {
    return new Tensor(Array.wrap(values.clone(), shape));
  }

  /// A `float[]`, `double[]` or `int[]` in row-major order, shared: whoever keeps the array
  /// promises not to change it.
  ///
  /// @throws IllegalArgumentException where its length is not that of the shape
  public static Tensor wrap(Object values, Shape shape) {
    return new Tensor(Array.wrap(values, shape));
  }

  /// One FLOAT32 number of shape `[]`.
  public static Tensor scalar(float value) {
    return new Tensor(Array.wrap(new float[] {value}, Shape.SCALAR));
  }

  /// One number of a type, of shape `[]`.
  ///
  /// @throws IllegalArgumentException where the type is INT32 and the value no whole number in
  ///   range
  public static Tensor scalar(DType dtype, double value) {
    return new Tensor(Array.full(dtype, Shape.SCALAR, value));
  }

  /// FLOAT32 zeros.
  public static Tensor zeros(int... sizes) {
    return zeros(DType.FLOAT32, sizes);
  }

  /// Zeros of a type.
  public static Tensor zeros(DType dtype, int... sizes) {
    return new Tensor(Array.zeros(dtype, Shape.of(sizes)));
  }

  /// FLOAT32 ones.
  public static Tensor ones(int... sizes) {
    return full(DType.FLOAT32, 1, sizes);
  }

  /// One value everywhere, rounded to the type.
  ///
  /// @throws IllegalArgumentException where the type is INT32 and the value no whole number in
  ///   range
  public static Tensor full(DType dtype, double value, int... sizes) {
    return new Tensor(Array.full(dtype, Shape.of(sizes), value));
  }

  /// The whole numbers 0 … n − 1 as INT32.
  ///
  /// @throws IllegalArgumentException where n is negative
  public static Tensor arange(int n) {
    Array array = Array.uninitialised(DType.INT32, Shape.of(n));
    int[] values = array.ints();
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return new Tensor(array);
  }

  /// The numbers 0 … n − 1 in a type.
  ///
  /// @throws IllegalArgumentException where n is negative
  public static Tensor arange(DType dtype, int n) {
    return arange(n).to(dtype);
  }

  /// The identity matrix of a type: `[n, n]`.
  ///
  /// @throws IllegalArgumentException where n is negative
  public static Tensor eye(DType dtype, int n) {
    Array array = Array.zeros(dtype, Shape.of(n, n));
    for (int i = 0; i < n; i++) {
      java.lang.reflect.Array.set(array.data(), i * (n + 1), one(dtype));
    }
    return new Tensor(array);
  }

  private static Object one(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> 1f;
      case FLOAT64 -> 1d;
      case INT32 -> 1;
    };
  }

  /// FLOAT32 numbers in [0, 1), all equally likely. The seed and the place decide each of them: a
  /// larger tensor begins with the values of a smaller one.
  public static Tensor uniform(long seed, int... sizes) {
    return Draws.uniform(DType.FLOAT32, seed, 0, Shape.of(sizes));
  }

  /// FLOAT32 numbers from the normal distribution of mean 0 and variance 1, by the seed and the
  /// place.
  public static Tensor normal(long seed, int... sizes) {
    return Draws.normal(DType.FLOAT32, seed, 0, Shape.of(sizes));
  }

  /// Applies a formula to every element, the inputs broadcast.
  ///
  /// @throws IllegalArgumentException where their number is wrong, types differ or shapes do not
  ///   broadcast
  public static Tensor apply(Formula formula, Tensor... inputs) {
    return apply(new PointwiseOp(formula), inputs);
  }

  /// The sum of a formula's values over all elements, the inputs broadcast.
  ///
  /// ```java
  /// Formula product = Formula.of("a", "b", (a, b) -> a.times(b));
  /// Tensor dot = Tensor.sumOf(product, x, y);
  /// ```
  ///
  /// @throws IllegalArgumentException as [#apply(Formula, Tensor...)]
  public static Tensor sumOf(Formula formula, Tensor... inputs) {
    return sumOf(formula, new int[0], inputs);
  }

  /// The sums of a formula's values over some axes of what the inputs are broadcast to, which are
  /// dropped: those of `apply(formula, inputs).sum(axes)`, bit for bit. The values are added up
  /// while they are in the cache and kept nowhere, unless a gradient needs them.
  ///
  /// @param axes negative ones counted from the end; none for all
  /// @throws IllegalArgumentException as [#apply(Formula, Tensor...)], and where there is no such
  ///   axis
  public static Tensor sumOf(Formula formula, int[] axes, Tensor... inputs) {
    return PointwiseOp.sum(formula, false, axes, inputs);
  }

  /// The mean of a formula's values over all elements, the inputs broadcast; NaN over nothing.
  ///
  /// @throws IllegalArgumentException as [#apply(Formula, Tensor...)]
  public static Tensor meanOf(Formula formula, Tensor... inputs) {
    return meanOf(formula, new int[0], inputs);
  }

  /// The means of a formula's values over some axes, as [#sumOf(Formula, int[], Tensor...)] has
  /// their sums.
  ///
  /// @param axes negative ones counted from the end; none for all
  /// @throws IllegalArgumentException as [#sumOf(Formula, int[], Tensor...)]
  public static Tensor meanOf(Formula formula, int[] axes, Tensor... inputs) {
    return PointwiseOp.mean(formula, false, axes, inputs);
  }

  /// Applies an operation, and records it where an input has a gradient.
  ///
  /// @throws IllegalArgumentException where the inputs do not fit the operation
  public static Tensor apply(Op op, Tensor... inputs) {
    Mode mode = Mode.current();
    Tensor output = made(op, inputs, op.apply(inputs), mode);
    OperationListener listener = mode.listener();
    if (listener != null) {
      listener.applied(op, List.of(inputs), output);
    }
    return output;
  }

  /// What an operation has made, recorded where an input has a gradient.
  static Tensor made(Op op, Tensor[] inputs, Op.Result result, Mode mode) {
    Tensor output = new Tensor(result.value());
    if (mode.records() && isRecorded(inputs) && output.dtype().isFloating()) {
      output.node = Node.of(op, inputs, output, result.backward());
    }
    return output;
  }

  private static boolean isRecorded(Tensor[] inputs) {
    for (Tensor input : inputs) {
      if (input.node != null) {
        return true;
      }
    }
    return false;
  }

  /// The gradients of this one number in every parameter and tracked tensor it was computed from.
  /// Nothing is stored on them, and the gradients do not record how they were computed: for
  /// derivatives of derivatives see [Derivatives].
  ///
  /// @throws IllegalArgumentException where this is not one number, or depends on no parameter
  /// @throws IllegalStateException where a value that was used has changed since
  public Gradients backward() {
    return NoGradient.get(() -> Derivatives.gradients(this));
  }

  /// The same values as a leaf: gradients can be asked in it, and not in what it was computed from.
  ///
  /// @throws IllegalArgumentException for INT32, which has no gradient
  public Tensor tracked() {
    if (!dtype().isFloating()) {
      throw new IllegalArgumentException(
          "tracked: " + dtype() + " has no gradient: use to(FLOAT32) or to(FLOAT64) first");
    }
    Tensor leaf = new Tensor(array);
    leaf.node = Node.leaf(leaf, null);
    return leaf;
  }

  /// The same values without the memory of how they were computed: no gradient goes through. Shares
  /// the memory.
  public Tensor detach() {
    return new Tensor(array);
  }

  /// A copy of the values without a graph, outside of every scope and unchanged for ever.
  public Tensor snapshot() {
    return new Tensor(array.copy());
  }

  /// Whether a gradient can reach this tensor.
  public boolean isTracked() {
    return node != null;
  }

  /// The sizes of the axes.
  public Shape shape() {
    return array.shape();
  }

  /// The type of the elements.
  public DType dtype() {
    return array.dtype();
  }

  /// The number of elements.
  public int elements() {
    return array.elements();
  }

  /// The values, for operations.
  public Array array() {
    return array;
  }

  /// The only element.
  ///
  /// @throws IllegalArgumentException where there are none or several
  public double item() {
    if (elements() != 1) {
      throw new IllegalArgumentException(
          "item: shape " + shape() + " is not one number: reduce it, or use get(…)");
    }
    return array.get(0);
  }

  /// One element by its index along each axis.
  ///
  /// @throws IllegalArgumentException where an index is out of range or their number is not the
  ///   rank
  public double get(int... index) {
    int[] strides = shape().strides();
    boolean fits = index.length == strides.length;
    int flat = 0;
    for (int axis = 0; fits && axis < index.length; axis++) {
      fits = index[axis] >= 0 && index[axis] < shape().size(axis);
      flat += index[axis] * strides[axis];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "get: index "
              + Arrays.toString(index)
              + " is not in shape "
              + shape()
              + ": count from 0 along each axis");
    }
    return array.get(flat);
  }

  /// The elements as floats in row-major order, a copy, rounded from FLOAT64.
  public float[] toFloats() {
    return Arrays.copyOf(array.to(DType.FLOAT32).floats(), elements());
  }

  /// The elements as doubles in row-major order, a copy.
  public double[] toDoubles() {
    return Arrays.copyOf(array.to(DType.FLOAT64).doubles(), elements());
  }

  /// The elements as ints in row-major order, a copy.
  ///
  /// @throws IllegalArgumentException where one is not a whole number in range
  public int[] toInts() {
    return Arrays.copyOf(array.to(DType.INT32).ints(), elements());
  }

  /// Whether type, shape and every bit agree; every NaN counts as the same value.
  public boolean sameBits(Tensor other) {
    if (dtype() != other.dtype() || !shape().equals(other.shape())) {
      return false;
    }
    for (int i = 0; i < elements(); i++) {
      if (Double.doubleToLongBits(array.get(i)) != Double.doubleToLongBits(other.array.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// Whether shapes agree and |a − b| ≤ absolute + relative · |b| for every element; NaN and the
  /// infinities are close to themselves only.
  public boolean isCloseTo(Tensor other, double relative, double absolute) {
    if (!shape().equals(other.shape())) {
      return false;
    }
    for (int i = 0; i < elements(); i++) {
      double a = array.get(i);
      double b = other.array.get(i);
      double tolerance = Double.isInfinite(b) ? 0 : absolute + relative * Math.abs(b);
      boolean close = a == b || Math.abs(a - b) <= tolerance;
      if (!close && !(Double.isNaN(a) && Double.isNaN(b))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Iterable<Array> arrays() {
    return List.of(array);
  }

  /// The operation that made this tensor, or the leaf that it is; empty where no gradient can reach
  /// it.
  public Optional<Node> origin() {
    return Optional.ofNullable(node);
  }

  @Nullable Node node() {
    return node;
  }

  void leaf(Node leaf) {
    node = leaf;
  }

  /// What messages call this tensor: the name of a parameter, else of the operation that made it.
  String label() {
    return node == null ? "constant" : node.name();
  }

  /// Type, shape and values, long axes shortened: `FLOAT32 [2, 2] [[1.0, 2.0], [3.0, 4.0]]`.
  @Override
  public String toString() {
    return Printing.of(this);
  }
}
