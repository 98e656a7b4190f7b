package org.thalweg.autodiff.formula;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes an expression as mathematics. What is used more than once and is more than a leaf is
/// named first: `t1 = exp(x); t1 ÷ (1 + t1)`; so is what is nested too deeply. Each line reads back
/// to the same expression.
final class Text {
  private static final int ATOM = 9;

  /// How deep a line nests at most.
  private static final int DEEPEST = 40;

  private final Map<Expr, Integer> uses = new IdentityHashMap<>();
  private final Map<Expr, String> names = new HashMap<>();

  private Text() {}

  static String of(Expr expr) {
    return of(List.of(expr));
  }

  static String of(List<Expr> roots) {
    Text text = new Text();
    List<Expr> order = Order.of(roots);
    roots.forEach(root -> text.uses.merge(root, 1, Integer::sum));
    for (Expr node : order) {
      for (Expr argument : node.arguments()) {
        text.uses.merge(argument, 1, Integer::sum);
      }
    }
    StringBuilder lines = new StringBuilder();
    Set<String> taken = new HashSet<>();
    order.forEach(node -> taken.add(String.valueOf(node.name())));
    Map<Expr, Integer> depths = new IdentityHashMap<>();
    int next = 1;
    for (Expr node : order) {
      int depth = 1;
      for (Expr argument : node.arguments()) {
        depth = Math.max(depth, 1 + depths.getOrDefault(argument, 0));
      }
      boolean isShared = text.uses.getOrDefault(node, 0) > 1 && node.arguments().size() > 0;
      if (!isShared && depth < DEEPEST) {
        depths.put(node, depth);
        continue;
      }
      while (taken.contains("t" + next)) {
        next++;
      }
      String name = "t" + next++;
      lines.append(name).append(" = ").append(text.write(node, 0)).append("; ");
      text.names.put(node, name);
    }
    return lines + String.join(", ", roots.stream().map(r -> text.write(r, 0)).toList());
  }

  /// The text of a node, in parentheses where it binds less tightly than its place asks.
  private String write(Expr e, int place) {
    String name = names.get(e);
    if (name != null) {
      return name;
    }
    int binding = binding(e);
    String text = plain(e, binding);
    return binding < place ? "(" + text + ")" : text;
  }

  private String plain(Expr e, int binding) {
    return switch (e.operator()) {
      case INPUT -> String.valueOf(e.name());
      case NUMBER -> number(e.number());
      case INTEGER -> Long.toString(e.literal());
      case PLUS -> infix(e, " + ", binding);
      case MINUS -> infix(e, " − ", binding);
      case TIMES -> infix(e, "·", binding);
      case OVER -> infix(e, " ÷ ", binding);
      case NEGATED -> "−" + write(e.argument(0), binding + 1);
      case LESS -> infix(e, " < ", binding + 1);
      case LESS_OR_EQUAL -> infix(e, " ≤ ", binding + 1);
      case EQUAL -> infix(e, " = ", binding + 1);
      case AND -> infix(e, " and ", binding);
      case OR -> infix(e, " or ", binding);
      case NOT -> "not " + write(e.argument(0), binding + 1);
      case SELECT ->
          write(e.argument(0), 1)
              + " ? "
              + write(e.argument(1), 1)
              + " : "
              + write(e.argument(2), 0);
      default -> call(e);
    };
  }

  private String call(Expr e) {
    StringBuilder text = new StringBuilder(function(e.operator())).append('(');
    for (int i = 0; i < e.arguments().size(); i++) {
      text.append(i == 0 ? "" : ", ").append(write(e.argument(i), 0));
    }
    boolean isShift = e.operator() == Operator.SHIFT_LEFT || e.operator() == Operator.SHIFT_RIGHT;
    return text.append(isShift ? ", " + e.literal() : "").append(')').toString();
  }

  private String infix(Expr e, String sign, int binding) {
    return write(e.argument(0), binding) + sign + write(e.argument(1), binding + 1);
  }

  private static int binding(Expr e) {
    return switch (e.operator()) {
      case SELECT -> 0;
      case OR -> 1;
      case AND -> 2;
      case NOT -> 3;
      case LESS, LESS_OR_EQUAL, EQUAL -> 4;
      case PLUS, MINUS -> 5;
      case TIMES, OVER -> 6;
      case NEGATED -> 7;
      case NUMBER -> e.literal() < 0 ? 7 : ATOM;
      default -> ATOM;
    };
  }

  private static String function(Operator operator) {
    return switch (operator) {
      case SIGMOID -> "σ";
      case SIGMOID_SLOPE -> "σ′";
      case FAR_SIN -> "farSin";
      case FAR_COS -> "farCos";
      case FAR_TAN -> "farTan";
      case LOG_ADD_EXP -> "logAddExp";
      case XLOGY -> "xlogy";
      default -> operator.name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  /// A number without a trailing `.0`, −0 and the like kept.
  private static String number(double value) {
    String text = Double.toString(value);
    String plain = text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    return plain.replace('-', '−').replace("Infinity", "∞");
  }
}
