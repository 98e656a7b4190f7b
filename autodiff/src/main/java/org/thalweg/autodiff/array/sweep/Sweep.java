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
/// how an optimizer steps over the parameters of a model. [#run()] writes the outputs in place;
/// [#sums] adds them up instead, without writing them anywhere.
///
/// The first inputs of the formula are arrays of one shape for each group (a parameter, its
/// gradient, its moments), the others single numbers (a rate, a norm), which a group has of its own
/// or shares. Output j is written to the input named for it.
public final class Sweep {
  /// What is added up of an output.
  public enum Sum {
    /// Σ y
    PLAIN,
    /// √Σ y², without overflow or underflow on the way.
    NORM
  }

  /// A part of the work: small enough to share it out, large enough that nobody waits.
  private static final int PART = 16_384;

  /// Below so many operators times elements one thread is faster than waking a second.
  private static final long WORTH_A_THREAD = 400_000;

  private static final int MOST_IDLE = 64;

  private final Formula formula;
  private final int arrays;
  private final int[] targets;
  private final DType dtype;
  private final FormulaKernel kernel;
  private final long broadcast;
  private final List<Group> groups = new ArrayList<>();
  private final FreeList<StripSums> idle;
  private Part[] parts = {};

  /// @param arrays how many of the formula's inputs, from the first, are arrays of a group's shape
  /// @param targets for each output the index of the input that it is written to; none where
  ///   outputs are only added up
  public Sweep(Formula formula, int arrays, int[] targets, DType dtype) {
    this.formula = formula;
    this.arrays = arrays;
    this.targets = targets.clone();
    this.dtype = dtype;
    this.kernel = FormulaKernel.of(formula, dtype.precision());
    int inputs = formula.inputs().size();
    int outputs = formula.outputs().size();
    this.broadcast = inputs == arrays ? 0 : -1L >>> (Long.SIZE - inputs) & -1L << arrays;
    this.idle = new FreeList<>(MOST_IDLE, () -> new StripSums(kernel, dtype, inputs, outputs));
  }

  /// Adds a group; an input that is given anew for each pass may be `null` until then.
  ///
  /// @return the number of the group
  /// @throws IllegalArgumentException where the number of elements is negative
  public int add(int elements) {
    if (elements < 0) {
      throw new IllegalArgumentException(
          formula.name() + ": a group of " + elements + " elements cannot be: use 0 or more");
    }
    Group group = new Group(elements);
    groups.add(group);
    List<Part> all = new ArrayList<>(List.of(parts));
    // In long: the last part of a group of nearly 2³¹ elements ends beyond the range of int.
    for (long from = 0; from < elements; from += PART) {
      all.add(new Part(group, (int) from, (int) Math.min(elements, from + PART)));
    }
    parts = all.toArray(Part[]::new);
    return groups.size() - 1;
  }

  /// Sets an array of a group.
  ///
  /// @throws IllegalArgumentException where its type or number of elements does not fit
  public void set(int group, int input, Array array) {
    Group g = groups.get(group);
    if (array.dtype() != dtype || array.elements() != g.elements) {
      throw new IllegalArgumentException(
          formula.name()
              + ": input ["
              + formula.inputs().get(input)
              + "] is "
              + array.dtype()
              + " of "
              + array.elements()
              + " elements and must be "
              + dtype
              + " of "
              + g.elements
              + ": give one for each element");
    }
    g.data[input] = array.data();
    g.owners[input] = array;
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
    for (Group group : groups) {
      if (group.isActive) {
        group.bind();
      }
    }
    if (isWorthThreads()) {
      Pool.run(parts.length, chunk -> parts[chunk].run());
    } else {
      for (Part part : parts) {
        part.run();
      }
    }
    for (Group group : groups) {
      if (group.isActive) {
        group.changed();
      }
    }
  }

  /// Adds up the outputs over each active group, in double precision and in an order that only the
  /// number of elements decides; the sums of other groups are left as they are.
  ///
  /// @param what for each output
  /// @param sums the results, one row for each group, one number for each output
  public void sums(Sum[] what, double[][] sums) {
    if (isWorthThreads()) {
      Pool.run(parts.length, chunk -> parts[chunk].sum(what));
    } else {
      for (Part part : parts) {
        part.sum(what);
      }
    }
    for (int group = 0; group < groups.size(); group++) {
      if (groups.get(group).isActive) {
        for (int j = 0; j < what.length; j++) {
          sums[group][j] = total(groups.get(group), what[j], j);
        }
      }
    }
  }

  /// A sum over one array, in the order of [#sums] within a part.
  public static double sum(Sum what, Array x) {
    PartialSum sum = StripSums.of(what, x.data(), x.elements());
    return what == Sum.PLAIN ? sum.value() : sum.root();
  }

  private double total(Group group, Sum what, int output) {
    PartialSum total = new PartialSum();
    for (Part part : parts) {
      if (part.group == group) {
        total.add(part.sums[output]);
      }
    }
    return what == Sum.PLAIN ? total.value() : total.root();
  }

  private boolean isWorthThreads() {
    long elements = 0;
    for (Group group : groups) {
      elements += group.isActive ? group.elements : 0;
    }
    return elements * kernel.weight() >= WORTH_A_THREAD;
  }

  private final class Group {
    final int elements;
    final Object numbers =
        Array.persistent(dtype, Shape.of(formula.inputs().size() - arrays)).data();
    final Object[] data = new Object[formula.inputs().size() + targets.length];
    final int[] offsets = new int[data.length];
    final Array[] owners = new Array[arrays];
    boolean isActive = true;

    Group(int elements) {
      this.elements = elements;
      for (int k = arrays; k < formula.inputs().size(); k++) {
        data[k] = numbers;
        offsets[k] = k - arrays;
      }
    }

    void bind() {
      for (int j = 0; j < targets.length; j++) {
        data[formula.inputs().size() + j] = data[targets[j]];
      }
    }

    void changed() {
      for (int target : targets) {
        if (owners[target].storage().owner() != null) {
          owners[target].changed();
        }
      }
    }
  }

  private final class Part {
    private final Group group;
    private final int from;
    private final int to;
    private final PartialSum[] sums = new PartialSum[formula.outputs().size()];

    Part(Group group, int from, int to) {
      this.group = group;
      this.from = from;
      this.to = to;
      Arrays.setAll(sums, _ -> new PartialSum());
    }

    void run() {
      if (group.isActive) {
        kernel.run(broadcast, group.data, group.offsets, from, to);
      }
    }

    void sum(Sum[] what) {
      if (group.isActive) {
        for (PartialSum sum : sums) {
          sum.clear();
        }
        StripSums strips = idle.take();
        strips.of(what, broadcast, group.data, group.offsets, arrays, from, to, sums);
        idle.give(strips);
      }
    }
  }
}
