package org.thalweg.files;

import org.thalweg.autodiff.array.Shape;

/// What a header says about one tensor.
///
/// @param name any text: never a path
/// @param encoding how the elements are held
/// @param shape the sizes
/// @param begin the first byte, counted from the end of the header
/// @param end the byte after the last
record Entry(String name, Encoding encoding, Shape shape, long begin, long end) {
  String quotedName() {
    return Text.quoted(name);
  }

  String span() {
    return "[" + begin + ", " + end + "]";
  }
}
