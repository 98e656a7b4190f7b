package org.thalweg.autodiff.operation;

import com.google.common.primitives.ImmutableIntArray;

/// Some axes, counted from the front and ascending, as a value that records can hold and compare.
record AxisList(ImmutableIntArray counted) {
  static AxisList of(int... axes) {
    return new AxisList(ImmutableIntArray.copyOf(axes));
  }

  int[] toArray() {
    return counted.toArray();
  }

  @Override
  public String toString() {
    return counted.toString();
  }
}
