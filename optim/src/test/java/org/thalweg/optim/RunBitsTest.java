package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.formula.compile.FormulaKernel;
import org.thalweg.autodiff.kernel.Pool;
import org.thalweg.autodiff.kernel.Simd;
import org.thalweg.autodiff.kernel.WarmUp;
import org.thalweg.optim.matrix.Muon;

/// Runs of every rule have the bits that are in the repository, whatever a step is made of (norms,
/// totals, products of matrices): with the Vector API and without, before its kernels are compiled
/// and after, on one thread and on two. [RuleBitsTest] holds single elements against the whole.
@Tag("alone")
@Timeout(300)
class RunBitsTest {
  private static final int STEPS = 3;
  private static final int LENGTHS = 201;
  private static final Golden GOLDEN = new Golden("run-hashes.txt");

  private static final List<DType> TYPES = List.of(DType.FLOAT32, DType.FLOAT64);
  private static final Map<Rule, List<String>> EARLY = new LinkedHashMap<>();
  private static final int MANY_STEPS = 1;
  private static final int MANY = 1_000_000;
  private static final Map<DType, List<Tensor>> DRAWN =
      Map.of(DType.FLOAT32, drawn(DType.FLOAT32), DType.FLOAT64, drawn(DType.FLOAT64));

  private static boolean hasRunOnTwo;

  private final int threads = Pool.threads();

  /// A start and a slope for each step.
  private static List<Tensor> drawn(DType dtype) {
    return IntStream.rangeClosed(0, MANY_STEPS)
        .mapToObj(seed -> Tensor.uniform(seed, MANY).minus(0.5).to(dtype))
        .toList();
  }

  static List<Rule> rules() {
    return Rules.all();
  }

  @AfterEach
  void threadsAsBefore() {
    Pool.setThreads(threads);
  }

  @AfterAll
  static void theSecondThreadDidWork() {
    assertThat(Pool.chunksByWorkers() > 0).isEqualTo(hasRunOnTwo);
  }

  /// Vectors of all lengths, and matrices that have as many elements.
  private static List<Parameter> ofAllLengths(Rule rule, DType dtype) {
    List<Parameter> all = new ArrayList<>();
    for (int n = 0; n < LENGTHS && !Rules.isForMatrices(rule); n++) {
      all.add(parameter("vector " + n, dtype, n));
    }
    for (int n = 0; 3 * n < LENGTHS; n++) {
      all.add(parameter("matrix " + n, dtype, n, 3));
    }
    return all;
  }

  private static Parameter parameter(String name, DType dtype, int... shape) {
    return new Parameter(name, Tensor.uniform(name.hashCode(), shape).minus(0.5).to(dtype));
  }

  /// Σ θ (θ + c), c other in each step.
  private static Tensor loss(List<Parameter> all, long seed) {
    Tensor[] flat = all.stream().map(p -> p.reshape(p.shape().elements())).toArray(Tensor[]::new);
    Tensor theta = flat[0].concat(0, Arrays.copyOfRange(flat, 1, flat.length));
    Tensor c = Tensor.uniform(seed, theta.shape().sizes()).to(theta.dtype());
    return theta.times(theta.plus(c)).sum();
  }

  private static String hashOfAllLengths(Rule rule, DType dtype) {
    List<Parameter> all = ofAllLengths(rule, dtype);
    Optimizer optimizer = rule.over(all);
    long hash = 1;
    for (int t = 1; t <= STEPS; t++) {
      long seed = t;
      optimizer.step(() -> loss(all, seed));
    }
    for (Parameter p : all) {
      hash = Golden.hash(hash, p);
    }
    for (Tensor remembered : optimizer.state().tensors().values()) {
      hash = Golden.hash(hash, remembered);
    }
    return Long.toHexString(hash);
  }

  @BeforeAll
  static void runBeforeTheVectorsAreCompiled() {
    for (Rule rule : Rules.all()) {
      EARLY.put(rule, TYPES.stream().map(dtype -> hashOfAllLengths(rule, dtype)).toList());
    }
    WarmUp.await();
    assertThat(WarmUp.abandoned()).as("kernels that were given up").isEmpty();
    assertThat(FormulaKernel.vectorLoops() > 0).isEqualTo(Simd.available());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void everyLengthAndAMillionHaveTheBitsOfEveryMachine(Rule rule) {
    List<String> hashes =
        new ArrayList<>(TYPES.stream().map(dtype -> hashOfAllLengths(rule, dtype)).toList());
    assertThat(EARLY.get(rule)).as("%s before it was compiled", rule).isEqualTo(hashes);
    TYPES.forEach(dtype -> hashes.add(hashOfMany(rule, dtype, 8, MANY / 8)));
    assertThat(String.join(" ", hashes)).as("%s", rule).isEqualTo(GOLDEN.of(rule));
  }

  private static String hashOfMany(Rule rule, DType dtype, int... shape) {
    List<Long> hashes = new ArrayList<>();
    for (int count = 1; count <= 2; count++) {
      Pool.setThreads(count);
      long regions = Pool.regions();
      Parameter p = new Parameter("p", DRAWN.get(dtype).get(0).reshape(shape).snapshot());
      Optimizer optimizer = rule.over(List.of(p));
      for (int t = 1; t <= MANY_STEPS; t++) {
        Tensor slope = DRAWN.get(dtype).get(t).reshape(shape);
        optimizer.step(() -> p.times(slope).sum());
      }
      assertThat(Pool.regions() > regions).as("a second thread was asked").isEqualTo(count == 2);
      hashes.add(Golden.hash(1, p));
    }
    assertThat(hashes.get(1)).as("%s of %s on two threads", rule, dtype).isEqualTo(hashes.get(0));
    hasRunOnTwo = true;
    return Long.toHexString(hashes.get(0));
  }

  /// Products that are cut in blocks in all three directions: half a minute without the Vector API.
  @ParameterizedTest
  @ValueSource(ints = {1000, 8})
  @Tag("heavy")
  void matricesOfAMillionElementsOfAnyForm(int columns) {
    Rule rule = new Muon(0.02);
    List<String> hashes = new ArrayList<>();
    TYPES.forEach(dtype -> hashes.add(hashOfMany(rule, dtype, MANY / columns, columns)));
    assertThat(String.join(" ", hashes)).isEqualTo(GOLDEN.of(columns + " columns, " + rule));
  }
}
