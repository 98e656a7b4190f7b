package org.thalweg.checker.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;

/// Sample calls of the operations that are not pointwise mathematics, by signature, from a class
/// for each family. A method without any fails the build by name.
final class Samples {
  private static final Map<String, List<Sample>> TABLE = new TreeMap<>();

  private Samples() {}

  static {
    ReductionSamples.addAll();
    AxisSamples.addAll();
    ShapeSamples.addAll();
    PartSamples.addAll();
    IndexSamples.addAll();
    ProductSamples.addAll();
    WindowSamples.addAll();
    NormalSamples.addAll();
    AttentionSamples.addAll();
  }

  /// The samples of a method; empty where there are none.
  static List<Sample> of(String signature) {
    return TABLE.getOrDefault(signature, List.of());
  }

  static Iterable<String> signatures() {
    return TABLE.keySet();
  }

  static void add(String signature, Sample... samples) {
    TABLE.computeIfAbsent(signature, _ -> new ArrayList<>()).addAll(List.of(samples));
  }

  static Tensor x(int... sizes) {
    return numbers(1, sizes);
  }

  /// Numbers from −2 to 2 without ties, exact in FLOAT32.
  static Tensor numbers(long seed, int... sizes) {
    return Tensor.uniform(seed, sizes).minus(0.5).times(4).to(DType.FLOAT64).snapshot();
  }
}
