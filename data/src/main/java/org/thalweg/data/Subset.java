package org.thalweg.data;

/// Some samples of a dataset, in an order of its own.
final class Subset<B> implements Dataset<B> {
  private final Dataset<B> whole;
  private final int[] chosen;

  Subset(Dataset<B> whole, int[] chosen) {
    Rows.check("subset", chosen, whole.size());
    this.whole = whole;
    this.chosen = chosen;
  }

  @Override
  public int size() {
    return chosen.length;
  }

  @Override
  public B batch(int... indices) {
    Rows.check("batch", indices, size());
    int[] there = new int[indices.length];
    for (int i = 0; i < there.length; i++) {
      there[i] = chosen[indices[i]];
    }
    return whole.batch(there);
  }
}
