package org.thalweg.autodiff.operation.window;

import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.window.Plan;
import org.thalweg.autodiff.array.window.Slide;

/// Convolutions as the field has them: the weights are not turned round (mathematics calls that a
/// cross-correlation). Shapes are those of PyTorch.
///
/// ```
/// y[n, o, r, c] = Σ_{i, u, v} w[o, i, u, v] · x[n, i, r·s − p + u·d, c·s − p + v·d]
/// ```
///
/// with stride s, padding p before and dilation d, and x = 0 outside; i runs over the channels of
/// the group that o is in. A bias is a `plus`. Dumoulin and Visin, "A guide to convolution
/// arithmetic for deep learning", 2016, has the sizes and pictures.
///
/// Every method throws `IllegalArgumentException` where types differ or are INT32, ranks are not as
/// said, channels do not fit the weights and groups, or the window is larger than the padded input.
public final class Convolutions {
  private Convolutions() {}

  /// Signals `[batch, in, length]` by weights `[out, in, size]` to `[batch, out, places]`.
  public static Tensor conv1d(Tensor x, Tensor weight) {
    return conv1d(x, weight, Convolution.plain());
  }

  /// Signals `[batch, in, length]` by weights `[out, in ÷ groups, size]` to `[batch, out, places]`,
  /// where
  ///
  /// ```
  /// places = ⌊(length + before + after − dilation·(size − 1) − 1) ÷ stride⌋ + 1
  /// ```
  ///
  /// and `before` and `after` are the padding at the two ends: `padding(p)` means p at each.
  ///
  /// @throws IllegalArgumentException where the options differ between height and width, or have an
  ///   output padding, too
  public static Tensor conv1d(Tensor x, Tensor weight, Convolution options) {
    check("conv1d", x, weight, 3);
    return flat(forward("conv1d", lifted(x), lifted(weight), options.ofOneAxis("conv1d")));
  }

  /// Images `[batch, in, height, width]` by weights `[out, in, size, size]` to `[batch, out, rows,
  /// columns]`.
  public static Tensor conv2d(Tensor x, Tensor weight) {
    return conv2d(x, weight, Convolution.plain());
  }

  /// Images `[batch, in, height, width]` by weights `[out, in ÷ groups, …]` to `[batch, out, rows,
  /// columns]`, with sizes as in [#conv1d(Tensor, Tensor, Convolution)].
  ///
  /// @throws IllegalArgumentException where the options have an output padding, too
  public static Tensor conv2d(Tensor x, Tensor weight, Convolution options) {
    check("conv2d", x, weight, 4);
    return forward("conv2d", x, weight, options);
  }

  /// The transpose of [#conv1d(Tensor, Tensor)] in x: `[batch, in, places]` by weights `[in, out,
  /// size]` to `[batch, out, length]`.
  public static Tensor convTranspose1d(Tensor x, Tensor weight) {
    return convTranspose1d(x, weight, Convolution.plain());
  }

  /// The transpose of [#conv1d(Tensor, Tensor, Convolution)] in x: `[batch, in, places]` by weights
  /// `[in, out ÷ groups, size]` to `[batch, out, length]`, where
  ///
  /// ```
  /// length = (places − 1)·stride − before − after + dilation·(size − 1) + 1 + output padding
  /// ```
  ///
  /// and `before` and `after` are the padding at the two ends of the signal.
  ///
  /// @throws IllegalArgumentException where the options differ between height and width, too, or
  ///   the output padding is neither below the stride nor below the dilation
  public static Tensor convTranspose1d(Tensor x, Tensor weight, Convolution options) {
    String operation = "convTranspose1d";
    check(operation, x, weight, 3);
    return flat(transposed(operation, lifted(x), lifted(weight), options.ofOneAxis(operation)));
  }

  /// The transpose of [#conv2d(Tensor, Tensor)] in x: `[batch, in, rows, columns]` by weights `[in,
  /// out, size, size]` to `[batch, out, height, width]`.
  public static Tensor convTranspose2d(Tensor x, Tensor weight) {
    return convTranspose2d(x, weight, Convolution.plain());
  }

  /// The transpose of [#conv2d(Tensor, Tensor, Convolution)] in x: `[batch, in, rows, columns]` by
  /// weights `[in, out ÷ groups, …]` to `[batch, out, height, width]`, with sizes as in
  /// [#convTranspose1d(Tensor, Tensor, Convolution)].
  ///
  /// @throws IllegalArgumentException where the output padding is neither below the stride nor
  ///   below the dilation, too
  public static Tensor convTranspose2d(Tensor x, Tensor weight, Convolution options) {
    check("convTranspose2d", x, weight, 4);
    return transposed("convTranspose2d", x, weight, options);
  }

  private static Tensor forward(String operation, Tensor x, Tensor w, Convolution options) {
    options.checkForward(operation);
    int groups = options.groups();
    int out = w.shape().size(0);
    if ((long) w.shape().size(1) * groups != x.shape().size(1) || out % groups != 0) {
      throw channels(operation, x, w, groups, "[out, in ÷ groups, …] with out divisible by groups");
    }
    Slide vertical = options.vertical().sized(w.shape().size(2));
    Slide horizontal = options.horizontal().sized(w.shape().size(3));
    int height = x.shape().size(2);
    int width = x.shape().size(3);
    int rows = vertical.places(height, operation);
    int columns = horizontal.places(width, operation);
    Plan plan = new Plan(vertical, horizontal, groups, height, width, rows, columns);
    return Tensor.apply(new ConvolutionOp.Output(plan, operation), x, w);
  }

  private static Tensor transposed(String operation, Tensor x, Tensor w, Convolution options) {
    int groups = options.groups();
    int in = x.shape().size(1);
    if (w.shape().size(0) != in || in % groups != 0 || groups > Math.max(1, in)) {
      throw channels(operation, x, w, groups, "[in, out ÷ groups, …] with in divisible by groups");
    }
    Slide vertical = options.vertical().sized(w.shape().size(2));
    Slide horizontal = options.horizontal().sized(w.shape().size(3));
    int rows = x.shape().size(2);
    int columns = x.shape().size(3);
    int height = length(operation, vertical, rows, options.extraHeight());
    int width = length(operation, horizontal, columns, options.extraWidth());
    Plan plan = new Plan(vertical, horizontal, groups, height, width, rows, columns);
    return Tensor.apply(new ConvolutionOp.Input(plan, operation), x, w);
  }

  private static int length(String operation, Slide slide, int places, int extra) {
    if (extra > 0 && extra >= Math.max(slide.stride(), slide.dilation())) {
      throw new IllegalArgumentException(
          operation
              + ": output padding "
              + extra
              + " is below neither stride "
              + slide.stride()
              + " nor dilation "
              + slide.dilation()
              + ": use less");
    }
    long length = slide.length(places) + extra;
    if (places < 1 || length < 1 || length + slide.before() + slide.after() > Shape.MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + places
              + " places of the window become "
              + length
              + " elements with stride "
              + slide.stride()
              + ", padding "
              + slide.before()
              + " and "
              + slide.after()
              + ", reach "
              + slide.reach()
              + ": use other sizes");
    }
    return (int) length;
  }

  private static IllegalArgumentException channels(
      String operation, Tensor x, Tensor w, int groups, String wanted) {
    return new IllegalArgumentException(
        operation
            + ": the input "
            + x.shape()
            + " and the weights "
            + w.shape()
            + " do not fit with "
            + groups
            + " groups: weights are "
            + wanted);
  }

  private static void check(String operation, Tensor x, Tensor weight, int rank) {
    Options.checkRank(operation, x, rank);
    if (weight.dtype() != x.dtype()) {
      throw new IllegalArgumentException(
          operation
              + ": types "
              + x.dtype()
              + " and "
              + weight.dtype()
              + " do not mix: use to(FLOAT32) or to(FLOAT64) on one");
    }
    boolean hasWindow = weight.shape().rank() == rank;
    for (int axis = 2; hasWindow && axis < rank; axis++) {
      hasWindow = weight.shape().size(axis) > 0;
    }
    if (!hasWindow) {
      throw new IllegalArgumentException(
          operation
              + ": the weights are "
              + weight.shape()
              + " and must have "
              + rank
              + " axes, the window not empty: reshape them");
    }
  }

  /// A signal as an image of one row.
  private static Tensor lifted(Tensor x) {
    return x.unsqueeze(2);
  }

  private static Tensor flat(Tensor y) {
    return y.squeeze(2);
  }
}
