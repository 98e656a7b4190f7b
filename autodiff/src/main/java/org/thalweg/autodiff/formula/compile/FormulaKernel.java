package org.thalweg.autodiff.formula.compile;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.kernel.FreeList;

/// A formula compiled for one precision: a loop over raw arrays for each pattern of broadcast
/// inputs.
///
/// The scalar loop answers first; a background thread warms the vector loop, which takes over when
/// it is compiled. Nobody sees the change but by the clock: the bits are the same.
public final class FormulaKernel {
  private static final int MOST_KEPT = 4096;
  private static final int MOST_IDLE = 64;
  private static final Cache<Structure, FormulaKernel> CACHE =
      CacheBuilder.newBuilder().maximumSize(MOST_KEPT).build();

  /// What makes two kernels the same: names of inputs do, since expressions refer to them.
  private record Structure(List<String> inputs, List<Expr> outputs, Precision precision) {}

  private final Structure structure;
  private final int weight;

  /// Where arrays begin as a rule; nobody writes to it.
  private final int[] beginnings;

  private volatile Variant[] variants = {};

  private FormulaKernel(Structure structure) {
    this.structure = structure;
    this.beginnings = new int[structure.inputs.size() + structure.outputs.size()];
    Program program = program(0);
    this.weight = program.varying.size() + structure.outputs.size();
  }

  private Program program(long broadcast) {
    return Program.of(structure.inputs, structure.outputs, structure.precision, broadcast);
  }

  /// The kernel of a formula, compiled at first use and shared by formulas of equal structure.
  public static FormulaKernel of(Formula formula, Precision precision) {
    return formula.compiled(precision, FormulaKernel.class, FormulaKernel::compile);
  }

  private static FormulaKernel compile(Formula formula, Precision precision) {
    Structure structure = new Structure(formula.inputs(), formula.outputs(), precision);
    try {
      return CACHE.get(structure, () -> new FormulaKernel(structure));
    } catch (ExecutionException e) {
      throw new IllegalStateException("formula: its kernel cannot be made", e);
    }
  }

  /// How many vector loops have been compiled and taken into use by this process so far.
  public static long vectorLoops() {
    return WarmLoop.vectorLoops();
  }

  /// The work for one element: how many primitive operators, reads and writes it takes.
  public int weight() {
    return weight;
  }

  /// Evaluates the elements from `from` to `to` (exclusive) of arrays whose element 0 is the first.
  ///
  /// @param broadcast bit k is set where input k has one element for all
  /// @param arrays the inputs in order, then the outputs
  /// @throws ArrayIndexOutOfBoundsException where an array is too short
  public void run(long broadcast, Object[] arrays, int from, int to) {
    run(broadcast, arrays, beginnings, from, to);
  }

  /// Evaluates the elements from `from` to `to` (exclusive).
  ///
  /// @param broadcast bit k is set where input k has one element for all
  /// @param arrays the inputs in order, then the outputs: all `float[]` or all `double[]` by the
  ///   precision; an output may be an input's array at the same offset, which is then updated in
  ///   place
  /// @param offsets where element 0 of each array stands; element i stands i places further
  /// @throws ArrayIndexOutOfBoundsException where an array is too short
  public void run(long broadcast, Object[] arrays, int[] offsets, int from, int to) {
    loop(broadcast).run(arrays, offsets, from, to);
  }

  /// Evaluates the elements from `from` to `to` (exclusive) of some rows, as that many calls for
  /// one row each would, for less.
  ///
  /// @param broadcast bit k is set where input k has one element for all of a row
  /// @param offsets where element 0 of each array stands in the first row; they may change and come
  ///   back meanwhile, so no other thread may read them
  /// @param steps how much further each array's next row begins
  /// @param rows 1 at least
  /// @throws ArrayIndexOutOfBoundsException where an array is too short
  public void run(
      long broadcast, Object[] arrays, int[] offsets, int[] steps, int rows, int from, int to) {
    loop(broadcast).run(arrays, offsets, steps, rows, from, to);
  }

  /// A call of this kernel, all of whose operands and their places are still to be set; the
  /// caller's until it is closed.
  ///
  /// @param broadcast bit k is set where input k has one element for all of a row
  public Call call(long broadcast) {
    return variant(broadcast).calls.take();
  }

  private Loop loop(long broadcast) {
    return variant(broadcast).loop;
  }

  private Variant variant(long broadcast) {
    for (Variant variant : variants) {
      if (variant.broadcast == broadcast) {
        return variant;
      }
    }
    return add(broadcast);
  }

  private synchronized Variant add(long broadcast) {
    for (Variant variant : variants) {
      if (variant.broadcast == broadcast) {
        return variant;
      }
    }
    Variant added = new Variant(broadcast);
    Variant[] more = java.util.Arrays.copyOf(variants, variants.length + 1);
    more[variants.length] = added;
    variants = more;
    return added;
  }

  /// The loop for one pattern of broadcast inputs.
  private final class Variant {
    final long broadcast;
    final Loop loop;
    final FreeList<Call> calls = new FreeList<>(MOST_IDLE, this::fresh);

    Variant(long broadcast) {
      this.broadcast = broadcast;
      this.loop = StagedLoop.of(program(broadcast));
    }

    private Call fresh() {
      return new Call(loop, calls, structure.inputs.size() + structure.outputs.size());
    }
  }
}
