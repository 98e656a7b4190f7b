package org.thalweg.autodiff.kernel.simd.window;

import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.matmul.MatmulKernel;
import org.thalweg.autodiff.kernel.simd.matmul.FloatTiles;

/// Tiles of C as [FloatTiles] computes them, of the same shapes, for matrices of which one is read
/// where it stands, or nearly so.
interface WindowTiles {
  /// The vectors of the tiles.
  VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;

  /// The numbers in a vector.
  int LANES = FloatTiles.LANES;

  /// The width of a tile.
  int COLUMNS = FloatTiles.COLUMNS;

  /// The numbers that a vector may write behind a line.
  int SLACK = 16;

  /// How far lines of A that are not interleaved stand apart.
  int LINE = MatmulKernel.BLOCK + SLACK;

  /// The height of the part of a tile that [#gatherPart] computes; that of a tile where there are
  /// no parts. A part reads as much of B as a tile does, so there is one that is two thirds as
  /// high.
  int part();

  /// Multiplies a packed panel of A by rows of B where they stand, in two runs for each vector:
  ///
  /// ```
  /// B[p, l]         = s[runs[l < runs[4] ? 0 : 1] + numbers[first + p] + l]
  /// B[p, LANES + l] = s[runs[l < runs[5] ? 2 : 3] + numbers[first + p] + l]
  /// ```
  ///
  /// All these places are in `s` for every lane, taken or not.
  void gather(
      float[] s,
      int[] numbers,
      int first,
      int[] runs,
      float[] a,
      int aOffset,
      float[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add);

  /// Does what [#gather] does for the first rows only, as many as a [part][#part] has.
  void gatherPart(
      float[] s,
      int[] numbers,
      int first,
      int[] runs,
      float[] a,
      int aOffset,
      float[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add);

  /// Multiplies lines of A, number `p` of line `r` at `aOffset + r·LINE + p`, by a packed panel of
  /// B.
  void lines(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add);

  /// The tiles of as many rows as those of [FloatTiles#best].
  static WindowTiles best(FloatTiles tiles) {
    return tiles.rows() == 12 ? new WindowTiles12() : new WindowTiles5();
  }
}
