package org.thalweg.checker.text;

import java.util.Arrays;
import org.thalweg.autodiff.array.Shape;

/// A tensor as a small picture: a character for each element, or for each block of a large one the
/// gravest in it. The last axis runs to the right, the others downwards.
///
/// ```
/// . right   x wrong   ~ kink   ? not certain   ! jump or outside   and a blank: not checked
/// ```
public final class Picture {
  private static final int MOST_ROWS = 16;
  private static final int MOST_COLUMNS = 64;

  /// From the least to the gravest.
  private static final String GRAVITY = " .~?!x";

  private Picture() {}

  /// Lines of equal length, each ended.
  ///
  /// @param marks one of `. x ~ ? !` and blank for each element in row-major order
  public static String of(Shape shape, char[] marks) {
    int columns = shape.rank() == 0 ? 1 : shape.size(shape.rank() - 1);
    int rows = columns == 0 ? 0 : marks.length / columns;
    int high = Math.min(rows, MOST_ROWS);
    int wide = Math.min(columns, MOST_COLUMNS);
    char[] blocks = new char[high * wide];
    Arrays.fill(blocks, ' ');
    for (int i = 0; i < marks.length; i++) {
      int row = (int) ((long) (i / columns) * high / rows);
      int column = (int) ((long) (i % columns) * wide / columns);
      int block = row * wide + column;
      if (GRAVITY.indexOf(marks[i]) > GRAVITY.indexOf(blocks[block])) {
        blocks[block] = marks[i];
      }
    }
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < high; row++) {
      text.append('|').append(blocks, row * wide, wide).append("|\n");
    }
    return text.toString();
  }
}
