package org.thalweg.autodiff.array;

import org.thalweg.autodiff.kernel.Pool;

/// A dense, row-major array: a shape, a type and the memory, and no graph. Custom operations read
/// their inputs and write their outputs through this.
public final class Array {
  /// The least number of equal elements that is worth a thread of its own.
  private static final int FILLED_BY_A_THREAD = 1 << 17;

  private final Storage storage;
  private final Shape shape;

  private Array(Storage storage, Shape shape) {
    this.storage = storage;
    this.shape = shape;
  }

  /// An array for an operation to fill: its values are arbitrary until written. The memory belongs
  /// to the current [Scope], where there is one.
  public static Array uninitialised(DType dtype, Shape shape) {
    return new Array(Scope.allocate(dtype, shape.elements()), shape);
  }

  /// An array of zeros.
  public static Array zeros(DType dtype, Shape shape) {
    Array array = uninitialised(dtype, shape);
    array.fill(0);
    return array;
  }

  /// An array with one value everywhere, rounded to the type.
  ///
  /// @throws IllegalArgumentException where the type is INT32 and the value no whole number in
  ///   range
  public static Array full(DType dtype, Shape shape, double value) {
    Array array = uninitialised(dtype, shape);
    array.fill(value);
    return array;
  }

  /// Shares a `float[]`, `double[]` or `int[]`.
  ///
  /// @throws IllegalArgumentException where its length is not that of the shape
  public static Array wrap(Object data, Shape shape) {
    DType dtype = DType.of(data);
    int length = java.lang.reflect.Array.getLength(data);
    if (length != shape.elements()) {
      throw new IllegalArgumentException(
          "tensor: "
              + length
              + " values do not fill shape "
              + shape
              + ", which has "
              + shape.elements()
              + " elements: change one of them");
    }
    return new Array(Storage.of(data, dtype, length), shape);
  }

  /// The memory of a parameter, which may be changed in place: never a scope's. The values are
  /// copied.
  public static Array parameter(Array values, String owner) {
    Object copy = Buffers.SHARED.allocate(values.dtype(), values.elements());
    System.arraycopy(values.data(), 0, copy, 0, values.elements());
    return new Array(
        Storage.ofParameter(copy, values.dtype(), values.elements(), owner), values.shape);
  }

  /// Zeros that no scope takes back: what an optimizer remembers.
  public static Array persistent(DType dtype, Shape shape) {
    int n = shape.elements();
    return new Array(Storage.of(Buffers.SHARED.allocate(dtype, n), dtype, n), shape);
  }

  /// The shape.
  public Shape shape() {
    return shape;
  }

  /// The type of the elements.
  public DType dtype() {
    return storage.dtype();
  }

  /// The number of elements.
  public int elements() {
    return storage.length();
  }

  /// The memory.
  public Storage storage() {
    return storage;
  }

  /// The Java array itself, element 0 first: valid until the scope that lent it ends, and read only
  /// but for the operation that made it. Who writes to a parameter's array calls [#changed()].
  ///
  /// @throws IllegalStateException where the scope that lent it has ended
  public Object data() {
    return storage.data();
  }

  /// The elements as `float[]`, shared.
  ///
  /// @throws IllegalArgumentException where the type is another
  public float[] floats() {
    return (float[]) typed(DType.FLOAT32);
  }

  /// The elements as `double[]`, shared.
  ///
  /// @throws IllegalArgumentException where the type is another
  public double[] doubles() {
    return (double[]) typed(DType.FLOAT64);
  }

  /// The elements as `int[]`, shared.
  ///
  /// @throws IllegalArgumentException where the type is another
  public int[] ints() {
    return (int[]) typed(DType.INT32);
  }

  private Object typed(DType wanted) {
    if (dtype() != wanted) {
      throw new IllegalArgumentException(
          "array: its type is " + dtype() + ", not " + wanted + ": use to(" + wanted + ") first");
    }
    return storage.data();
  }

  /// Refuses whole numbers where there is something to be computed.
  ///
  /// @param operation the name of the operation, for the message
  /// @throws IllegalArgumentException where the type is INT32
  public void checkFloating(String operation) {
    if (!dtype().isFloating()) {
      throw new IllegalArgumentException(
          operation
              + ": INT32 has no arithmetic, shape "
              + shape
              + ": use to(FLOAT32) or to(FLOAT64) first");
    }
  }

  /// The same memory under another shape of as many elements.
  ///
  /// @throws IllegalArgumentException where the numbers of elements differ
  public Array reshape(Shape other) {
    if (other.elements() != elements()) {
      throw new IllegalArgumentException(
          "reshape: shape "
              + shape
              + " has "
              + elements()
              + " elements and "
              + other
              + " has "
              + other.elements()
              + ": keep the number");
    }
    return other.equals(shape) ? this : new Array(storage, other);
  }

  /// One element as a double.
  ///
  /// @throws IllegalArgumentException where there is no such element
  public double get(int index) {
    if (index < 0 || index >= elements()) {
      throw new IllegalArgumentException(
          "array: there is no element "
              + index
              + " in shape "
              + shape
              + ", which has "
              + elements()
              + ": count from 0");
    }
    return switch (storage.data()) {
      case float[] f -> f[index];
      case double[] d -> d[index];
      case int[] i -> i[index];
      case Object other ->
          throw new IllegalStateException("array: cannot hold " + other.getClass());
    };
  }

  /// Sets every element. For the operation that made this array, before anybody has seen it.
  ///
  /// @throws IllegalArgumentException where the type is INT32 and the value no whole number in
  ///   range
  public void fill(double value) {
    countChange();
    int n = elements();
    Pool.share(n, Pool.parts(n, FILLED_BY_A_THREAD), (from, to) -> fill(from, to, value));
  }

  private void fill(int from, int to, double value) {
    switch (storage.data()) {
      case float[] f -> java.util.Arrays.fill(f, from, to, (float) value);
      case double[] d -> java.util.Arrays.fill(d, from, to, value);
      case int[] i -> java.util.Arrays.fill(i, from, to, whole(value));
      case Object other ->
          throw new IllegalStateException("array: cannot hold " + other.getClass());
    }
  }

  /// Copies the values of an array of the same type and number of elements to this one.
  ///
  /// @throws IllegalArgumentException where the type or the number of elements is another
  public void assign(Array values) {
    if (values.dtype() != dtype() || values.elements() != elements()) {
      throw new IllegalArgumentException(
          "assign: "
              + values.dtype()
              + " of "
              + values.elements()
              + " elements do not fit "
              + dtype()
              + " "
              + shape
              + ": give values of that type and number");
    }
    countChange();
    System.arraycopy(values.storage.data(), 0, storage.data(), 0, elements());
  }

  /// Counts a change in place where there is somebody to tell: a parameter.
  public void countChange() {
    storage.changed();
  }

  /// Counts a change in place: recorded uses of the old values are refused from now on.
  public void changed() {
    if (storage.owner() == null) {
      throw new IllegalStateException(
          "array: only the values of a parameter change in place, shape "
              + shape
              + ": make a Parameter of it");
    }
    storage.changed();
  }

  /// A copy outside of every scope.
  public Array copy() {
    Object copy = Buffers.SHARED.allocate(dtype(), elements());
    System.arraycopy(storage.data(), 0, copy, 0, elements());
    return new Array(Storage.of(copy, dtype(), elements()), shape);
  }

  /// The elements in another type, rounded; to INT32 only whole numbers in range.
  ///
  /// @throws IllegalArgumentException where a value is not a whole number in the range of INT32
  public Array to(DType wanted) {
    if (wanted == dtype()) {
      return this;
    }
    Array result = uninitialised(wanted, shape);
    int n = elements();
    switch (result.data()) {
      case float[] f -> {
        for (int i = 0; i < n; i++) {
          f[i] = (float) get(i);
        }
      }
      case double[] d -> {
        for (int i = 0; i < n; i++) {
          d[i] = get(i);
        }
      }
      case int[] whole -> {
        for (int i = 0; i < n; i++) {
          whole[i] = whole(get(i), i);
        }
      }
      case Object other ->
          throw new IllegalStateException("array: cannot hold " + other.getClass());
    }
    return result;
  }

  private static int whole(double value) {
    if (value != (int) value) {
      throw new IllegalArgumentException(
          "full: " + value + " is not a whole number in the range of INT32: use another type");
    }
    return (int) value;
  }

  private static int whole(double value, int index) {
    if (value != (int) value) {
      throw new IllegalArgumentException(
          "to: "
              + value
              + " at flat index "
              + index
              + " is not a whole number in the range of INT32: round or clamp first");
    }
    return (int) value;
  }
}
