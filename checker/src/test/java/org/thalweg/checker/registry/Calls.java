package org.thalweg.checker.registry;

import com.google.common.collect.ObjectArrays;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.formula.Formulas;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Window;

/// Calls of the methods of `Tensor` and of operations by reflection, with arguments from outside.
final class Calls {
  /// Methods that look at a tensor and read none of its elements, or are not of a user's.
  private static final Set<String> NOT_READING =
      Set.of(
          "equals",
          "hashCode",
          "toString",
          "shape",
          "dtype",
          "elements",
          "array",
          "arrays",
          "isTracked",
          "sameBits",
          "isCloseTo",
          "backward",
          "wait",
          "notify",
          "notifyAll",
          "node",
          "getClass",
          "origin");

  private static final int[] INTS = {
    Integer.MIN_VALUE, -99, -2, -1, 0, 1, 2, 3, 99, Integer.MAX_VALUE
  };

  private static final double[] DOUBLES = {
    Double.NaN, Double.NEGATIVE_INFINITY, -1, -0.0, 0, Double.MIN_VALUE, 0.5, 2, 1e300
  };

  private static final int[][] LISTS = {
    {},
    {0},
    {-1},
    {1, 0},
    {0, 0},
    {-1, -1},
    {2, 3},
    {6},
    {3, -1},
    {0, -1},
    {Integer.MIN_VALUE, 2},
    {Integer.MAX_VALUE, Integer.MAX_VALUE},
    {65536, 65536},
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
  };

  private static final Map<String, Method> METHODS = find();

  private Calls() {}

  /// The public methods that read a tensor, by signature.
  static Map<String, Method> methods() {
    return METHODS;
  }

  private static Map<String, Method> find() {
    Map<String, Method> found = new TreeMap<>();
    Arrays.stream(Tensor.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isBridge())
        .filter(method -> !NOT_READING.contains(method.getName()))
        .forEach(method -> found.put(Registry.signature(method), method));
    found.putAll(Registry.ofClasses());
    return found;
  }

  private static boolean isStatic(Method method) {
    return Modifier.isStatic(method.getModifiers());
  }

  /// The types of the arguments of a method; of a static one, after the tensor that comes first.
  static List<Class<?>> types(Method method) {
    List<Class<?>> types = List.of(method.getParameterTypes());
    return isStatic(method) ? types.subList(1, types.size()) : types;
  }

  /// @param argument gives an argument of a type
  static Object call(String signature, Tensor x, Function<Class<?>, Object> argument) {
    return call(signature, x, types(METHODS.get(signature)).stream().map(argument).toArray());
  }

  static Object call(String signature, Tensor x, Object... arguments) {
    try {
      Method method = METHODS.get(signature);
      return isStatic(method)
          ? method.invoke(null, ObjectArrays.concat(x, arguments))
          : method.invoke(x, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /// An argument of a type that is no tensor, shape or whole number.
  static Object any(Class<?> type) {
    if (type == double.class) {
      return 1.0;
    }
    if (type == boolean.class) {
      return false;
    }
    if (type == DType.class) {
      return DType.FLOAT32;
    }
    if (type == Convolution.class) {
      return Convolution.plain();
    }
    if (type == Window.class) {
      return Window.of(1);
    }
    if (type == Formula.class) {
      return Formulas.TANH;
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    throw new AssertionError("no argument of type [" + type + "]: add one to Calls");
  }

  /// A tensor with little sense to it: empty, of no axis, of nine, with NaN, of whole numbers.
  static Tensor hostileTensor(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> Tensor.scalar(1);
      case 1 -> Tensor.of(new float[0]);
      case 2 -> Tensor.zeros(2, 0, 3);
      case 3 -> Tensor.ints(3, -1, 2);
      case 4 -> Tensor.ints(new int[6], Shape.of(2, 3));
      case 5 -> Tensor.of(Float.NaN, Float.POSITIVE_INFINITY, -1);
      case 6 -> Tensor.zeros(DType.FLOAT64, 2, 3);
      case 7 -> Tensor.zeros(1, 1, 1, 1, 1, 1, 1, 1, 2);
      case 8 -> Tensor.ones(2, 3).tracked();
      case 9 -> Tensor.ones(2, 4, 5);
      case 10 -> Tensor.ones(2, 4, 5, 3);
      default -> Tensor.ones(3, 3);
    };
  }

  static Object hostile(Class<?> type, Random random) {
    if (type == Tensor.class) {
      return hostileTensor(random);
    }
    if (type == Tensor[].class) {
      Tensor[] some = new Tensor[random.nextInt(3)];
      Arrays.setAll(some, _ -> hostileTensor(random));
      return some;
    }
    if (type == int.class) {
      return INTS[random.nextInt(INTS.length)];
    }
    if (type == int[].class) {
      return LISTS[random.nextInt(LISTS.length)].clone();
    }
    if (type == double.class) {
      return DOUBLES[random.nextInt(DOUBLES.length)];
    }
    if (type == boolean.class) {
      return random.nextBoolean();
    }
    if (type == Shape.class) {
      return hostileTensor(random).shape();
    }
    if (type == Convolution.class) {
      int[] n = random.ints(6, 0, INTS.length).map(k -> INTS[k]).toArray();
      return Convolution.plain()
          .stride(1, n[0])
          .padding(n[1], n[2], 0, n[3])
          .groups(n[4] | 1)
          .dilation(n[5], 1);
    }
    if (type == Window.class) {
      int[] n = random.ints(5, 0, INTS.length).map(k -> INTS[k]).toArray();
      return Window.of(n[0], 2).stride(1, n[1]).padding(n[2], n[3], 0, 1).dilation(n[4], 1);
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
    }
    return any(type);
  }

  static String shown(Object value) {
    return switch (value) {
      case int[] list -> Arrays.toString(list);
      case Tensor x -> x.dtype() + " " + x.shape();
      default -> String.valueOf(value);
    };
  }
}
