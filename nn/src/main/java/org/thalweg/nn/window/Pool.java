package org.thalweg.nn.window;

import org.thalweg.autodiff.operation.window.Pooling;
import org.thalweg.autodiff.operation.window.Window;
import org.thalweg.nn.Activation;
import org.thalweg.nn.Layer.Plan;

/// [Pooling] as layers, which have no parameters: PyTorch's `MaxPool2d`, `AvgPool2d`,
/// `AdaptiveAvgPool2d` and those of signals.
///
/// Signals are `[batch, channels, length]`, images `[batch, channels, height, width]`; what is
/// [applied][org.thalweg.nn.Layer#apply] to anything else is refused by the operation.
public final class Pool {
  private Pool() {}

  /// The largest element of each square of an image, one beside the other.
  public static Plan<Activation> max2d(int size) {
    return max2d(Window.of(size));
  }

  /// The largest element of each window of an image.
  public static Plan<Activation> max2d(Window window) {
    return Activation.of(x -> Pooling.max2d(x, window));
  }

  /// The mean of each square of an image, one beside the other.
  public static Plan<Activation> average2d(int size) {
    return average2d(Window.of(size));
  }

  /// The mean of each window of an image.
  public static Plan<Activation> average2d(Window window) {
    return Activation.of(x -> Pooling.average2d(x, window));
  }

  /// The largest elements of `rows` times `columns` windows that cover an image of any size.
  public static Plan<Activation> adaptiveMax2d(int rows, int columns) {
    return Activation.of(x -> Pooling.adaptiveMax2d(x, rows, columns));
  }

  /// The means of `rows` times `columns` windows that cover an image of any size.
  public static Plan<Activation> adaptiveAverage2d(int rows, int columns) {
    return Activation.of(x -> Pooling.adaptiveAverage2d(x, rows, columns));
  }

  /// The largest element of each window of a signal.
  public static Plan<Activation> max1d(Window window) {
    return Activation.of(x -> Pooling.max1d(x, window));
  }

  /// The mean of each window of a signal.
  public static Plan<Activation> average1d(Window window) {
    return Activation.of(x -> Pooling.average1d(x, window));
  }
}
