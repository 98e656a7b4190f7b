package org.thalweg.autodiff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.Op;

/// The walk from a result back to its leaves, without recursion: each node is visited once, after
/// all of its users, and passes its gradient on through its pullbacks. Broadcasting is undone here,
/// once for every operation.
final class Backward {
  private Backward() {}

  /// The gradients in every leaf below a tensor, whose own gradient is `seed`, and in the given
  /// nodes.
  static Map<Node, Tensor> walk(Tensor result, Tensor seed, List<Node> wanted) {
    Node root = result.node();
    Map<Node, Tensor> found = new LinkedHashMap<>();
    if (root == null) {
      return found;
    }
    Map<Node, Tensor> pending = new HashMap<>();
    pending.put(root, seed);
    List<Node> order = usersLast(root);
    Set<Node> targets = wanted.isEmpty() ? Set.of() : new HashSet<>(wanted);
    @Nullable Set<Node> useful = wanted.isEmpty() ? null : leadingTo(targets, order);
    for (int i = order.size() - 1; i >= 0; i--) {
      Node node = order.get(i);
      Tensor g = pending.remove(node);
      if (g == null) {
        continue;
      }
      if (node.isLeaf() || targets.contains(node)) {
        found.put(node, g.broadcastTo(node.shape));
      }
      if (passesOn(node, useful)) {
        node.checkVersions();
        pass(node, g, useful, pending);
      }
    }
    return found;
  }

  /// The nodes below which, or at which, there is a target: no pullback of another needs to run.
  private static Set<Node> leadingTo(Set<Node> targets, List<Node> inputsFirst) {
    Set<Node> useful = new HashSet<>(targets);
    for (Node node : inputsFirst) {
      if (passesOn(node, useful)) {
        useful.add(node);
      }
    }
    return useful;
  }

  /// `null` stands for every node: what a plain backward pass wants, without a set of them all.
  private static boolean isUseful(Node node, @Nullable Set<Node> useful) {
    return useful == null || useful.contains(node);
  }

  private static boolean passesOn(Node node, @Nullable Set<Node> useful) {
    for (Node parent : node.parents) {
      if (parent != null && isUseful(parent, useful)) {
        return true;
      }
    }
    return false;
  }

  private static void pass(
      Node node, Tensor g, @Nullable Set<Node> useful, Map<Node, Tensor> pending) {
    for (int k = 0; k < node.parents.length; k++) {
      Node parent = node.parents[k];
      Op.Pullback pullback = node.pullbacks[k];
      if (parent == null || pullback == null || !isUseful(parent, useful)) {
        continue;
      }
      boolean mayStaySmall = node.takesBroadcastGradient && parent.shape.equals(node.shape);
      Tensor part = pullback.apply(mayStaySmall ? g : g.broadcastTo(node.shape));
      Tensor fitted = fit(node, k, part, parent);
      Tensor sofar = pending.get(parent);
      pending.put(parent, sofar == null ? fitted : sofar.plus(fitted));
    }
  }

  /// A gradient in a shape that broadcasts to that of the input: the sum over the axes along which
  /// the input was broadcast.
  private static Tensor fit(Node node, int input, Tensor g, Node parent) {
    boolean isSmall = broadcasts(g.shape(), parent.shape);
    if (g.dtype() != parent.dtype || !(isSmall || broadcasts(parent.shape, g.shape()))) {
      throw new IllegalStateException(
          node.name
              + ": the gradient of input "
              + input
              + " is "
              + g.dtype()
              + " "
              + g.shape()
              + " and the input "
              + parent.dtype
              + " "
              + parent.shape
              + ": correct the pullback");
    }
    return isSmall ? g : g.sumTo(parent.shape);
  }

  private static boolean broadcasts(Shape small, Shape shape) {
    int shift = shape.rank() - small.rank();
    if (shift < 0) {
      return false;
    }
    for (int axis = 0; axis < small.rank(); axis++) {
      if (small.size(axis) != 1 && small.size(axis) != shape.size(axis + shift)) {
        return false;
      }
    }
    return true;
  }

  /// Every node below the root, inputs before their users.
  private static List<Node> usersLast(Node root) {
    List<Node> order = new ArrayList<>();
    Map<Node, Integer> nextInput = new HashMap<>();
    Deque<Node> stack = new ArrayDeque<>();
    stack.push(root);
    nextInput.put(root, 0);
    while (!stack.isEmpty()) {
      Node node = stack.element();
      @Nullable Node unseen = null;
      int next = nextInput.getOrDefault(node, 0);
      while (next < node.parents.length && unseen == null) {
        Node parent = node.parents[next++];
        if (parent != null && !nextInput.containsKey(parent)) {
          unseen = parent;
        }
      }
      nextInput.put(node, next);
      if (unseen == null) {
        order.add(node);
        stack.pop();
      } else {
        nextInput.put(unseen, 0);
        stack.push(unseen);
      }
    }
    return order;
  }
}
