package org.thalweg.nn.normal;

import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.normal.Normalizations;
import org.thalweg.nn.Build;
import org.thalweg.nn.Initializer;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Training;

/// The channels of each example in groups, each group with all its places brought to mean 0 and
/// variance 1; then each channel scaled and shifted. Wu and He, 2018. As many groups as channels:
/// instance norm.
///
/// `[batch, channels, …]` to the same. `weight` and `bias` have the shape `[channels]` and start at
/// 1 and 0; ε is 10⁻⁵ unless it is given, as in PyTorch.
public final class GroupNorm extends Layer {
  private final int groups;
  private final double epsilon;
  private final Parameter weight;
  private final Parameter bias;

  private GroupNorm(Build build, int groups, int channels, double epsilon) {
    super(build);
    this.groups = groups;
    this.epsilon = epsilon;
    weight = parameter("weight", Shape.of(channels), Initializer.constant(1));
    bias = parameter("bias", Shape.of(channels), Initializer.constant(0));
  }

  /// With ε = 10⁻⁵.
  ///
  /// @throws IllegalArgumentException where a number is not positive, or the groups do not divide
  ///   the channels
  public static Plan<GroupNorm> of(int groups, int channels) {
    return of(groups, channels, 1e-5);
  }

  /// With another ε.
  ///
  /// @throws IllegalArgumentException where a number is not positive, the groups do not divide the
  ///   channels, or ε is negative or not a number
  public static Plan<GroupNorm> of(int groups, int channels, double epsilon) {
    if (groups < 1 || channels < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          "groupNorm: "
              + groups
              + " groups of "
              + channels
              + " channels: use positive numbers, and groups that divide the channels");
    }
    Checks.epsilon("groupNorm", epsilon);
    return build -> new GroupNorm(build, groups, channels, epsilon);
  }

  /// @throws IllegalArgumentException where x is not `[batch, channels, …]`
  @Override
  public Tensor apply(Tensor x, Training training) {
    return Normalizations.groupNorm(x, groups, weight, bias, epsilon);
  }
}
