package org.thalweg.autodiff.operation.window;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.window.Slide;

/// Checks of numbers and shapes that windows share.
final class Options {
  private Options() {}

  static void check(String operation, Slide slide) {
    atLeast(operation, "window", 1, slide.size());
    atLeast(operation, "stride", 1, slide.stride());
    atLeast(operation, "padding", 0, slide.before(), slide.after());
    atLeast(operation, "dilation", 1, slide.dilation());
  }

  static void atLeast(String operation, String what, int least, int... values) {
    for (int value : values) {
      if (value < least) {
        throw new IllegalArgumentException(
            operation + ": " + what + " " + value + ": use " + least + " or more");
      }
    }
  }

  static void same(String operation, Slide vertical, Slide horizontal) {
    same(operation, "windows", vertical.size(), horizontal.size());
    same(operation, "strides", vertical.stride(), horizontal.stride());
    same(operation, "paddings", vertical.before(), horizontal.before());
    same(operation, "paddings", vertical.after(), horizontal.after());
    same(operation, "dilations", vertical.dilation(), horizontal.dilation());
  }

  static void same(String operation, String what, int vertical, int horizontal) {
    if (vertical != horizontal) {
      throw new IllegalArgumentException(
          operation
              + ": the "
              + what
              + " "
              + vertical
              + " and "
              + horizontal
              + " differ, and there is one axis: give one number for both");
    }
  }

  /// Refuses what is not an image or signal: `[batch, channels, …]`.
  static void checkRank(String operation, Tensor x, int rank) {
    if (x.shape().rank() != rank) {
      throw new IllegalArgumentException(
          operation
              + ": the input is "
              + x.shape()
              + " and must be "
              + (rank == 3 ? "[batch, channels, length]" : "[batch, channels, height, width]")
              + ": reshape it");
    }
    x.array().checkFloating(operation);
  }
}
