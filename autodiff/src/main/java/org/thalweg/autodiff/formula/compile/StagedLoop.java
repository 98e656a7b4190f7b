package org.thalweg.autodiff.formula.compile;

import static org.thalweg.autodiff.formula.Masks.indicator;
import static org.thalweg.autodiff.formula.Masks.less;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
/// were made of: a few operators. Outputs are written by the last stage, since one may be an
/// input's array.
final class StagedLoop implements Loop {
  /// The most operators, constants and values read from earlier stages in one stage. Measured on
  /// JDK 25 with 512 bits: what this admits compiled without a vector left on the heap; 52
  /// operators with 40 constants did not.
  static final int MOST_COST = 72;

  private static final int BLOCK = 512;

  private static final int MOST_IDLE = 16;

  private final boolean isFloat;
  private final int inputs;
  private final int outputs;
  private final List<Stage> stages = new ArrayList<>();
  private int scratches;
  private final FreeList<Workspace> idle = new FreeList<>(MOST_IDLE, Workspace::new);

  /// @param first the first of the scratch blocks that this stage writes
  /// @param count how many blocks it writes; the last stage writes outputs instead
  private record Stage(Loop loop, int scratchInputs, int first, int count) {}

  /// One loop, or stages where the program is too long for one.
  static Loop of(Program program) {
    int cost = program.varying.stream().mapToInt(StagedLoop::cost).sum();
    return cost <= MOST_COST ? new WarmLoop(program) : new StagedLoop(program);
  }

  private StagedLoop(Program program) {
    isFloat = program.isFloat();
    inputs = program.inputs.size();
    outputs = program.outputs.size();
    List<Expr> nodes = program.varying;
    int[] lastUse = lastUses(nodes, program.outputs);
    Map<Expr, Expr> crossed = new IdentityHashMap<>();
    List<Expr> scratchInputs = new ArrayList<>();
    String prefix = freePrefix(program.inputs);
    int start = 0;
    for (int full = full(nodes, 0); full < nodes.size(); full = full(nodes, start)) {
      int end = cut(nodes, lastUse, start, full);
      List<Expr> leaving = new ArrayList<>();
      for (int i = start; i < end; i++) {
        if (crosses(nodes.get(i), lastUse[i], end)) {
          leaving.add(nodes.get(i));
        }
      }
      List<Expr> values =
          leaving.stream()
              .map(e -> e.operator().kind() == Operator.Kind.MASK ? indicator(e) : e)
              .toList();
      List<Expr> rewritten = Order.rewrite(values, e -> crossed.getOrDefault(e, e));
      Loop loop = new WarmLoop(program.with(List.copyOf(scratchInputs), rewritten));
      stages.add(new Stage(loop, scratchInputs.size(), scratches, leaving.size()));
      for (Expr e : leaving) {
        Expr scratch = Expr.input(prefix + scratches++);
        scratchInputs.add(scratch);
        boolean isMask = e.operator().kind() == Operator.Kind.MASK;
        crossed.put(e, isMask ? less(Expr.number(0), scratch) : scratch);
      }
      start = end;
    }
    List<Expr> last = Order.rewrite(program.outputs, e -> crossed.getOrDefault(e, e));
    Loop loop = new WarmLoop(program.with(List.copyOf(scratchInputs), last));
    stages.add(new Stage(loop, scratchInputs.size(), scratches, 0));
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

  /// The end of the longest stage that may begin at a place.
  private static int full(List<Expr> nodes, int start) {
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
        return end;
      }
    }
    return nodes.size();
  }

  /// What an argument takes that an earlier stage left: it is read from its block, once; bits are
  /// made once more.
  private static int left(Expr argument, Set<Expr> here) {
    boolean isGiven = argument.operator() == Operator.INPUT || argument.arguments().size() == 0;
    if (isGiven || !here.add(argument)) {
      return 0;
    }
    if (!isBits(argument)) {
      return 1;
    }
    return cost(argument) + argument.arguments().stream().mapToInt(e -> left(e, here)).sum();
  }

  private static boolean isBits(Expr node) {
    return node.operator().kind() == Operator.Kind.BITS;
  }

  /// For each node the place of its last user; outputs are used at the very end. What bits are made
  /// of is used wherever they are.
  private static int[] lastUses(List<Expr> nodes, List<Expr> outputs) {
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
    for (Expr output : outputs) {
      Integer at = place.get(output);
      if (at != null) {
        lastUse[at] = nodes.size();
      }
    }
    for (int i = nodes.size() - 1; i >= 0; i--) {
      for (Expr argument : isBits(nodes.get(i)) ? nodes.get(i).arguments() : List.<Expr>of()) {
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
  private static int cut(List<Expr> nodes, int[] lastUse, int start, int full) {
    int best = full;
    int fewest = Integer.MAX_VALUE;
    for (int end = (start + full + 1) / 2; end <= full; end++) {
      int crossing = 0;
      for (int i = start; i < end; i++) {
        if (isBits(nodes.get(i)) && lastUse[i] >= end) {
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

  /// Inputs do not cross, they can be read again; nor do bits, which are made again.
  private static boolean crosses(Expr node, int lastUse, int end) {
    return lastUse >= end && node.operator() != Operator.INPUT && !isBits(node);
  }

  /// What one run needs: the arrays of each stage, blocks of scratch memory among them, and where
  /// they begin.
  private final class Workspace {
    final Object[][] arrays = new Object[stages.size()][];
    final int[][] offsets = new int[stages.size()][];
    final int[][] steps = new int[stages.size()][];

    Workspace() {
      Object[] scratch = new Object[scratches];
      for (int k = 0; k < scratches; k++) {
        scratch[k] = isFloat ? new float[BLOCK] : new double[BLOCK];
      }
      for (int s = 0; s < stages.size(); s++) {
        Stage stage = stages.get(s);
        int width = inputs + stage.scratchInputs + (stage.count == 0 ? outputs : stage.count);
        arrays[s] = new Object[width];
        offsets[s] = new int[width];
        steps[s] = new int[width];
        System.arraycopy(scratch, 0, arrays[s], inputs, stage.scratchInputs);
        int next = inputs + stage.scratchInputs;
        System.arraycopy(scratch, stage.first, arrays[s], next, stage.count);
      }
    }

    void set(Object[] operands) {
      for (int s = 0; s < arrays.length; s++) {
        System.arraycopy(operands, 0, arrays[s], 0, inputs);
      }
      int last = arrays.length - 1;
      System.arraycopy(operands, inputs, arrays[last], arrays[last].length - outputs, outputs);
    }

    /// Lets go of the arrays that were set.
    void clear() {
      for (Object[] ofStage : arrays) {
        Arrays.fill(ofStage, 0, inputs, null);
      }
      Object[] ofLast = arrays[arrays.length - 1];
      Arrays.fill(ofLast, ofLast.length - outputs, ofLast.length, null);
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
    workspace.set(arrays);
    try {
      int length = to - from;
      if (length > BLOCK) {
        for (int row = 0; row < rows; row++) {
          row(workspace, offsets, steps, row, from, to);
        }
      } else {
        int most = BLOCK / Math.max(1, length);
        for (int row = 0; row < rows; row += most) {
          rows(workspace, offsets, steps, row, Math.min(most, rows - row), from, to);
        }
      }
    } finally {
      workspace.clear();
      idle.give(workspace);
    }
  }

  /// Short rows, as many as have room in a block of scratch memory.
  private void rows(
      Workspace workspace, int[] offsets, int[] steps, int row, int rows, int from, int to) {
    for (int s = 0; s < stages.size(); s++) {
      Stage stage = stages.get(s);
      int[] stageSteps = workspace.steps[s];
      Arrays.fill(stageSteps, to - from);
      System.arraycopy(steps, 0, stageSteps, 0, inputs);
      if (stage.count == 0) {
        System.arraycopy(steps, inputs, stageSteps, stageSteps.length - outputs, outputs);
      }
      placeRow(workspace.offsets[s], stage, offsets, steps, row);
      placeScratch(workspace.offsets[s], stage, -from);
      stage.loop.run(workspace.arrays[s], workspace.offsets[s], stageSteps, rows, from, to);
    }
  }

  private void row(Workspace workspace, int[] offsets, int[] steps, int row, int from, int to) {
    for (int s = 0; s < stages.size(); s++) {
      placeRow(workspace.offsets[s], stages.get(s), offsets, steps, row);
    }
    for (int block = from; block < to; block += BLOCK) {
      int end = Math.min(to, block + BLOCK);
      for (int s = 0; s < stages.size(); s++) {
        Stage stage = stages.get(s);
        placeScratch(workspace.offsets[s], stage, -block);
        stage.loop.run(workspace.arrays[s], workspace.offsets[s], block, end);
      }
    }
  }

  private void placeRow(int[] places, Stage stage, int[] offsets, int[] steps, int row) {
    for (int k = 0; k < inputs; k++) {
      places[k] = offsets[k] + row * steps[k];
    }
    for (int j = 0; stage.count == 0 && j < outputs; j++) {
      int k = inputs + j;
      places[k + stage.scratchInputs] = offsets[k] + row * steps[k];
    }
  }

  /// Scratch blocks begin at element 0 whatever the element of the block.
  private void placeScratch(int[] offsets, Stage stage, int offset) {
    int end = inputs + stage.scratchInputs + stage.count;
    for (int k = inputs; k < end; k++) {
      offsets[k] = offset;
    }
  }
}
