package org.thalweg.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.benchmarks.work.Limit;
import org.thalweg.benchmarks.work.Work;
import org.thalweg.benchmarks.work.operation.BatchedMatmul;
import org.thalweg.benchmarks.work.operation.Chain;
import org.thalweg.benchmarks.work.operation.Dispatch;
import org.thalweg.benchmarks.work.operation.Function;
import org.thalweg.benchmarks.work.operation.Mapped;
import org.thalweg.benchmarks.work.operation.Matmul;
import org.thalweg.benchmarks.work.operation.Plus;
import org.thalweg.benchmarks.work.operation.SmallGraph;
import org.thalweg.benchmarks.work.training.CnnStep;
import org.thalweg.benchmarks.work.training.GptStep;
import org.thalweg.benchmarks.work.training.LstmStep;
import org.thalweg.benchmarks.work.training.MlpStep;
import org.thalweg.benchmarks.work.training.RuleSteps;
import org.thalweg.benchmarks.work.training.StartMlp;
import org.thalweg.benchmarks.work.training.TinyMlp;
import org.thalweg.optim.Rule;
import org.thalweg.optim.adaptive.AdaDelta;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.AdaMax;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.adaptive.NAdam;
import org.thalweg.optim.adaptive.RAdam;
import org.thalweg.optim.adaptive.RmsProp;
import org.thalweg.optim.gradient.Asgd;
import org.thalweg.optim.gradient.Rprop;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.matrix.Adafactor;
import org.thalweg.optim.matrix.Muon;

/// All works, in the order of the report.
public final class Works {
  /// The work by which a run is judged: a peer that is not as near to the machine's limit here as
  /// it was at the beginning was disturbed.
  public static final Work CONTROL = Matmul.square(DType.FLOAT32, 768);

  private static final List<Integer> SIZES = List.of(96, 192, 384, 768, 1536);

  private static final List<Shape> TEN_MILLION = List.of(Shape.of(1000, 10_000));

  /// Every rule that the peer has too, with the values that it has by default there.
  private static final Map<String, Rule> RULES = rules();

  private static final List<Work> ALL = all();

  private Works() {}

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    rules.put("sgd", new Sgd(1e-3));
    rules.put("sgd-momentum", new Sgd(1e-3, 0.9));
    rules.put("sgd-nesterov", new Sgd(1e-3, 0.9).nesterov());
    rules.put("adagrad", new AdaGrad(0.01));
    rules.put("adadelta", new AdaDelta());
    rules.put("rmsprop", new RmsProp());
    rules.put("rmsprop-centered", new RmsProp().centered().momentum(0.9));
    rules.put("adam", new Adam());
    rules.put("adam-amsgrad", new Adam().amsGrad(Adam.AmsGrad.LARGEST));
    rules.put("adamw", new AdamW(1e-3));
    rules.put("nadam", new NAdam());
    rules.put("radam", new RAdam());
    rules.put("adamax", new AdaMax());
    rules.put("asgd", new Asgd());
    rules.put("rprop", new Rprop());
    rules.put("adafactor", new Adafactor());
    rules.put("muon", new Muon(1e-3));
    return Collections.unmodifiableMap(rules);
  }

  private static List<Work> all() {
    List<Work> works = new ArrayList<>();
    SIZES.forEach(size -> works.add(Matmul.square(DType.FLOAT32, size)));
    SIZES.forEach(size -> works.add(Matmul.square(DType.FLOAT64, size)));
    works.addAll(thinProducts());
    works.add(new BatchedMatmul(1024, 16));
    works.addAll(sums());
    for (Function function : Function.values()) {
      works.add(new Mapped(function, 100, false));
      works.add(new Mapped(function, 1000, false));
      works.add(new Mapped(function, 1000, true));
    }
    works.add(new Chain());
    RULES.forEach((name, rule) -> works.add(steps(name, rule)));
    RULES.forEach((name, rule) -> works.add(new RuleSteps(name, rule, "10m", TEN_MILLION)));
    works.addAll(List.of(new MlpStep(), new CnnStep()));
    works.add(new GptStep("gpt-step", 128, 4, 4, 512));
    works.add(new GptStep("gpt-256-step", 256, 8, 8, 2048));
    works.addAll(List.of(new LstmStep(), new StartMlp()));
    works.addAll(List.of(new SmallGraph(), new TinyMlp()));
    works.addAll(List.of(new Dispatch(false), new Dispatch(true)));
    return List.copyOf(works);
  }

  /// With a row, with a column, and where the sum or a row is shorter than a tile of the kernel.
  private static List<Work> thinProducts() {
    return List.of(
        new Matmul(DType.FLOAT32, 1, 1024, 1024),
        new Matmul(DType.FLOAT32, 1024, 1024, 1),
        new Matmul(DType.FLOAT32, 1024, 8, 1024),
        new Matmul(DType.FLOAT32, 1024, 1024, 8));
  }

  private static List<Work> sums() {
    Shape square = Shape.of(1000, 1000);
    return List.of(
        new Plus("plus-1m", square, square),
        new Plus("plus-row-1m", square, Shape.of(1000)),
        new Plus("plus-column-1m", square, Shape.of(1000, 1)),
        new Plus("plus-middle-1m", Shape.of(100, 100, 100), Shape.of(100, 1, 100)));
  }

  /// A rule over the weights and biases of the classifier of `mlp-step`.
  public static Work steps(String name, Rule rule) {
    return new RuleSteps(name, rule, "mlp", MlpStep.shapes());
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
