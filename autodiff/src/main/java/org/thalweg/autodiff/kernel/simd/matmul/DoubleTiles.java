package org.thalweg.autodiff.kernel.simd.matmul;

import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.thalweg.autodiff.kernel.Simd;

/// The innermost loops of the `double` product: a tile of C held in registers.
///
/// A tile is some rows high and two vectors wide. One step of the loop reads one packed column of
/// A, a number per row, and one row of B, two vectors, and does two fused multiply-adds per row: so
/// there is one load for every 1.7 of them, and enough independent chains to hide their latency.
/// The shapes are the tallest that C2 keeps in registers: with 32 of them 24 accumulators, two of B
/// and one of A; with 16 of them 10, 2 and 1.
///
/// In the classes the rows are written out because vectors in an array are boxed, and the last
/// lines of a tile stand in the same method because C2 stops inlining when a kernel calls helpers.
public interface DoubleTiles {
  /// The vectors of the tiles.
  VectorSpecies<Double> SPECIES = VectorShape.forBitSize(Simd.bits()).withLanes(double.class);

  /// The numbers in a vector.
  int LANES = SPECIES.length();

  /// The width of a tile.
  int COLUMNS = 2 * LANES;

  /// The height of a tile.
  int rows();

  /// The height of the part of a tile that [#multiplyPart] computes. A power of two leaves four or
  /// eight rows over, divided by twelve.
  int PART = 4;

  /// Multiplies a packed panel of A by a packed panel of B over one block of `k`:
  ///
  /// ```
  /// C[r, j] = Σ_p a[aOffset + p·rows + r] · b[bOffset + p·COLUMNS + j]
  /// C[r, j] at c[cOffset + r·cRow + j]
  /// ```
  ///
  /// one chain of fused multiply-adds from +0 in the order of `p`; with `add` the sum is added to
  /// what C holds, otherwise it replaces it.
  void multiply(
      double[] a,
      int aOffset,
      double[] b,
      int bOffset,
      double[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add);

  /// Does the same with rows of B from where they are, `s[sOffset + p·sRow + j]`, and leaves them
  /// packed in `b` for the tiles that follow: the copy costs next to nothing beside the arithmetic.
  void packAndMultiply(
      double[] s,
      int sOffset,
      int sRow,
      double[] a,
      int aOffset,
      double[] b,
      int bOffset,
      double[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add);

  /// Does what [#multiply] does for the first [#PART] rows only. `aOffset` may point at a later row
  /// of the panel.
  void multiplyPart(
      double[] a,
      int aOffset,
      double[] b,
      int bOffset,
      double[] c,
      int cOffset,
      int cRow,
      int k,
      boolean add);

  /// The shape for the number of vector registers: 32 with 512 bits, and always on AArch64.
  static DoubleTiles best() {
    boolean many = Simd.bits() == 512 || "aarch64".equals(System.getProperty("os.arch"));
    return many ? new DoubleTiles12() : new DoubleTiles5();
  }
}
