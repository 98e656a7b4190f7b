package org.thalweg.checker.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.thalweg.autodiff.formula.Formula;

/// Reads a formula's text as a person would, and evaluates it in double with `StrictMath`: a second
/// opinion on its value that shares no code with it, and proof that its text says what it does.
///
/// Each value carries a bound of what rounding in a given precision may have done to it, so that a
/// cancellation inside a formula excuses just what it costs.
final class TextOracle {
  /// A number and how far a computation in the precision may be from it.
  record Value(double value, double error) {
    /// Whether a computed number agrees, NaN with NaN only.
    boolean admits(double computed) {
      if (Double.isNaN(value) || Double.isInfinite(value) || Double.isNaN(computed)) {
        return Double.compare(value, computed) == 0 || error == Double.POSITIVE_INFINITY;
      }
      return Math.abs(computed - value) <= error;
    }
  }

  private interface Node {
    Value in(Map<String, Value> names);
  }

  private record Line(String name, Node node) {}

  private final List<String> inputs;
  private final List<Line> lines = new ArrayList<>();
  private final double unit;
  private final double least;
  private String text = "";
  private int at;

  /// @param unit the relative error of one rounding, 2⁻⁵³ or 2⁻²⁴
  /// @param least the distance of the smallest numbers of the precision
  TextOracle(Formula formula, double unit, double least) {
    this.inputs = formula.inputs();
    this.unit = unit;
    this.least = least;
    String whole = formula.toString();
    String head = formula.name() + "(" + String.join(", ", inputs) + ") = ";
    if (!whole.startsWith(head)) {
      throw new IllegalArgumentException("text: [" + whole + "] does not begin with " + head);
    }
    for (String line : whole.substring(head.length()).split("; ", -1)) {
      boolean isNamed = line.matches("t\\d+ = .*");
      String name = isNamed ? line.substring(0, line.indexOf(' ')) : "";
      text = isNamed ? line.substring(line.indexOf('=') + 1) : line;
      at = 0;
      lines.add(new Line(name, select()));
      if (at < text.length()) {
        throw new IllegalArgumentException("text: [" + text.substring(at) + "] in " + whole);
      }
    }
  }

  /// The value at a point.
  Value at(double... point) {
    Map<String, Value> names = new HashMap<>();
    for (int k = 0; k < inputs.size(); k++) {
      names.put(inputs.get(k), new Value(point[k], 0));
    }
    Value last = new Value(Double.NaN, 0);
    for (Line line : lines) {
      last = line.node().in(names);
      names.put(line.name(), last);
    }
    return last;
  }

  private Node select() {
    Node condition = or();
    if (!accept("?")) {
      return condition;
    }
    Node a = or();
    expect(":");
    Node b = select();
    return names -> {
      Value mask = condition.in(names);
      Value chosen = (mask.value() != 0 ? a : b).in(names);
      if (mask.error() == 0) {
        return chosen;
      }
      Value other = (mask.value() != 0 ? b : a).in(names);
      double apart = Math.abs(chosen.value() - other.value());
      return new Value(chosen.value(), apart + Math.max(chosen.error(), other.error()));
    };
  }

  private Node or() {
    Node left = and();
    while (accept("or ")) {
      left = mask(left, and(), (a, b) -> a || b);
    }
    return left;
  }

  private Node and() {
    Node left = not();
    while (accept("and ")) {
      left = mask(left, not(), (a, b) -> a && b);
    }
    return left;
  }

  private Node mask(Node a, Node b, BinaryOperator<Boolean> rule) {
    return names -> {
      Value x = a.in(names);
      Value y = b.in(names);
      boolean holds = rule.apply(x.value() != 0, y.value() != 0);
      return new Value(holds ? 1 : 0, Math.max(x.error(), y.error()));
    };
  }

  private Node not() {
    if (!accept("not ")) {
      return comparison();
    }
    Node mask = comparison();
    return names -> {
      Value value = mask.in(names);
      return new Value(value.value() == 0 ? 1 : 0, value.error());
    };
  }

  private Node comparison() {
    Node a = sum();
    if (accept("<")) {
      return compared(a, sum(), (x, y) -> x < y);
    }
    if (accept("≤")) {
      return compared(a, sum(), (x, y) -> x <= y);
    }
    return accept("=") ? compared(a, sum(), (x, y) -> x == y) : a;
  }

  private interface Comparison {
    boolean holds(double a, double b);
  }

  private static Node compared(Node a, Node b, Comparison rule) {
    return names -> {
      Value x = a.in(names);
      Value y = b.in(names);
      double error = x.error() + y.error();
      boolean isUnsure = error > 0 && Math.abs(x.value() - y.value()) <= error;
      boolean holds = rule.holds(x.value(), y.value());
      return new Value(holds ? 1 : 0, isUnsure ? Double.POSITIVE_INFINITY : 0);
    };
  }

  private Node sum() {
    Node left = product();
    while (true) {
      if (accept("+")) {
        left = call("plus", List.of(left, product()));
      } else if (accept("−")) {
        left = call("minus", List.of(left, product()));
      } else {
        return left;
      }
    }
  }

  private Node product() {
    Node left = factor();
    while (true) {
      if (accept("·")) {
        left = call("times", List.of(left, factor()));
      } else if (accept("÷")) {
        left = call("over", List.of(left, factor()));
      } else {
        return left;
      }
    }
  }

  private Node factor() {
    if (!accept("−")) {
      return atom();
    }
    Node x = atom();
    return names -> new Value(-x.in(names).value(), x.in(names).error());
  }

  private Node atom() {
    if (accept("(")) {
      Node inside = select();
      expect(")");
      return inside;
    }
    if (accept("∞")) {
      return _ -> new Value(Double.POSITIVE_INFINITY, 0);
    }
    int start = at;
    if (Character.isDigit(text.charAt(at))) {
      return number(start);
    }
    while (at < text.length() && isPartOfName(text.charAt(at))) {
      at++;
    }
    String name = text.substring(start, at);
    if (!accept("(")) {
      return name.equals("NaN") ? _ -> new Value(Double.NaN, 0) : names -> known(names, name);
    }
    List<Node> arguments = new ArrayList<>();
    do {
      arguments.add(select());
    } while (accept(","));
    expect(")");
    return call(name, arguments);
  }

  private static Value known(Map<String, Value> names, String name) {
    Value value = names.get(name);
    if (value == null) {
      throw new IllegalArgumentException("text: nothing is called [" + name + "]");
    }
    return value;
  }

  private Node number(int start) {
    while (at < text.length() && isPartOfNumber(at)) {
      at++;
    }
    double value = Double.parseDouble(text.substring(start, at).replace('−', '-'));
    double error = value == (float) value ? 0 : unit * Math.abs(value);
    return _ -> new Value(value, error);
  }

  private boolean isPartOfNumber(int place) {
    char c = text.charAt(place);
    boolean isExponentSign = c == '−' && text.charAt(place - 1) == 'E';
    return Character.isDigit(c) || c == '.' || c == 'E' || isExponentSign;
  }

  private static boolean isPartOfName(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '′' || c == '″';
  }

  /// A function of the arguments: its error is that of its own rounding, and what moving each
  /// argument by its error changes.
  private Node call(String name, List<Node> arguments) {
    OracleFunctions.check(name, arguments.size());
    boolean isExact = OracleFunctions.isExact(name);
    return names -> {
      double[] x = new double[arguments.size()];
      double[] errors = new double[x.length];
      for (int k = 0; k < x.length; k++) {
        Value value = arguments.get(k).in(names);
        x[k] = value.value();
        errors[k] = value.error();
      }
      double y = rounded(OracleFunctions.apply(name, x));
      double error = isExact ? 0 : 3 * unit * OracleFunctions.size(name, x, y) + 2 * least;
      for (int k = 0; k < x.length; k++) {
        error += errors[k] == 0 ? 0 : change(name, x, k, errors[k], y);
      }
      return new Value(y, Double.isNaN(error) ? Double.POSITIVE_INFINITY : error);
    };
  }

  /// Beyond the largest float a computation in FLOAT32 has infinity.
  private double rounded(double y) {
    boolean overflows = unit > 0x1p-50 && Math.abs(y) > Float.MAX_VALUE;
    return overflows ? Math.copySign(Double.POSITIVE_INFINITY, y) : y;
  }

  private static double change(String name, double[] x, int k, double error, double y) {
    double[] moved = x.clone();
    moved[k] = x[k] + error;
    double above = Math.abs(OracleFunctions.apply(name, moved) - y);
    moved[k] = x[k] - error;
    double below = Math.abs(OracleFunctions.apply(name, moved) - y);
    return 1.1 * Math.max(Double.isNaN(above) ? 0 : above, Double.isNaN(below) ? 0 : below);
  }

  private boolean accept(String sign) {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (!text.startsWith(sign, at)) {
      return false;
    }
    at += sign.length();
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return true;
  }

  private void expect(String sign) {
    if (!accept(sign)) {
      throw new IllegalArgumentException(
          "text: no [" + sign + "] before [" + text.substring(at) + "]");
    }
  }
}
