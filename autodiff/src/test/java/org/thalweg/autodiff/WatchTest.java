package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
  private final List<String> told = new ArrayList<>();

  @Test
  void everyOperationOfTheBodyIsToldInOrderAndNoOther() {
    Tensor x = Tensor.of(1.0, 2.0);

    Tensor y = Watch.get((op, _, _) -> told.add(op.name()), () -> x.exp().sum());
    y.square();

    assertThat(told).containsExactly("exp", "sum");
  }

  @Test
  void inputsAndOutputAreThoseOfTheOperation() {
    Tensor x = Tensor.of(1.0, 2.0);
    List<Tensor> seen = new ArrayList<>();

    Tensor y =
        Watch.get(
            (_, inputs, output) -> {
              seen.addAll(inputs);
              seen.add(output);
            },
            () -> x.plus(x));

    assertThat(seen).containsExactly(x, x, y);
  }

  @Test
  void aBackwardPassIsToldTooAndRecordsNothing() {
    Tensor x = Tensor.of(1.0, 2.0).tracked();
    Tensor y = x.tanh().sum();

    Watch.run((_, _, output) -> told.add("" + output.isTracked()), () -> y.backward());

    assertThat(told).isNotEmpty().containsOnly("false");
  }

  @Test
  void watchesNestAndKeepNoGradient() {
    Tensor x = Tensor.of(1.0, 2.0).tracked();

    Tensor y =
        Watch.get(
            (_, _, _) -> told.add("outer"),
            () ->
                NoGradient.get(() -> Watch.get((_, _, _) -> told.add("inner"), () -> x.negated())));

    assertThat(told).containsExactly("inner", "outer");
    assertThat(y.isTracked()).isFalse();
  }
}
