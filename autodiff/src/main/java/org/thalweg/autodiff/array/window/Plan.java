package org.thalweg.autodiff.array.window;

/// How a convolution of two dimensions goes: from `[batch, in, height, width]` by weights `[out, in
/// ÷ groups, vertical.size, horizontal.size]` to `[batch, out, rows, columns]`.
///
/// @param vertical how the weights slide along the height
/// @param horizontal how they slide along the width
/// @param groups of how many parts of the channels each sees its own only; a divisor of `in` and
///   `out`
/// @param height the size of the input
/// @param width the size of the input
/// @param rows the size of the output, at most the number of places along the height
/// @param columns the size of the output
public record Plan(
    Slide vertical, Slide horizontal, int groups, int height, int width, int rows, int columns) {
  /// The number of weights between one channel and another.
  public int taps() {
    return vertical.size() * horizontal.size();
  }
}
