package org.thalweg.checker.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thalweg.autodiff.OperationListener;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.operation.Op;

/// The operations of one evaluation, in order, each with hashes of what it was given and what it
/// gave. Two traces at one point tell where a function stops being one function.
public final class Trace implements OperationListener {
  private record Step(String name, List<Long> inputs, long output) {}

  private final List<Step> steps = new ArrayList<>();
  private int backwardFrom = Integer.MAX_VALUE;

  @Override
  public void applied(Op op, List<Tensor> inputs, Tensor output) {
    List<Long> given = inputs.stream().map(input -> Bits.of(input.array())).toList();
    steps.add(new Step(op.name(), given, Bits.of(output.array())));
  }

  /// From here on operations belong to the backward pass.
  void beginBackward() {
    backwardFrom = steps.size();
  }

  /// How many operations were applied.
  public int size() {
    return steps.size();
  }

  /// The first operation that differs in another trace, and how; empty where none does.
  public Optional<String> difference(Trace other) {
    int common = Math.min(size(), other.size());
    for (int k = 0; k < common; k++) {
      Step a = steps.get(k);
      Step b = other.steps.get(k);
      if (!a.name().equals(b.name()) || a.inputs().size() != b.inputs().size()) {
        return Optional.of(
            position(k) + " is [" + a.name() + "] and then [" + b.name() + "]" + counts(other));
      }
      int input = 0;
      while (input < a.inputs().size() && a.inputs().get(input).equals(b.inputs().get(input))) {
        input++;
      }
      if (input < a.inputs().size()) {
        return Optional.of(
            named(k)
                + " is the first that differs: input "
                + input
                + " is another, and no operation computed it: a number, a mask or a parameter that"
                + " changes between calls");
      }
      if (a.output() != b.output()) {
        return Optional.of(named(k) + " gives another result for the same inputs");
      }
    }
    return size() == other.size()
        ? Optional.empty()
        : Optional.of(
            "the first time it ends after operation "
                + size()
                + ", the second after "
                + other.size());
  }

  private String counts(Trace other) {
    return size() == other.size()
        ? ""
        : ", of " + size() + " operations the first time and " + other.size() + " the second";
  }

  private String named(int k) {
    return position(k) + ", [" + steps.get(k).name() + "],";
  }

  /// `operation 3 of 7`, counted from 1, those of the backward pass by themselves.
  private String position(int k) {
    boolean isBackward = k >= backwardFrom;
    int number = 1 + (isBackward ? k - backwardFrom : k);
    int all = isBackward ? size() - backwardFrom : Math.min(size(), backwardFrom);
    return "operation " + number + " of " + all + (isBackward ? " of the backward pass" : "");
  }
}
