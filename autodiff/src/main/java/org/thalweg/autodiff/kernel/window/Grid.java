package org.thalweg.autodiff.kernel.window;

/// The windows of planes of one size: window (r, c) covers, for `0 ≤ u < down.count(r)` and `0 ≤ v
/// < across.count(c)`, the elements
///
/// ```
/// (down.first(r) + u·down.step)·width + across.first(c) + v·across.step
/// ```
///
/// of its plane.
public final class Grid {
  private final Spans down;
  private final Spans across;
  private final int height;
  private final int width;

  /// Windows of rows and of columns.
  public Grid(Spans down, Spans across, int height, int width) {
    this.down = down;
    this.across = across;
    this.height = height;
    this.width = width;
  }

  /// The windows along the height.
  public Spans down() {
    return down;
  }

  /// The windows along the width.
  public Spans across() {
    return across;
  }

  /// The rows of a plane.
  public int height() {
    return height;
  }

  /// The columns of a plane.
  public int width() {
    return width;
  }

  /// How many elements a plane has.
  public int plane() {
    return height * width;
  }

  /// How many windows a plane has.
  public int windows() {
    return down.size() * across.size();
  }

  /// How many elements the windows of a plane have together.
  public long elements() {
    return down.elements() * across.elements();
  }

  /// How many elements a window has.
  public int elements(int row, int column) {
    return down.count(row) * across.count(column);
  }

  /// Where a window begins in its plane.
  public int corner(int row, int column) {
    return down.first(row) * width + across.first(column);
  }

  /// How far after the corner of a window its element in row u and column v stands.
  public int shift(int u, int v) {
    return u * down.step() * width + v * across.step();
  }
}
