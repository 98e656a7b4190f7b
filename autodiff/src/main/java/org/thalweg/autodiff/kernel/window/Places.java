package org.thalweg.autodiff.kernel.window;

import java.util.Objects;

/// Places in memory along three axes, the innermost counted first, or a part of them:
///
/// ```
/// place (i·middle + j)·inner + k = i·outerStep + j·middleStep + k·innerStep
/// ```
///
/// They are computed where they are needed: written out, those of a convolution would be as many as
/// the pixels of a batch.
public final class Places {
  private final int middle;
  private final int inner;
  private final int outerStep;
  private final int middleStep;
  private final int innerStep;
  private final int first;
  private final int size;

  private Places(
      int middle, int inner, int outerStep, int middleStep, int innerStep, int first, int size) {
    this.middle = middle;
    this.inner = inner;
    this.outerStep = outerStep;
    this.middleStep = middleStep;
    this.innerStep = innerStep;
    this.first = first;
    this.size = size;
  }

  /// `outer · middle · inner` places; axes that go on where the next ends are one.
  ///
  /// @throws ArithmeticException where they are more than an `int` counts
  public static Places grid(
      int outer, int outerStep, int middle, int middleStep, int inner, int innerStep) {
    int size = Math.multiplyExact(Math.multiplyExact(outer, middle), inner);
    if (size == 0) {
      return line(0, 0);
    }
    if (inner == 1 || (middle > 1 && middleStep == inner * innerStep)) {
      int step = inner == 1 ? middleStep : innerStep;
      return plane(outer, outerStep, middle * inner, step, size);
    }
    if (middle == 1 || (outer > 1 && outerStep == middle * middleStep)) {
      int step = middle == 1 ? outerStep : middleStep;
      return plane(outer * middle, step, inner, innerStep, size);
    }
    return new Places(middle, inner, outerStep, middleStep, innerStep, 0, size);
  }

  /// Two axes.
  private static Places plane(int outer, int outerStep, int inner, int innerStep, int size) {
    if (inner == 1 || outer == 1 || outerStep == inner * innerStep) {
      return line(size, inner == 1 ? outerStep : innerStep);
    }
    return new Places(outer, inner, 0, outerStep, innerStep, 0, size);
  }

  /// `size` places at a step, from 0 on.
  public static Places line(int size, int step) {
    return new Places(1, Math.max(1, size), 0, 0, step, 0, size);
  }

  /// How many they are.
  public int size() {
    return size;
  }

  /// How many at most follow each other one by one in memory.
  public int run() {
    return innerStep == 1 ? Math.min(inner, size) : Math.min(1, size);
  }

  /// One of them.
  public int at(int place) {
    int k = first + place;
    if (k < inner) {
      return k * innerStep;
    }
    int row = k / inner;
    int at = (k - row * inner) * innerStep;
    if (row < middle) {
      return at + row * middleStep;
    }
    int outer = row / middle;
    return at + (row - outer * middle) * middleStep + outer * outerStep;
  }

  /// How many places from one on are a step apart, the end of an axis being the end of a run.
  private int runFrom(int place) {
    int k = first + place;
    return Math.min(size - place, inner - (k < inner ? k : k % inner));
  }

  /// Those from `from` to before `stop`.
  Places part(int from, int stop) {
    return new Places(middle, inner, outerStep, middleStep, innerStep, first + from, stop - from);
  }

  /// Writes `count` of them, from one on, to an array from 0 on.
  ///
  /// @throws IndexOutOfBoundsException where there are fewer
  public void copy(int place, int count, int[] to) {
    Objects.checkFromIndexSize(place, count, size);
    int next = 0;
    while (next < count) {
      int at = at(place + next);
      int stop = next + Math.min(count - next, runFrom(place + next));
      for (; next < stop; next++) {
        to[next] = at;
        at += innerStep;
      }
    }
  }
}
