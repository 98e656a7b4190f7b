package org.thalweg.autodiff.kernel.simd;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.List;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorOperators.Associative;
import jdk.incubator.vector.VectorShape;
import org.thalweg.autodiff.kernel.Lanes;
import org.thalweg.autodiff.kernel.Reduce.Operation;

/// Makes the vector kernels of reductions, one class for each operation, type and vector width.
///
/// The JIT turns vector code into vector instructions only where operation and species are
/// constants to it: static final fields are. So [FloatLanes] and [DoubleLanes] are *templates*:
/// their class files are defined anew, as hidden classes, for each set of constants, which they
/// read from their class data. They are never used under their own names.
public final class LanesFactory implements Lanes.Factory {
  /// Makes the factory.
  public LanesFactory() {}

  @Override
  public Lanes make(Operation operation, boolean floats, int bits) {
    Class<? extends Lanes> template = floats ? FloatLanes.class : DoubleLanes.class;
    List<?> constants = List.of(operation, VectorShape.forBitSize(bits));
    try {
      Class<?> special =
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(classFile(template), constants, false)
              .lookupClass();
      return (Lanes) special.getDeclaredConstructor().newInstance();
    } catch (IOException | ReflectiveOperationException failure) {
      throw new IllegalStateException(
          "make: cannot specialise [" + template.getName() + "]: is the module path complete?",
          failure);
    }
  }

  /// The Vector API's name for an operation.
  static Associative operator(Operation operation) {
    return switch (operation) {
      case SUM -> VectorOperators.ADD;
      case MAX -> VectorOperators.MAX;
      case MIN -> VectorOperators.MIN;
    };
  }

  /// What a template reads in its static initialiser: the operation and the shape of vectors.
  static List<?> constants(Lookup template) {
    try {
      return MethodHandles.classData(template, "_", List.class);
    } catch (IllegalAccessException failure) {
      throw new IllegalStateException(
          "constants: no class data for [" + template.lookupClass() + "]", failure);
    }
  }

  private static byte[] classFile(Class<?> template) throws IOException {
    String name = template.getSimpleName() + ".class";
    try (InputStream file = template.getResourceAsStream(name)) {
      if (file == null) {
        throw new IOException("no resource " + name);
      }
      return file.readAllBytes();
    }
  }
}
