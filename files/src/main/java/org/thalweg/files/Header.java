package org.thalweg.files;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The front part of a file, read: what its tensors are and where they lie.
///
/// @param entries the tensors in the order of the header
/// @param metadata text by name
record Header(List<Entry> entries, Map<String, String> metadata) {
  /// The most bytes that a header may have, as in the reference implementation.
  static final int MOST_BYTES = 100_000_000;

  /// The tensors in the order of their bytes.
  ///
  /// @param size the number of bytes after the header
  /// @throws SafetensorsException where the tensors do not cover these bytes exactly, each once:
  ///   what lies between them could be anything, and bytes that are used twice make much out of
  ///   little
  List<Entry> laidOut(String file, long size) throws SafetensorsException {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long covered = 0;
    for (Entry entry : ordered) {
      if (entry.end() > size) {
        throw new SafetensorsException(
            file,
            "tensor "
                + entry.quotedName()
                + " has bytes "
                + entry.span()
                + " and the file only "
                + size
                + " after its header: it was cut off, fetch it again");
      }
      if (entry.begin() != covered) {
        throw new SafetensorsException(
            file,
            "tensor "
                + entry.quotedName()
                + " has bytes "
                + entry.span()
                + (entry.begin() < covered
                    ? ", some of which belong to another tensor"
                    : ", and those from " + covered + " on belong to no tensor")
                + ": do not trust it");
      }
      covered = entry.end();
    }
    if (covered != size) {
      throw new SafetensorsException(
          file,
          (size - covered)
              + " bytes follow the last tensor, which ends at "
              + covered
              + " of "
              + size
              + ": do not trust it");
    }
    return ordered;
  }
}
