package org.thalweg.nn.normal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.buffer.Buffer;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.operation.normal.Normalizations;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Training;

/// Each channel brought to mean 0 and variance 1, then scaled and shifted. Ioffe and Szegedy, 2015.
///
/// ```
/// y = (x − mean) ÷ √(variance + ε) · weight + bias
/// ```
///
/// `[batch, channels, …]` to the same: features, sequences `[batch, channels, length]`, images
/// `[batch, channels, height, width]`. In training, mean and variance are those of the batch and
/// all places, n values of each channel, divided by n; gradients go through them. In use they are
/// the running ones, which each step of training moves:
///
/// ```
/// running_mean ← (1 − momentum) running_mean + momentum · mean
/// running_var  ← (1 − momentum) running_var + momentum · variance · n ÷ (n − 1)
/// ```
///
/// `weight` and `bias` are parameters of the shape `[channels]` that start at 1 and 0;
/// `running_mean` and `running_var` are [buffers][Buffer] that start at 0 and 1, and
/// `num_batches_tracked` counts. Names and defaults are PyTorch's.
///
/// ```java
/// Layer model =
///     Layer.build(
///         Sequential.of(Linear.of(4, 8), BatchNorm.of(8), Activation.relu(), Linear.of(8, 2)), 42);
/// Tensor loss = Losses.crossEntropy(model.apply(x, training), labels);
/// optimizer.step(loss.backward()); // Moves weights and running statistics.
/// model.apply(x);                  // Uses them.
/// ```
public final class BatchNorm extends Layer {
  /// How a layer is made; itself the plan of it.
  ///
  /// @param channels the size of axis 1
  /// @param momentum the share of the last batch in the running statistics; empty for the mean of
  ///   all batches
  /// @param epsilon is added to the variance
  /// @param isAffine whether there are a weight and a bias
  public record Options(int channels, OptionalDouble momentum, double epsilon, boolean isAffine)
      implements Plan<BatchNorm> {
    /// @throws IllegalArgumentException where there is no channel, the momentum is not from 0 to 1,
    ///   or ε is negative or not a number
    public Options {
      if (channels < 1) {
        throw new IllegalArgumentException("batchNorm: " + channels + " channels: give at least 1");
      }
      double share = momentum.orElse(1);
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "batchNorm: momentum "
                + share
                + " is the share of the last batch: use a value from 0 to 1, as 0.1");
      }
      Checks.epsilon("batchNorm", epsilon);
    }

    /// With another share of the last batch in the running statistics.
    ///
    /// @throws IllegalArgumentException where it is not from 0 to 1
    public Options momentum(double share) {
      return new Options(channels, OptionalDouble.of(share), epsilon, isAffine);
    }

    /// With the mean of all batches as running statistics: the momentum is 1 ÷
    /// `num_batches_tracked`. PyTorch's `momentum=None`.
    public Options cumulative() {
      return new Options(channels, OptionalDouble.empty(), epsilon, isAffine);
    }

    /// With another ε.
    ///
    /// @throws IllegalArgumentException where it is negative or not a number
    public Options epsilon(double added) {
      return new Options(channels, momentum, added, isAffine);
    }

    /// Without weight and bias.
    public Options withoutAffine() {
      return new Options(channels, momentum, epsilon, false);
    }

    @Override
    public BatchNorm build(Build build) {
      return new BatchNorm(build, this);
    }
  }

  private static final Formula RUNNING =
      Formula.of(
              "running",
              "batch",
              "momentum",
              (running, batch, share) ->
                  running.times(Expr.number(1).minus(share)).plus(batch.times(share)))
          .named("running");

  /// What has been found of each layer that a pass has come to, while statistics are taken anew.
  private static final ScopedValue<Map<BatchNorm, List<Tensor>>> ESTIMATES =
      ScopedValue.newInstance();

  private final Options options;
  private final Tensor weight;
  private final Tensor bias;
  private final Buffer mean;
  private final Buffer variance;
  private final Buffer batches;

  private BatchNorm(Build build, Options options) {
    super(build);
    this.options = options;
    int channels = options.channels;
    mean = buffer("running_mean", Tensor.zeros(channels));
    variance = buffer("running_var", Tensor.ones(channels));
    batches = buffer("num_batches_tracked", Tensor.scalar(DType.INT32, 0));
    weight = scale("weight", 1);
    bias = scale("bias", 0);
  }

  private Tensor scale(String name, double value) {
    int channels = options.channels;
    return options.isAffine
        ? parameter(name, Shape.of(channels), Initializer.constant(value))
        : Tensor.full(mean.value().dtype(), value, channels);
  }

  /// With a momentum of 0.1, ε = 10⁻⁵, a weight and a bias.
  ///
  /// @throws IllegalArgumentException where there is no channel
  public static Options of(int channels) {
    return new Options(channels, OptionalDouble.of(0.1), 1e-5, true);
  }

  /// @throws IllegalArgumentException where x is not `[batch, channels, …]` in the layer's type, or
  ///   has fewer than 2 values for each channel in training
  @Override
  public Tensor apply(Tensor x, Training training) {
    check(x);
    return training.isInference()
        ? Normalizations.batchNorm(x, mean.value(), variance.value(), weight, bias, options.epsilon)
        : train(x);
  }

  private Tensor train(Tensor x) {
    int n = x.elements() / options.channels;
    if (n < 2) {
      throw new IllegalArgumentException(
          "batchNorm ["
              + path()
              + "]: the batch is "
              + x.shape()
              + " and has "
              + n
              + " values for each channel, of which there is no variance: train on 2 or more, or"
              + " use apply(x)");
    }
    Normalizations.BatchNorm batch = Normalizations.batchNorm(x, weight, bias, options.epsilon);
    Tensor batchMean = batch.mean().snapshot();
    Tensor unbiased = batch.variance().detach().times(n / (n - 1.0)).snapshot();
    if (ESTIMATES.isBound()) {
      Map<BatchNorm, List<Tensor>> estimates = ESTIMATES.get();
      List<Tensor> sofar = estimates.getOrDefault(this, start());
      List<Tensor> now = next(sofar, batchMean, unbiased, OptionalDouble.empty());
      estimates.put(this, now.stream().map(Tensor::snapshot).toList());
      return batch.value();
    }
    return Buffer.onStep(
        batch.value(),
        List.of(mean, variance, batches),
        old -> next(old, batchMean, unbiased, options.momentum));
  }

  /// What the buffers start at.
  private List<Tensor> start() {
    DType dtype = mean.value().dtype();
    int channels = options.channels;
    return List.of(
        Tensor.zeros(dtype, channels),
        Tensor.full(dtype, 1, channels),
        Tensor.scalar(DType.INT32, 0));
  }

  /// What they are after another batch.
  ///
  /// @param momentum the share of that; empty for the mean of all
  private static List<Tensor> next(
      List<Tensor> old, Tensor batchMean, Tensor unbiased, OptionalDouble momentum) {
    // A count that has come to the end of its type stays there.
    double count = Math.min(old.get(2).item() + 1, Integer.MAX_VALUE);
    Tensor share = Tensor.scalar(batchMean.dtype(), momentum.orElse(1 / count));
    return List.of(
        Tensor.apply(RUNNING, old.get(0), batchMean, share),
        Tensor.apply(RUNNING, old.get(1), unbiased, share),
        Tensor.scalar(DType.INT32, count));
  }

  /// Takes the running statistics of a model anew: the means over some batches, as layers that are
  /// [cumulative][Options#cumulative()] find them. For weights that are an average of others, whose
  /// statistics nobody has seen; `torch.optim.swa_utils.update_bn`.
  ///
  /// The passes are those of training, batch k at step k, and without gradients. All statistics are
  /// written at the end. Buffers of other layers stay as they are. An optimizer that gives back the
  /// weights it trains leaves these statistics as they are: take them anew for those weights too.
  ///
  /// ```java
  /// optimizer.evaluating(
  ///     () -> {
  ///       BatchNorm.reestimate(model, batches, Training.of(42));
  ///       System.out.println(accuracy(model));
  ///     });
  /// ```
  ///
  /// @param model a layer that has some of this class in it, or is one
  /// @param batches its inputs, at least one
  /// @param training what is random in the passes follows from its seed
  /// @throws IllegalArgumentException where there is no batch, training is inference, or a batch
  ///   does not fit; nothing is changed then
  public static void reestimate(Layer model, Iterable<Tensor> batches, Training training) {
    if (training.isInference()) {
      throw new IllegalArgumentException(
          "reestimate: there are no statistics in " + training + ": give Training.of(seed)");
    }
    Map<BatchNorm, List<Tensor>> estimates = new LinkedHashMap<>();
    ScopedValue.where(ESTIMATES, estimates)
        .run(() -> NoGradient.run(() -> passes(model, batches, training)));
    estimates.forEach(
        (layer, values) -> {
          layer.mean.assign(values.get(0));
          layer.variance.assign(values.get(1));
          layer.batches.assign(values.get(2));
        });
  }

  private static void passes(Layer model, Iterable<Tensor> batches, Training training) {
    int count = 0;
    for (Tensor x : batches) {
      Training now = training.at(count++);
      Scope.run(() -> model.apply(x, now));
    }
    if (count == 0) {
      throw new IllegalArgumentException("reestimate: there are 0 batches: give at least one");
    }
  }

  private void check(Tensor x) {
    DType dtype = mean.value().dtype();
    boolean fits = x.shape().rank() > 1 && x.shape().size(1) == options.channels;
    if (!fits || x.dtype() != dtype) {
      String wanted = dtype + " [batch, " + options.channels + ", …]";
      throw misfit("batchNorm", "input", x, wanted);
    }
  }
}
