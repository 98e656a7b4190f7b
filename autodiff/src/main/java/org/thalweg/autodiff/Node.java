package org.thalweg.autodiff;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.Storage;
import org.thalweg.autodiff.buffer.BufferUpdates;
import org.thalweg.autodiff.operation.Op;

/// One recorded operation, or a leaf: what made a tensor, without its value. Values live only as
/// long as a pullback, or the user, keeps them.
///
/// Two nodes are `equals` only when they are the same object.
public final class Node {
  private static final Node[] NO_INPUTS = {};
  private static final Op.Pullback[] NO_PULLBACKS = {};

  /// Not unique, and raced for by threads: it only spreads nodes over hash tables.
  private static int nextHash;

  /// The operation; `null` for a leaf.
  private final @Nullable Op op;

  private final Shape shape;
  private final DType dtype;

  /// The nodes of the inputs; `null` where an input has no gradient.
  final @Nullable Node[] inputs;

  /// One for each input, `null` where it has none; empty where there is a joint one.
  final Op.@Nullable Pullback[] pullbacks;

  final Op.@Nullable Joint joint;

  /// The parameter that a leaf stands for; `null` elsewhere.
  final @Nullable Parameter parameter;

  private final @Nullable Use used;
  private final int hash = nextHash++;

  /// A value that may change in place, how often it had changed when it was used, and the next such
  /// value of the operation.
  private record Use(Storage storage, int version, @Nullable Use next) {
    static @Nullable Use of(Tensor[] operands) {
      Use first = null;
      for (int k = operands.length - 1; k >= 0; k--) {
        Storage storage = operands[k].array().storage();
        if (storage.owner() != null) {
          first = new Use(storage, storage.version(), first);
        }
      }
      return first;
    }
  }

  private Node(Tensor leaf, @Nullable Parameter parameter) {
    this.op = null;
    this.shape = leaf.shape();
    this.dtype = leaf.dtype();
    this.inputs = NO_INPUTS;
    this.pullbacks = NO_PULLBACKS;
    this.joint = null;
    this.parameter = parameter;
    this.used = null;
  }

  private Node(Op op, Tensor[] operands, Tensor output, Op.Backward backward) {
    this.op = op;
    this.shape = output.shape();
    this.dtype = output.dtype();
    this.inputs = new Node[operands.length];
    this.parameter = null;
    this.joint = backward.joint(output, operands);
    this.pullbacks = joint == null ? new Op.Pullback[operands.length] : NO_PULLBACKS;
    for (int k = 0; k < operands.length; k++) {
      Node node = operands[k].node();
      if (joint != null) {
        inputs[k] = node != null && joint.reaches(k) ? node : null;
      } else if (node != null) {
        pullbacks[k] = backward.to(k, output);
        inputs[k] = pullbacks[k] == null ? null : node;
      }
    }
    this.used = Use.of(operands);
  }

  static Node leaf(Tensor tensor, @Nullable Parameter parameter) {
    return new Node(tensor, parameter);
  }

  static Node of(Op op, Tensor[] operands, Tensor output, Op.Backward backward) {
    return new Node(op, operands, output, backward);
  }

  /// The name of the operation or of the parameter; `input` for a tracked tensor.
  public String name() {
    if (parameter != null) {
      return parameter.name();
    }
    return op == null ? "input" : op.name();
  }

  /// The operation; empty for a leaf.
  public Optional<Op> operation() {
    return Optional.ofNullable(op);
  }

  /// The shape of the tensor.
  public Shape shape() {
    return shape;
  }

  /// The type of the tensor.
  public DType dtype() {
    return dtype;
  }

  /// The nodes to which a gradient goes on, in the order of the operation's inputs; those without a
  /// gradient are left out.
  public List<Node> inputs() {
    return Arrays.stream(inputs).filter(Objects::nonNull).toList();
  }

  /// Whether this is a parameter or a tracked tensor.
  public boolean isLeaf() {
    return op == null;
  }

  /// Whether a gradient may come as it is before it is broadcast to the shape of the tensor.
  boolean takesBroadcastGradient() {
    return op != null && op.takesBroadcastGradient();
  }

  BufferUpdates updates() {
    return op == null ? BufferUpdates.NONE : op.updates();
  }

  /// Refuses to go back over a value that has changed since it was used.
  void checkVersions() {
    for (Use use = used; use != null; use = use.next) {
      Storage storage = use.storage;
      if (storage.version() != use.version) {
        throw new IllegalStateException(
            name()
                + ": parameter ["
                + storage.owner()
                + "] has changed since this operation used it (version "
                + use.version
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

  /// The name, the type and the shape: `times FLOAT32 [2, 3]`.
  @Override
  public String toString() {
    return name() + " " + dtype + " " + shape;
  }

  /// Nodes numbered from 0 in the order in which they come: a hash table without boxes, but for a
  /// few, which are compared one by one.
  static final class Index {
    /// 2³² divided by the golden ratio, odd.
    private static final int SPREAD = 0x9E3779B9;

    private static final int FEW = 8;

    private Node[] nodes = new Node[FEW];

    /// Numbers, from 1 on, by hash; empty where there are few.
    private int[] table = {};

    private int size;

    int size() {
      return size;
    }

    Node get(int number) {
      return nodes[number];
    }

    /// The number of a node; −1 where it has none.
    int find(Node node) {
      return size <= FEW ? findOneByOne(node) : findByHash(node);
    }

    private int findOneByOne(Node node) {
      int number = size - 1;
      while (number >= 0 && nodes[number] != node) {
        number--;
      }
      return number;
    }

    private int findByHash(Node node) {
      int mask = table.length - 1;
      int place = place(node.hash);
      while (table[place] != 0) {
        int number = table[place] - 1;
        if (nodes[number] == node) {
          return number;
        }
        place = (place + 1) & mask;
      }
      return -1;
    }

    /// The number of a node, a new one where it had none.
    int add(Node node) {
      int known = find(node);
      if (known >= 0) {
        return known;
      }
      if (size == nodes.length) {
        grow();
      } else if (size == FEW) {
        enterAll();
      }
      nodes[size] = node;
      if (size >= FEW) {
        enter(node.hash, size);
      }
      return size++;
    }

    /// Hashes are numbers in order: spread over the table, so that two runs of them do not pile up.
    private int place(int hash) {
      return (hash * SPREAD) >>> (Integer.numberOfLeadingZeros(table.length) + 1);
    }

    private void enter(int hash, int number) {
      int mask = table.length - 1;
      int place = place(hash);
      while (table[place] != 0) {
        place = (place + 1) & mask;
      }
      table[place] = number + 1;
    }

    private void grow() {
      nodes = Arrays.copyOf(nodes, 2 * size);
      table = new int[4 * size];
      enterAll();
    }

    private void enterAll() {
      for (int number = 0; number < size; number++) {
        enter(nodes[number].hash, number);
      }
    }

    /// Forgets all nodes, and keeps the room for as many.
    void clear() {
      for (int number = 0; size > FEW && number < size; number++) {
        leave(nodes[number].hash);
      }
      Arrays.fill(nodes, 0, size, null);
      size = 0;
    }

    /// Empties the table from the place of a hash to the next empty place: all of it, when it is
    /// done for every node.
    private void leave(int hash) {
      int mask = table.length - 1;
      for (int place = place(hash); table[place] != 0; place = (place + 1) & mask) {
        table[place] = 0;
      }
    }
  }
}
