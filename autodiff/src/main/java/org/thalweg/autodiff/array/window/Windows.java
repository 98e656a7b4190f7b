package org.thalweg.autodiff.array.window;

import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.kernel.window.Grid;
import org.thalweg.autodiff.kernel.window.Pooled;
import org.thalweg.autodiff.kernel.window.Spans;

/// The windows of a pooling on images of one size, `[batch, channels, height, width]`, and what is
/// made of them, `[batch, channels, rows, columns]`. Each window has one element at least.
public final class Windows {
  private final Grid grid;

  private Windows(Grid grid) {
    this.grid = grid;
  }

  /// Windows that slide.
  ///
  /// @param roundsUp whether a last window may reach beyond the padding, as long as it begins
  ///   before
  /// @param countsPadding whether means divide by the padding under a window, too
  /// @param operation the name of the operation, for messages
  /// @throws IllegalArgumentException where a window does not fit, or has nothing but padding
  public static Windows sliding(
      Slide vertical,
      Slide horizontal,
      int height,
      int width,
      boolean roundsUp,
      boolean countsPadding,
      String operation) {
    Spans down = sliding(vertical, height, roundsUp, countsPadding, operation);
    Spans across = sliding(horizontal, width, roundsUp, countsPadding, operation);
    return new Windows(new Grid(down, across, height, width));
  }

  private static Spans sliding(
      Slide slide, int length, boolean roundsUp, boolean countsPadding, String operation) {
    int places = roundsUp && slide.isBeyond(length) ? 1 : slide.places(length, operation);
    long last = (long) places * slide.stride() - slide.before();
    if (roundsUp && slide.length(places) < length && last < length) {
      places++;
    }
    int[] first = new int[places];
    int[] count = new int[places];
    int[] divisor = new int[places];
    int step = slide.dilation();
    for (int j = 0; j < places; j++) {
      long start = (long) j * slide.stride() - slide.before();
      int skipped = (int) (start < 0 ? (step - 1 - start) / step : 0);
      first[j] = (int) Math.min(start + (long) skipped * step, Integer.MAX_VALUE);
      count[j] = Math.max(0, inside(slide, start, length) - skipped);
      divisor[j] = countsPadding ? inside(slide, start, (long) length + slide.after()) : count[j];
      if (count[j] == 0) {
        throw new IllegalArgumentException(
            operation
                + ": window "
                + j
                + " of size "
                + slide.size()
                + " has only padding in it, "
                + slide.before()
                + " before and "
                + slide.after()
                + " after "
                + length
                + ": use less padding");
      }
    }
    return new Spans(first, count, divisor, step);
  }

  /// How many elements of a window that begins at `start` lie before `end`.
  private static int inside(Slide slide, long start, long end) {
    long most = start >= end ? 0 : (end - 1 - start) / slide.dilation() + 1;
    return (int) Math.min(slide.size(), most);
  }

  /// As many windows as are wanted, of nearly the same size: window `j` of `n` covers the elements
  /// `⌊j·length ÷ n⌋ … ⌈(j + 1)·length ÷ n⌉ − 1`.
  ///
  /// @param operation the name of the operation, for messages
  /// @throws IllegalArgumentException where none are wanted, or there are no elements
  public static Windows adaptive(int height, int width, int rows, int columns, String operation) {
    if ((long) rows * columns > Shape.MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + rows
              + " times "
              + columns
              + " windows are over "
              + Shape.MOST_ELEMENTS
              + ": use fewer");
    }
    Spans down = adaptive(height, rows, operation);
    return new Windows(new Grid(down, adaptive(width, columns, operation), height, width));
  }

  private static Spans adaptive(int length, int places, String operation) {
    if (places < 1 || length < 1) {
      throw new IllegalArgumentException(
          operation
              + ": cannot make "
              + places
              + " windows of "
              + length
              + " elements: use 1 or more");
    }
    int[] first = new int[places];
    int[] count = new int[places];
    for (int j = 0; j < places; j++) {
      first[j] = (int) ((long) j * length / places);
      count[j] = (int) (((j + 1L) * length + places - 1) / places) - first[j];
    }
    return new Spans(first, count, count, 1);
  }

  private Pooled pooled() {
    return new Pooled(grid);
  }

  private Shape output(Shape x) {
    return Shape.of(x.size(0), x.size(1), grid.down().size(), grid.across().size());
  }

  private Shape input(Shape y) {
    return Shape.of(y.size(0), y.size(1), grid.height(), grid.width());
  }

  /// How many elements the windows of one image have together.
  public long elements() {
    return grid.elements();
  }

  /// The largest element of each window: its value, and where in its image it stands.
  ///
  /// @param values in the type of the image
  /// @param places as `row · width + column`, INT32
  public record Largest(Array values, Array places) {}

  /// The largest elements: the first of equal ones, the first NaN where there is one.
  public Largest largest(Array x) {
    Array y = Array.uninitialised(x.dtype(), output(x.shape()));
    Array at = Array.uninitialised(DType.INT32, y.shape());
    pooled().largest(x.data(), planes(x), y.data(), at.ints());
    return new Largest(y, at);
  }

  private static int planes(Array x) {
    return x.shape().size(0) * x.shape().size(1);
  }

  /// The elements at the places that [#largest] gave, of images of the same shape.
  public Array take(Array x, Array places) {
    Array y = Array.uninitialised(x.dtype(), places.shape());
    pooled().take(x.data(), planes(x), places.ints(), y.data());
    return y;
  }

  /// The transpose of [#take]: images of zeros, each number added at its place.
  public Array put(Array y, Array places) {
    Array x = Array.uninitialised(y.dtype(), input(y.shape()));
    pooled().put(y.data(), planes(y), places.ints(), x.data());
    return x;
  }

  /// The mean of each window.
  public Array mean(Array x) {
    Array y = Array.uninitialised(x.dtype(), output(x.shape()));
    pooled().mean(x.data(), planes(x), y.data());
    return y;
  }

  /// The transpose of [#mean].
  public Array spread(Array y) {
    Array x = Array.uninitialised(y.dtype(), input(y.shape()));
    pooled().spread(y.data(), planes(y), x.data());
    return x;
  }
}
