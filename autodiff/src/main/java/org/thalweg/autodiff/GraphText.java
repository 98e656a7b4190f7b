package org.thalweg.autodiff;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/// Pictures of graphs as text.
public final class GraphText {
  private GraphText() {}

  /// The operations that a tensor was computed by, as a Graphviz digraph: boxes are operations,
  /// ellipses parameters and tracked tensors, each with its shape. Only what a gradient passes
  /// through is drawn.
  ///
  /// ```sh
  /// dot -Tsvg graph.dot > graph.svg
  /// ```
  public static String graphviz(Tensor result) {
    StringBuilder text = new StringBuilder("digraph tensor {\n  rankdir=BT;\n");
    Node root = result.node();
    Map<Node, Integer> numbers = new LinkedHashMap<>();
    Deque<Node> open = new ArrayDeque<>();
    if (root != null) {
      numbers.put(root, 0);
      open.add(root);
    }
    while (!open.isEmpty()) {
      Node node = open.remove();
      text.append(
          String.format(
              "  n%d [label=\"%s\\n%s %s\", shape=%s];\n",
              numbers.get(node),
              node.name.replace("\\", "\\\\").replace("\"", "\\\""),
              node.dtype,
              node.shape,
              node.isLeaf() ? "ellipse" : "box"));
      for (Node parent : node.parents) {
        if (parent == null) {
          continue;
        }
        if (numbers.putIfAbsent(parent, numbers.size()) == null) {
          open.add(parent);
        }
        text.append(String.format("  n%d -> n%d;\n", numbers.get(parent), numbers.get(node)));
      }
    }
    return text.append("}\n").toString();
  }
}
