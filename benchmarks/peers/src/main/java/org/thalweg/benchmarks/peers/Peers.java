package org.thalweg.benchmarks.peers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.thalweg.benchmarks.Message.Hello;

/// The works of a peer by their names, each with what prepares it.
final class Peers {
  private static final List<Integer> SIZES = List.of(96, 192, 384, 768, 1536);

  /// Prepares a product of two matrices.
  @FunctionalInterface
  interface Product {
    Runnable of(boolean isDouble, int size);
  }

  /// Prepares a function of a square matrix.
  @FunctionalInterface
  interface Function {
    Runnable of(int side);
  }

  private final Map<String, Supplier<Runnable>> works = new LinkedHashMap<>();

  /// A work.
  void add(String name, Supplier<Runnable> work) {
    works.put(name, work);
  }

  /// `matmul-f32-N` and `matmul-f64-N`.
  void addProducts(Product product) {
    for (int size : SIZES) {
      add("matmul-f32-" + size, () -> product.of(false, size));
      add("matmul-f64-" + size, () -> product.of(true, size));
    }
  }

  /// A function of 100 × 100 and of 1000 × 1000 numbers.
  void addFunction(String name, Function function) {
    add(name + "-10k", () -> function.of(100));
    add(name + "-1m", () -> function.of(1000));
  }

  /// What does one repetition of a work.
  Runnable prepare(String work) {
    Supplier<Runnable> known = works.get(work);
    if (known == null) {
      throw new IllegalArgumentException("work: there is no [" + work + "]");
    }
    return known.get();
  }

  /// What a library says of itself.
  Hello hello(String name, String note) {
    Map<String, List<String>> ways = new LinkedHashMap<>();
    works.keySet().forEach(work -> ways.put(work, List.of("")));
    return new Hello(name, note, ways);
  }
}
