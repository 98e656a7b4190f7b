package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.optim.adaptive.AdEmaMix;
import org.thalweg.optim.adaptive.AdaBelief;
import org.thalweg.optim.adaptive.AdaDelta;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.AdaMax;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.adaptive.Adan;
import org.thalweg.optim.adaptive.Adopt;
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
import org.thalweg.optim.matrix.Adafactor;
import org.thalweg.optim.matrix.Lamb;
import org.thalweg.optim.matrix.Lars;
import org.thalweg.optim.matrix.NovoGrad;
import org.thalweg.optim.matrix.Sm3;
import org.thalweg.optim.schedule.Schedules;
import org.thalweg.optim.wrapper.Decay;
import org.thalweg.optim.wrapper.Decayed;

/// The rules beside trajectories of PyTorch and Optax with given gradients, from reference values
/// outside the repository.
class PublishedTrajectoriesTest {
  private static final Map<String, Rule> RULES = new LinkedHashMap<>();

  static {
    RULES.put("torch/SGD lr=.1", new Sgd(0.1));
    RULES.put("torch/SGD lr=.1 momentum=.9", new Sgd(0.1, 0.9));
    RULES.put(
        "torch/SGD lr=.1 momentum=.9 dampening=.3 weight_decay=.01",
        new Sgd(0.1, 0.9).dampening(0.3).with(new Decay(0.01)));
    RULES.put("torch/SGD lr=.1 momentum=.9 nesterov", new Sgd(0.1, 0.9).nesterov());
    RULES.put("torch/Adagrad default", new AdaGrad(0.01));
    RULES.put(
        "torch/Adagrad lr=.1 lr_decay=.05 weight_decay=.01",
        new AdaGrad(Schedules.inverseTime(0.1, 0.05, 1)).with(new Decay(0.01)));
    RULES.put("torch/Adadelta default", new AdaDelta());
    RULES.put("torch/RMSprop default", new RmsProp());
    RULES.put(
        "torch/RMSprop momentum=.9 centered weight_decay=.01",
        new RmsProp().centered().momentum(0.9).with(new Decay(0.01)));
    RULES.put("torch/Adam default", new Adam());
    RULES.put(
        "torch/Adam lr=.1 weight_decay=.01 amsgrad",
        new Adam(0.1).amsGrad(Adam.AmsGrad.LARGEST).with(new Decay(0.01)));
    RULES.put("torch/AdamW default", new AdamW(1e-3));
    RULES.put("torch/AdamW lr=.1 weight_decay=.1", new AdamW(0.1, 0.1));
    RULES.put("torch/Adamax default", new AdaMax());
    RULES.put("torch/NAdam default", new NAdam());
    RULES.put("torch/NAdam decoupled weight_decay=.01", new Decayed(new NAdam(), 2e-3, 0.01));
    RULES.put("torch/RAdam default", new RAdam());
    RULES.put("torch/RAdam lr=.1 betas=(.9,.9)", new RAdam(Schedule.constant(0.1), 0.9, 0.9));
    RULES.put("torch/Rprop default", new Rprop());
    RULES.put("torch/ASGD default", new Asgd());
    RULES.put("torch/Adafactor default", new Adafactor());
    RULES.put("optax/sgd .1 momentum=.9 nesterov", Sgd.optax(0.1, 0.9).nesterov());
    RULES.put("optax/adagrad .1", AdaGrad.optax(0.1));
    RULES.put("optax/rmsprop .01", RmsProp.optax(0.01));
    RULES.put(
        "optax/rmsprop .01 centered momentum=.9", RmsProp.optax(0.01).centered().momentum(0.9));
    RULES.put("optax/adam .1", Adam.optax(0.1));
    RULES.put("optax/adamw .1", AdamW.optax(0.1));
    RULES.put("optax/amsgrad .1", Adam.optax(0.1).amsGrad(Adam.AmsGrad.LARGEST_CORRECTED));
    RULES.put("optax/nadam .1", NAdam.optax(0.1));
    RULES.put("optax/radam .1", RAdam.optax(0.1));
    RULES.put("optax/adabelief .1", new AdaBelief(0.1));
    RULES.put("optax/yogi .1", new Yogi(0.1));
    RULES.put("optax/lion .01", Lion.optax(0.01));
    RULES.put("optax/lamb .1 weight_decay=.01", new Lamb(0.1, 0.01));
    RULES.put("optax/lars .1 weight_decay=.01", new Lars(0.1, 0.01));
    RULES.put("optax/adan .1", new Adan(0.1));
    RULES.put("optax/sm3 .1", new Sm3(0.1));
    RULES.put("optax/novograd .1", new NovoGrad(0.1));
    RULES.put("optax/ademamix .1", new AdEmaMix(0.1));
    RULES.put("optax/adopt .1", new Adopt(0.1));
    RULES.put("optax/prodigy default", new Prodigy());
    RULES.put("optax/dadapt_adamw default", new DAdaptation());
    RULES.put("optax/schedule_free_sgd .1", new ScheduleFree(new Sgd(0.1), 0.1));
    RULES.put("optax/schedule_free_adamw .1", ScheduleFree.adamW(0.1, 0));
    RULES.put("keras/SGD .1 momentum=.9 nesterov", Sgd.keras(0.1, 0.9).nesterov());
    RULES.put("keras/Adagrad .1", AdaGrad.keras(0.1));
    RULES.put("keras/RMSprop default", RmsProp.keras(1e-3));
    RULES.put("keras/Adadelta .5", AdaDelta.keras(0.5));
    RULES.put("keras/Adam default", Adam.keras(1e-3));
    RULES.put("keras/AdamW default", AdamW.keras(1e-3));
    RULES.put("keras/Adamax default", AdaMax.keras(1e-3));
    RULES.put("keras/Nadam default", NAdam.keras(1e-3));
    RULES.put("keras/Ftrl default", new Ftrl(1e-3));
    RULES.put("keras/Lion default", new Lion(1e-3));
    RULES.put("keras/Lamb default", Lamb.keras(1e-3));
    RULES.put("keras/Adafactor default", Adafactor.keras(1e-3));
  }

  static Stream<String> names() {
    return RULES.keySet().stream();
  }

  /// Keras keeps the root mean squares and the rate of its Adafactor in single precision, which
  /// moves its steps by 10⁻⁷ of their length; the recurrence of [#kerasAdafactor] has both.
  private static final String SINGLE = "keras/Adafactor default";

  @ParameterizedTest
  @MethodSource("names")
  void everyStepIsThePublishedOne(String name) throws IOException {
    JsonNode reference = reference();
    double[] x = numbers(reference.get("p0"));
    ArrayOptimizer optimizer = RULES.get(name).over(x);
    double[][] steps =
        name.equals(SINGLE)
            ? kerasAdafactor(reference, exactly -> exactly)
            : matrix(reference.get("after_each_step").get(name));

    for (int step = 0; step < steps.length; step++) {
      optimizer.step(numbers(reference.get("grads").get(step)));
      double[] expected = steps[step];
      for (int i = 0; i < x.length; i++) {
        assertThat(x[i])
            .as("step %d, element %d", step + 1, i)
            .isCloseTo(expected[i], within(1e-12 * Math.max(1, Math.abs(expected[i]))));
      }
    }
    assertThat(optimizer.steps()).isEqualTo(6);
  }

  @Test
  void singlePrecisionIsAllThatKerasAdafactorDiffersBy() throws IOException {
    JsonNode reference = reference();
    double[][] published = matrix(reference.get("after_each_step").get(SINGLE));
    double[][] single = kerasAdafactor(reference, x -> (float) x);
    double[][] exact = kerasAdafactor(reference, x -> x);
    for (int step = 0; step < published.length; step++) {
      assertThat(single[step]).containsExactly(published[step], within(1e-15));
      assertThat(exact[step]).containsExactly(published[step], within(1e-9));
    }
  }

  /// The recurrence on a vector, its scalars rounded as given.
  private static double[][] kerasAdafactor(JsonNode reference, DoubleUnaryOperator rounded) {
    double[] x = numbers(reference.get("p0"));
    double[] v = new double[x.length];
    double[][] steps = new double[reference.get("grads").size()][];
    for (int t = 1; t <= steps.length; t++) {
      double[] g = numbers(reference.get("grads").get(t - 1));
      double share = Math.pow(t, -0.8);
      double[] u = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        v[i] = (1 - share) * v[i] + share * (g[i] * g[i] + 1e-30);
        u[i] = g[i] / Math.sqrt(v[i]);
      }
      double rate = rounded.applyAsDouble(1e-3);
      double alpha = rounded.applyAsDouble(Math.max(1e-3, rms(x, rounded)) * rate);
      double length = Math.max(1, rms(u, rounded));
      for (int i = 0; i < x.length; i++) {
        x[i] -= alpha * (u[i] / length);
      }
      steps[t - 1] = x.clone();
    }
    return steps;
  }

  private static double rms(double[] x, DoubleUnaryOperator rounded) {
    double mean = Arrays.stream(x).map(e -> e * e).sum() / x.length;
    return rounded.applyAsDouble(Math.sqrt(rounded.applyAsDouble(mean)));
  }

  private static double[][] matrix(JsonNode rows) {
    double[][] matrix = new double[rows.size()][];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = numbers(rows.get(i));
    }
    return matrix;
  }

  @Test
  void everyPublishedTrajectoryIsCompared() throws IOException {
    List<String> names = new ArrayList<>();
    reference().get("after_each_step").fieldNames().forEachRemaining(names::add);
    assertThat(RULES.keySet()).hasSize(56).containsExactlyInAnyOrderElementsOf(names);
  }

  private static JsonNode reference() throws IOException {
    Path file = Path.of(System.getProperty("thalweg.test.shared"), "reference", "optimizers.json");
    assumeTrue(Files.exists(file), "no reference values at " + file);
    return new ObjectMapper().readTree(file.toFile());
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }
}
