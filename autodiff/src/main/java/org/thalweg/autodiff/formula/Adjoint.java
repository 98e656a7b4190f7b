package org.thalweg.autodiff.formula;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The gradient of an expression in its inputs, pulled back from the result: what the gradients of
/// several inputs have in common is computed once.
///
/// ```
/// ḡ(y) = g,   ḡ(a) = Σ ḡ(y) ∂y/∂a   over all y that a is an argument of
/// ```
///
/// One argument's share of a sum is the tangent of y where that argument alone moves, at the rate
/// ḡ(y): the table of [Tangent] serves both. From a [choice][Operator#isChoice] on tangents of the
/// inputs are pushed forward instead: a gradient of zero that is pulled back through the branch not
/// taken would be multiplied by whatever that branch divides by. Each choice pushes its own: what
/// several choose from is differentiated for each of them.
final class Adjoint {
  private final Map<Expr, Expr> gradients = new IdentityHashMap<>();
  private final Set<Expr> moving;

  private Adjoint(Set<Expr> moving) {
    this.moving = moving;
  }

  /// The gradient in each input where that of the output is given; `null` where it is zero.
  static List<@Nullable Expr> of(Expr output, Expr gradient, List<Expr> inputs) {
    List<Expr> order = Order.of(List.of(output));
    Adjoint adjoint = new Adjoint(moving(order, inputs));
    adjoint.gradients.put(output, gradient);
    for (Expr node : Lists.reverse(order)) {
      Expr arrived = adjoint.gradients.get(node);
      if (arrived == null || !adjoint.moving.contains(node)) {
        continue;
      }
      if (node.operator().isChoice()) {
        adjoint.add(inputs, input -> Tangent.of(node, Map.of(input, arrived)));
      } else {
        adjoint.add(node.arguments(), argument -> Tangent.through(node, argument, arrived));
      }
    }
    List<@Nullable Expr> result = new ArrayList<>();
    inputs.forEach(input -> result.add(adjoint.gradients.get(input)));
    return result;
  }

  /// What moves with some input.
  private static Set<Expr> moving(List<Expr> order, List<Expr> inputs) {
    Set<Expr> moving = new HashSet<>(inputs);
    for (Expr node : order) {
      if (!node.operator().isFlat() && node.arguments().stream().anyMatch(moving::contains)) {
        moving.add(node);
      }
    }
    return moving;
  }

  /// Adds to the gradients of nodes, each of which is counted once, what reaches them.
  private void add(List<Expr> nodes, Function<Expr, @Nullable Expr> share) {
    for (Expr node : new LinkedHashSet<>(nodes)) {
      Expr reaching = moving.contains(node) ? share.apply(node) : null;
      if (reaching != null) {
        gradients.merge(node, reaching, Expr::plus);
      }
    }
  }
}
