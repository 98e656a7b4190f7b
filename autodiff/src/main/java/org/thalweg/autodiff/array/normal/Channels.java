package org.thalweg.autodiff.array.normal;

import static org.thalweg.autodiff.array.normal.RowPass.Role.ELEMENT;
import static org.thalweg.autodiff.array.normal.RowPass.Role.ROW;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.kernel.Numbers;

/// Channels normalised over a batch, and the gradients of that: as [Rows], but all rows of a
/// channel have one mean and one variance.
///
/// ```
/// x is [batch, channels, run]    n = batch · run
/// ```
///
/// Rows are read where they stand, in the order of memory. What is added up is added up for each
/// row alone and then, in double precision, over the batch in order: the bits depend on the shape
/// alone.
public final class Channels {
  private static final RowPass SHIFTED = Rows.SHIFTED.withWeightsOfRows();
  private static final RowPass SCALED = Rows.SCALED.withWeightsOfRows();

  /// (g − a − x̂ b) s
  private static final RowPass GRADIENT =
      new RowPass(
          Formula.of(
              List.of("x", "shift", "rest", "r", "g", "a", "b", "s"),
              in ->
                  List.of(
                      in.get(4)
                          .minus(in.get(5))
                          .minus(Rows.normalised(in).times(in.get(6)))
                          .times(in.get(7)))),
          ELEMENT,
          ROW,
          ROW,
          ROW,
          ELEMENT,
          ROW,
          ROW,
          ROW,
          ELEMENT);

  private final RowLayout layout;
  private final Array x;
  private final int channels;
  private final int run;
  private final int rows;
  private final int most;
  private final double n;

  private Channels(RowLayout layout, Array x) {
    this.layout = layout;
    this.x = x;
    this.channels = layout.groups();
    this.run = layout.run();
    this.rows = layout.rows(x.elements());
    this.most = RowBlocks.most(Math.max(1, run));
    this.n = layout.alike(x.elements());
  }

  /// What is done with `count` rows from `first` on, of channels from `channel` on.
  private interface Span {
    void run(int first, int count, int channel);
  }

  /// Something done with spans of rows, which has calls and memory of its own on each thread.
  private interface Walk {
    Span onThread(RowCall call);
  }

  private void inParallel(Walk walk) {
    RowBlocks.inParallel(
        x.elements(),
        rows,
        (first, stop) -> {
          try (RowRoom room = RowRoom.take(layout, x.dtype())) {
            Span span = walk.onThread(room.call());
            int count;
            for (int row = first; row < stop; row += count) {
              int channel = row % channels;
              count = Math.min(most, Math.min(stop - row, channels - channel));
              span.run(row, count, channel);
            }
          }
        });
  }

  /// The mean of each channel in two numbers as those of rows are, r, and the variance: `[4,
  /// channels]`. NaN where there is no element.
  public static Array statistics(RowLayout layout, double epsilon, Array x) {
    return new Channels(layout, x).statistics(epsilon);
  }

  private Array statistics(double epsilon) {
    if (rows == 0) {
      return Array.full(x.dtype(), Shape.of(4, channels), Double.NaN);
    }
    Array statistics = Array.uninitialised(x.dtype(), Shape.of(4, channels));
    Object to = statistics.data();
    double[] shifts = new double[channels];
    Arrays.setAll(shifts, channel -> Numbers.get(x.data(), channel * run));
    double[] sums = new double[rows];
    double[] squares = new double[rows];
    inParallel(_ -> powers(shifts, sums, squares));
    RowBlocks.inParallel(
        x.elements(),
        channels,
        (first, stop) -> {
          for (int channel = first; channel < stop; channel++) {
            double variance = variance(channel, shifts, sums, squares);
            double mean = sums[channel] / n;
            RowStatistics.setMean(to, channel, channels + channel, shifts[channel], mean);
            Numbers.set(to, 2 * channels + channel, 1 / Math.sqrt(variance + epsilon));
            Numbers.set(to, 3 * channels + channel, variance);
          }
        });
    return statistics;
  }

  /// Σ c and Σ c² of each row, c being an element less the channel's shift.
  private Span powers(double[] shifts, double[] sums, double[] squares) {
    double[] shift = new double[most];
    double[] sum = RowStatistics.room(most);
    double[] square = RowStatistics.room(most);
    return (first, count, channel) -> {
      System.arraycopy(shifts, channel, shift, 0, count);
      RowStatistics.powers(x.data(), first * run, run, count, shift, sum, square);
      System.arraycopy(sum, 0, sums, first, count);
      System.arraycopy(square, 0, squares, first, count);
    };
  }

  /// The variance of a channel, whose sum is left in its first row; about its mean, where the shift
  /// was an outlier.
  private double variance(int channel, double[] shifts, double[] sums, double[] squares) {
    double variance = addedUp(channel, sums, squares);
    double mean = sums[channel] / n;
    if (!RowStatistics.isFar(mean, variance)) {
      return variance;
    }
    shifts[channel] += mean;
    Span again = powers(shifts, sums, squares);
    for (int row = channel; row < rows; row += channels) {
      again.run(row, 1, channel);
    }
    return addedUp(channel, sums, squares);
  }

  private double addedUp(int channel, double[] sums, double[] squares) {
    double square = squares[channel];
    for (int row = channel + channels; row < rows; row += channels) {
      sums[channel] += sums[row];
      square += squares[row];
    }
    return RowStatistics.variance(sums[channel] / n, square / n);
  }

  /// x̂ w + b.
  ///
  /// @param statistics of x
  /// @param weight `null` for 1
  /// @param bias `null` for 0; there is none without a weight
  public static Array scaled(
      RowLayout layout, Array x, Array statistics, @Nullable Array weight, @Nullable Array bias) {
    Channels all = new Channels(layout, x);
    Array y = Array.uninitialised(x.dtype(), x.shape());
    Object from = x.data();
    Object s = statistics.data();
    Object w = weight == null ? null : weight.data();
    Object b = bias == null ? null : bias.data();
    Object to = y.data();
    all.inParallel(
        call ->
            (first, count, channel) -> {
              int at = first * all.run;
              call.of(w == null ? Rows.NORMALISED : b == null ? SCALED : SHIFTED)
                  .with(from, at)
                  .withThree(s, channel, all.channels)
                  .withAny(w, channel)
                  .withAny(b, channel)
                  .with(to, at)
                  .run(count);
            });
    return y;
  }

  /// The gradients of [#scaled], statistics being those of x. Where Σg x̂ and Σg, the gradients of
  /// weight and bias, are sums over a channel, that of x is
  ///
  /// ```
  /// (g − Σg ÷ n − x̂ · Σg x̂ ÷ n) · r w
  /// ```
  ///
  /// @param weight `null` for 1
  public static Rows.Gradients gradients(
      RowLayout layout,
      Array x,
      Array statistics,
      Array g,
      @Nullable Array weight,
      boolean ofInput,
      boolean ofWeights) {
    Channels all = new Channels(layout, x);
    double[] sums = all.sums(statistics.data(), g.data());
    Array dx = ofInput ? Array.uninitialised(x.dtype(), x.shape()) : null;
    if (dx != null) {
      Object factors = all.factors(statistics.data(), weight, sums);
      all.back(statistics.data(), g.data(), factors, dx.data());
    }
    Array weights = ofWeights ? Array.uninitialised(x.dtype(), Shape.of(2, all.channels)) : null;
    for (int i = 0; weights != null && i < sums.length; i++) {
      Numbers.set(weights.data(), i, sums[i]);
    }
    return new Rows.Gradients(dx, weights);
  }

  /// Σg x̂ of each channel, then Σg of each.
  private double[] sums(Object s, Object g) {
    double[] partial = new double[2 * rows];
    inParallel(
        _ -> {
          double[] shifts = RowStatistics.room(most);
          double[] sums = RowStatistics.room(most);
          double[] products = RowStatistics.room(most);
          return (first, count, channel) -> {
            int at = first * run;
            RowStatistics.slopes(
                x.data(), at, g, at, run, run, count, s, channel, 1, channels, shifts, sums,
                products);
            int to = 2 * first - channel;
            System.arraycopy(products, 0, partial, to, count);
            System.arraycopy(sums, 0, partial, to + channels, count);
          };
        });
    int width = 2 * channels;
    double[] sums = new double[width];
    for (int i = 0; i < partial.length; i++) {
      sums[i % width] += partial[i];
    }
    return sums;
  }

  /// Σg ÷ n, Σg x̂ ÷ n and r w of each channel.
  private Object factors(Object s, @Nullable Array weight, double[] sums) {
    Object factors = Array.persistent(x.dtype(), Shape.of(3 * channels)).data();
    for (int channel = 0; rows > 0 && channel < channels; channel++) {
      double w = weight == null ? 1 : weight.get(channel);
      Numbers.set(factors, channel, sums[channels + channel] / n);
      Numbers.set(factors, channels + channel, sums[channel] / n);
      double r = Numbers.get(s, 2 * channels + channel);
      Numbers.set(factors, 2 * channels + channel, r * w);
    }
    return factors;
  }

  private void back(Object s, Object g, Object factors, Object dx) {
    inParallel(
        call ->
            (first, count, channel) ->
                call.of(GRADIENT)
                    .with(x.data(), first * run)
                    .withThree(s, channel, channels)
                    .with(g, first * run)
                    .withThree(factors, channel, channels)
                    .with(dx, first * run)
                    .run(count));
  }
}
