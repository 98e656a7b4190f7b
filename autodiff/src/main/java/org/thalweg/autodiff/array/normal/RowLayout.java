package org.thalweg.autodiff.array.normal;

/// How an array is read as rows, and which weight each element of a row has.
///
/// ```
/// x is [rows, channels · run]      w is [groups, channels]
/// element i of row r has weight w[r mod groups, i ÷ run]
/// ```
///
/// Layer norm has one group of as many channels as a row has elements, and runs of 1; group norm
/// the groups and channels of an image, and runs of as many elements as it has pixels. Batch norm
/// has a group for each channel, and the rows of a group have their statistics together.
///
/// @param groups rows before the weights begin again
/// @param channels weights of a row
/// @param run elements side by side that share a weight
/// @param isTogether whether the rows of a group have one mean and variance; there is one weight
///   for each row then
public record RowLayout(int groups, int channels, int run, boolean isTogether) {
  /// The elements of a row.
  public int length() {
    return channels * run;
  }

  /// The weights of all groups.
  public int weights() {
    return groups * channels;
  }

  /// The runs of a row where elements share a weight; 0 where each has its own.
  int runs() {
    return run > 1 ? channels : 0;
  }

  /// The rows of an array of so many elements.
  public int rows(int elements) {
    return elements == 0 ? 0 : elements / length();
  }

  /// The elements that share a mean and a variance, of an array of so many elements.
  public int alike(int elements) {
    return isTogether ? batches(elements) * length() : length();
  }

  /// How often each weight is used by a row of an array of so many elements.
  public int batches(int elements) {
    return elements == 0 ? 0 : rows(elements) / groups;
  }

  /// Where the weights of a row begin.
  int weightsOf(int row) {
    return row % groups * channels;
  }
}
