package org.thalweg.checker.torch;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Formula;
import org.thalweg.autodiff.operation.attention.Attention;
import org.thalweg.autodiff.operation.normal.Normalizations;
import org.thalweg.autodiff.operation.window.Convolution;
import org.thalweg.autodiff.operation.window.Convolutions;
import org.thalweg.autodiff.operation.window.Pooling;
import org.thalweg.autodiff.operation.window.Window;
import org.thalweg.checker.registry.Registry;
import org.thalweg.nn.Losses;

/// Calls by name: what a user can call, and arguments from text.
final class Call {
  private Call() {}

  /// The public methods that compute tensors from tensors, by signature: those of `Tensor`, and
  /// static ones of other classes, which have the name of their class in front.
  static Map<String, Method> methods() {
    Map<String, Method> methods = new TreeMap<>();
    for (Method method : Tensor.class.getMethods()) {
      if (!isStatic(method) && !method.isBridge() && givesTensors(method)) {
        methods.put(signature(method), method);
      }
    }
    for (Class<?> family :
        List.of(
            Losses.class,
            Convolutions.class,
            Pooling.class,
            Normalizations.class,
            Attention.class)) {
      for (Method method : family.getMethods()) {
        if (isStatic(method) && givesTensors(method)) {
          methods.put(family.getSimpleName() + "." + signature(method), method);
        }
      }
    }
    return methods;
  }

  private static boolean isStatic(Method method) {
    return Modifier.isStatic(method.getModifiers());
  }

  /// A tensor, a list of them or a record that has some.
  private static boolean givesTensors(Method method) {
    Class<?> type = method.getReturnType();
    return Tensor.class.isAssignableFrom(type)
        || method.getGenericReturnType().getTypeName().contains(Tensor.class.getName())
        || (type.isRecord()
            && Arrays.stream(type.getRecordComponents())
                .anyMatch(component -> component.getType() == Tensor.class));
  }

  private static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }

  /// What a method gives for inputs: one tensor or several.
  static List<Tensor> outputs(Method method, List<Tensor> inputs, JsonNode arguments) {
    Class<?>[] types = method.getParameterTypes();
    Object[] values = new Object[types.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = argument(types[k], arguments.get(k), inputs);
    }
    return tensors(invoke(method, isStatic(method) ? null : inputs.get(0), values)).toList();
  }

  private static Object invoke(Method method, Object receiver, Object... values) {
    try {
      return method.invoke(receiver, values);
    } catch (InvocationTargetException e) {
      throw new AssertionError(method + " refuses " + Arrays.deepToString(values), e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<Tensor> tensors(Object result) {
    return switch (result) {
      case Tensor tensor -> Stream.of(tensor);
      case List<?> list -> list.stream().map(Tensor.class::cast);
      case Record record ->
          Arrays.stream(record.getClass().getRecordComponents())
              .map(RecordComponent::getAccessor)
              .flatMap(accessor -> tensors(invoke(accessor, record)));
      default -> throw new AssertionError("no tensors: " + result);
    };
  }

  private static Object argument(Class<?> type, JsonNode text, List<Tensor> inputs) {
    if (type == int.class) {
      return text.intValue();
    } else if (type == double.class) {
      return Double.parseDouble(text.asText());
    } else if (type == boolean.class) {
      return text.booleanValue();
    } else if (type == int[].class) {
      return ints(text);
    } else if (type == Tensor.class) {
      return inputs.get(text.intValue());
    } else if (type == Tensor[].class) {
      return IntStream.of(ints(text)).mapToObj(inputs::get).toArray(Tensor[]::new);
    } else if (type == Shape.class) {
      return Shape.of(ints(text));
    } else if (type == Convolution.class) {
      return convolution(ints(text));
    } else if (type == Window.class) {
      return window(ints(text));
    } else if (type == Formula.class) {
      return formula(text.asText());
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> constant.toString().equals(text.asText()))
          .findFirst()
          .orElseThrow(() -> new AssertionError(type + " has no " + text));
    }
    throw new AssertionError("arguments of " + type + " cannot be read: teach it here");
  }

  /// The formula of that name among those of `Formulas`.
  private static Formula formula(String name) {
    return Registry.formulas().stream()
        .filter(formula -> formula.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("Formulas has no " + name));
  }

  /// Two strides, four paddings, two dilations, groups, two output paddings.
  private static Convolution convolution(int... n) {
    return Convolution.plain()
        .stride(n[0], n[1])
        .padding(n[2], n[3], n[4], n[5])
        .dilation(n[6], n[7])
        .groups(n[8])
        .outputPadding(n[9], n[10]);
  }

  /// Two sizes, two strides, four paddings, two dilations, whether it rounds up, whether padding
  /// counts in means.
  private static Window window(int... n) {
    Window window =
        Window.of(n[0], n[1])
            .stride(n[2], n[3])
            .padding(n[4], n[5], n[6], n[7])
            .dilation(n[8], n[9]);
    Window rounded = n[10] == 1 ? window.roundingUp() : window;
    return n[11] == 1 ? rounded : rounded.withoutPaddingInMeans();
  }

  private static int[] ints(JsonNode text) {
    List<Integer> values = new ArrayList<>();
    text.forEach(value -> values.add(value.intValue()));
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
