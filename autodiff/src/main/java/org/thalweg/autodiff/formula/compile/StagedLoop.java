package org.thalweg.autodiff.formula.compile;

import static org.thalweg.autodiff.formula.Masks.indicator;
import static org.thalweg.autodiff.formula.Masks.less;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Operator;
import org.thalweg.autodiff.formula.Order;

/// A formula too long for one vector loop (the JIT compiler gives up inlining, and every vector is
/// then an object), cut into stages. A block of elements goes through all of them before the next
/// block, so that what one stage leaves for another stays in the nearest cache.
///
/// The cuts are made where few values cross. A value that crosses is written to a block of scratch
/// memory; a mask as 1 or 0. Outputs are written by the last stage, since one may be an input's
/// array.
final class StagedLoop implements Loop {
  /// The most operators, constants and values read from earlier stages in one stage. Measured on
  /// JDK 25 with 512 bits: what this admits compiled without a vector left on the heap; 52
  /// operators with 40 constants did not.
  static final int MOST_COST = 72;

  private static final int BLOCK = 512;

  private final boolean isFloat;
  private final int inputs;
  private final int outputs;
  private final List<Stage> stages = new ArrayList<>();
  private int scratches;

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
        // What an earlier stage left is read from its block, once.
        boolean isLeft = argument.operator() != Operator.INPUT && argument.arguments().size() > 0;
        cost += isLeft && here.add(argument) ? 1 : 0;
      }
      here.add(node);
      if (cost > MOST_COST) {
        return end;
      }
    }
    return nodes.size();
  }

  /// For each node the place of its last user; outputs are used at the very end.
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
    return lastUse;
  }

  /// The place in the second half of a full stage that the fewest values cross, none of them bits.
  private static int cut(List<Expr> nodes, int[] lastUse, int start, int full) {
    int best = full;
    int fewest = Integer.MAX_VALUE;
    for (int end = (start + full + 1) / 2; end <= full; end++) {
      int crossing = 0;
      for (int i = start; i < end; i++) {
        if (crosses(nodes.get(i), lastUse[i], end)) {
          crossing += nodes.get(i).operator().kind() == Operator.Kind.BITS ? nodes.size() : 1;
        }
      }
      if (crossing <= fewest) {
        fewest = crossing;
        best = end;
      }
    }
    if (fewest >= nodes.size()) {
      throw new IllegalStateException(
          "formula: no place to cut " + nodes.size() + " operators: write it as two formulas");
    }
    return best;
  }

  /// Inputs do not cross: they can be read again.
  private static boolean crosses(Expr node, int lastUse, int end) {
    return lastUse >= end && node.operator() != Operator.INPUT;
  }

  @Override
  public void run(Object[] arrays, int[] offsets, int[] steps, int rows, int from, int to) {
    int length = Math.min(BLOCK, to - from);
    Object[] scratch = new Object[scratches];
    for (int k = 0; k < scratches; k++) {
      scratch[k] = isFloat ? new float[length] : new double[length];
    }
    Object[][] stageArrays = new Object[stages.size()][];
    int[][] stageOffsets = new int[stages.size()][];
    for (int s = 0; s < stages.size(); s++) {
      Stage stage = stages.get(s);
      int width = inputs + stage.scratchInputs + (stage.count == 0 ? outputs : stage.count);
      stageArrays[s] = new Object[width];
      stageOffsets[s] = new int[width];
      System.arraycopy(arrays, 0, stageArrays[s], 0, inputs);
      System.arraycopy(scratch, 0, stageArrays[s], inputs, stage.scratchInputs);
      int next = inputs + stage.scratchInputs;
      if (stage.count == 0) {
        System.arraycopy(arrays, inputs, stageArrays[s], next, outputs);
      } else {
        System.arraycopy(scratch, stage.first, stageArrays[s], next, stage.count);
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int s = 0; s < stages.size(); s++) {
        placeRow(stageOffsets[s], stages.get(s), offsets, steps, row);
      }
      for (int block = from; block < to; block += length) {
        int end = Math.min(to, block + length);
        for (int s = 0; s < stages.size(); s++) {
          Stage stage = stages.get(s);
          placeScratch(stageOffsets[s], stage, -block);
          stage.loop.run(stageArrays[s], stageOffsets[s], block, end);
        }
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
