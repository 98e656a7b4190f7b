package org.thalweg.benchmarks.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;

/// The works of a peer on the JVM by their names, each with what prepares it.
public final class Peers {
  private static final List<Integer> SIZES = List.of(96, 192, 384, 768, 1536);

  /// Prepares a product of two matrices.
  @FunctionalInterface
  public interface Product {
    /// Of two matrices of this size.
    Runnable of(boolean isDouble, int size);
  }

  /// Prepares a function of a square matrix.
  @FunctionalInterface
  public interface Function {
    /// Of a matrix with so many rows and columns.
    Runnable of(int side);
  }

  private final Map<String, Supplier<Runnable>> works = new LinkedHashMap<>();

  /// A work.
  public void add(String name, Supplier<Runnable> work) {
    works.put(name, work);
  }

  /// `matmul-f32-N` and `matmul-f64-N`.
  public void addProducts(Product product) {
    for (int size : SIZES) {
      add("matmul-f32-" + size, () -> product.of(false, size));
    }
    addDoubleProducts(size -> product.of(true, size));
  }

  /// `matmul-f64-N` alone.
  public void addDoubleProducts(Function product) {
    for (int size : SIZES) {
      add("matmul-f64-" + size, () -> product.of(size));
    }
  }

  /// A function of 100 × 100 and of 1000 × 1000 numbers.
  public void addFunction(String name, Function function) {
    add(name + "-10k", () -> function.of(100));
    add(name + "-1m", () -> function.of(1000));
  }

  /// What does one repetition of a work.
  public Runnable prepare(String work) {
    Supplier<Runnable> known = works.get(work);
    if (known == null) {
      throw new IllegalArgumentException("work: there is no [" + work + "]");
    }
    return known.get();
  }

  /// The works, each with its one way, which needs no words.
  public Map<String, List<String>> ways() {
    Map<String, List<String>> ways = new LinkedHashMap<>();
    works.keySet().forEach(work -> ways.put(work, List.of("")));
    return ways;
  }

  /// The version of a library that Maven built, by what its jar says.
  ///
  /// @param library a class of it
  /// @param group its group
  /// @param artifact its name within the group
  public static String version(Class<?> library, String group, String artifact) {
    String name = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
    Properties properties = new Properties();
    try (InputStream in = library.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("version: there is no [" + name + "]");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
