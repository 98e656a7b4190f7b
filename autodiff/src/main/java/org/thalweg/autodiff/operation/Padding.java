package org.thalweg.autodiff.operation;

/// What is written beyond the ends of an axis, of `a b c d`.
public enum Padding {
  /// The mirror image, the last element not repeated: `c b | a b c d | c b`.
  REFLECT,
  /// The last element again and again: `a a | a b c d | d d`.
  REPLICATE,
  /// The other end: `c d | a b c d | a b`.
  CIRCULAR;

  /// The index that stands at each place of the padded axis. The caller has checked the sizes with
  /// [#most].
  int[] positions(int size, int before, int after) {
    int[] positions = new int[before + size + after];
    for (int j = 0; j < positions.length; j++) {
      int at = j - before;
      positions[j] =
          switch (this) {
            case REFLECT -> at < 0 ? -at : at < size ? at : 2 * (size - 1) - at;
            case REPLICATE -> Math.clamp(at, 0, size - 1);
            case CIRCULAR -> Math.floorMod(at, size);
          };
    }
    return positions;
  }

  /// How far an axis of that size can be padded at either end.
  int most(int size) {
    return switch (this) {
      case REFLECT -> Math.max(0, size - 1);
      case REPLICATE -> size == 0 ? 0 : Integer.MAX_VALUE;
      case CIRCULAR -> size;
    };
  }
}
