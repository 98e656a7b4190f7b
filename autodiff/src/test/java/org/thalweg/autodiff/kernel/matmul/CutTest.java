package org.thalweg.autodiff.kernel.matmul;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CutTest {
  private static void assertCut(Cut cut, int across, int height, int width) {
    assertThat(new int[] {cut.across(), cut.height(), cut.width()})
        .containsExactly(across, height, width);
  }

  @Test
  void ofTwoWaysThatCostTheSameRowsAreCut() {
    assertCut(new Cut().make(2, 12, 32, 4, 384, 384), 1, 192, 384);
    assertCut(new Cut().make(2, 8, 8, 8, 64, 64), 1, 32, 64);
  }

  @Test
  void columnsAreCutWhereMostOfPackedColumnsWouldNotStayInTheCache() {
    assertCut(new Cut().make(2, 12, 32, 4, 1536, 1536), 2, 1536, 768);
    assertCut(new Cut().make(2, 12, 16, 8, 768, 768), 2, 768, 384);
  }

  @Test
  void aFlatMatrixIsCutByColumns() {
    assertCut(new Cut().make(2, 12, 32, 4, 12, 640), 2, 12, 320);
  }

  @Test
  void manyThreadsCutBoth() {
    assertCut(new Cut().make(16, 4, 4, 4, 1024, 1024), 4, 256, 256);
  }

  @Test
  void aCutForgetsTheOneBefore() {
    Cut cut = new Cut().make(16, 4, 4, 4, 1024, 1024);
    assertCut(cut.make(2, 12, 32, 4, 12, 640), 2, 12, 320);
    assertCut(cut.make(1, 12, 32, 4, 5, 7), 1, 12, 32);
  }

  @Test
  void everyElementIsInOnePart() {
    for (int parts = 1; parts <= 12; parts++) {
      for (int m : new int[] {1, 11, 12, 100}) {
        for (int n : new int[] {1, 31, 64, 200}) {
          Cut cut = new Cut().make(parts, 12, 32, 4, m, n);
          int[] seen = new int[m * n];
          for (int part = 0; part < parts; part++) {
            for (int i = cut.row(part); i < Math.min(m, cut.row(part) + cut.height()); i++) {
              int end = Math.min(n, cut.column(part) + cut.width());
              for (int j = cut.column(part); j < end; j++) {
                seen[i * n + j]++;
              }
            }
          }
          assertThat(seen).as("%d parts of %d × %d", parts, m, n).containsOnly(1);
        }
      }
    }
  }
}
