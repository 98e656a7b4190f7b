package org.thalweg.autodiff.formula.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.formula.compile.KernelData.Call;
import org.thalweg.autodiff.formula.elementary.ReferenceEvaluator;
import org.thalweg.autodiff.kernel.Simd;

/// Kernels as they come from the generator, before the JIT has seen them: every width against
/// single elements, and these against plain Java. [WarmKernelTest] has them compiled.
class KernelBitsTest {
  private SplittableRandom random = new SplittableRandom();

  @BeforeEach
  void seedByName(TestInfo info) {
    random = new SplittableRandom(info.getDisplayName().hashCode());
  }

  @Test
  void theRunWithTheVectorApiReallyHasIt() {
    String asked = System.getProperty("thalweg.test.vector");
    assumeTrue(asked != null, "not run by the build");
    assertThat(Simd.available()).isEqualTo(Boolean.parseBoolean(asked));
  }

  @Test
  void formulasAndTheirPullbacksAreAllHere() {
    assertThat(KernelData.constants()).contains(Formulas.PLUS, Formulas.GELU, Formulas.ROUND);
    assertThat(KernelData.toSecondOrder())
        .hasSizeGreaterThan(3 * KernelData.constants().size())
        .anyMatch(f -> f.name().equals("gelu′x"))
        .anyMatch(f -> f.name().equals("gelu′x′x"));
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void singleElementsAreWhatPlainJavaComputes(Precision precision) {
    for (Formula f : KernelData.toSecondOrder()) {
      Call call = Call.of(random, f, precision, 400);
      call.run(KernelClass.scalar(KernelData.program(f, precision, 0)));
      int inputs = f.inputs().size();
      ReferenceEvaluator evaluator =
          new ReferenceEvaluator(f.outputs().get(0), precision, f.inputs().toArray(String[]::new));
      for (int i = call.from(); i < call.to(); i++) {
        int at = i + call.offsets()[inputs];
        long there = KernelData.bits(call.arrays()[inputs])[at];
        long expected = expected(evaluator, precision, call, inputs, i);
        if (there != expected) {
          assertThat(there).as("%s, element %d", f, i).isEqualTo(expected);
        }
      }
    }
  }

  private static long expected(
      ReferenceEvaluator evaluator, Precision precision, Call call, int inputs, int i) {
    if (precision == Precision.FLOAT) {
      float[] x = new float[inputs];
      for (int k = 0; k < inputs; k++) {
        x[k] = ((float[]) call.arrays()[k])[i + call.offsets()[k]];
      }
      return Float.floatToIntBits(evaluator.evaluate(x));
    }
    double[] x = new double[inputs];
    for (int k = 0; k < inputs; k++) {
      x[k] = ((double[]) call.arrays()[k])[i + call.offsets()[k]];
    }
    return Double.doubleToLongBits(evaluator.evaluate(x));
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void vectorsOfEveryWidthHaveTheBitsOfSingleElements(int width) {
    assumeTrue(Simd.available());
    for (Precision precision : Precision.values()) {
      for (Formula f : KernelData.toSecondOrder()) {
        Program program = KernelData.program(f, precision, 0);
        Loop scalar = KernelClass.scalar(program);
        Loop vector = KernelClass.vector(program, width);
        for (int size : KernelData.SIZES) {
          compare(f, Call.of(random, f, precision, size), scalar, vector);
        }
      }
    }
  }

  private static void compare(Formula f, Call call, Loop scalar, Loop other) {
    Call again = call.copied();
    call.run(scalar);
    again.run(other);
    again.assertSameBits(call, f + ", " + (call.to() - call.from()) + " elements");
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void inputsOfOneElementGiveTheBitsOfThatElementRepeated(Precision precision) {
    for (Formula f : KernelData.toSecondOrder()) {
      Loop plain = KernelClass.scalar(KernelData.program(f, precision, 0));
      for (long pattern : KernelData.patterns(f.inputs().size())) {
        Program program = KernelData.program(f, precision, pattern);
        Call one = Call.of(random, f, precision, 37);
        Call repeated = one.copied();
        for (int k = 0; k < f.inputs().size(); k++) {
          if ((pattern >> k & 1) != 0) {
            repeat(repeated.arrays()[k], one.arrays()[k], one.offsets()[k]);
          }
        }
        repeated.run(plain);
        assertOutputs(f, pattern, repeated, one, KernelClass.scalar(program));
        if (Simd.available()) {
          assertOutputs(f, pattern, repeated, one, KernelClass.vector(program, Simd.bits()));
        }
      }
    }
  }

  private static void repeat(Object to, Object from, int index) {
    for (int i = 0; i < java.lang.reflect.Array.getLength(to); i++) {
      System.arraycopy(from, index, to, i, 1);
    }
  }

  private static void assertOutputs(Formula f, long pattern, Call expected, Call one, Loop loop) {
    Call call = one.copied();
    call.run(loop);
    for (int k = f.inputs().size(); k < call.arrays().length; k++) {
      assertThat(KernelData.bits(call.arrays()[k]))
          .as("%s with pattern %s", f, Long.toBinaryString(pattern))
          .isEqualTo(KernelData.bits(expected.arrays()[k]));
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void anOutputInThePlaceOfAnyInputHasTheSameBits(Precision precision) {
    for (Formula f : KernelData.toSecondOrder()) {
      Program program = KernelData.program(f, precision, 0);
      Loop scalar = KernelClass.scalar(program);
      Loop loop = Simd.available() ? KernelClass.vector(program, Simd.bits()) : scalar;
      int output = f.inputs().size();
      for (int k = 0; k < f.inputs().size(); k++) {
        Call apart = Call.of(random, f, precision, 45);
        Call inPlace = apart.inPlace(f.inputs().size(), 0, k).copied();
        apart.run(scalar);
        inPlace.run(loop);
        inPlace.assertSameOutput(output, 0, apart, f + " in place of input " + k);
      }
    }
  }

  private static List<Formula> severalOutputs() {
    return List.of(
        KernelData.ADAM,
        Formula.of(List.of("a", "b"), in -> List.of(in.get(1), in.get(0))).named("swap"),
        Formula.of(
                List.of("a", "b"), in -> List.of(in.get(0), in.get(0), Expr.number(7), in.get(1)))
            .named("copies"));
  }

  @ParameterizedTest
  @MethodSource("severalOutputs")
  void severalOutputsMayAllBeInPlace(Formula f) {
    for (Precision precision : Precision.values()) {
      Program program = KernelData.program(f, precision, 0);
      Loop scalar = KernelClass.scalar(program);
      Loop loop = Simd.available() ? KernelClass.vector(program, Simd.bits()) : scalar;
      int inputs = f.inputs().size();
      for (int size : KernelData.SIZES) {
        Call apart = Call.of(random, f, precision, size);
        Call inPlace = apart;
        int shared = Math.min(inputs, f.outputs().size());
        for (int j = 0; j < shared; j++) {
          inPlace = inPlace.inPlace(inputs, j, j);
        }
        inPlace = inPlace.copied();
        apart.run(scalar);
        inPlace.run(loop);
        for (int j = 0; j < f.outputs().size(); j++) {
          inPlace.assertSameOutput(inputs, j, apart, f + " of " + size + " elements, in place");
        }
      }
    }
  }
}
