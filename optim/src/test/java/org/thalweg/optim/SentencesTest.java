package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.gradient.Sgd;

class SentencesTest {
  @Test
  void aStateThatIsNoneIsRefusedForAnArray() {
    Rule rule = new Sgd(0.1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule.over(1.0, 2.0).restore(new State(Map.of(), Map.of())))
        .withMessage(
            "optimizer: the state does not fit %s on an array: steps is [], not a number", rule);
  }

  @Test
  void aNormBelowZeroIsNoLimit() {
    Grouping grouping = Optimizer.over(List.of(new Parameter("w", Tensor.of(1.0))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grouping.clipGlobalNorm(-1))
        .withMessage("optimizer: the largest norm is -1.0: use 0 or a positive number");
  }
}
