package org.thalweg.autodiff.array.axis;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.axis.Scan;

/// What comes before each element along an axis, added up or multiplied, from the first or
/// (backwards) the last element on. Computed in double precision, each output rounded once.
///
/// Every method throws `IllegalArgumentException` where there is no such axis or the type is INT32.
public final class Scans {
  private Scans() {}

  /// Sums up to each element, itself included.
  public static Array sums(Array x, int axis, boolean isBackwards) {
    Along along = Along.of(x, axis, "cumsum");
    Array y = Array.uninitialised(x.dtype(), x.shape());
    Scan.sums(x.data(), along.outer, along.n, along.inner, isBackwards, y.data());
    return y;
  }

  /// Products up to each element, itself included.
  public static Array products(Array x, int axis, boolean isBackwards) {
    Along along = Along.of(x, axis, "cumprod");
    Array y = Array.uninitialised(x.dtype(), x.shape());
    Scan.products(x.data(), along.outer, along.n, along.inner, isBackwards, y.data());
    return y;
  }

  /// Products of what lies before each element, 1 where nothing does.
  public static Array productsBefore(Array x, int axis, boolean isBackwards) {
    Along along = Along.of(x, axis, "cumprod");
    Array y = Array.uninitialised(x.dtype(), x.shape());
    Scan.productsBefore(x.data(), along.outer, along.n, along.inner, isBackwards, y.data());
    return y;
  }

  /// The linear recurrence `y[j + 1] = b[j] + a[j]·y[j]` from `y[0] = 0`.
  ///
  /// @throws IllegalArgumentException where a and b differ in shape or type
  public static Array recurrence(Array a, Array b, int axis, boolean isBackwards) {
    Along along = Along.of(a, axis, "recurrence");
    if (a.dtype() != b.dtype() || !a.shape().equals(b.shape())) {
      throw new IllegalArgumentException(
          "recurrence: "
              + a.dtype()
              + " "
              + a.shape()
              + " and "
              + b.dtype()
              + " "
              + b.shape()
              + " differ: give two of one type and shape");
    }
    Array y = Array.uninitialised(a.dtype(), a.shape());
    Scan.recurrence(a.data(), b.data(), along.outer, along.n, along.inner, isBackwards, y.data());
    return y;
  }

  /// The product of all elements along an axis, which stays with size 1; 1 over nothing.
  public static Array product(Array x, int axis) {
    Along along = Along.of(x, axis, "prod");
    Array y = Array.uninitialised(x.dtype(), x.shape().with(axis, 1));
    Scan.product(x.data(), along.outer, along.n, along.inner, y.data());
    return y;
  }

  /// A shape as `[outer, n, inner]`.
  private record Along(int outer, int n, int inner) {
    static Along of(Array x, int axis, String operation) {
      x.checkFloating(operation);
      Shape shape = x.shape();
      int counted = shape.axis(axis);
      return new Along(
          shape.product(0, counted), shape.size(counted), shape.product(counted + 1, shape.rank()));
    }
  }
}
