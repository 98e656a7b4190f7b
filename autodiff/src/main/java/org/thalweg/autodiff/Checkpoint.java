package org.thalweg.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Storage;
import org.thalweg.autodiff.buffer.BufferUpdates;
import org.thalweg.autodiff.operation.Op;

/// Computes a block without keeping what is computed on the way; a backward pass that comes to the
/// block computes it again. Memory for time: of a chain of n equal layers in √n checkpoints, about
/// 2√n layers are in memory at once, for one more forward pass. Chen et al., 2016.
///
/// ```java
/// Tensor h = Checkpoint.get(() -> block.apply(x));
/// ```
///
/// The block computes on the thread that called it. Everything that it uses and that has a gradient
/// receives it, [parameters][Parameter] and tensors from outside, whether it is passed in or
/// captured. The second time must give the same bits as the first: random numbers do, since they
/// are drawn by seed and place, and a parameter that has changed in between is refused by name.
/// Blocks nest, and derivatives of every order exist; those of second order keep what the second
/// computation makes.
///
/// What layers of the block have seen for [buffers][org.thalweg.autodiff.buffer.Buffer] counts
/// once.
///
/// Inside a [Scope] the block is a scope of its own: only what it returns outlives it.
public final class Checkpoint {
  /// The operation that stands for a block in the graph.
  ///
  /// @param captured what the block uses from outside and has a gradient, or may change in place
  /// @param updates what the block has seen the first time, and is not to be seen twice
  /// @param print of the value, for the second time
  private record Block(
      Supplier<Tensor> body, List<Tensor> captured, BufferUpdates updates, int print)
      implements Op.Custom, Op.Joint {
    @Override
    public Result apply(Tensor... inputs) {
      return new Result(NoGradient.get(body).array(), this);
    }

    @Override
    public @Nullable Tensor[] pull(Tensor g, IntPredicate isWanted) {
      // What is recorded now is needed by the next derivative.
      return NoGradient.isOn()
          ? inScope(() -> gradients(this, g, isWanted))
          : gradients(this, g, isWanted);
    }

    @Override
    public String name() {
      return "checkpoint";
    }
  }

  /// Collects what a block uses from outside. Of its own results only those are recorded that a
  /// derivative inside needs: they come from inside.
  private static final class Captured implements OperationListener {
    private final List<Tensor> tensors = new ArrayList<>();
    private final Set<Node> nodes = new HashSet<>();
    private final Set<Node> inside = new HashSet<>();
    private final Set<Storage> changeable = new HashSet<>();
    private BufferUpdates updates = BufferUpdates.NONE;

    @Override
    public void applied(Op op, List<Tensor> inputs, Tensor output) {
      inputs.forEach(this::add);
      updates = updates.and(op.updates());
      Node made = output.node();
      if (made != null) {
        inside.add(made);
      }
    }

    void add(Tensor tensor) {
      Node node = tensor.node();
      Storage storage = tensor.array().storage();
      boolean isNew =
          node != null
              ? !inside.contains(node) && nodes.add(node)
              : storage.owner() != null && changeable.add(storage);
      if (isNew) {
        tensors.add(tensor);
      }
    }
  }

  private Checkpoint() {}

  /// Computes a block, a function of what it captures. Inside [NoGradient] it is just computed.
  public static Tensor get(Supplier<Tensor> block) {
    Mode mode = Mode.current();
    if (!mode.records()) {
      return block.get();
    }
    Captured captured = new Captured();
    Tensor value = inScope(() -> mode.recording(false).telling(captured).call(block));
    captured.add(value);
    Block op = new Block(block, List.copyOf(captured.tensors), captured.updates, print(value));
    return Tensor.made(
        op, op.captured.toArray(Tensor[]::new), new Op.Result(value.array(), op), mode);
  }

  private static @Nullable Tensor[] gradients(Block block, Tensor g, IntPredicate isWanted) {
    Tensor again = NoGradient.except(block.body);
    if (again.dtype() != g.dtype() || !again.shape().equals(g.shape())) {
      throw new IllegalStateException(
          "checkpoint: the block computed "
              + g.dtype()
              + " "
              + g.shape()
              + " and the second time "
              + again.dtype()
              + " "
              + again.shape()
              + ": it must compute the same each time");
    }
    if (print(again) != block.print) {
      throw new IllegalStateException(
          "checkpoint: the block computed other values the second time, "
              + again.dtype()
              + " "
              + again.shape()
              + ": let it depend on nothing that changes, a number read out, a memo, a count");
    }
    List<Node> targets = new ArrayList<>();
    for (int k = 0; k < block.captured.size(); k++) {
      Node node = block.captured.get(k).node();
      if (node != null && isWanted.test(k)) {
        targets.add(node);
      }
    }
    Gradients found = Backward.targets(List.of(again), List.of(g), targets, true);
    @Nullable Tensor[] gradients = new Tensor[block.captured.size()];
    for (int k = 0; k < gradients.length; k++) {
      Node node = block.captured.get(k).node();
      gradients[k] = node == null ? null : found.in(node);
    }
    return gradients;
  }

  /// The bits of a value as one number.
  private static int print(Tensor value) {
    return switch (value.array().data()) {
      case float[] floats -> Arrays.hashCode(floats);
      case double[] doubles -> Arrays.hashCode(doubles);
      case Object other -> other.hashCode();
    };
  }

  private static <T> T inScope(Supplier<T> body) {
    return Scope.isOpen() ? Scope.get(body) : body.get();
  }
}
