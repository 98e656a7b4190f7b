package org.thalweg.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.buffer.BufferUpdates;

/// The gradients of one scalar in everything it was computed from: what [Tensor#backward()]
/// returns.
public final class Gradients implements Scope.Holder {
  private final Node.Index leaves = new Node.Index();
  private final List<Tensor> gradients = new ArrayList<>();
  private BufferUpdates updates = BufferUpdates.NONE;

  Gradients() {}

  /// Only while the walk lasts, and once for each node.
  ///
  /// @param gradient of a shape that broadcasts to that of the leaf
  void put(Node leaf, Tensor gradient) {
    leaves.add(leaf);
    gradients.add(gradient);
  }

  /// Only while the walk lasts.
  void note(BufferUpdates more) {
    updates = updates.and(more);
  }

  /// A gradient that is the same number everywhere, as that of a sum, is made as large as the leaf
  /// when it is asked for, in the scope of who asks.
  @Nullable Tensor in(Node leaf) {
    int number = leaves.find(leaf);
    return number < 0 ? null : gradients.get(number).broadcastTo(leaf.shape());
  }

  /// The gradient in a parameter, or in a tensor that was made by [Tensor#tracked()], in its shape.
  /// Where it is the same number everywhere, as for a sum, each call makes it anew, in the current
  /// [Scope].
  ///
  /// @throws IllegalArgumentException where the scalar does not depend on it
  public Tensor of(Tensor leaf) {
    Tensor gradient = orNull(leaf);
    if (gradient == null) {
      throw new IllegalArgumentException(
          "gradients: there is no path from the result to ["
              + leaf.label()
              + "], shape "
              + leaf.shape()
              + ": is it used, and tracked? there are gradients for "
              + names());
    }
    return gradient;
  }

  /// Whether the scalar depends on a leaf, so that there is a gradient in it.
  public boolean contains(Tensor leaf) {
    Node node = leaf.node();
    return node != null && leaves.find(node) >= 0;
  }

  private @Nullable Tensor orNull(Tensor leaf) {
    Node node = leaf.node();
    return node == null ? null : in(node);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < leaves.size(); k++) {
      names.add(leaves.get(k).name());
    }
    return names;
  }

  /// The gradient in a leaf; empty where the scalar does not depend on it.
  public Optional<Tensor> find(Tensor leaf) {
    return Optional.ofNullable(orNull(leaf));
  }

  /// The parameters that have a gradient.
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (int k = 0; k < leaves.size(); k++) {
      Parameter parameter = leaves.get(k).parameter;
      if (parameter != null) {
        parameters.add(parameter);
      }
    }
    return parameters;
  }

  /// What layers have seen in the pass, running statistics: an optimizer writes it in its step.
  public BufferUpdates updates() {
    return updates;
  }

  @Override
  public Iterable<Array> arrays() {
    return gradients.stream().map(Tensor::array).toList();
  }
}
