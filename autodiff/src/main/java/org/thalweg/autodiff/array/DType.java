package org.thalweg.autodiff.array;

import org.thalweg.autodiff.formula.Precision;

/// The type of the elements of an array, decided by the Java array that holds them.
public enum DType {
  /// IEEE binary32 in a `float[]`.
  FLOAT32(Float.BYTES),
  /// IEEE binary64 in a `double[]`.
  FLOAT64(Double.BYTES),
  /// Whole numbers in an `int[]`: indices and labels. They have no gradient.
  INT32(Integer.BYTES);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /// The size of one element in bytes.
  public int bytes() {
    return bytes;
  }

  /// Whether the type holds real numbers, which have gradients.
  public boolean isFloating() {
    return this != INT32;
  }

  /// The precision in which formulas are evaluated on this type.
  ///
  /// @throws IllegalArgumentException for INT32
  public Precision precision() {
    return switch (this) {
      case FLOAT32 -> Precision.FLOAT;
      case FLOAT64 -> Precision.DOUBLE;
      case INT32 ->
          throw new IllegalArgumentException(
              "formula: INT32 has no arithmetic: use to(FLOAT32) or to(FLOAT64) first");
    };
  }

  /// The type that a Java array of numbers decides.
  ///
  /// @throws IllegalArgumentException for anything but `float[]`, `double[]` and `int[]`
  public static DType of(Object array) {
    return switch (array) {
      case float[] _ -> FLOAT32;
      case double[] _ -> FLOAT64;
      case int[] _ -> INT32;
      default ->
          throw new IllegalArgumentException(
              "tensor: elements are float, double or int, not "
                  + array.getClass().getSimpleName()
                  + ": convert them first");
    };
  }

  Object newArray(int length) {
    return switch (this) {
      case FLOAT32 -> new float[length];
      case FLOAT64 -> new double[length];
      case INT32 -> new int[length];
    };
  }
}
