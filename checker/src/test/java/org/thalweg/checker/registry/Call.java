package org.thalweg.checker.registry;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;

/// A call of a method that works, with tensors of so many elements that a scope lends their memory.
///
/// @param tensors the one whose method it is, and those among the arguments
/// @param arguments all of them; those that are tensors are taken from the list
record Call(String signature, List<Tensor> tensors, List<Object> arguments) {
  private static final Map<String, Call> FOUND = new ConcurrentHashMap<>();

  /// Tried as the one whose method it is, and for arguments.
  private static final List<Tensor> TENSORS =
      List.of(
          Tensor.uniform(1, 40, 40).plus(0.1),
          Tensor.ints(new int[1600], Shape.of(40, 40)),
          Tensor.uniform(1, 1600),
          Tensor.ints(new int[1600]),
          Tensor.uniform(1, 1600, 2),
          Tensor.uniform(1, 1600, 1),
          Tensor.uniform(1, 1, 1600),
          Tensor.uniform(1, 1, 1, 1600),
          Tensor.uniform(1, 1, 1, 40, 40),
          Tensor.uniform(1, 40, 120));

  private static final List<Object> INTS = List.of(1, 0, 2, 40);

  private static final List<Object> LISTS =
      List.of(
          new int[] {},
          new int[] {0},
          new int[] {1, 0},
          new int[] {1, 1600},
          new int[] {0, 0},
          new int[] {20, 20},
          new int[] {1600, 1});

  /// One for a method, found by trying.
  static Call large(String signature) {
    return FOUND.computeIfAbsent(signature, Call::find);
  }

  private static Call find(String signature) {
    List<Class<?>> types = Calls.types(Calls.methods().get(signature));
    // Where there are many tensors it takes too long to try all: most often one does for all.
    for (boolean isSame : new boolean[] {true, false}) {
      for (Tensor x : TENSORS) {
        Call found = find(new Call(signature, List.of(x), List.of()), types, isSame);
        if (found != null) {
          return found;
        }
      }
    }
    throw new AssertionError(
        "no call of " + signature + " with large tensors was found: add arguments to Call");
  }

  private static @Nullable Call find(Call begun, List<Class<?>> types, boolean isSame) {
    int next = begun.arguments.size();
    if (next == types.size()) {
      return begun.works() ? begun : null;
    }
    boolean isGiven = isSame && types.get(next) == Tensor.class && begun.tensors.size() > 1;
    for (Object candidate :
        isGiven ? List.of(begun.tensors.getLast()) : candidates(types.get(next))) {
      List<Tensor> tensors = new ArrayList<>(begun.tensors);
      if (candidate instanceof Tensor x) {
        tensors.add(x);
      } else if (candidate instanceof Tensor[] xs) {
        tensors.addAll(List.of(xs));
      }
      List<Object> arguments = new ArrayList<>(begun.arguments);
      arguments.add(candidate);
      Call found = find(new Call(begun.signature, tensors, arguments), types, isSame);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static List<?> candidates(Class<?> type) {
    if (type == Tensor.class) {
      return TENSORS;
    }
    if (type == Tensor[].class) {
      return TENSORS.stream().map(x -> new Tensor[] {x}).toList();
    }
    if (type == int.class) {
      return INTS;
    }
    if (type == int[].class) {
      return LISTS;
    }
    if (type == Shape.class) {
      return List.of(Shape.of(40, 40), Shape.of(1, 1600), Shape.of(1600, 2));
    }
    return List.of(Calls.any(type));
  }

  private boolean works() {
    try {
      result();
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// The same call on other tensors.
  Call on(List<Tensor> others) {
    return new Call(signature, others, arguments);
  }

  /// Runs it with another tensor in one place, and reads the result.
  void run(int place, @Nullable Tensor other) {
    List<Tensor> changed = new ArrayList<>(tensors);
    changed.set(place, other);
    on(changed).result().forEach(Tensor::toDoubles);
  }

  /// The tensors that it gives.
  List<Tensor> result() {
    List<Object> given = new ArrayList<>();
    int next = 1;
    for (Object argument : arguments) {
      if (argument instanceof Tensor) {
        given.add(tensors.get(next++));
      } else if (argument instanceof Tensor[] xs) {
        given.add(tensors.subList(next, next + xs.length).toArray(Tensor[]::new));
        next += xs.length;
      } else {
        given.add(argument);
      }
    }
    return tensors(Calls.call(signature, tensors.get(0), given.toArray()));
  }

  private static List<Tensor> tensors(Object result) {
    List<Tensor> found = new ArrayList<>();
    if (result instanceof Tensor x) {
      found.add(x);
    } else if (result instanceof List<?> list) {
      list.forEach(x -> found.add((Tensor) x));
    } else if (result instanceof Record record) {
      Arrays.stream(record.getClass().getRecordComponents())
          .forEach(component -> found.addAll(tensors(value(record, component))));
    }
    return found;
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
