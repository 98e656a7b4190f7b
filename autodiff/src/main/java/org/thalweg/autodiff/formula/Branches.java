package org.thalweg.autodiff.formula;

import static org.thalweg.autodiff.formula.Masks.indicator;
import static org.thalweg.autodiff.formula.Masks.less;
import static org.thalweg.autodiff.formula.Masks.select;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What an expression decides from values, as numbers that stay the same as long as it is smooth:
/// the masks of its selects, the signs of what it takes the absolute value or sign of, the order of
/// the arguments of a maximum or minimum, and what it rounds to whole numbers.
///
/// Decisions of two or three outcomes are digits of numbers to base 3, of which a float holds 15
/// digits exactly; a whole number is an output of its own. What happens inside of a function such
/// as exp is no decision: it is smooth.
final class Branches {
  private static final int DIGITS = 15;
  private static final Expr ZERO = Expr.number(0);

  /// In the order in which they are met; equal decisions are one.
  private final Set<Expr> digits = new LinkedHashSet<>();

  private final Set<Expr> wholes = new LinkedHashSet<>();

  private Branches() {}

  /// The decisions of some expressions, in few outputs; none where they are smooth.
  static List<Expr> of(List<Expr> roots) {
    Branches branches = new Branches();
    Set<Expr> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Expr> stack = new ArrayDeque<>(roots);
    while (!stack.isEmpty()) {
      Expr node = stack.pop();
      if (seen.add(node)) {
        branches.visit(node);
        // Only whether a mask holds matters, not how it came about.
        boolean isSelect = node.operator() == Operator.SELECT;
        node.arguments().subList(isSelect ? 1 : 0, node.arguments().size()).forEach(stack::push);
      }
    }
    return branches.outputs();
  }

  private void visit(Expr node) {
    switch (node.operator()) {
      case SELECT -> digits.add(indicator(node.argument(0)));
      case ABS, SIGN -> digits.add(order(node.argument(0), ZERO));
      case MIN, MAX -> digits.add(order(node.argument(0), node.argument(1)));
      case FLOOR, ROUND -> wholes.add(node);
      default -> {}
    }
  }

  /// 1 where a < b, 2 where a > b, else 0.
  private static Expr order(Expr a, Expr b) {
    return select(less(a, b), Expr.number(1), select(less(b, a), Expr.number(2), ZERO));
  }

  private List<Expr> outputs() {
    List<Expr> outputs = new ArrayList<>(wholes);
    Expr number = ZERO;
    int count = 0;
    for (Expr digit : digits) {
      number = count == 0 ? digit : number.fma(Expr.number(3), digit);
      if (++count == DIGITS) {
        outputs.add(number);
        count = 0;
      }
    }
    if (count > 0) {
      outputs.add(number);
    }
    return outputs;
  }
}
