package org.thalweg.checker.numerics;

import java.util.List;

/// A part of the table.
///
/// @param title its heading on the page
/// @param text what is to be known before
/// @param entries its lines
record Section(String title, String text, List<Entry> entries) {
  static Section of(String title, String text, Entry... entries) {
    return new Section(title, text, List.of(entries));
  }

  List<Row> rows() {
    return entries.stream().filter(Row.class::isInstance).map(Row.class::cast).toList();
  }
}
