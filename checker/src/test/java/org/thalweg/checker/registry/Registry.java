package org.thalweg.checker.registry;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.formula.Order;
import org.thalweg.autodiff.operation.Activations;
import org.thalweg.autodiff.operation.Pointwise;
import org.thalweg.autodiff.operation.attention.Attention;
import org.thalweg.autodiff.operation.normal.Normalizations;
import org.thalweg.autodiff.operation.window.Convolutions;
import org.thalweg.autodiff.operation.window.Pooling;

/// What a user can call, found by reflection; and, in one place, what of it is not checked, and
/// why.
public final class Registry {
  /// Static methods that return a tensor, and are not operations.
  static final Map<String, String> FACTORIES =
      Map.ofEntries(
          Map.entry("of", "values or an array are given"),
          Map.entry("ints", "values are given"),
          Map.entry("wrap", "values are given"),
          Map.entry("scalar", "a value is given"),
          Map.entry("zeros", "constant"),
          Map.entry("ones", "constant"),
          Map.entry("full", "constant"),
          Map.entry("arange", "constant"),
          Map.entry("eye", "constant"),
          Map.entry("uniform", "random"),
          Map.entry("normal", "random"),
          Map.entry("sumOf", "the sum of a formula's value, and compared with that bit for bit"),
          Map.entry("meanOf", "the mean of a formula's value, and compared with that bit for bit"),
          Map.entry("apply", "applies formulas and operations, which are checked by themselves"));

  /// Methods that say something about the graph and compute nothing.
  static final Map<String, String> NO_OPERATIONS =
      Map.of(
          "detach()", "by definition no gradient goes through",
          "snapshot()", "by definition no gradient goes through",
          "tracked()", "a leaf: by definition no gradient goes through");

  /// Operations whose gradient is not checked.
  static final Map<String, String> NO_GRADIENT =
      Map.of(
          "argmax(int)", "integer-valued: INT32 has no gradient",
          "argmin(int)", "integer-valued: INT32 has no gradient",
          "argsort(int)", "integer-valued: INT32 has no gradient",
          "oneHot(int, DType)", "of INT32, which has no gradient");

  /// Where NaN in an input does not make NaN in the output: input of a formula, and the value that
  /// IEEE arithmetic gives.
  static final Map<String, String> NAN_IGNORED =
      Map.ofEntries(
          Map.entry("lessThan.a", "a comparison with NaN is false"),
          Map.entry("lessThan.b", "a comparison with NaN is false"),
          Map.entry("atMost.a", "a comparison with NaN is false"),
          Map.entry("atMost.b", "a comparison with NaN is false"),
          Map.entry("greaterThan.a", "a comparison with NaN is false"),
          Map.entry("greaterThan.b", "a comparison with NaN is false"),
          Map.entry("atLeast.a", "a comparison with NaN is false"),
          Map.entry("atLeast.b", "a comparison with NaN is false"),
          Map.entry("equalTo.a", "a comparison with NaN is false"),
          Map.entry("equalTo.b", "a comparison with NaN is false"),
          Map.entry("notEqualTo.a", "NaN differs from everything"),
          Map.entry("notEqualTo.b", "NaN differs from everything"),
          Map.entry("isNaN.x", "answers the question"),
          Map.entry("isInfinite.x", "answers the question"),
          Map.entry("isFinite.x", "answers the question"),
          Map.entry("clampMin.low", "a limit that is not a number limits nothing"),
          Map.entry("clampMax.high", "a limit that is not a number limits nothing"),
          Map.entry("maskedFill.x", "what is filled is not looked at"),
          Map.entry("maskedFill.mask", "NaN is not 0: it is filled"),
          Map.entry("clamp.low", "a limit that is not a number limits nothing"),
          Map.entry("clamp.high", "a limit that is not a number limits nothing"),
          Map.entry("where.condition", "NaN is not 0: the first is chosen"),
          Map.entry("where.b", "what is not chosen is not looked at"));

  /// Points that are no arguments of a formula.
  static final Map<String, Predicate<double[]>> SENSELESS =
      Map.of("clamp", point -> point[1] >= point[2]); // The lower limit is below the upper one.

  /// The classes whose static methods are operations.
  static final Set<Class<?>> CLASSES =
      Set.of(Convolutions.class, Pooling.class, Normalizations.class, Attention.class);

  /// The families whose methods apply formulas.
  private static final Set<Class<?>> FAMILIES = Set.of(Pointwise.class, Activations.class);

  /// The numbers that methods without arguments pass to formulas of two inputs.
  private static final Map<String, Double> DEFAULTS = Map.of("elu", 1.0, "leakyRelu", 0.01);

  private Registry() {}

  /// The constants of `Formulas`.
  public static List<Formula> formulas() {
    return Arrays.stream(Formulas.class.getFields())
        .filter(field -> field.getType() == Formula.class)
        .map(Registry::value)
        .toList();
  }

  private static Formula value(Field field) {
    try {
      return (Formula) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /// The operations that a user can call, by signature: the public methods of `Tensor` that return
  /// a tensor, or several, inherited ones too, but for static ones; and the static methods of the
  /// [classes][#CLASSES] of operations, with the name of their class in front.
  static Map<String, Method> methods() {
    Map<String, Method> all = methods(false);
    all.putAll(ofClasses());
    return all;
  }

  /// The static methods of the classes of operations.
  static Map<String, Method> ofClasses() {
    Map<String, Method> all = new TreeMap<>();
    for (Class<?> family : CLASSES) {
      Arrays.stream(family.getMethods())
          .filter(Registry::returnsTensors)
          .forEach(method -> all.put(signature(method), method));
    }
    return all;
  }

  /// The static methods of `Tensor` that return a tensor.
  static Map<String, Method> staticMethods() {
    return methods(true);
  }

  private static Map<String, Method> methods(boolean areStatic) {
    return Arrays.stream(Tensor.class.getMethods())
        .filter(Registry::returnsTensors)
        .filter(
            method -> Modifier.isStatic(method.getModifiers()) == areStatic && !method.isBridge())
        .sorted(Comparator.comparing(Method::getName))
        .collect(
            Collectors.toMap(
                Registry::signature, method -> method, (first, _) -> first, TreeMap::new));
  }

  /// A tensor, a list of them, or a record with one among its components.
  private static boolean returnsTensors(Method method) {
    Class<?> type = method.getReturnType();
    return Tensor.class.isAssignableFrom(type)
        || (type == List.class && method.getGenericReturnType().getTypeName().contains("Tensor"))
        || (type.isRecord()
            && Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> component.getType() == Tensor.class));
  }

  /// The name and the types of the arguments, such as `slice(int, int, int)`.
  static String signature(Method method) {
    Class<?> family = method.getDeclaringClass();
    return (CLASSES.contains(family) ? family.getSimpleName() + "." : "")
        + method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  /// The formula that a pointwise method applies: that of its name with as many inputs, where all
  /// arguments are tensors or numbers.
  static Optional<Formula> formula(Method method) {
    boolean isPlain =
        FAMILIES.contains(method.getDeclaringClass())
            && Arrays.stream(method.getParameterTypes())
                .allMatch(type -> type == Tensor.class || type == double.class);
    Optional<Formula> named =
        formulas().stream()
            .filter(formula -> isPlain && formula.name().equals(method.getName()))
            .findFirst();
    boolean hasDefault = method.getParameterCount() == 0 && DEFAULTS.containsKey(method.getName());
    return hasDefault
        ? named.map(formula -> withSecond(formula, DEFAULTS.get(method.getName())))
        : named.filter(formula -> formula.inputs().size() == method.getParameterCount() + 1);
  }

  private static Formula withSecond(Formula formula, double number) {
    Expr second = Expr.input(formula.inputs().get(1));
    List<Expr> outputs =
        Order.rewrite(formula.outputs(), e -> e == second ? Expr.number(number) : e);
    return Formula.of(formula.inputs().subList(0, 1), _ -> outputs).named(formula.name());
  }

  /// Calls a pointwise method: numbers are taken from tensors of one element.
  static Tensor call(Method method, List<Tensor> inputs) {
    List<Object> arguments = new ArrayList<>();
    for (int k = 0; k < method.getParameterCount(); k++) {
      Tensor input = inputs.get(k + 1);
      arguments.add(method.getParameterTypes()[k] == double.class ? (Object) input.item() : input);
    }
    try {
      return (Tensor) method.invoke(inputs.get(0), arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /// Whether some arguments are plain numbers, which have no gradient.
  static boolean takesNumbers(Method method) {
    return Arrays.asList(method.getParameterTypes()).contains(double.class);
  }
}
