package org.thalweg.data;

/// A place between two batches of a training run.
///
/// @param epoch how many epochs are over
/// @param batch how many batches of the next one are
public record Position(long epoch, int batch) {
  /// Before everything.
  public static final Position START = new Position(0, 0);

  /// @throws IllegalArgumentException where one of them is negative
  public Position {
    if (epoch < 0 || batch < 0) {
      throw new IllegalArgumentException(
          "position: epoch " + epoch + " and batch " + batch + " count from 0: use 0 or more");
    }
  }
}
