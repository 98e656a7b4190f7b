package org.thalweg.autodiff.formula.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.thalweg.autodiff.kernel.ChildJvm;
import org.thalweg.autodiff.kernel.Simd;

@Timeout(300)
@Tag("alone")
class WarmKernelTest {
  @Test
  void compiledVectorsTakeOverAndNoBitChanges() throws Exception {
    assumeTrue(Simd.available());
    List<String> words = ChildJvm.run(WarmKernels.class, "--add-modules", "jdk.incubator.vector");
    assertThat(words).hasSize(2);
    assertThat(Integer.parseInt(words.get(1)))
        .as("vector loops taken into use, one at least for each formula")
        .isGreaterThanOrEqualTo(Integer.parseInt(words.get(0)));
  }

  @Test
  void withoutTheVectorApiThereAreNoVectorLoops() throws Exception {
    List<String> words = ChildJvm.run(WarmKernels.class);
    assertThat(words).hasSize(2).last().isEqualTo("0");
  }
}
