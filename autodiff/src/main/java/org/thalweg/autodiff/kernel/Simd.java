package org.thalweg.autodiff.kernel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.IntSupplier;

/// Whether the Vector API may be used, how wide, and how its kernels are made.
///
/// The incubator module is present only where the JVM was started with `--add-modules
/// jdk.incubator.vector`. A class that names it must not be linked otherwise, so the vector kernels
/// stand in their own package and are made by name.
///
/// | property | meaning |
/// |---|---|
/// | `thalweg.simd=off` | use scalar kernels although the module is present |
/// | `thalweg.simd.bits=128` (or `256`, `512`) | use vectors of this width, not the CPU's preferred |
///
/// Both are read once. Results have the same bits whichever is chosen.
public final class Simd {
  private static final String MODULE = "jdk.incubator.vector";
  private static final boolean AVAILABLE = decide();
  private static final int BITS = AVAILABLE ? width() : 0;

  private Simd() {}

  /// Whether the vector kernels can be loaded: the module is in the boot layer, and the property
  /// `thalweg.simd` is not `off`.
  public static boolean available() {
    return AVAILABLE;
  }

  /// The vector width in bits that kernels use: 128, 256 or 512, or the CPU's preferred; 0 where
  /// the Vector API is not [available][#available()].
  public static int bits() {
    return BITS;
  }

  /// Makes an instance of the class `simpleName` in the package of vector kernels; the name may
  /// begin with a package below it.
  ///
  /// Throws [IllegalStateException] where the Vector API is not [available][#available()], or when
  /// the class cannot be made.
  public static <T> T load(String simpleName, Class<T> type) {
    if (!AVAILABLE) {
      throw new IllegalStateException(
          "load: the Vector API is not available for ["
              + simpleName
              + "]: start Java with --add-modules "
              + MODULE);
    }
    return instance(simpleName, type);
  }

  private static <T> T instance(String simpleName, Class<T> type) {
    String name = Simd.class.getPackageName() + ".simd." + simpleName;
    try {
      Class<?> loaded = Class.forName(name, true, Simd.class.getClassLoader());
      return type.cast(loaded.getConstructor().newInstance());
    } catch (ReflectiveOperationException | LinkageError | ClassCastException failure) {
      throw new IllegalStateException(
          "load: cannot make the vector kernel [" + name + "]: is the module path complete?",
          failure);
    }
  }

  private static boolean decide() {
    if ("off".equals(System.getProperty("thalweg.simd"))) {
      return false;
    }
    boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
    if (!present) {
      Logger logger = System.getLogger(Simd.class.getPackageName());
      logger.log(
          Level.INFO,
          "Scalar kernels are in use (same results, slower): start Java with --add-modules "
              + MODULE);
    }
    return present;
  }

  private static int width() {
    String forced = System.getProperty("thalweg.simd.bits");
    if (forced == null) {
      return instance("PreferredWidth", IntSupplier.class).getAsInt();
    }
    return switch (forced) {
      case "128" -> 128;
      case "256" -> 256;
      case "512" -> 512;
      default ->
          throw new IllegalArgumentException(
              "thalweg.simd.bits: not a vector width, [" + forced + "]: use 128, 256 or 512");
    };
  }
}
