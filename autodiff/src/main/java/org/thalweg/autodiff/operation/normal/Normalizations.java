package org.thalweg.autodiff.operation.normal;

import java.util.Arrays;
import java.util.List;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.normal.RowLayout;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.operation.normal.RowOp.Kind;

/// Elements brought to mean 0 and variance 1 in groups, then scaled and shifted.
///
/// ```
/// y = (x − mean) ÷ √(variance + ε) · weight + bias
/// ```
///
/// The variance is that of the group itself, divided by its size n, not n − 1. Statistics are
/// computed in double precision from differences to the mean, not from squares of x: an offset that
/// is large beside the deviation costs no digits that x had. A group of equal elements gives the
/// bias; where ε is 0 too, that is 0 ÷ 0 and gives NaN, as in PyTorch.
///
/// Every method throws `IllegalArgumentException` where types differ or are INT32, shapes do not
/// fit, or ε is negative or not a number.
public final class Normalizations {
  private static final Formula INFERENCE =
      Formula.of(
              List.of("x", "mean", "variance", "weight", "bias", "epsilon"),
              in ->
                  List.of(
                      in.get(0)
                          .minus(in.get(1))
                          .over(in.get(2).plus(in.get(5)).sqrt())
                          .times(in.get(3))
                          .plus(in.get(4))))
          .named("batchNorm");

  /// Places of an image from which on batch norm reads it as it stands.
  private static final int LEAST_PLACES = 16;

  private Normalizations() {}

  /// Each part of x along its last axes, as many as the weight has, normalised. Ba, Kiros and
  /// Hinton, 2016.
  ///
  /// @param x `[…, *]`
  /// @param weight `[*]`, the last sizes of x
  /// @param bias `[*]`
  /// @param epsilon 10⁻⁵ as a rule
  public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    Kind kind = overLast("layerNorm", x, weight.shape(), true, epsilon);
    check("layerNorm", x, "weight", weight, weight.shape());
    check("layerNorm", x, "bias", bias, weight.shape());
    return Tensor.apply(new RowOp.Output(kind), x, weight, bias);
  }

  /// Each part of x along so many of its last axes normalised, neither scaled nor shifted.
  ///
  /// @param axes at least 1
  public static Tensor layerNorm(Tensor x, int axes, double epsilon) {
    return overLast("layerNorm", x, last("layerNorm", x, axes), true, epsilon).output(x);
  }

  /// Each part of x along its last axes, as many as the weight has, divided by the root of its mean
  /// square. Zhang and Sennrich, 2019.
  ///
  /// ```
  /// y = x ÷ √(mean(x²) + ε) · weight
  /// ```
  ///
  /// @param x `[…, *]`
  /// @param weight `[*]`, the last sizes of x
  /// @param epsilon 10⁻⁵ as a rule; PyTorch takes the distance from 1 to the next number
  public static Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
    Kind kind = overLast("rmsNorm", x, weight.shape(), false, epsilon);
    check("rmsNorm", x, "weight", weight, weight.shape());
    return Tensor.apply(new RowOp.Output(kind), x, weight);
  }

  /// Each part of x along so many of its last axes divided by the root of its mean square.
  ///
  /// @param axes at least 1
  public static Tensor rmsNorm(Tensor x, int axes, double epsilon) {
    return overLast("rmsNorm", x, last("rmsNorm", x, axes), false, epsilon).output(x);
  }

  /// The channels of each example in groups, each group normalised with all its places. Wu and He,
  /// 2018. As many groups as channels: instance norm.
  ///
  /// @param x `[batch, channels, …]`
  /// @param groups a divisor of the number of channels
  /// @param weight `[channels]`
  /// @param bias `[channels]`
  /// @param epsilon 10⁻⁵ as a rule
  public static Tensor groupNorm(Tensor x, int groups, Tensor weight, Tensor bias, double epsilon) {
    Kind kind = overGroups(x, groups, epsilon);
    Shape channels = Shape.of(x.shape().size(1));
    check("groupNorm", x, "weight", weight, channels);
    check("groupNorm", x, "bias", bias, channels);
    return Tensor.apply(new RowOp.Output(kind), x, weight, bias);
  }

  /// The channels of each example in groups, each normalised, neither scaled nor shifted.
  ///
  /// @param x `[batch, channels, …]`
  /// @param groups a divisor of the number of channels
  public static Tensor groupNorm(Tensor x, int groups, double epsilon) {
    return overGroups(x, groups, epsilon).output(x);
  }

  /// What batch norm gives in training.
  ///
  /// @param value in the shape of x
  /// @param mean `[channels]`, that of this batch
  /// @param variance `[channels]`, that of this batch, divided by the number n of elements of a
  ///   channel; running statistics take n ÷ (n − 1) times that, as a rule
  public record BatchNorm(Tensor value, Tensor mean, Tensor variance) {}

  /// Each channel normalised over the batch and all places, as in training. Ioffe and Szegedy,
  /// 2015.
  ///
  /// @param x `[batch, channels, …]`
  /// @param weight `[channels]`
  /// @param bias `[channels]`
  /// @param epsilon 10⁻⁵ as a rule
  public static BatchNorm batchNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    checkChannels("batchNorm", x);
    checkEpsilon("batchNorm", epsilon);
    int channels = x.shape().size(1);
    check("batchNorm", x, "weight", weight, Shape.of(channels));
    check("batchNorm", x, "bias", bias, Shape.of(channels));
    int places = x.shape().product(2, x.shape().rank());
    // Channels of few places would be many short rows: they are read as one row each.
    boolean inPlace = places >= LEAST_PLACES;
    Tensor ordered = inPlace ? x : x.swapAxes(0, 1);
    int run = inPlace ? places : channels == 0 ? 0 : x.elements() / channels;
    Tensor rows = ordered.reshape(inPlace ? x.shape().size(0) : 1, channels, run);
    Kind kind = new Kind(new RowLayout(channels, 1, run, true), true, epsilon, "batchNorm");
    Tensor statistics = Tensor.apply(new RowOp.Statistics(kind), rows);
    Tensor y = kind.output(rows, statistics, weight, bias).reshape(ordered.shape().sizes());
    Tensor mean = Tensor.apply(new RowOp.Mean(kind), rows, statistics);
    Tensor variance = Tensor.apply(new RowOp.Variance(kind), rows, statistics);
    return new BatchNorm(
        inPlace ? y : y.swapAxes(0, 1), mean.reshape(channels), variance.reshape(channels));
  }

  /// Each channel normalised by statistics that are given, as in use.
  ///
  /// @param x `[batch, channels, …]`
  /// @param mean `[channels]`
  /// @param variance `[channels]`
  /// @param weight `[channels]`
  /// @param bias `[channels]`
  /// @param epsilon 10⁻⁵ as a rule
  public static Tensor batchNorm(
      Tensor x, Tensor mean, Tensor variance, Tensor weight, Tensor bias, double epsilon) {
    checkChannels("batchNorm", x);
    checkEpsilon("batchNorm", epsilon);
    Shape channels = Shape.of(x.shape().size(1));
    check("batchNorm", x, "mean", mean, channels);
    check("batchNorm", x, "variance", variance, channels);
    check("batchNorm", x, "weight", weight, channels);
    check("batchNorm", x, "bias", bias, channels);
    int[] sizes = new int[x.shape().rank() - 1];
    Arrays.fill(sizes, 1);
    sizes[0] = channels.size(0);
    return Tensor.apply(
        INFERENCE,
        x,
        mean.reshape(sizes),
        variance.reshape(sizes),
        weight.reshape(sizes),
        bias.reshape(sizes),
        Tensor.scalar(x.dtype(), epsilon));
  }

  private static Kind overLast(
      String name, Tensor x, Shape last, boolean isCentred, double epsilon) {
    x.array().checkFloating(name);
    checkEpsilon(name, epsilon);
    int[] sizes = x.shape().sizes();
    int from = sizes.length - last.rank();
    boolean fits = last.rank() > 0 && from >= 0;
    if (!fits || !Arrays.equals(last.sizes(), Arrays.copyOfRange(sizes, from, sizes.length))) {
      throw new IllegalArgumentException(
          name
              + ": the weight is "
              + last
              + " and x "
              + x.shape()
              + ": give a weight in the shape of the last axes of x, at least one");
    }
    return new Kind(new RowLayout(1, last.elements(), 1, false), isCentred, epsilon, name);
  }

  private static Shape last(String name, Tensor x, int axes) {
    int rank = x.shape().rank();
    if (axes < 1 || axes > rank) {
      throw new IllegalArgumentException(
          name + ": " + axes + " axes of " + x.shape() + ": give 1 to " + rank);
    }
    return Shape.of(Arrays.copyOfRange(x.shape().sizes(), rank - axes, rank));
  }

  private static Kind overGroups(Tensor x, int groups, double epsilon) {
    checkChannels("groupNorm", x);
    checkEpsilon("groupNorm", epsilon);
    int channels = x.shape().size(1);
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          "groupNorm: "
              + groups
              + " groups of the channels of "
              + x.shape()
              + ": give a divisor of "
              + channels);
    }
    int places = x.shape().product(2, x.shape().rank());
    RowLayout layout = new RowLayout(groups, channels / groups, places, false);
    return new Kind(layout, true, epsilon, "groupNorm");
  }

  private static void checkChannels(String name, Tensor x) {
    x.array().checkFloating(name);
    if (x.shape().rank() < 2) {
      throw new IllegalArgumentException(
          name + ": x is " + x.shape() + ": give it the axes [batch, channels, …]");
    }
  }

  private static void checkEpsilon(String name, double epsilon) {
    if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + ": epsilon " + epsilon + " is added to the variance: use 0 or more, as 1e-5");
    }
  }

  private static void check(String name, Tensor x, String what, Tensor given, Shape shape) {
    if (given.dtype() != x.dtype() || !given.shape().equals(shape)) {
      throw new IllegalArgumentException(
          name
              + ": the "
              + what
              + " is "
              + given.dtype()
              + " "
              + given.shape()
              + " and must be "
              + x.dtype()
              + " "
              + shape
              + ", for x "
              + x.shape()
              + ": give one for each");
    }
  }
}
