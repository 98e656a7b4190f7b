package org.thalweg.examples.digits;

import java.util.List;

/// The ways to write each digit, as skeletons that a pen then follows.
final class Handwriting {
  private static final List<List<Glyph>> GLYPHS =
      List.of(
          zeros(), ones(), twos(), threes(), fours(), fives(), sixes(), sevens(), eights(),
          nines());

  private Handwriting() {}

  /// Returns the ways to write `digit` (0 to 9), at least three each.
  static List<Glyph> of(int digit) {
    return GLYPHS.get(digit);
  }

  private static Glyph glyph() {
    return new Glyph();
  }

  private static List<Glyph> zeros() {
    return List.of(
        // Round.
        glyph().loop(0, -50, 23, -34, 30, 0, 23, 34, 0, 50, -23, 34, -30, 0, -23, -34),
        // Narrow.
        glyph().loop(2, -50, 17, -32, 20, 2, 14, 36, -2, 50, -17, 32, -20, -2, -14, -36),
        // Begun and ended at the top, the ends crossing.
        glyph()
            .curve(12, -44, -8, -46, -25, -22, -27, 14, -12, 46, 10, 46, 26, 18, 24, -22, 2, -49));
  }

  private static List<Glyph> ones() {
    return List.of(
        // A plain stroke.
        glyph().line(0, -50, 0, 50),
        // Leaning.
        glyph().line(11, -50, -9, 50),
        // With a flag.
        glyph().line(-18, -27, 3, -50, 3, 50),
        // With a flag and a foot.
        glyph().line(-17, -30, 1, -50, 1, 50).line(-20, 50, 22, 50));
  }

  private static List<Glyph> twos() {
    return List.of(
        // A straight base.
        glyph()
            .curve(-26, -27, -17, -45, 3, -50, 22, -40, 23, -18, 8, 10, -12, 32, -28, 50)
            .line(-28, 50, 28, 50),
        // A wavy base.
        glyph()
            .curve(-24, -34, -4, -50, 20, -42, 22, -16, 4, 16, -27, 47)
            .curve(-27, 47, -10, 41, 8, 50, 29, 43),
        // A loop at the lower left.
        glyph()
            .curve(
                -23, -36, -2, -50, 21, -36, 17, -10, -2, 22, -20, 46, -30, 40, -18, 27, 2, 40, 29,
                46));
  }

  private static List<Glyph> threes() {
    return List.of(
        // Two bowls.
        glyph()
            .curve(-24, -39, -3, -50, 19, -40, 17, -15, -7, -3)
            .curve(-7, -3, 19, 5, 26, 27, 6, 49, -16, 48, -27, 36),
        // A flat top.
        glyph()
            .line(-23, -50, 22, -50, -4, -10)
            .curve(-4, -10, 20, -2, 26, 24, 8, 48, -14, 49, -27, 38),
        // One movement, with a small turn in the middle.
        glyph()
            .curve(
                -23, -42, 0, -50, 20, -36, 12, -13, -8, -4, 0, -1, 22, 12, 23, 35, 2, 50, -26, 41));
  }

  private static List<Glyph> fours() {
    return List.of(
        // Open, with corners.
        glyph().line(-13, -50, -27, 9, 29, 9).line(13, -32, 9, 50),
        // Closed, in one movement.
        glyph().line(12, 50, 13, -50, -29, 16, 30, 16),
        // Open, with a bowl.
        glyph().curve(-21, -47, -26, -14, -12, 4, 10, 1, 22, -6).line(23, -46, 22, -6, 16, 50));
  }

  private static List<Glyph> fives() {
    return List.of(
        // Corners above, a bowl below.
        glyph()
            .line(24, -50, -18, -50, -22, -8)
            .curve(-22, -8, 0, -18, 23, -4, 26, 23, 7, 47, -14, 49, -27, 39),
        // A drooping cap.
        glyph()
            .curve(28, -46, 6, -45, -15, -50)
            .line(-15, -50, -18, -10)
            .curve(-18, -10, 6, -14, 22, 4, 20, 32, 0, 49, -26, 46),
        // One movement.
        glyph().curve(26, -47, 2, -50, -19, -41, -20, -20, 2, -8, 23, 8, 22, 35, 0, 50, -26, 42));
  }

  private static List<Glyph> sixes() {
    return List.of(
        // A bent stem.
        glyph()
            .curve(
                19, -48, -4, -36, -22, -6, -24, 26, -4, 49, 19, 42, 25, 20, 8, 2, -12, 8, -24, 26),
        // A nearly straight stem.
        glyph().curve(4, -50, -12, -20, -21, 14, -16, 41, 4, 50, 21, 34, 15, 10, -4, 9, -18, 28),
        // A hook at the top.
        glyph()
            .curve(
                23, -38, 10, -50, -12, -38, -24, -4, -21, 34, 0, 50, 22, 36, 21, 10, 0, 0, -21,
                15));
  }

  private static List<Glyph> sevens() {
    return List.of(
        // Two straight strokes.
        glyph().line(-26, -50, 27, -50, -5, 50),
        // With a bar through the stem.
        glyph().line(-26, -49, 27, -49, -3, 50).line(-15, 2, 25, -2),
        // A serif and a bent stem.
        glyph().line(-26, -36, -25, -49, 27, -49).curve(27, -49, 10, -17, -3, 14, -9, 50));
  }

  private static List<Glyph> eights() {
    return List.of(
        // One crossing movement.
        glyph()
            .loop(
                0, -5, 18, -20, 17, -41, 0, -50, -17, -41, -18, -20, 0, -5, 22, 15, 23, 37, 0, 50,
                -23, 37, -22, 15),
        // Two rings.
        glyph()
            .loop(0, -50, 18, -41, 18, -17, 0, -5, -18, -17, -18, -41)
            .loop(0, -5, 23, 10, 23, 38, 0, 50, -23, 38, -23, 10),
        // Begun at the upper right, and not quite closed.
        glyph()
            .curve(
                20, -41, 2, -50, -18, -38, -13, -16, 9, 3, 22, 24, 15, 45, -9, 49, -22, 33, -14, 9,
                9, -13, 23, -33));
  }

  private static List<Glyph> nines() {
    return List.of(
        // A ring and a straight stem.
        glyph().loop(0, -50, 20, -38, 21, -20, 3, -3, -18, -12, -21, -36).line(21, -20, 15, 50),
        // One movement, the stem falling to the left.
        glyph().curve(22, -36, 4, -50, -18, -41, -21, -18, -4, -5, 15, -15, 22, -36, 19, 4, 0, 50),
        // A curled tail.
        glyph()
            .curve(
                21, -37, 0, -50, -21, -34, -16, -9, 5, -6, 21, -37, 23, 8, 12, 44, -8, 50, -24,
                39));
  }
}
