package org.thalweg.checker.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.thalweg.autodiff.OperationListener;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.operation.Op;

/// What the operations of one evaluation decided from values: on which side of a kink each element
/// is, which of several is the largest. A function is smooth between two points with the same
/// signature, as far as its operations tell their [branches][Op#branches].
public final class Branches implements OperationListener {
  private record Choice(int position, String name, long hash) {}

  private final List<Choice> choices = new ArrayList<>();
  private int applied;
  private long signature;
  private boolean isAsking;

  @Override
  public void applied(Op op, List<Tensor> inputs, Tensor output) {
    if (isAsking) {
      return; // By an operation that computes its branches with operations.
    }
    applied++;
    isAsking = true;
    List<Array> arrays = op.branches(inputs.toArray(Tensor[]::new));
    isAsking = false;
    if (!arrays.isEmpty()) {
      long hash = 0;
      for (Array array : arrays) {
        hash = Bits.mix(hash, Bits.of(array));
      }
      choices.add(new Choice(applied, op.name(), hash));
      signature = Bits.mix(Bits.mix(signature, applied), hash);
    }
  }

  /// 64 bits for all choices and their places; 0 where no operation had any.
  public long signature() {
    return signature;
  }

  /// The first operation that chose otherwise in another evaluation, such as `operation 3, [relu]`.
  public Optional<String> difference(Branches other) {
    for (int k = 0; k < Math.min(choices.size(), other.choices.size()); k++) {
      Choice mine = choices.get(k);
      if (!Objects.equals(mine, other.choices.get(k))) {
        return Optional.of("operation " + mine.position() + ", [" + mine.name() + "]");
      }
    }
    return choices.size() == other.choices.size()
        ? Optional.empty()
        : Optional.of("the number of operations");
  }
}
