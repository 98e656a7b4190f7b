package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.optim.adaptive.AdEmaMix;
import org.thalweg.optim.adaptive.AdaBelief;
import org.thalweg.optim.adaptive.AdaDelta;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.AdaMax;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.adaptive.Adan;
import org.thalweg.optim.adaptive.Adopt;
import org.thalweg.optim.adaptive.Epsilon;
import org.thalweg.optim.adaptive.NAdam;
import org.thalweg.optim.adaptive.RAdam;
import org.thalweg.optim.adaptive.RmsProp;
import org.thalweg.optim.adaptive.Yogi;
import org.thalweg.optim.free.DAdaptation;
import org.thalweg.optim.free.Prodigy;
import org.thalweg.optim.free.ScheduleFree;
import org.thalweg.optim.gradient.Asgd;
import org.thalweg.optim.gradient.Ftrl;
import org.thalweg.optim.gradient.Lion;
import org.thalweg.optim.gradient.Rprop;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.gradient.SignSgd;
import org.thalweg.optim.matrix.Adafactor;
import org.thalweg.optim.matrix.Lamb;
import org.thalweg.optim.matrix.Lars;
import org.thalweg.optim.matrix.Muon;
import org.thalweg.optim.matrix.NovoGrad;
import org.thalweg.optim.matrix.Sm3;
import org.thalweg.optim.wrapper.Averaged;
import org.thalweg.optim.wrapper.Clip;
import org.thalweg.optim.wrapper.Decay;
import org.thalweg.optim.wrapper.Decayed;
import org.thalweg.optim.wrapper.Lookahead;
import org.thalweg.optim.wrapper.Sam;

/// The rules beside PyTorch's, Optax's and Keras's over 200 steps on a matrix and a vector, with
/// gradients that depend on the steps before. In PyTorch's cases the vector has no gradient in
/// every third step. The values are made by `src/test/python/rules.py`.
class LibraryTrajectoriesTest {
  private static final Map<String, Rule> TORCH = new LinkedHashMap<>();
  private static final Map<String, Rule> OPTAX = new LinkedHashMap<>();
  private static final Map<String, Rule> KERAS = new LinkedHashMap<>();

  /// What begins the names of cases that are compared where a model is evaluated.
  private static final String AVERAGE = "average-";

  private static Schedule rate(double value) {
    return Schedule.constant(value);
  }

  static {
    TORCH.put("sgd", new Sgd(0.01, 0.8).dampening(0.2).with(new Decay(0.05)));
    TORCH.put("sgd-nesterov", new Sgd(0.01, 0.8).nesterov().with(new Decay(0.05)));
    TORCH.put("adagrad", new AdaGrad(rate(0.1), Epsilon.outside(1e-5), 0.1).with(new Decay(0.02)));
    TORCH.put("adadelta", new AdaDelta(rate(0.5), 0.8, 1e-4).with(new Decay(0.02)));
    TORCH.put(
        "rmsprop", new RmsProp(rate(0.01), 0.9, Epsilon.outside(1e-4)).centered().momentum(0.5));
    TORCH.put(
        "adam-amsgrad",
        new Adam(0.02, 0.8, 0.95, 1e-4).amsGrad(Adam.AmsGrad.LARGEST).with(new Decay(0.02)));
    TORCH.put("adam-maximize", new Adam(0.001, 0.8, 0.95, 1e-8).with(new Decay(0.02)).maximised());
    TORCH.put(
        "adamw", new AdamW(new Adam(0.02, 0.8, 0.95, 1e-8).amsGrad(Adam.AmsGrad.LARGEST), 0.1));
    TORCH.put("adamax", new AdaMax(rate(0.01), 0.8, 0.95, 1e-5, false).with(new Decay(0.02)));
    TORCH.put("nadam", new Decayed(new NAdam(rate(0.01), 0.8, 0.95, 1e-8, 0.01), 0.01, 0.02));
    TORCH.put("radam", new Decayed(new RAdam(rate(0.01), 0.8, 0.95), 0.01, 0.02));
    TORCH.put("rprop", new Rprop(0.01, 0.6, 1.3, 1e-3, 0.5));
    TORCH.put("asgd", new Asgd(rate(0.01), 0.01, 0.6, 20).with(new Decay(0.02)));
    TORCH.put("adafactor", new Adafactor(rate(0.02), 0.7, 1e-8, 1e-2, 1.2, 0.1, false));
    TORCH.put("muon", new Muon(rate(0.02), 0.9, 0.05, 1e-7, 5));
    TORCH.put("clip-norm", new Sgd(0.01, 0.8).with(Clip.globalNormPyTorch(0.7)));
    TORCH.put("clip-value", new Sgd(0.01, 0.8).with(Clip.value(0.3)));

    TORCH.put(AVERAGE + "exponential", Averaged.exponential(new Sgd(0.01, 0.8), 0.9));
    TORCH.put(AVERAGE + "mean", Averaged.mean(new Sgd(0.01, 0.8)));

    OPTAX.put("adagrad", new AdaGrad(rate(0.1), Epsilon.inside(1e-5), 0.2));
    OPTAX.put("rmsprop", new RmsProp(rate(0.01), 0.8, Epsilon.inside(1e-4), true, 0.5, true));
    OPTAX.put("rmsprop-outside", new RmsProp(rate(0.01), 0.8, Epsilon.outside(1e-4)));
    OPTAX.put("adam-root", new Adam(0.02, 0.8, 0.95, 0).epsilon(new Epsilon(1e-5, 1e-4, false)));
    OPTAX.put("amsgrad", new Adam(0.02, 0.8, 0.95, 1e-8).amsGrad(Adam.AmsGrad.LARGEST_CORRECTED));
    OPTAX.put("adamw", new AdamW(new Adam(0.02, 0.8, 0.95, 1e-8), 0.1));
    OPTAX.put("nadam", new NAdam(rate(0.01), 0.8, 0.95, 1e-8, Double.POSITIVE_INFINITY));
    OPTAX.put("radam", new RAdam(rate(0.01), 0.8, 0.95, Epsilon.outside(1e-8), 5));
    OPTAX.put("adamax", new AdaMax(rate(0.01), 0.8, 0.95, 1e-5, false));
    OPTAX.put("adabelief", new AdaBelief(rate(0.01), 0.8, 0.95, 1e-8, 1e-8));
    OPTAX.put("yogi", new Yogi(rate(0.05), 0.8, 0.95, 1e-2, 1e-6));
    OPTAX.put("lion", new Lion(rate(0.003), 0.8, 0.95, 0.1));
    OPTAX.put("sign", new SignSgd(0.003));
    OPTAX.put("lamb", new Lamb(rate(0.01), 0.8, 0.95, 1e-5, 0.05));
    OPTAX.put("lars", new Lars(rate(0.5), 0.01, 0.01, 1e-3, 0.8));
    OPTAX.put("adan", new Adan(rate(0.01), 0.9, 0.8, 0.95, new Epsilon(1e-8, 1e-8, false), 0.02));
    OPTAX.put("sm3", new Sm3(rate(0.05), 0.8, 1e-8));
    OPTAX.put("novograd", new NovoGrad(rate(0.01), 0.8, 0.5, 1e-6, 0.02));
    OPTAX.put("ademamix", new AdEmaMix(rate(0.005), 0.8, 0.95, rate(0.99), rate(3), 1e-8, 0.02));
    OPTAX.put("adopt", new Adopt(rate(0.01), 0.8, 0.99, 1e-6, true));
    OPTAX.put("adopt-unclipped", new Adopt(rate(0.01), 0.8, 0.99, 1e-6, false));
    OPTAX.put("prodigy", new Prodigy(rate(0.5), 0.8, 0.95, 1e-8, 0.02, 0.8, 0.01));
    OPTAX.put("dadapt", new DAdaptation(rate(1), 0.8, 0.95, 1e-8, 1e-6, 0.01));
    OPTAX.put("schedule-free-sgd", new ScheduleFree(new Sgd(0.02), rate(0.02), 0.8));
    OPTAX.put(
        "schedule-free-adamw", new ScheduleFree(new Adam(0.02, 0, 0.95, 1e-8), rate(0.02), 0.8));
    OPTAX.put("clip", new Sgd(0.01, 0.8).with(Clip.globalNorm(0.7)));
    OPTAX.put("decay", new Sgd(0.01, 0.8).nesterov().with(new Decay(0.05)));
    OPTAX.put("lookahead", new Lookahead(new Sgd(0.02, 0.5), 6, 0.4));
    OPTAX.put("sam", new Sam(new Sgd(0.02, 0.5), 0.1));

    KERAS.put("sgd", Sgd.keras(0.01, 0.8));
    KERAS.put("sgd-nesterov", Sgd.keras(0.01, 0.8).nesterov());
    KERAS.put("adagrad", AdaGrad.keras(0.1));
    KERAS.put("adadelta", AdaDelta.keras(0.5));
    KERAS.put("rmsprop", RmsProp.keras(0.01).momentum(0.5));
    KERAS.put("adam", Adam.keras(0.02));
    KERAS.put("adamw", AdamW.keras(0.02));
    KERAS.put("adamax", AdaMax.keras(0.01));
    KERAS.put("nadam", NAdam.keras(0.01));
    KERAS.put("lamb", Lamb.keras(0.01));
    KERAS.put("ftrl", new Ftrl(0.05));
    KERAS.put("ftrl-l1", new Ftrl(rate(0.1), 0.2, 0.05, 0.02, 0.03, 0.1));
  }

  private final Parameter w =
      new Parameter(
          "w",
          Tensor.of(-1.2, 1, -0.5, 0.8, 0.3, -0.7, 0.1, 1.3, -0.2, 0.6, -0.9, 0.4).reshape(4, 3));
  private final Parameter b = new Parameter("b", Tensor.of(0.5, -0.25, 2));

  static Stream<String> torch() {
    return TORCH.keySet().stream();
  }

  static Stream<String> keras() {
    return KERAS.keySet().stream();
  }

  static Stream<String> optax() {
    return OPTAX.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("torch")
  void theRuleGoesWherePyTorchGoes(String name) throws IOException {
    Rule rule = TORCH.get(name);
    Optimizer optimizer = rule.over(rule instanceof Muon ? List.of(w) : List.of(w, b));
    compare("rules-torch.csv", name, optimizer, !name.startsWith(AVERAGE));
  }

  @ParameterizedTest
  @MethodSource("keras")
  void theRuleGoesWhereKerasGoes(String name) throws IOException {
    compare("rules-keras.csv", name, KERAS.get(name).over(List.of(w, b)), false);
  }

  @ParameterizedTest
  @MethodSource("optax")
  void theRuleGoesWhereOptaxGoes(String name) throws IOException {
    compare("rules-optax.csv", name, OPTAX.get(name).over(List.of(w, b)), false);
  }

  @Test
  void everyCaseIsCompared() throws IOException {
    assertThat(Csv.rows("rules-torch.csv"))
        .extracting(Csv::name)
        .containsAll(names(TORCH))
        .isSubsetOf(names(TORCH));
    assertThat(Csv.rows("rules-optax.csv"))
        .extracting(Csv::name)
        .containsAll(names(OPTAX))
        .isSubsetOf(names(OPTAX));
    assertThat(Csv.rows("rules-keras.csv"))
        .extracting(Csv::name)
        .containsAll(names(KERAS))
        .isSubsetOf(names(KERAS));
  }

  private static List<String> names(Map<String, Rule> rules) {
    return List.copyOf(rules.keySet());
  }

  private void compare(String file, String name, Optimizer optimizer, boolean isLeftOut)
      throws IOException {
    List<Csv> rows = Csv.rows(file).stream().filter(row -> row.name().equals(name)).toList();
    assertThat(rows).hasSize(6);
    for (Csv row : rows) {
      while (optimizer.steps() < row.numbers()[0]) {
        long step = optimizer.steps() + 1;
        optimizer.step(() -> loss(step, !isLeftOut || step % 3 != 0));
      }
      Tensor reached = name.startsWith(AVERAGE) ? optimizer.evaluating(this::both) : both();
      for (int i = 0; i < 15; i++) {
        double x = reached.toDoubles()[i];
        double expected = row.numbers()[i + 1];
        assertThat(x)
            .as("%s, step %s, element %d", name, row.numbers()[0], i)
            .isCloseTo(expected, within(1e-12 * Math.max(1, Math.abs(expected))));
      }
    }
  }

  private Tensor both() {
    return w.reshape(12).concat(0, b);
  }

  private Tensor loss(long step, boolean hasB) {
    double[] c = new double[12];
    for (int i = 0; i < 12; i++) {
      c[i] = ((7 * step + 3L * i) % 11 - 5) / 5.0;
    }
    Tensor x = w.reshape(12);
    Tensor loss = x.square().square().times(0.25).plus(x.times(Tensor.of(c))).sum();
    loss = loss.plus(x.slice(0, 1, 12).minus(x.slice(0, 0, 11)).square().times(0.5).sum());
    Tensor row = w.slice(0, 0, 1).reshape(3);
    return hasB ? loss.plus(b.minus(row).square().times(0.5).sum()) : loss;
  }
}
