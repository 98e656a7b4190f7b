package org.thalweg.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Test;

/// The rules of the house hold for every class, and they see what they are meant to see.
class RulesTest {
  @Test
  void noClassBreaksARule() throws IOException {
    List<ClassFacts> tree = ClassFacts.ofTheTree();
    List<String> breaches = new ArrayList<>();
    tree.forEach(facts -> breaches.addAll(Rules.breaches(facts)));

    assertThat(tree)
        .extracting(ClassFacts::packageName)
        .contains("org.thalweg.autodiff.kernel.simd");
    assertThat(breaches).as("breaches:%s", Tree.lines(breaches)).isEmpty();
  }

  @Test
  void aLowerLevelThatNamesAHigherOneIsFound() {
    assertThat(
            Rules.breaches(facts("org.thalweg.autodiff.kernel.K", "org.thalweg.autodiff.Tensor")))
        .containsExactly(
            "org.thalweg.autodiff.kernel.K names org.thalweg.autodiff.Tensor, which is on a higher"
                + " level");
    assertThat(
            Rules.breaches(
                facts("org.thalweg.autodiff.formula.F", "org.thalweg.autodiff.array.NdArray")))
        .hasSize(1);
    assertThat(
            Rules.breaches(
                facts(
                    "org.thalweg.autodiff.formula.elementary.E",
                    "org.thalweg.autodiff.formula.compile.C")))
        .hasSize(1);
    assertThat(
            Rules.breaches(
                facts("org.thalweg.autodiff.formula.F", "org.thalweg.autodiff.formula.compile.C")))
        .hasSize(1);
    assertThat(
            Rules.breaches(
                facts("org.thalweg.autodiff.formula.compile.C", "org.thalweg.autodiff.formula.F")))
        .isEmpty();
    assertThat(Rules.breaches(facts("org.thalweg.autodiff.Tensor", "org.thalweg.autodiff.array.A")))
        .isEmpty();
    assertThat(Rules.breaches(facts("org.thalweg.nn.Linear", "org.thalweg.autodiff.Tensor")))
        .isEmpty();
  }

  @Test
  void aWalkThatNamesAnOperationIsFound() {
    String walk = "org.thalweg.autodiff.Backward";
    assertThat(Rules.breaches(facts(walk, "org.thalweg.autodiff.operation.SoftmaxOp"))).hasSize(1);
    assertThat(Rules.breaches(facts(walk, "org.thalweg.autodiff.operation.Op$Result"))).isEmpty();
    assertThat(
            Rules.breaches(
                facts("org.thalweg.autodiff.Tensor", "org.thalweg.autodiff.operation.Pointwise")))
        .isEmpty();
  }

  @Test
  void aClassThatLinksTheVectorApiOutsideItsPackageIsFound() {
    assertThat(Rules.breaches(facts("org.thalweg.nn.Linear", "jdk.incubator.vector.FloatVector")))
        .hasSize(1);
    assertThat(
            Rules.breaches(
                facts("org.thalweg.autodiff.kernel.K", "org.thalweg.autodiff.kernel.simd.V")))
        .hasSize(1);
    assertThat(
            Rules.breaches(
                facts("org.thalweg.autodiff.kernel.simd.V", "jdk.incubator.vector.FloatVector")))
        .isEmpty();
  }

  @Test
  void lanesWhoseBitsAreNotFixedAreFound() {
    assertThat(Rules.breaches(ClassFacts.of(LooseBits.class)))
        .anyMatch(breach -> breach.contains("FloatVector#reduceLanes"))
        .anyMatch(breach -> breach.contains("VectorOperators#TANH"))
        .noneMatch(breach -> breach.contains("VectorOperators#ADD"));
    assertThat(Rules.breaches(ClassFacts.of(Generator.class)))
        .anyMatch(breach -> breach.contains("generates a call of reduceLanes"));
  }

  @Test
  void aWidthThatIsNotTheOneInUseIsFound() {
    assertThat(Rules.breaches(ClassFacts.of(OwnWidth.class)))
        .anyMatch(breach -> breach.contains("FloatVector#SPECIES_128"))
        .anyMatch(breach -> breach.contains("VectorShape#S_128_BIT"))
        .noneMatch(breach -> breach.contains("SPECIES_PREFERRED"));
  }

  @Test
  void hiddenStateSerialisationAndTheCommonPoolAreFound() {
    assertThat(Rules.breaches(ClassFacts.of(Banned.class)))
        .anyMatch(breach -> breach.contains("java.lang.ThreadLocal"))
        .anyMatch(breach -> breach.contains("implements java.io.Serializable"))
        .anyMatch(breach -> breach.contains("ForkJoinPool#commonPool"))
        .anyMatch(breach -> breach.contains("IntStream#parallel"))
        .anyMatch(breach -> breach.contains("List#parallelStream"));
  }

  private static ClassFacts facts(String name, String... types) {
    return new ClassFacts(name, Set.of(), Set.of(types), Set.of(), Set.of());
  }

  static final class LooseBits {
    private LooseBits() {}

    static double loose(FloatVector a, DoubleVector b) {
      return a.reduceLanes(VectorOperators.ADD) + b.lanewise(VectorOperators.TANH).lane(0);
    }
  }

  static final class OwnWidth {
    private OwnWidth() {}

    static int lanes() {
      return FloatVector.SPECIES_128.length()
          + FloatVector.SPECIES_PREFERRED.length()
          + VectorShape.S_128_BIT.vectorBitSize();
    }
  }

  static final class Generator {
    private Generator() {}

    static String method() {
      return "reduceLanes";
    }
  }

  static final class Banned implements Serializable {
    private static final long serialVersionUID = 1;
    private static final ThreadLocal<Integer> STATE = ThreadLocal.withInitial(() -> 1);

    private Banned() {}

    static long work(List<Integer> list) {
      return STATE.get()
          + ForkJoinPool.commonPool().getParallelism()
          + Arrays.stream(new int[] {1}).parallel().sum()
          + list.parallelStream().count();
    }
  }
}
