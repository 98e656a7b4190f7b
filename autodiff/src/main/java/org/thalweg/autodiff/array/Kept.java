package org.thalweg.autodiff.array;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the storages that a returned value holds.
final class Kept {
  private Kept() {}

  static void collect(@Nullable Object value, Set<Storage> kept) {
    switch (value) {
      case null -> {}
      case Array array -> kept.add(array.storage());
      case Scope.Holder holder -> holder.arrays().forEach(array -> kept.add(array.storage()));
      // Not every Iterable: a Path is one, of itself.
      case Collection<?> several -> several.forEach(one -> collect(one, kept));
      case Map<?, ?> map -> {
        map.keySet().forEach(key -> collect(key, kept));
        map.values().forEach(one -> collect(one, kept));
      }
      case Optional<?> optional -> optional.ifPresent(one -> collect(one, kept));
      case Object[] several -> {
        for (Object one : several) {
          collect(one, kept);
        }
      }
      case Record record -> components(record, kept);
      default -> {}
    }
  }

  private static void components(Record record, Set<Storage> kept) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      if (component.getType().isPrimitive()) {
        continue;
      }
      try {
        component.getAccessor().setAccessible(true);
        collect(component.getAccessor().invoke(record), kept);
      } catch (IllegalAccessException | InvocationTargetException | RuntimeException e) {
        throw new IllegalStateException(
            "scope: cannot read component ["
                + component.getName()
                + "] of the returned record "
                + record.getClass().getName()
                + ": return the tensors in a list, or open the package to org.thalweg.autodiff",
            e);
      }
    }
  }
}
