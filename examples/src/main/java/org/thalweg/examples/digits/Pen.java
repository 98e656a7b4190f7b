package org.thalweg.examples.digits;

import java.util.Arrays;

/// Draws lines and curves into a square of pixels and knows, for each pixel, how far the nearest
/// line is.
///
/// Coordinates are pixels: the pixel in row `r` and column `c` has its centre at x `c` and y `r`.
/// Only additions, products, quotients and square roots are used, all of them exactly rounded, so
/// the distances are the same on every machine.
final class Pen {
  // Straight pieces for each span of a curve: finer ones change no pixel visibly.
  private static final int STEPS = 5;

  private final int side;
  private final double reach;
  private final double[] squares;

  /// Makes a pen for `side` by `side` pixels that looks no farther than `reach` pixels.
  Pen(int side, double reach) {
    this.side = side;
    this.reach = reach;
    squares = new double[side * side];
    Arrays.fill(squares, reach * reach);
  }

  /// Returns the distance in pixels from the centre of a pixel to the nearest line, at most the
  /// reach of this pen.
  double distance(int pixel) {
    return Math.sqrt(squares[pixel]);
  }

  /// Draws `stroke` through the control points at `xs`, `ys`.
  void draw(Glyph.Stroke stroke, double[] xs, double[] ys) {
    boolean closed = stroke.kind() == Glyph.Kind.LOOP;
    int spans = closed ? stroke.length() : stroke.length() - 1;
    for (int i = 0; i < spans; i++) {
      int from = stroke.point(i);
      int to = stroke.point(i + 1);
      if (stroke.kind() == Glyph.Kind.LINE) {
        segment(xs[from], ys[from], xs[to], ys[to]);
      } else {
        span(xs, ys, stroke.point(i - 1), from, to, stroke.point(i + 2));
      }
    }
  }

  /// Draws the part from `from` to `to` of the Catmull–Rom spline through four points:
  ///
  /// ```
  /// p(t) = b + t/2 * ((c - a) + t * ((2a - 5b + 4c - d) + t * (3b - a - 3c + d)))
  /// ```
  private void span(double[] xs, double[] ys, int before, int from, int to, int after) {
    double x = xs[from];
    double y = ys[from];
    for (int step = 1; step <= STEPS; step++) {
      double t = (double) step / STEPS;
      double nextX = spline(t, xs[before], xs[from], xs[to], xs[after]);
      double nextY = spline(t, ys[before], ys[from], ys[to], ys[after]);
      segment(x, y, nextX, nextY);
      x = nextX;
      y = nextY;
    }
  }

  private static double spline(double t, double a, double b, double c, double d) {
    double square = 2 * a - 5 * b + 4 * c - d;
    double cube = 3 * (b - c) - a + d;
    return b + 0.5 * t * ((c - a) + t * (square + t * cube));
  }

  /// Lowers the distance of the pixels around the line from `(x, y)` to `(toX, toY)`.
  private void segment(double x, double y, double toX, double toY) {
    double dx = toX - x;
    double dy = toY - y;
    double length = dx * dx + dy * dy;
    double scale = length > 0 ? 1 / length : 0;
    int left = Math.max(0, (int) Math.ceil(Math.min(x, toX) - reach));
    int right = Math.min(side - 1, (int) Math.floor(Math.max(x, toX) + reach));
    int top = Math.max(0, (int) Math.ceil(Math.min(y, toY) - reach));
    int bottom = Math.min(side - 1, (int) Math.floor(Math.max(y, toY) + reach));
    for (int row = top; row <= bottom; row++) {
      double py = row - y;
      for (int column = left; column <= right; column++) {
        double px = column - x;
        double along = Math.clamp((px * dx + py * dy) * scale, 0.0, 1.0);
        double ex = px - along * dx;
        double ey = py - along * dy;
        int pixel = row * side + column;
        squares[pixel] = Math.min(squares[pixel], ex * ex + ey * ey);
      }
    }
  }
}
