package org.thalweg.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What no class of the tree may do, each rule with its reason. A rule answers with one sentence
/// for each breach.
final class Rules {
  private static final String AUTODIFF = "org.thalweg.autodiff";
  private static final String SIMD = AUTODIFF + ".kernel.simd";
  private static final String VECTOR_API = "jdk.incubator.vector";

  /// The levels of `autodiff`, each of which knows itself and those before it.
  private static final List<String> LEVELS =
      List.of(
          AUTODIFF + ".kernel",
          AUTODIFF + ".formula",
          AUTODIFF + ".formula.elementary",
          AUTODIFF + ".formula.compile",
          AUTODIFF + ".array",
          AUTODIFF);

  /// These lanes round differently in the interpreter and in compiled code.
  private static final Set<String> TRANSCENDENTAL =
      Set.of(
          "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2", "SINH", "COSH", "TANH", "EXP",
          "EXPM1", "LOG", "LOG10", "LOG1P", "POW", "CBRT", "HYPOT");

  private static final Set<String> FLOATING_VECTORS =
      Set.of(VECTOR_API + ".FloatVector", VECTOR_API + ".DoubleVector", VECTOR_API + ".Vector");

  private static final Set<String> BANNED_TYPES =
      Set.of(
          "java.lang.ThreadLocal",
          "java.lang.InheritableThreadLocal",
          "java.util.concurrent.ThreadLocalRandom",
          "java.io.ObjectInputStream",
          "java.io.ObjectOutputStream");

  private static final Set<String> BANNED_INTERFACES =
      Set.of("java.io.Serializable", "java.io.Externalizable");

  /// Work on the common pool: shared with the application, and cut by its number of threads.
  private static final Set<String> COMMON_POOL =
      Set.of(
          "commonPool",
          "parallel",
          "parallelStream",
          "parallelSort",
          "parallelPrefix",
          "parallelSetAll");

  private Rules() {}

  /// All breaches of all rules by this class.
  static List<String> breaches(ClassFacts facts) {
    List<String> found = new ArrayList<>();
    levels(facts, found);
    walk(facts, found);
    vectorApi(facts, found);
    sameBits(facts, found);
    oneWidth(facts, found);
    banned(facts, found);
    return found;
  }

  private static void levels(ClassFacts facts, List<String> found) {
    int own = level(facts.packageName());
    if (own < 0) {
      return;
    }
    for (String type : facts.types()) {
      int other = level(ClassFacts.packageOf(type));
      if (other > own) {
        found.add(facts.name() + " names " + type + ", which is on a higher level");
      }
    }
  }

  /// The innermost level that a package is in; −1 outside of `autodiff`.
  private static int level(String packageName) {
    int innermost = -1;
    for (int i = 0; i < LEVELS.size(); i++) {
      boolean isCloser = innermost < 0 || LEVELS.get(i).length() > LEVELS.get(innermost).length();
      if (isIn(packageName, LEVELS.get(i)) && isCloser) {
        innermost = i;
      }
    }
    return innermost;
  }

  /// The walk over the graph knows no operation by name: of all that calls itself an operation, it
  /// sees the interface.
  private static void walk(ClassFacts facts, List<String> found) {
    if (!facts.packageName().equals(AUTODIFF) || isPartOf(facts.name(), AUTODIFF + ".Tensor")) {
      return;
    }
    for (String type : facts.types()) {
      if (type.startsWith(AUTODIFF + ".operation.")
          && !isPartOf(type, AUTODIFF + ".operation.Op")) {
        found.add(facts.name() + " names " + type + ": only Tensor names operations");
      }
    }
  }

  private static boolean isIn(String packageName, String outer) {
    return packageName.equals(outer) || packageName.startsWith(outer + ".");
  }

  private static boolean isPartOf(String className, String outer) {
    return className.equals(outer) || className.startsWith(outer + "$");
  }

  private static void vectorApi(ClassFacts facts, List<String> found) {
    if (isIn(facts.packageName(), SIMD)) {
      return;
    }
    for (String type : facts.types()) {
      if (type.startsWith(VECTOR_API + ".")) {
        found.add(
            facts.name() + " names " + type + ": only " + SIMD + " may, it is loaded by name");
      } else if (type.startsWith(SIMD + ".")) {
        found.add(facts.name() + " names " + type + ": load it with Simd.load");
      }
    }
  }

  private static void sameBits(ClassFacts facts, List<String> found) {
    for (String member : facts.members()) {
      String owner = member.substring(0, member.indexOf('#'));
      String name = member.substring(member.indexOf('#') + 1);
      if (name.startsWith("reduceLanes") && FLOATING_VECTORS.contains(owner)) {
        found.add(facts.name() + " uses " + member + ": its order of summation is unspecified");
      }
      if (owner.equals(VECTOR_API + ".VectorOperators") && TRANSCENDENTAL.contains(name)) {
        found.add(facts.name() + " uses " + member + ": its rounding depends on the JIT");
      }
    }
    // Code that makes code names it in strings.
    if (facts.strings().contains("reduceLanes")) {
      found.add(facts.name() + " generates a call of reduceLanes: its order is unspecified");
    }
  }

  /// Where vectors of one element type have two widths in a process, the JIT sees both in the
  /// profiles that all callers of the Vector API share, and keeps some on the heap for good.
  private static void oneWidth(ClassFacts facts, List<String> found) {
    for (String member : facts.members()) {
      String name = member.substring(member.indexOf('#') + 1);
      if (member.startsWith(VECTOR_API + ".") && name.matches("(SPECIES|S)_(MAX|Max|[0-9]+).*")) {
        found.add(facts.name() + " uses " + member + ": ask for the width that is in use");
      }
    }
  }

  private static void banned(ClassFacts facts, List<String> found) {
    for (String type : facts.interfaces()) {
      if (BANNED_INTERFACES.contains(type)) {
        found.add(facts.name() + " implements " + type);
      }
    }
    for (String type : facts.types()) {
      if (BANNED_TYPES.contains(type)) {
        found.add(facts.name() + " names " + type);
      }
    }
    for (String member : facts.members()) {
      String name = member.substring(member.indexOf('#') + 1);
      if (member.startsWith("java.util.") && COMMON_POOL.contains(name)) {
        found.add(facts.name() + " uses " + member + ": use the pool of the kernels");
      }
    }
  }
}
