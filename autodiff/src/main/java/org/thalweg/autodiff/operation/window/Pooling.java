package org.thalweg.autodiff.operation.window;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.window.Windows;

/// The largest element or the mean of windows that slide over signals `[batch, channels, length]`
/// or images `[batch, channels, height, width]`, each channel by itself.
///
/// The largest of equal elements is the first, which gets the gradient; NaN is above all. Along an
/// axis there are
///
/// ```
/// places = ⌊(length + before + after − dilation·(size − 1) − 1) ÷ stride⌋ + 1
/// ```
///
/// where `before` and `after` are the padding at its two ends. With [Window#roundingUp] the
/// quotient is rounded up, and a last window that would begin in the padding behind is left out.
///
/// Adaptive windows are as many as are wanted; window j of n covers the elements
///
/// ```
/// ⌊j·length ÷ n⌋ … ⌈(j + 1)·length ÷ n⌉ − 1
/// ```
///
/// Every method throws `IllegalArgumentException` where the input is INT32 or has another rank, or
/// a window does not fit or has nothing but padding in it.
public final class Pooling {
  private Pooling() {}

  /// The largest element of each window of a signal.
  ///
  /// @throws IllegalArgumentException where the window differs between height and width, too
  public static Tensor max1d(Tensor x, Window window) {
    Options.checkRank("max1d", x, 3);
    return flat(max("max1d", lifted(x), window.ofOneAxis("max1d")));
  }

  /// The largest element of each window of an image.
  public static Tensor max2d(Tensor x, Window window) {
    Options.checkRank("max2d", x, 4);
    return max("max2d", x, window);
  }

  /// The mean of each window of a signal.
  ///
  /// @throws IllegalArgumentException where the window differs between height and width, too
  public static Tensor average1d(Tensor x, Window window) {
    Options.checkRank("average1d", x, 3);
    return flat(average("average1d", lifted(x), window.ofOneAxis("average1d")));
  }

  /// The mean of each window of an image.
  public static Tensor average2d(Tensor x, Window window) {
    Options.checkRank("average2d", x, 4);
    return average("average2d", x, window);
  }

  /// The largest elements of so many windows of a signal.
  public static Tensor adaptiveMax1d(Tensor x, int places) {
    Options.checkRank("adaptiveMax1d", x, 3);
    Tensor row = lifted(x);
    return flat(largest("adaptiveMax1d", row, adaptive("adaptiveMax1d", row, 1, places)));
  }

  /// The largest elements of `rows` times `columns` windows of an image.
  public static Tensor adaptiveMax2d(Tensor x, int rows, int columns) {
    Options.checkRank("adaptiveMax2d", x, 4);
    return largest("adaptiveMax2d", x, adaptive("adaptiveMax2d", x, rows, columns));
  }

  /// The means of so many windows of a signal.
  public static Tensor adaptiveAverage1d(Tensor x, int places) {
    String operation = "adaptiveAverage1d";
    Options.checkRank(operation, x, 3);
    Tensor row = lifted(x);
    Windows windows = adaptive(operation, row, 1, places);
    return flat(Tensor.apply(new PoolingOp.Mean(windows, operation), row));
  }

  /// The means of `rows` times `columns` windows of an image.
  public static Tensor adaptiveAverage2d(Tensor x, int rows, int columns) {
    String operation = "adaptiveAverage2d";
    Options.checkRank(operation, x, 4);
    return Tensor.apply(new PoolingOp.Mean(adaptive(operation, x, rows, columns), operation), x);
  }

  private static Tensor max(String operation, Tensor x, Window window) {
    return largest(operation, x, sliding(operation, x, window));
  }

  private static Tensor largest(String operation, Tensor x, Windows windows) {
    return Tensor.apply(new PoolingOp.Largest(windows, operation), x);
  }

  private static Tensor average(String operation, Tensor x, Window window) {
    return Tensor.apply(new PoolingOp.Mean(sliding(operation, x, window), operation), x);
  }

  private static Windows sliding(String operation, Tensor x, Window window) {
    return Windows.sliding(
        window.vertical(),
        window.horizontal(),
        x.shape().size(2),
        x.shape().size(3),
        window.roundsUp(),
        window.countsPadding(),
        operation);
  }

  private static Windows adaptive(String operation, Tensor x, int rows, int columns) {
    return Windows.adaptive(x.shape().size(2), x.shape().size(3), rows, columns, operation);
  }

  /// A signal as an image of one row.
  private static Tensor lifted(Tensor x) {
    return x.unsqueeze(2);
  }

  private static Tensor flat(Tensor y) {
    return y.squeeze(2);
  }
}
