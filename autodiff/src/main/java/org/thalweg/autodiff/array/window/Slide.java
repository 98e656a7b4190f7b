package org.thalweg.autodiff.array.window;

import org.thalweg.autodiff.array.Shape;

/// How a window slides along one axis: place `j` of it covers the elements
///
/// ```
/// j·stride − before + i·dilation      for 0 ≤ i < size
/// ```
///
/// of which those outside of the axis are padding.
///
/// @param size the elements under the window, at least 1
/// @param stride how far apart places are, at least 1
/// @param before the padding in front, at least 0
/// @param after the padding behind, at least 0
/// @param dilation how far apart the elements under the window are, at least 1
public record Slide(int size, int stride, int before, int after, int dilation) {
  /// One element at a time.
  public static final Slide UNIT = new Slide(1, 1, 0, 0, 1);

  /// A window of another size that slides in the same way.
  public Slide sized(int other) {
    return new Slide(other, stride, before, after, dilation);
  }

  /// At another stride.
  public Slide strided(int other) {
    return new Slide(size, other, before, after, dilation);
  }

  /// With another padding.
  public Slide padded(int front, int behind) {
    return new Slide(size, stride, front, behind, dilation);
  }

  /// At another dilation.
  public Slide dilated(int other) {
    return new Slide(size, stride, before, after, other);
  }

  /// How many elements lie from the first to the last under the window, both counted.
  public long reach() {
    return (long) dilation * (size - 1) + 1;
  }

  /// How many places the window has on an axis.
  ///
  /// @param operation the name of the operation, for the message
  /// @throws IllegalArgumentException where it is larger than the padded axis, or that is too large
  public int places(int length, String operation) {
    long padded = (long) length + before + after;
    if (padded > Shape.MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + length
              + " with padding "
              + before
              + " and "
              + after
              + " is over "
              + Shape.MOST_ELEMENTS
              + ": use less padding");
    }
    if (reach() > padded) {
      throw new IllegalArgumentException(
          operation
              + ": a window that reaches over "
              + reach()
              + " elements (size "
              + size
              + ", dilation "
              + dilation
              + ") does not fit into "
              + length
              + " with padding "
              + before
              + " and "
              + after
              + ": use more padding or a smaller window");
    }
    return (int) ((padded - reach()) / stride + 1);
  }

  /// Whether the window is larger than the padded axis, but by less than a stride: rounded up, it
  /// has one place.
  public boolean isBeyond(int length) {
    long beyond = reach() - length - before - after;
    return beyond > 0 && beyond < stride;
  }

  /// The length of an axis on which the window has so many places and nothing is left over.
  public long length(int places) {
    return (places - 1L) * stride + reach() - before - after;
  }
}
