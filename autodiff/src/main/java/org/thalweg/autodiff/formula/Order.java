package org.thalweg.autodiff.formula;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/// Walks over expressions without recursion, however deep they are.
public final class Order {
  private Order() {}

  /// Every node that the roots need, once, arguments before their users.
  public static List<Expr> of(List<Expr> roots) {
    List<Expr> order = new ArrayList<>();
    Set<Expr> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Frame> stack = new ArrayDeque<>();
    for (Expr root : roots) {
      if (seen.add(root)) {
        stack.push(new Frame(root));
      }
      while (!stack.isEmpty()) {
        Frame frame = stack.element();
        if (frame.next == frame.node.arguments().size()) {
          order.add(frame.node);
          stack.pop();
        } else {
          Expr argument = frame.node.argument(frame.next++);
          if (seen.add(argument)) {
            stack.push(new Frame(argument));
          }
        }
      }
    }
    return order;
  }

  /// The roots with some nodes replaced: `replacement` gives the node to put in the place of one,
  /// or the node itself to keep it, rebuilt over its replaced arguments.
  public static List<Expr> rewrite(List<Expr> roots, Function<Expr, Expr> replacement) {
    Map<Expr, Expr> done = new IdentityHashMap<>();
    for (Expr node : of(roots)) {
      Expr replaced = replacement.apply(node);
      done.put(node, replaced == node ? rebuilt(node, done) : replaced);
    }
    return roots.stream().map(done::get).toList();
  }

  private static Expr rebuilt(Expr node, Map<Expr, Expr> done) {
    Expr[] arguments = new Expr[node.arguments().size()];
    boolean same = true;
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = Objects.requireNonNull(done.get(node.argument(i)));
      same &= arguments[i] == node.argument(i);
    }
    return same ? node : node.with(arguments);
  }

  private static final class Frame {
    final Expr node;
    int next;

    Frame(Expr node) {
      this.node = node;
    }
  }
}
