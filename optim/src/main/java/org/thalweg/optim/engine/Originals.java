package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.array.Array;

/// What some arrays were before they were moved for a while. The memory is kept for the next time.
public final class Originals {
  private final List<Array> arrays;
  private final List<Array> copies = new ArrayList<>();
  private boolean areHeld;

  public Originals(List<Array> arrays) {
    this.arrays = arrays;
  }

  /// Keeps the values as they are now.
  public void hold() {
    for (int k = 0; k < arrays.size(); k++) {
      Array array = arrays.get(k);
      if (copies.size() == k) {
        copies.add(Array.persistent(array.dtype(), array.shape()));
      }
      copies.get(k).assign(array);
    }
    areHeld = true;
  }

  /// Brings the values back, bit for bit; does nothing where none are held.
  public void restore() {
    for (int k = 0; areHeld && k < arrays.size(); k++) {
      arrays.get(k).assign(copies.get(k));
    }
    areHeld = false;
  }
}
