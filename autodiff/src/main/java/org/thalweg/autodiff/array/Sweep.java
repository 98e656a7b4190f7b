package org.thalweg.autodiff.array;

import java.util.ArrayList;
import java.util.List;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Pool;

/// A formula that updates many groups of arrays in place, all of them in one parallel pass: how an
/// optimizer steps over the parameters of a model. Nothing is allocated by a pass.
///
/// The first inputs of the formula are arrays of one shape for each group (a parameter, its
/// gradient, its moments), the others single numbers shared by all groups (a rate). Output j is
/// written to the input named for it.
public final class Sweep {
  /// A part of the work: small enough to share it out, large enough that nobody waits.
  private static final int PART = 16_384;

  /// Below so many operators times elements one thread is faster than waking a second.
  private static final long WORTH_A_THREAD = 400_000;

  private final Formula formula;
  private final int arrays;
  private final int[] targets;
  private final DType dtype;
  private final FormulaKernel kernel;
  private final long broadcast;
  private final Object numbers;
  private final List<Group> groups = new ArrayList<>();
  private Part[] parts = {};

  /// @param arrays how many of the formula's inputs, from the first, are arrays of a group's shape
  /// @param targets for each output the index of the input that it is written to
  public Sweep(Formula formula, int arrays, int[] targets, DType dtype) {
    this.formula = formula;
    this.arrays = arrays;
    this.targets = targets.clone();
    this.dtype = dtype;
    this.kernel = FormulaKernel.of(formula, dtype.precision());
    int inputs = formula.inputs().size();
    this.broadcast = inputs == arrays ? 0 : -1L >>> (Long.SIZE - inputs) & -1L << arrays;
    this.numbers = dtype.newArray(inputs - arrays);
  }

  /// Adds a group; an input that is given anew for each pass may be `null` until then.
  ///
  /// @return the number of the group
  public int add(int elements) {
    Group group = new Group(elements);
    groups.add(group);
    List<Part> all = new ArrayList<>(List.of(parts));
    for (int from = 0; from < elements; from += PART) {
      all.add(new Part(group, from, Math.min(elements, from + PART)));
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

  /// Sets one of the single numbers, counted from 0 after the arrays.
  public void setNumber(int index, double value) {
    if (numbers instanceof float[] floats) {
      floats[index] = (float) value;
    } else {
      ((double[]) numbers)[index] = value;
    }
  }

  /// One pass over all active groups.
  public void run() {
    long elements = 0;
    for (Group group : groups) {
      if (group.isActive) {
        group.bind();
        elements += group.elements;
      }
    }
    if (elements * kernel.weight() < WORTH_A_THREAD) {
      for (Part part : parts) {
        part.run();
      }
    } else {
      Pool.run(parts.length, chunk -> parts[chunk].run());
    }
    for (Group group : groups) {
      if (group.isActive) {
        group.changed();
      }
    }
  }

  private final class Group {
    final int elements;
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

    Part(Group group, int from, int to) {
      this.group = group;
      this.from = from;
      this.to = to;
    }

    void run() {
      if (group.isActive) {
        kernel.run(broadcast, group.data, group.offsets, from, to);
      }
    }
  }
}
