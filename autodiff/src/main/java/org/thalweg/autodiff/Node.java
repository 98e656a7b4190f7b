package org.thalweg.autodiff;

import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.Storage;
import org.thalweg.autodiff.operation.Op;

/// One recorded operation, or a leaf: what made a tensor, without its value. Values live only as
/// long as a pullback, or the user, keeps them.
final class Node {
  private static final Node[] NO_PARENTS = {};
  private static final Op.Pullback[] NO_PULLBACKS = {};

  /// Not unique, and raced for by threads: it only spreads nodes over hash tables.
  private static int nextHash;

  final String name;
  final Shape shape;
  final DType dtype;
  final boolean takesBroadcastGradient;

  /// The nodes of the inputs; `null` where an input has no gradient.
  final @Nullable Node[] parents;

  final Op.@Nullable Pullback[] pullbacks;

  /// The parameter that a leaf stands for; `null` elsewhere.
  final @Nullable Parameter parameter;

  private @Nullable Storage[] guarded = {};
  private int[] versions = {};
  private final int hash = nextHash++;

  private Node(
      String name,
      Tensor tensor,
      boolean takesBroadcastGradient,
      @Nullable Node[] parents,
      Op.@Nullable Pullback[] pullbacks,
      @Nullable Parameter parameter) {
    this.name = name;
    this.shape = tensor.shape();
    this.dtype = tensor.dtype();
    this.takesBroadcastGradient = takesBroadcastGradient;
    this.parents = parents;
    this.pullbacks = pullbacks;
    this.parameter = parameter;
  }

  static Node leaf(String name, Tensor tensor, @Nullable Parameter parameter) {
    return new Node(name, tensor, false, NO_PARENTS, NO_PULLBACKS, parameter);
  }

  static Node of(Op op, Tensor[] inputs, Tensor output, Op.Backward backward) {
    @Nullable Node[] parents = new Node[inputs.length];
    Op.@Nullable Pullback[] pullbacks = new Op.Pullback[inputs.length];
    int changeable = 0;
    for (int k = 0; k < inputs.length; k++) {
      changeable += inputs[k].array().storage().owner() == null ? 0 : 1;
      if (inputs[k].node() != null) {
        pullbacks[k] = backward.to(k, output);
        parents[k] = pullbacks[k] == null ? null : inputs[k].node();
      }
    }
    Node node = new Node(op.name(), output, op.takesBroadcastGradient(), parents, pullbacks, null);
    if (changeable > 0) {
      node.guard(inputs, changeable);
    }
    return node;
  }

  private void guard(Tensor[] inputs, int changeable) {
    Storage[] storages = new Storage[changeable];
    versions = new int[changeable];
    int next = 0;
    for (Tensor input : inputs) {
      Storage storage = input.array().storage();
      if (storage.owner() != null) {
        versions[next] = storage.version();
        storages[next++] = storage;
      }
    }
    guarded = storages;
  }

  boolean isLeaf() {
    return parents.length == 0;
  }

  /// Refuses to go back over a value that has changed since it was used.
  void checkVersions() {
    for (int k = 0; k < versions.length; k++) {
      Storage storage = guarded[k];
      if (storage != null && storage.version() != versions[k]) {
        throw new IllegalStateException(
            name
                + ": parameter ["
                + storage.owner()
                + "] has changed since this operation used it (version "
                + versions[k]
                + ", now "
                + storage.version()
                + "): "
                + advice(storage));
      }
    }
  }

  private static String advice(Storage storage) {
    String by = storage.changedBy();
    return by == null || by.equals(Thread.currentThread().getName())
        ? "call backward() before the optimizer's step, or compute the loss again"
        : "thread ["
            + by
            + "] changed it, and two threads cannot train one model: give each its own";
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }
}
