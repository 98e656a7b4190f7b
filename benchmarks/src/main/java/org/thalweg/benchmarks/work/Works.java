package org.thalweg.benchmarks.work;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.thalweg.autodiff.array.DType;

/// All works, in the order of the report.
public final class Works {
  /// The work by which a run is judged: a peer that is far from the machine's limit here was
  /// disturbed, or is not at its best.
  public static final Work CONTROL = new Matmul(DType.FLOAT32, 768);

  private static final List<Integer> SIZES = List.of(96, 192, 384, 768, 1536);

  private static final List<Work> ALL = all();

  private Works() {}

  private static List<Work> all() {
    List<Work> works = new ArrayList<>();
    SIZES.forEach(size -> works.add(new Matmul(DType.FLOAT32, size)));
    SIZES.forEach(size -> works.add(new Matmul(DType.FLOAT64, size)));
    works.add(new AdamSteps("adam-500k", 500_000));
    works.add(new AdamSteps("adam-10m", 10_000_000));
    works.add(new MlpStep());
    works.add(new SmallGraph());
    return List.copyOf(works);
  }

  /// Every work, without the limits.
  public static List<Work> list() {
    return ALL;
  }

  /// A work, or a limit, by its name.
  ///
  /// @throws IllegalArgumentException where there is none
  public static Work named(String name) {
    return ALL.stream()
        .flatMap(Works::withLimit)
        .filter(work -> work.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("work: there is no [" + name + "]"));
  }

  private static Stream<Work> withLimit(Work work) {
    Limit limit = work.limit();
    return limit == null ? Stream.of(work) : Stream.of(work, limit.work());
  }
}
