package org.thalweg.autodiff.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.thalweg.autodiff.Node;
import org.thalweg.autodiff.Tensor;

/// Pictures of graphs as text. Only what a gradient passes through is drawn: operations, and as
/// rounded leaves the parameters and tracked tensors, each with its type and shape.
public final class GraphText {
  /// One node, or one edge.
  @FunctionalInterface
  private interface NodeLine {
    String of(int number, String name, Node node);
  }

  private GraphText() {}

  /// The operations that a tensor was computed by, as a Graphviz digraph: boxes are operations,
  /// ellipses leaves.
  ///
  /// ```sh
  /// dot -Tsvg graph.dot > graph.svg
  /// ```
  public static String graphviz(Tensor result) {
    return lines(
        "digraph tensor {\n  rankdir=BT;\n",
        result,
        (number, name, node) ->
            String.format(
                Locale.ROOT,
                "  n%d [label=\"%s\\n%s %s\", shape=%s];\n",
                number,
                name.replace("\\", "\\\\").replace("\"", "\\\""),
                node.dtype(),
                node.shape(),
                node.isLeaf() ? "ellipse" : "box"),
        "  n%d -> n%d;\n",
        "}\n");
  }

  /// The operations that a tensor was computed by, as a Mermaid flowchart, which Markdown pages
  /// show: rectangles are operations, stadiums leaves.
  public static String mermaid(Tensor result) {
    return lines(
        "flowchart BT\n",
        result,
        (number, name, node) ->
            String.format(
                Locale.ROOT,
                node.isLeaf() ? "  n%d([\"%s<br/>%s %s\"])\n" : "  n%d[\"%s<br/>%s %s\"]\n",
                number,
                escaped(name),
                node.dtype(),
                node.shape()),
        "  n%d --> n%d\n",
        "");
  }

  /// Mermaid writes `#` and a name where HTML has `&` and a name.
  private static String escaped(String name) {
    return name.replace("#", "#35;")
        .replace("&", "#amp;")
        .replace("\"", "#quot;")
        .replace("<", "#lt;")
        .replace(">", "#gt;");
  }

  /// Nodes are numbered from the result on, in order of distance.
  private static String lines(
      String head, Tensor result, NodeLine nodeLine, String edgeLine, String foot) {
    StringBuilder text = new StringBuilder(head);
    Map<Node, Integer> numbers = new LinkedHashMap<>();
    Deque<Node> open = new ArrayDeque<>();
    result.origin().ifPresent(root -> number(root, numbers, open));
    while (!open.isEmpty()) {
      Node node = open.remove();
      int user = number(node, numbers, open);
      text.append(nodeLine.of(user, node.name().replace('\n', ' '), node));
      List<Integer> inputs = new ArrayList<>();
      node.inputs().forEach(input -> inputs.add(number(input, numbers, open)));
      inputs.forEach(input -> text.append(String.format(Locale.ROOT, edgeLine, input, user)));
    }
    return text.append(foot).toString();
  }

  private static int number(Node node, Map<Node, Integer> numbers, Deque<Node> open) {
    Integer known = numbers.putIfAbsent(node, numbers.size());
    if (known == null) {
      open.add(node);
      return numbers.size() - 1;
    }
    return known;
  }
}
