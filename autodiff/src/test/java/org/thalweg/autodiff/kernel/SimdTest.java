package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.kernel.matmul.MatmulKernel;

class SimdTest {
  @Test
  void theWidthIsAPowerOfTwoWhereVectorsAreAvailable() {
    assumeTrue(Simd.available());
    assertThat(Simd.bits()).isIn(64, 128, 256, 512);
  }

  @Test
  void thereIsNoWidthWhereVectorsAreNotAvailable() {
    assumeFalse(Simd.available());
    assertThat(Simd.bits()).isZero();
  }

  @Test
  void withoutVectorsLoadingNamesTheFlag() {
    assumeFalse(Simd.available());
    assertThatIllegalStateException()
        .isThrownBy(() -> Simd.load("matmul.VectorMatmul", MatmulKernel.class))
        .withMessage(
            "load: the Vector API is not available for [matmul.VectorMatmul]: start Java with"
                + " --add-modules jdk.incubator.vector");
  }

  @Test
  void aKernelThatDoesNotExistIsReportedByName() {
    assumeTrue(Simd.available());
    assertThatIllegalStateException()
        .isThrownBy(() -> Simd.load("Missing", MatmulKernel.class))
        .withMessage(
            "load: cannot make the vector kernel [org.thalweg.autodiff.kernel.simd.Missing]: is"
                + " the module path complete?");
  }

  @Test
  void aWidthThatNoVectorHasIsRefused() throws Exception {
    assertThat(
            ChildJvm.run(
                SimdWords.class, "--add-modules=jdk.incubator.vector", "-Dthalweg.simd.bits=100"))
        .containsExactly(
            "thalweg.simd.bits: not a vector width, [100]: use 128, 256 or 512".replace(' ', '_'));
  }
}
