package org.thalweg.autodiff.operation.window;

import org.thalweg.autodiff.array.window.Slide;

/// How the weights of a convolution slide: stride, padding with zeros, dilation, groups.
///
/// ```java
/// Tensor y = Convolutions.conv2d(x, w, Convolution.plain().stride(2).padding(1));
/// ```
///
/// A method with one number means both axes. The methods of one axis take options with one number
/// for both.
///
/// @param vertical along the height; its size says nothing
/// @param horizontal along the width; its size says nothing
/// @param groups into how many parts the channels are divided, each output channel seeing one only
/// @param extraHeight the rows that a transposed convolution adds at the end of its output
/// @param extraWidth the columns that it adds
public record Convolution(
    Slide vertical, Slide horizontal, int groups, int extraHeight, int extraWidth) {
  private static final Convolution PLAIN = new Convolution(Slide.UNIT, Slide.UNIT, 1, 0, 0);

  /// Checks the numbers.
  ///
  /// @throws IllegalArgumentException where a stride, a dilation or the groups are below 1, or a
  ///   padding is below 0
  public Convolution {
    Options.check("convolution", vertical);
    Options.check("convolution", horizontal);
    Options.atLeast("convolution", "groups", 1, groups);
    Options.atLeast("convolution", "output padding", 0, extraHeight, extraWidth);
  }

  /// Stride 1, no padding, dilation 1, one group.
  public static Convolution plain() {
    return PLAIN;
  }

  /// The distance between places of the window.
  public Convolution stride(int both) {
    return stride(both, both);
  }

  /// The distance between places of the window.
  public Convolution stride(int height, int width) {
    return with(vertical.strided(height), horizontal.strided(width));
  }

  /// Zeros on all sides.
  public Convolution padding(int all) {
    return padding(all, all);
  }

  /// Zeros above and below, left and right.
  public Convolution padding(int height, int width) {
    return padding(height, height, width, width);
  }

  /// Zeros on each side.
  public Convolution padding(int top, int bottom, int left, int right) {
    return with(vertical.padded(top, bottom), horizontal.padded(left, right));
  }

  /// The distance between weights on the input.
  public Convolution dilation(int both) {
    return dilation(both, both);
  }

  /// The distance between weights on the input.
  public Convolution dilation(int height, int width) {
    return with(vertical.dilated(height), horizontal.dilated(width));
  }

  /// As many parts of the channels, each with weights of its own.
  public Convolution groups(int count) {
    return new Convolution(vertical, horizontal, count, extraHeight, extraWidth);
  }

  /// Rows and columns that a transposed convolution has more, at the end: of all outputs that one
  /// stride takes to the same size, this chooses.
  public Convolution outputPadding(int both) {
    return outputPadding(both, both);
  }

  /// Rows and columns that a transposed convolution has more, at the end.
  public Convolution outputPadding(int height, int width) {
    return new Convolution(vertical, horizontal, groups, height, width);
  }

  private Convolution with(Slide down, Slide across) {
    return new Convolution(down, across, groups, extraHeight, extraWidth);
  }

  /// Refuses what only a transposed convolution has.
  ///
  /// @param operation the name of the operation, for the message
  /// @throws IllegalArgumentException where there is an output padding
  public void checkForward(String operation) {
    if (extraHeight > 0 || extraWidth > 0) {
      throw new IllegalArgumentException(
          operation
              + ": output padding "
              + extraHeight
              + " and "
              + extraWidth
              + " is for transposed convolutions: leave it at 0");
    }
  }

  /// Along one axis alone.
  Convolution ofOneAxis(String operation) {
    Options.same(operation, vertical, horizontal);
    Options.same(operation, "output paddings", extraHeight, extraWidth);
    return new Convolution(Slide.UNIT, horizontal, groups, 0, extraWidth);
  }
}
