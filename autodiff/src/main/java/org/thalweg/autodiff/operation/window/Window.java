package org.thalweg.autodiff.operation.window;

import org.thalweg.autodiff.array.window.Slide;

/// A window of pooling, and how it slides.
///
/// ```java
/// Tensor y = Pooling.max2d(x, Window.of(3).stride(2).padding(1));
/// ```
///
/// A method with one number means both axes. The methods of one axis take options with one number
/// for both.
///
/// @param vertical along the height
/// @param horizontal along the width
/// @param roundsUp whether a last window may reach beyond the padding, as long as it begins before
///   that behind
/// @param countsPadding whether a mean divides by the padding under its window, too
public record Window(Slide vertical, Slide horizontal, boolean roundsUp, boolean countsPadding) {
  /// Checks the numbers.
  ///
  /// @throws IllegalArgumentException where a size, a stride or a dilation is below 1, or a padding
  ///   is below 0
  public Window {
    Options.check("window", vertical);
    Options.check("window", horizontal);
  }

  /// Of one size, one beside the other: its size is its stride.
  public static Window of(int size) {
    return of(size, size);
  }

  /// Of one size, one beside the other: its size is its stride.
  public static Window of(int height, int width) {
    return new Window(
        new Slide(height, height, 0, 0, 1), new Slide(width, width, 0, 0, 1), false, true);
  }

  /// The distance between places of the window.
  public Window stride(int both) {
    return stride(both, both);
  }

  /// The distance between places of the window.
  public Window stride(int height, int width) {
    return with(vertical.strided(height), horizontal.strided(width));
  }

  /// Padding on all sides: −∞ for the largest element, zeros for means. A window has to have an
  /// element that is none.
  public Window padding(int all) {
    return padding(all, all);
  }

  /// Padding above and below, left and right.
  public Window padding(int height, int width) {
    return padding(height, height, width, width);
  }

  /// Padding on each side.
  public Window padding(int top, int bottom, int left, int right) {
    return with(vertical.padded(top, bottom), horizontal.padded(left, right));
  }

  /// The distance between the elements under the window.
  public Window dilation(int both) {
    return dilation(both, both);
  }

  /// The distance between the elements under the window.
  public Window dilation(int height, int width) {
    return with(vertical.dilated(height), horizontal.dilated(width));
  }

  /// With a last window where elements are left over, or where the only one is larger than the
  /// image by less than a stride. PyTorch calls it `ceil_mode`.
  public Window roundingUp() {
    return new Window(vertical, horizontal, true, countsPadding);
  }

  /// Means of the elements alone, padding not counted. PyTorch counts it, `count_include_pad`, and
  /// so does a window that does not say otherwise.
  public Window withoutPaddingInMeans() {
    return new Window(vertical, horizontal, roundsUp, false);
  }

  private Window with(Slide down, Slide across) {
    return new Window(down, across, roundsUp, countsPadding);
  }

  /// Along one axis alone.
  Window ofOneAxis(String operation) {
    Options.same(operation, vertical, horizontal);
    return new Window(Slide.UNIT, horizontal, roundsUp, countsPadding);
  }
}
