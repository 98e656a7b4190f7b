package org.thalweg.autodiff;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Elementwise;
import org.thalweg.autodiff.array.Reduction;
import org.thalweg.autodiff.array.Storage;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.kernel.FreeList;
import org.thalweg.autodiff.operation.Op;

/// The walk from results back to what they were computed from, without recursion: each node is
/// visited once, after all of its users, and passes its gradient on through its pullbacks.
/// Broadcasting is undone here, once for every operation.
///
/// Everything that a walk knows of a node is kept in arrays of its own, by the number of the node:
/// several threads may walk over the same nodes.
final class Backward {
  private static final int NONE = -1;

  /// The most nodes for which a walk leaves its arrays to the next.
  private static final int MOST_KEPT = 4096;

  private static final int MOST_IDLE = 16;

  private static final FreeList<Room> ROOMS = new FreeList<>(MOST_IDLE, Room::new);

  /// The arrays of a walk, and of the next one when it is over: they refer to nothing then.
  private static final class Room {
    final Node.Index nodes = new Node.Index();
    int[] next = new int[8];
    int[] order = new int[8];
    int[] path = new int[8];
    @Nullable Tensor[] pending = new Tensor[8];
  }

  private final Room room = ROOMS.take();
  private final Node.Index nodes = room.nodes;
  private final @Nullable OperationListener listener;

  /// Whether somebody records the walk or listens to its operations, so that all of it has to be
  /// made of them.
  private final boolean isWatched;

  /// So many nodes, the first ones, have been asked for; 0 stands for all leaves.
  private final int wanted;

  /// Whether the walk ends at what has been asked for, so that each of it is held fixed for the
  /// others.
  private final boolean isPartial;

  /// By node: the number of the next of its inputs to look at, from 1 on; 0 where the node has no
  /// place in the order yet.
  private int[] next = room.next;

  /// Nodes, inputs before their users.
  private int[] order = room.order;

  private int ordered;

  /// By node: what its users have passed on so far.
  private @Nullable Tensor[] pending = room.pending;

  /// By node: whether there is something that has been asked for at it or below; `null` where all
  /// has.
  private boolean @Nullable [] useful;

  private Backward(List<Node> targets, boolean isPartial) {
    Mode mode = Mode.current();
    this.listener = mode.listener();
    this.isWatched = listener != null || mode.records();
    this.isPartial = isPartial;
    targets.forEach(nodes::add);
    this.wanted = nodes.size();
    this.next = wanted <= next.length ? next : new int[wanted];
  }

  /// The gradients in every leaf below a tensor whose own gradient is `seed`.
  static Gradients leaves(Tensor result, Tensor seed) {
    Gradients gradients = new Gradients();
    new Backward(List.of(), false).walk(List.of(result), List.of(seed), gradients);
    return gradients;
  }

  /// The gradients in some nodes below tensors whose own gradients are given.
  ///
  /// @param isPartial whether none of the targets is seen through another
  static Gradients targets(
      List<Tensor> results, List<Tensor> seeds, List<Node> targets, boolean isPartial) {
    Gradients gradients = new Gradients();
    if (!targets.isEmpty()) {
      new Backward(targets, isPartial).walk(results, seeds, gradients);
    }
    return gradients;
  }

  private void walk(List<Tensor> results, List<Tensor> seeds, Gradients found) {
    try {
      walkInRoom(results, seeds, found);
    } finally {
      leaveRoom();
    }
  }

  /// Leaves the arrays to the next walk, unless they are large.
  private void leaveRoom() {
    int size = nodes.size();
    if (size <= MOST_KEPT) {
      nodes.clear();
      Arrays.fill(next, 0, Math.min(size, next.length), 0);
      Arrays.fill(pending, 0, Math.min(size, pending.length), null);
      room.next = next;
      room.order = order;
      room.pending = pending;
      ROOMS.give(room);
    }
  }

  private void walkInRoom(List<Tensor> results, List<Tensor> seeds, Gradients found) {
    for (Tensor result : results) {
      if (result.node() != null) {
        order(result.node());
      }
    }
    useful = wanted == 0 ? null : leadingToWanted();
    pending = nodes.size() <= pending.length ? pending : new Tensor[next.length];
    for (int k = 0; k < seeds.size(); k++) {
      Node root = results.get(k).node();
      if (root != null) {
        add(nodes.find(root), seeds.get(k));
      }
    }
    while (ordered > 0) {
      int number = order[--ordered];
      Tensor g = pending[number];
      pending[number] = null;
      if (g != null) {
        visit(number, g, found);
      }
    }
  }

  /// Numbers every node below a root that has no place yet, inputs before their users.
  private void order(Node root) {
    int[] path = room.path;
    int depth = 0;
    int last = number(root);
    if (next[last] > 0) {
      return;
    }
    next[last] = 1;
    path[depth++] = last;
    while (depth > 0) {
      int number = path[depth - 1];
      int unseen = unseenInput(number);
      if (unseen == NONE) {
        order = ordered == order.length ? Arrays.copyOf(order, 2 * ordered) : order;
        order[ordered++] = number;
        depth--;
      } else {
        path = depth == path.length ? Arrays.copyOf(path, 2 * depth) : path;
        path[depth++] = unseen;
      }
    }
    room.path = path;
  }

  private int unseenInput(int number) {
    if (isPartial && number < wanted) {
      return NONE;
    }
    @Nullable Node[] inputs = nodes.get(number).inputs;
    while (next[number] <= inputs.length) {
      Node input = inputs[next[number]++ - 1];
      if (input != null) {
        int there = number(input);
        if (next[there] == 0) {
          next[there] = 1;
          return there;
        }
      }
    }
    return NONE;
  }

  private int number(Node node) {
    int number = nodes.add(node);
    next = number < next.length ? next : Arrays.copyOf(next, 2 * next.length);
    return number;
  }

  private boolean[] leadingToWanted() {
    boolean[] leading = new boolean[nodes.size()];
    Arrays.fill(leading, 0, wanted, true);
    useful = leading;
    for (int k = 0; k < ordered; k++) {
      leading[order[k]] = leading[order[k]] || passesOn(nodes.get(order[k]));
    }
    return leading;
  }

  private boolean isUseful(@Nullable Node node) {
    return node != null && (useful == null || useful[nodes.find(node)]);
  }

  private boolean passesOn(Node node) {
    for (Node input : node.inputs) {
      if (isUseful(input)) {
        return true;
      }
    }
    return false;
  }

  private void visit(int number, Tensor g, Gradients found) {
    if (listener == null) {
      visitUntold(number, g, found);
      return;
    }
    listener.walkEnters(nodes.get(number));
    try {
      visitUntold(number, g, found);
    } finally {
      listener.walkLeaves(nodes.get(number));
    }
  }

  private void visitUntold(int number, Tensor g, Gradients found) {
    Node node = nodes.get(number);
    boolean isWanted = number < wanted;
    found.note(node.updates());
    if (node.isLeaf() || isWanted) {
      found.put(node, g);
    }
    if (!(isWanted && isPartial) && passesOn(node)) {
      node.checkVersions();
      try {
        pass(node, g);
      } catch (Storage.Ended e) {
        throw new IllegalStateException(
            node.name()
                + ": the scope in which it was recorded has ended, and values that its gradient"
                + " needs are gone, output "
                + node.dtype()
                + " "
                + node.shape()
                + ": call backward() inside the scope",
            e);
      }
    }
  }

  private void pass(Node node, Tensor g) {
    if (node.joint != null) {
      passJointly(node, node.joint, g);
      return;
    }
    boolean isPointwise = node.takesBroadcastGradient();
    Tensor whole = g;
    for (int k = 0; k < node.inputs.length; k++) {
      Node input = node.inputs[k];
      Op.Pullback pullback = node.pullbacks[k];
      if (input != null && pullback != null && isUseful(input)) {
        boolean mayStaySmall = isPointwise && input.shape().equals(node.shape());
        whole = mayStaySmall ? whole : whole.broadcastTo(node.shape());
        if (!(pullback instanceof Op.Adding adding) || !addsUp(input, adding, whole)) {
          add(node, g, k, input, pullback.apply(mayStaySmall ? g : whole));
        }
      }
    }
  }

  /// Has a gradient added to what there is, if that is whole and nobody looks at the parts.
  private boolean addsUp(Node input, Op.Adding adding, Tensor g) {
    int number = nodes.find(input);
    Tensor sofar = pending[number];
    boolean isWhole = sofar == null || sofar.shape().equals(input.shape());
    if (!isWhole || isWatched) {
      return false;
    }
    pending[number] = adding.addedTo(sofar, g);
    return true;
  }

  private void passJointly(Node node, Op.Joint joint, Tensor g) {
    @Nullable Node[] inputs = node.inputs;
    Tensor given = node.takesBroadcastGradient() ? g : g.broadcastTo(node.shape());
    IntPredicate isWanted = k -> isUseful(inputs[k]);
    @Nullable Tensor[] parts =
        isWatched ? joint.pull(given, isWanted) : joint.pullUnwatched(given, isWanted);
    checkCount(node, parts);
    for (int k = 0; k < parts.length; k++) {
      Node input = inputs[k];
      Tensor part = parts[k];
      if (input != null && part != null && isUseful(input)) {
        add(node, g, k, input, part);
      }
    }
  }

  private static void checkCount(Node node, @Nullable Tensor @Nullable [] parts) {
    int inputs = node.inputs.length;
    if (parts == null || parts.length != inputs) {
      throw new IllegalStateException(
          node.name()
              + ": its pullback gave "
              + (parts == null ? "null" : parts.length + " gradients")
              + " and there are "
              + inputs
              + " inputs: return one for each, null where there is none");
    }
  }

  private void add(Node node, Tensor g, int k, Node input, @Nullable Tensor part) {
    if (part == null) {
      throw new IllegalStateException(
          node.name()
              + ": the pullback of input "
              + k
              + " gave null: return a gradient, or null in place of the pullback where there is"
              + " none");
    }
    Tensor fitting = fit(node, k, part, input);
    if (listener != null) {
      listener.walkPasses(node, g, k, fitting);
    }
    add(nodes.find(input), fitting);
  }

  private void add(int number, Tensor part) {
    Tensor sofar = pending[number];
    pending[number] = sofar == null ? part : sum(sofar, part);
  }

  private Tensor sum(Tensor a, Tensor b) {
    return isWatched
        ? a.plus(b)
        : Tensor.of(Elementwise.apply(Formulas.PLUS, a.array(), b.array()));
  }

  /// A gradient in a shape that broadcasts to that of the input: the sum over the axes along which
  /// the input was broadcast.
  private Tensor fit(Node node, int k, Tensor g, Node input) {
    boolean isSmall = g.shape().broadcastsTo(input.shape());
    if (g.dtype() != input.dtype() || !(isSmall || input.shape().broadcastsTo(g.shape()))) {
      throw new IllegalStateException(
          node.name()
              + ": the gradient of input "
              + k
              + " is "
              + g.dtype()
              + " "
              + g.shape()
              + " and the input "
              + input.dtype()
              + " "
              + input.shape()
              + ": correct the pullback");
    }
    if (isSmall) {
      return g;
    }
    return isWatched
        ? g.sumTo(input.shape())
        : Tensor.of(Reduction.sumTo(g.array(), input.shape()));
  }
}
