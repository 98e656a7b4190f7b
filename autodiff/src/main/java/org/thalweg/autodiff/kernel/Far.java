package org.thalweg.autodiff.kernel;

/// Sine, cosine and tangent far from zero, where their reduction to a quarter turn needs more than
/// a few words of π. `StrictMath` is exact about it and the same on every platform; such angles are
/// rare, so that speed does not matter.
public final class Far {
  private Far() {}

  /// sin x where `far` is not 0, else `near`.
  public static float sin(int far, float x, float near) {
    return far != 0 ? (float) StrictMath.sin(x) : near;
  }

  /// sin x where `far` is not 0, else `near`.
  public static double sin(int far, double x, double near) {
    return far != 0 ? StrictMath.sin(x) : near;
  }

  /// cos x where `far` is not 0, else `near`.
  public static float cos(int far, float x, float near) {
    return far != 0 ? (float) StrictMath.cos(x) : near;
  }

  /// cos x where `far` is not 0, else `near`.
  public static double cos(int far, double x, double near) {
    return far != 0 ? StrictMath.cos(x) : near;
  }

  /// tan x where `far` is not 0, else `near`.
  public static float tan(int far, float x, float near) {
    return far != 0 ? (float) StrictMath.tan(x) : near;
  }

  /// tan x where `far` is not 0, else `near`.
  public static double tan(int far, double x, double near) {
    return far != 0 ? StrictMath.tan(x) : near;
  }
}
