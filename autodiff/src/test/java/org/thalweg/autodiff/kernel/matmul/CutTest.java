package org.thalweg.autodiff.kernel.matmul;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CutTest {
  @Test
  void ofTwoWaysThatCostTheSameRowsAreCut() {
    assertThat(Cut.of(2, 12, 32, 4, 384, 384)).isEqualTo(new Cut(1, 192, 384));
    assertThat(Cut.of(2, 8, 8, 8, 64, 64)).isEqualTo(new Cut(1, 32, 64));
  }

  @Test
  void columnsAreCutWhereMostOfPackedColumnsWouldNotStayInTheCache() {
    assertThat(Cut.of(2, 12, 32, 4, 1536, 1536)).isEqualTo(new Cut(2, 1536, 768));
    assertThat(Cut.of(2, 12, 16, 8, 768, 768)).isEqualTo(new Cut(2, 768, 384));
  }

  @Test
  void aFlatMatrixIsCutByColumns() {
    assertThat(Cut.of(2, 12, 32, 4, 12, 640)).isEqualTo(new Cut(2, 12, 320));
  }

  @Test
  void manyThreadsCutBoth() {
    assertThat(Cut.of(16, 4, 4, 4, 1024, 1024)).isEqualTo(new Cut(4, 256, 256));
  }

  @Test
  void everyElementIsInOnePart() {
    for (int parts = 1; parts <= 12; parts++) {
      for (int m : new int[] {1, 11, 12, 100}) {
        for (int n : new int[] {1, 31, 64, 200}) {
          Cut cut = Cut.of(parts, 12, 32, 4, m, n);
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
