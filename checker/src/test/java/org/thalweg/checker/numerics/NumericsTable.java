package org.thalweg.checker.numerics;

import java.util.List;

/// The table: a new hazard is one entry in one of the sections.
final class NumericsTable {
  static final List<Section> SECTIONS =
      List.of(
          Exponentials.SECTION,
          Selects.SECTION,
          Kinks.SECTION,
          NotNumbers.SECTION,
          Powers.SECTION,
          Functions.SECTION,
          Sums.SECTION,
          Norms.SECTION,
          Layers.SECTION,
          Ranks.SECTION,
          Empty.SECTION,
          Indices.SECTION,
          Steps.SECTION);

  private NumericsTable() {}

  static List<Row> rows() {
    return SECTIONS.stream().flatMap(section -> section.rows().stream()).toList();
  }
}
