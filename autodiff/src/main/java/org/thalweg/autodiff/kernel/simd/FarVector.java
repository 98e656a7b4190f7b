package org.thalweg.autodiff.kernel.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.thalweg.autodiff.kernel.Far;

/// [Far] for vectors: element by element where the mask is set. Called by generated kernels, and
/// only where some element is far.
public final class FarVector {
  private FarVector() {}

  /// `near` with the elements that are far replaced by sin x.
  public static FloatVector sin(FloatVector near, VectorMask<Float> far, FloatVector x) {
    float[] y = near.toArray();
    float[] at = x.toArray();
    for (int i = 0; i < y.length; i++) {
      y[i] = Far.sin(far.laneIsSet(i) ? 1 : 0, at[i], y[i]);
    }
    return FloatVector.fromArray(near.species(), y, 0);
  }

  /// `near` with the elements that are far replaced by cos x.
  public static FloatVector cos(FloatVector near, VectorMask<Float> far, FloatVector x) {
    float[] y = near.toArray();
    float[] at = x.toArray();
    for (int i = 0; i < y.length; i++) {
      y[i] = Far.cos(far.laneIsSet(i) ? 1 : 0, at[i], y[i]);
    }
    return FloatVector.fromArray(near.species(), y, 0);
  }

  /// `near` with the elements that are far replaced by sin x.
  public static DoubleVector sin(DoubleVector near, VectorMask<Double> far, DoubleVector x) {
    double[] y = near.toArray();
    double[] at = x.toArray();
    for (int i = 0; i < y.length; i++) {
      y[i] = Far.sin(far.laneIsSet(i) ? 1 : 0, at[i], y[i]);
    }
    return DoubleVector.fromArray(near.species(), y, 0);
  }

  /// `near` with the elements that are far replaced by cos x.
  public static DoubleVector cos(DoubleVector near, VectorMask<Double> far, DoubleVector x) {
    double[] y = near.toArray();
    double[] at = x.toArray();
    for (int i = 0; i < y.length; i++) {
      y[i] = Far.cos(far.laneIsSet(i) ? 1 : 0, at[i], y[i]);
    }
    return DoubleVector.fromArray(near.species(), y, 0);
  }

  /// `near` with the elements that are far replaced by tan x.
  public static FloatVector tan(FloatVector near, VectorMask<Float> far, FloatVector x) {
    float[] y = near.toArray();
    float[] at = x.toArray();
    for (int i = 0; i < y.length; i++) {
      y[i] = Far.tan(far.laneIsSet(i) ? 1 : 0, at[i], y[i]);
    }
    return FloatVector.fromArray(near.species(), y, 0);
  }

  /// `near` with the elements that are far replaced by tan x.
  public static DoubleVector tan(DoubleVector near, VectorMask<Double> far, DoubleVector x) {
    double[] y = near.toArray();
    double[] at = x.toArray();
    for (int i = 0; i < y.length; i++) {
      y[i] = Far.tan(far.laneIsSet(i) ? 1 : 0, at[i], y[i]);
    }
    return DoubleVector.fromArray(near.species(), y, 0);
  }
}
