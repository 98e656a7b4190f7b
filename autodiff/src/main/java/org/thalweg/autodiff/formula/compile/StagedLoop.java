package org.thalweg.autodiff.formula.compile;

import static org.thalweg.autodiff.formula.Masks.indicator;
import static org.thalweg.autodiff.formula.Masks.less;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Order;
import org.thalweg.autodiff.kernel.FreeList;

/// A formula too long for one vector loop (the JIT compiler gives up inlining, and every vector is
/// then an object), cut into stages. A block of elements goes through all of them before the next
/// block, so that what one stage leaves for another stays in the nearest cache.
///
/// The cuts are made where few values cross. A value that crosses is written to a block of scratch
/// memory; a mask as 1 or 0. Bits are made once more in the later stage, of the numbers that they
/// were made of, and so is what takes a few operators to make of inputs. Outputs are written when
/// all is computed, since one may be an input's array: by the last stage, or where many were kept
/// by stages after it. All stages have the same arrays: the inputs, the outputs, the blocks of
/// scratch memory.
final class StagedLoop implements Loop {
  /// The most operators, constants and values read from earlier stages in one stage. Measured on
  /// JDK 25 with 512 bits: what this admits compiled without a vector left on the heap; 52
  /// operators with 40 constants did not.
  static final int MOST_COST = 72;

  /// Elements that go through all stages before the next.
  private static final int BLOCK = 1024;

  /// The most outputs from earlier stages that one stage writes.
  private static final int MOST_COPIED = 16;

  /// The most operators that are repeated in a later stage rather than their result kept.
  private static final int MOST_REPEATED = 3;

  private static final int MOST_IDLE = 16;

  private final Program program;

  /// How many arrays the program has itself; those of scratch memory follow.
  private final int own;

  private final List<WarmLoop> stages = new ArrayList<>();
  private int scratches;
  private final FreeList<Workspace> idle = new FreeList<>(MOST_IDLE, Workspace::new);

  /// One loop, or stages where the program is too long for one.
  static Loop of(Program program) {
    return cost(program) <= MOST_COST ? new WarmLoop(program) : new StagedLoop(program);
  }

  private StagedLoop(Program program) {
    this.program = program;
    own = program.arrays();
    List<Expr> nodes = program.varying;
    int[] lastUse = lastUses();
    Map<Expr, Expr> crossed = new IdentityHashMap<>();
    String prefix = freePrefix(program.inputs);
    List<Expr> more =
        new ArrayList<>(Collections.nCopies(program.outputs.size(), Expr.input(prefix)));
    int start = 0;
    for (int full = full(nodes, 0); full < nodes.size(); full = full(nodes, start)) {
      int end = cut(nodes, lastUse, start, full);
      List<Expr> leaving = new ArrayList<>();
      for (int i = start; i < end; i++) {
        if (crosses(nodes.get(i), lastUse[i], end)) {
          leaving.add(nodes.get(i));
        }
      }
      List<Expr> values = leaving.stream().map(e -> isMask(e) ? indicator(e) : e).toList();
      int first = own + scratches;
      add(more, values, crossed, IntStream.range(first, first + leaving.size()).toArray());
      for (Expr e : leaving) {
        Expr scratch = Expr.input(prefix + scratches++);
        more.add(scratch);
        crossed.put(e, isMask(e) ? less(Expr.number(0), scratch) : scratch);
      }
      start = end;
    }
    addOutputs(more, crossed);
  }

  /// Adds stages that write the outputs: the first computes what is left to compute.
  private void addOutputs(List<Expr> more, Map<Expr, Expr> crossed) {
    List<Integer> kept = new ArrayList<>();
    List<Integer> last = new ArrayList<>();
    for (int k = 0; k < program.places.length; k++) {
      (crossed.containsKey(program.outputs.get(k)) ? kept : last).add(k);
    }
    int copied = Math.min(MOST_COPIED, kept.size());
    last.addAll(kept.subList(0, copied));
    addStageOf(last, more, crossed);
    Lists.partition(kept.subList(copied, kept.size()), MOST_COPIED)
        .forEach(some -> addStageOf(some, more, crossed));
  }

  /// Adds a stage that writes some outputs.
  private void addStageOf(List<Integer> some, List<Expr> more, Map<Expr, Expr> crossed) {
    int[] places = some.stream().mapToInt(k -> program.places[k]).toArray();
    add(more, some.stream().map(program.outputs::get).toList(), crossed, places);
  }

  /// Adds a stage that has some values written, in which what has crossed is read; none where there
  /// are none.
  private void add(List<Expr> more, List<Expr> values, Map<Expr, Expr> crossed, int[] places) {
    if (values.isEmpty()) {
      return;
    }
    List<Expr> rewritten = Order.rewrite(values, e -> crossed.getOrDefault(e, e));
    stages.add(new WarmLoop(program.with(more, rewritten, places)));
  }

  private static boolean isMask(Expr e) {
    return e.operator().kind() == Operator.Kind.MASK;
  }

  /// What no input's name begins with.
  private static String freePrefix(List<Expr> inputs) {
    String prefix = "#";
    for (boolean isTaken = true; isTaken; ) {
      String wanted = prefix;
      isTaken = inputs.stream().anyMatch(input -> String.valueOf(input.name()).startsWith(wanted));
      prefix += isTaken ? "#" : "";
    }
    return prefix;
  }

  /// What a node takes of the compiler's patience: itself and the constants written into it.
  private static int cost(Expr node) {
    int cost = 1;
    for (Expr argument : node.arguments()) {
      cost += argument.arguments().size() == 0 && argument.operator() != Operator.INPUT ? 1 : 0;
    }
    return cost;
  }

  /// The end of the longest stage that may begin at a place, one node at least.
  private int full(List<Expr> nodes, int start) {
    Set<Expr> here = Collections.newSetFromMap(new IdentityHashMap<>());
    int cost = 0;
    for (int end = start; end < nodes.size(); end++) {
      Expr node = nodes.get(end);
      cost += cost(node);
      for (Expr argument : node.arguments()) {
        cost += left(argument, here);
      }
      here.add(node);
      if (cost > MOST_COST) {
        return Math.max(start + 1, end);
      }
    }
    return nodes.size();
  }

  /// What an argument takes that an earlier stage left: it is read from its block, once, or made
  /// once more.
  private int left(Expr argument, Set<Expr> here) {
    boolean isGiven = argument.operator() == Operator.INPUT || argument.arguments().size() == 0;
    if (isGiven || !here.add(argument)) {
      return 0;
    }
    if (program.isInvariant(argument) || !isRepeated(argument)) {
      return 1;
    }
    return cost(argument) + argument.arguments().stream().mapToInt(e -> left(e, here)).sum();
  }

  /// Whether a node is made once more in each stage that uses it.
  private boolean isRepeated(Expr node) {
    return node.operator().kind() == Operator.Kind.BITS || rest(node, MOST_REPEATED) >= 0;
  }

  /// How many operators remain of so many when a node has been made of inputs; negative where they
  /// do not suffice, and for divisions and roots.
  private int rest(Expr node, int operators) {
    if (node.operator() == Operator.INPUT || program.isInvariant(node)) {
      return operators;
    }
    boolean isSlow = node.operator() == Operator.OVER || node.operator() == Operator.SQRT;
    int rest = isSlow ? -1 : operators - 1;
    for (int k = 0; k < node.arguments().size() && rest >= 0; k++) {
      rest = rest(node.argument(k), rest);
    }
    return rest;
  }

  /// For each node the place of its last user; outputs are used at the very end. What a repeated
  /// node is made of is used wherever that is.
  private int[] lastUses() {
    List<Expr> nodes = program.varying;
    Map<Expr, Integer> place = new IdentityHashMap<>();
    int[] lastUse = new int[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      place.put(nodes.get(i), i);
      for (Expr argument : nodes.get(i).arguments()) {
        Integer at = place.get(argument);
        if (at != null) {
          lastUse[at] = i;
        }
      }
    }
    for (Expr output : program.outputs) {
      Integer at = place.get(output);
      if (at != null) {
        lastUse[at] = nodes.size();
      }
    }
    for (int i = nodes.size() - 1; i >= 0; i--) {
      for (Expr argument : isRepeated(nodes.get(i)) ? nodes.get(i).arguments() : List.<Expr>of()) {
        Integer at = place.get(argument);
        if (at != null) {
          lastUse[at] = Math.max(lastUse[at], lastUse[i]);
        }
      }
    }
    return lastUse;
  }

  /// The place in the second half of a full stage that the fewest values cross, if possible no
  /// bits.
  private int cut(List<Expr> nodes, int[] lastUse, int start, int full) {
    int best = full;
    int fewest = Integer.MAX_VALUE;
    for (int end = (start + full + 1) / 2; end <= full; end++) {
      int crossing = 0;
      for (int i = start; i < end; i++) {
        boolean isBits = nodes.get(i).operator().kind() == Operator.Kind.BITS;
        if (isBits && lastUse[i] >= end) {
          crossing += nodes.size();
        } else if (crosses(nodes.get(i), lastUse[i], end)) {
          crossing++;
        }
      }
      if (crossing <= fewest) {
        fewest = crossing;
        best = end;
      }
    }
    return best;
  }

  /// Inputs do not cross, they can be read again; outputs do, since only what a stage uses counts
  /// in its length.
  private boolean crosses(Expr node, int lastUse, int end) {
    boolean isKept = lastUse == program.varying.size() || !isRepeated(node);
    return lastUse >= end && node.operator() != Operator.INPUT && isKept;
  }

  /// The costs of the stages, in order.
  List<Integer> costs() {
    return stages.stream().map(stage -> cost(stage.program())).toList();
  }

  private static int cost(Program program) {
    return program.varying.stream().mapToInt(StagedLoop::cost).sum();
  }

  /// What one run needs: all arrays, blocks of scratch memory among them, and where they begin.
  private final class Workspace {
    final Object[] arrays = new Object[own + scratches];
    final int[] offsets = new int[own + scratches];
    final int[] steps = new int[own + scratches];

    Workspace() {
      for (int k = own; k < arrays.length; k++) {
        arrays[k] = program.isFloat() ? new float[BLOCK] : new double[BLOCK];
      }
    }

    /// Some rows, or some elements of one.
    void run(int rows, int from, int to) {
      // Scratch blocks begin at element 0 whatever the element of the row.
      Arrays.fill(offsets, own, offsets.length, -from);
      for (WarmLoop stage : stages) {
        if (rows == 1) {
          stage.run(arrays, offsets, from, to);
        } else {
          stage.run(arrays, offsets, steps, rows, from, to);
        }
      }
    }
  }

  @Override
  public void run(Object[] arrays, int[] offsets, int from, int to) {
    // The steps are of no consequence.
    run(arrays, offsets, offsets, 1, from, to);
  }

  @Override
  public void run(Object[] arrays, int[] offsets, int[] steps, int rows, int from, int to) {
    Workspace workspace = idle.take();
    System.arraycopy(arrays, 0, workspace.arrays, 0, own);
    System.arraycopy(steps, 0, workspace.steps, 0, own);
    Arrays.fill(workspace.steps, own, workspace.steps.length, to - from);
    try {
      int together = Math.max(1, BLOCK / Math.max(1, to - from));
      for (int row = 0; row < rows; row += together) {
        for (int k = 0; k < own; k++) {
          workspace.offsets[k] = offsets[k] + row * steps[k];
        }
        for (int block = from; block < to; block += BLOCK) {
          workspace.run(Math.min(together, rows - row), block, Math.min(to, block + BLOCK));
        }
      }
    } finally {
      // Lets go of the arrays that were set.
      Arrays.fill(workspace.arrays, 0, own, null);
      idle.give(workspace);
    }
  }
}
