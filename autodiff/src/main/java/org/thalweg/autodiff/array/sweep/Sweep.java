package org.thalweg.autodiff.array.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.kernel.Pool;

/// A formula over many groups of arrays, all of them in one parallel pass that allocates nothing:
/// how an optimizer steps over the parameters of a model. One that [writes][#writing] has its
/// outputs written in place; one that [measures][#measuring] has them reduced instead, without
/// writing them anywhere.
///
/// The first inputs of the formula are arrays of one shape for each group (a parameter, its
/// gradient, its moments), the others single numbers (a rate, a norm), which a group has of its own
/// or shares.
public final class Sweep {
  /// What is measured of an output y.
  public enum Measure {
    /// Σ y
    SUM,
    /// √Σ y², without overflow or underflow on the way.
    NORM,
    /// max |y|; NaN where there is one, 0 of nothing.
    LARGEST
  }

  /// A part of the work: small enough to share it out, large enough that nobody waits.
  private static final int PART = 16_384;

  /// Below so many operators times elements one thread is faster than waking a second.
  static final long WORTH_A_THREAD = 400_000;

  private static final int MOST_IDLE = 64;

  private final Formula formula;
  private final int arrays;
  private final int[] targets;
  private final Measure[] measures;
  private final DType dtype;
  private final FormulaKernel kernel;
  private final long broadcast;
  private final List<Group> groups = new ArrayList<>();
  private final FreeList<Strips> idle;
  private final Pool.Chunk chunk = this::part;
  private final List<Part> parts = new ArrayList<>();

  private Sweep(Formula formula, int arrays, int[] targets, Measure[] measures, DType dtype) {
    this.formula = formula;
    this.arrays = arrays;
    this.targets = targets.clone();
    this.measures = measures.clone();
    this.dtype = dtype;
    this.kernel = FormulaKernel.of(formula, dtype.precision());
    int inputs = formula.inputs().size();
    this.broadcast = inputs == arrays ? 0 : -1L >>> (Long.SIZE - inputs) & -1L << arrays;
    this.idle = new FreeList<>(MOST_IDLE, () -> new Strips(formula, dtype, arrays, measures));
  }

  /// A sweep that writes output j to the input `targets[j]`, in place.
  ///
  /// @param arrays how many of the formula's inputs, from the first, are arrays of a group's shape
  public static Sweep writing(Formula formula, int arrays, int[] targets, DType dtype) {
    return new Sweep(formula, arrays, targets, new Measure[0], dtype);
  }

  /// A sweep that takes one measure of each output, in double precision and in an order that only
  /// the number of elements decides: see [#measured].
  ///
  /// @param arrays how many of the formula's inputs, from the first, are arrays of a group's shape
  public static Sweep measuring(Formula formula, int arrays, Measure[] measures, DType dtype) {
    return new Sweep(formula, arrays, new int[0], measures, dtype);
  }

  /// Adds a group; an input that is given anew for each pass may be missing until then.
  ///
  /// @return the number of the group
  /// @throws IllegalArgumentException where the number of elements is negative
  public int add(int elements) {
    if (elements < 0) {
      throw new IllegalArgumentException(
          formula.name() + ": a group of " + elements + " elements cannot be: use 0 or more");
    }
    Group group = new Group(elements, parts.size());
    groups.add(group);
    // In long: the last part of a group of nearly 2³¹ elements ends beyond the range of int.
    for (long from = 0; from < elements; from += PART) {
      parts.add(new Part(group, (int) from, (int) Math.min(elements, from + PART)));
    }
    return groups.size() - 1;
  }

  /// Sets an array of a group.
  ///
  /// @throws IllegalArgumentException where its type or number of elements does not fit
  public void set(int group, int input, Array array) {
    Group g = groups.get(group);
    check(formula.name(), formula.inputs().get(input), array, dtype, g.elements);
    g.data[input] = array.data();
    for (int target : targets) {
      if (target == input) {
        g.owners[input] = array;
      }
    }
  }

  /// Checks what is given for an input of a formula.
  ///
  /// @throws IllegalArgumentException where its type or number of elements does not fit
  public static void check(String formula, String input, Array array, DType dtype, int elements) {
    if (array.dtype() != dtype || array.elements() != elements) {
      throw new IllegalArgumentException(
          formula
              + ": input ["
              + input
              + "] is "
              + array.dtype()
              + " of "
              + array.elements()
              + " elements and must be "
              + dtype
              + " of "
              + elements
              + ": give one for each element");
    }
  }

  /// Lets go of what was set for an input, in all groups.
  public void forget(int input) {
    for (int k = 0; k < groups.size(); k++) {
      Arrays.fill(groups.get(k).data, input, input + 1, null);
    }
  }

  /// Whether the group takes part in the next pass.
  public void setActive(int group, boolean isActive) {
    groups.get(group).isActive = isActive;
  }

  /// Sets one of the single numbers of a group, counted from 0 after the arrays.
  public void setNumber(int group, int index, double value) {
    Object numbers = groups.get(group).numbers;
    if (numbers instanceof float[] floats) {
      floats[index] = (float) value;
    } else {
      ((double[]) numbers)[index] = value;
    }
  }

  /// One pass over all active groups.
  public void run() {
    for (int k = 0; k < groups.size(); k++) {
      groups.get(k).bind();
    }
    if (isWorthThreads()) {
      Pool.run(parts.size(), chunk);
    } else {
      for (int k = 0; k < parts.size(); k++) {
        part(k);
      }
    }
    for (int k = 0; k < groups.size(); k++) {
      groups.get(k).changed();
    }
  }

  private void part(int k) {
    Part part = parts.get(k);
    if (!part.group.isActive) {
      return;
    }
    if (measures.length == 0) {
      kernel.run(broadcast, part.group.data, part.group.offsets, part.from, part.to);
    } else {
      Strips strips = idle.take();
      strips.measure(kernel, broadcast, part.group.data, part.group.offsets, part.from, part.to);
      strips.copyTo(part.results);
      idle.give(strips);
    }
  }

  /// What the last pass measured of an output over an active group.
  public double measured(int group, int output) {
    Group g = groups.get(group);
    Partial total = g.total;
    total.clear();
    for (int k = g.firstPart; k < g.firstPart + g.parts(); k++) {
      total.add(measures[output], parts.get(k).results[output]);
    }
    return total.value(measures[output]);
  }

  private boolean isWorthThreads() {
    long elements = 0;
    for (int k = 0; k < groups.size(); k++) {
      Group group = groups.get(k);
      elements += group.isActive ? group.elements : 0;
    }
    return elements * kernel.weight() >= WORTH_A_THREAD;
  }

  private final class Group {
    final int elements;
    final int firstPart;
    final Object numbers =
        Array.persistent(dtype, Shape.of(formula.inputs().size() - arrays)).data();
    final Object[] data = new Object[formula.inputs().size() + targets.length];
    final int[] offsets = new int[data.length];
    final Array[] owners = new Array[arrays];
    final Partial total = new Partial();
    boolean isActive = true;

    Group(int elements, int firstPart) {
      this.elements = elements;
      this.firstPart = firstPart;
      for (int k = arrays; k < formula.inputs().size(); k++) {
        data[k] = numbers;
        offsets[k] = k - arrays;
      }
    }

    int parts() {
      return (int) ((elements + PART - 1L) / PART);
    }

    void bind() {
      for (int j = 0; j < targets.length; j++) {
        data[formula.inputs().size() + j] = data[targets[j]];
      }
    }

    void changed() {
      for (int j = 0; isActive && j < targets.length; j++) {
        if (owners[targets[j]].storage().owner() != null) {
          owners[targets[j]].changed();
        }
      }
    }
  }

  private final class Part {
    final Group group;
    final int from;
    final int to;
    final Partial[] results = Partial.some(measures.length);

    Part(Group group, int from, int to) {
      this.group = group;
      this.from = from;
      this.to = to;
    }
  }
}
