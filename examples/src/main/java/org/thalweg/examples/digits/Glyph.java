package org.thalweg.examples.digits;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The skeleton of one way to write a digit: control points, and strokes through them.
///
/// Coordinates are per cent of the height of the digit, x to the right and y down, the origin in
/// the middle: a digit fills about −30..30 by −50..50. A point named by two strokes, or twice by
/// one, is one control point, so that joints stay joints when the points are moved.
final class Glyph {
  /// How a stroke runs through its points.
  enum Kind {
    /// Straight from point to point.
    LINE,
    /// Smoothly through the points, from the first to the last.
    CURVE,
    /// Smoothly through the points and back to the first.
    LOOP
  }

  /// One stroke: its kind and the numbers of the control points that it passes.
  static final class Stroke {
    private final Kind kind;
    private final int[] points;

    private Stroke(Kind kind, int[] points) {
      this.kind = kind;
      this.points = points;
    }

    /// Returns how this stroke runs.
    Kind kind() {
      return kind;
    }

    /// Returns how many points this stroke passes.
    int length() {
      return points.length;
    }

    /// Returns the number of the control point passed at `place`.
    ///
    /// Places before the first and behind the last mean the first and the last point of an open
    /// stroke, and go round in a closed one.
    int point(int place) {
      if (kind == Kind.LOOP) {
        return points[Math.floorMod(place, points.length)];
      }
      return points[Math.clamp(place, 0, points.length - 1)];
    }
  }

  private final List<Stroke> strokes = new ArrayList<>();
  private final List<double[]> points = new ArrayList<>();

  /// Adds straight lines through `x, y` pairs.
  Glyph line(double... xy) {
    return stroke(Kind.LINE, xy);
  }

  /// Adds a smooth open curve through `x, y` pairs.
  Glyph curve(double... xy) {
    return stroke(Kind.CURVE, xy);
  }

  /// Adds a smooth closed curve through `x, y` pairs.
  Glyph loop(double... xy) {
    return stroke(Kind.LOOP, xy);
  }

  /// Returns the strokes in the order in which they were added.
  List<Stroke> strokes() {
    return Collections.unmodifiableList(strokes);
  }

  /// Returns the number of control points.
  int size() {
    return points.size();
  }

  /// Returns the x coordinate of a control point.
  double x(int point) {
    return points.get(point)[0];
  }

  /// Returns the y coordinate of a control point.
  double y(int point) {
    return points.get(point)[1];
  }

  private Glyph stroke(Kind kind, double[] xy) {
    int[] numbers = new int[xy.length / 2];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(xy[2 * i], xy[2 * i + 1]);
    }
    strokes.add(new Stroke(kind, numbers));
    return this;
  }

  private int number(double x, double y) {
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i)[0] == x && points.get(i)[1] == y) {
        return i;
      }
    }
    points.add(new double[] {x, y});
    return points.size() - 1;
  }
}
