package org.thalweg.autodiff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Scope;

/// The gradients of one scalar in everything it was computed from: what [Tensor#backward()]
/// returns.
public final class Gradients implements Scope.Holder {
  private final Map<Node, Tensor> byLeaf;

  Gradients(Map<Node, Tensor> byLeaf) {
    this.byLeaf = new LinkedHashMap<>(byLeaf);
  }

  /// The gradient in a parameter, or in a tensor that was made by [Tensor#tracked()], in its shape.
  ///
  /// @throws IllegalArgumentException where the scalar does not depend on it
  public Tensor of(Tensor leaf) {
    return find(leaf)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "gradients: there is no path from the result to ["
                        + leaf.label()
                        + "], shape "
                        + leaf.shape()
                        + ": is it used, and tracked? there are gradients for "
                        + byLeaf.keySet().stream().map(node -> node.name).toList()));
  }

  /// The gradient in a leaf; empty where the scalar does not depend on it.
  public Optional<Tensor> find(Tensor leaf) {
    Node node = leaf.node();
    return node == null ? Optional.empty() : Optional.ofNullable(byLeaf.get(node));
  }

  /// The parameters that have a gradient.
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (Node node : byLeaf.keySet()) {
      if (node.parameter != null) {
        parameters.add(node.parameter);
      }
    }
    return parameters;
  }

  @Override
  public Iterable<Array> arrays() {
    return byLeaf.values().stream().map(Tensor::array).toList();
  }
}
