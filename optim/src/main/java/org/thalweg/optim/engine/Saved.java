package org.thalweg.optim.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;

/// The state of an optimizer by names: how it is written down, compared and read back.
public final class Saved {
  private static final String STEPS = "steps";
  private static final String RULE = "rule";
  private static final String PARAMETERS = "parameters/";
  private static final String SCALAR = "scalar/";
  private static final String SUM = "/sum of gradients";
  private static final String SUMS = "sums";
  private static final String HELD = SUMS + "/of";
  private static final String BATCHES = "batches";

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final long steps;

  public Saved(long steps, List<String> rules) {
    this.steps = steps;
    metadata.put(STEPS, Long.toString(steps));
    metadata.put(RULE, String.join(", ", rules));
  }

  /// The count is written where it is not that of the optimizer: where a gradient was missing.
  private void parameter(String name, long count, Map<String, Array> states) {
    states.forEach((state, array) -> tensors.put(name + "/" + state, Tensor.of(array).snapshot()));
    if (count != steps) {
      metadata.put(STEPS + "/" + name, Long.toString(count));
    }
  }

  /// What a runner remembers of the parameters with these names.
  ///
  /// @param owner a name for what it remembers for all
  public void runner(String owner, Runner runner, List<String> names) {
    metadata.put(PARAMETERS + owner, String.join(", ", names));
    for (int k = 0; k < names.size(); k++) {
      parameter(names.get(k), runner.count(k), runner.states(k));
    }
    scalars(owner, runner.scalars());
  }

  /// Continues a runner as [#runner] wrote it down.
  public static void copyRunner(State state, String owner, Runner runner, List<String> names) {
    for (int k = 0; k < names.size(); k++) {
      copyIn(state, names.get(k), runner.states(k));
      runner.setCount(k, count(state, names.get(k)));
    }
    runner.setScalars(scalars(state, owner, runner.scalars()));
  }

  /// Numbers of an owner, by name.
  public void scalars(String owner, Map<String, Double> scalars) {
    scalars.forEach((name, value) -> metadata.put(key(owner, name), Double.toString(value)));
  }

  private static String key(String owner, String name) {
    return SCALAR + owner + "/" + name;
  }

  public State state() {
    return new State(tensors, metadata);
  }

  /// Sums of gradients and how many there are; a parameter that has none yet is marked.
  public void sums(Incoming incoming, List<Parameter> parameters) {
    Map<String, Double> held = new LinkedHashMap<>();
    for (int k = 0; k < parameters.size(); k++) {
      Parameter parameter = parameters.get(k);
      Array sum = incoming.summed(k);
      held.put(parameter.name(), sum == null ? 0.0 : 1.0);
      tensors.put(
          parameter.name() + SUM,
          sum == null
              ? Tensor.zeros(parameter.dtype(), parameter.shape().sizes())
              : Tensor.of(sum).snapshot());
    }
    scalars(SUMS, Map.of(BATCHES, (double) incoming.count()));
    scalars(HELD, held);
  }

  /// Continues with the sums of a state.
  public static void copySums(State state, Incoming incoming, List<Parameter> parameters) {
    List<@Nullable Array> sums = new ArrayList<>();
    for (Parameter parameter : parameters) {
      Tensor sum = state.tensors().get(parameter.name() + SUM);
      sums.add(sum != null && number(state, HELD, parameter.name()) > 0 ? sum.array() : null);
    }
    incoming.restore(sums, (long) number(state, SUMS, BATCHES));
  }

  private static double number(State state, String owner, String name) {
    return Double.parseDouble(state.metadata().getOrDefault(key(owner, name), "0"));
  }

  /// What a state lacks or has too much of, beside one that fits.
  ///
  /// @param batches how many gradients make a step
  public static List<String> differences(State own, State other, long batches) {
    List<String> differences = new ArrayList<>();
    own.tensors()
        .forEach(
            (name, here) -> {
              Tensor there = other.tensors().get(name);
              if (there == null) {
                differences.add(name + " is missing");
              } else if (there.dtype() != here.dtype() || !there.shape().equals(here.shape())) {
                differences.add(name + " is " + kind(there) + ", not " + kind(here));
              }
            });
    for (String name : other.tensors().keySet()) {
      if (!own.tensors().containsKey(name)) {
        differences.add(name + " is not wanted");
      }
    }
    String rule = own.metadata().getOrDefault(RULE, "");
    String otherRule = other.metadata().getOrDefault(RULE, rule);
    if (!otherRule.equals(rule)) {
      differences.add("rule is [" + otherRule + "], not [" + rule + "]");
    }
    own.metadata()
        .forEach(
            (name, here) -> {
              String there = other.metadata().getOrDefault(name, here);
              if (name.startsWith(PARAMETERS) && !there.equals(here)) {
                differences.add(name + " is [" + there + "], not [" + here + "]");
              }
            });
    metadata(own.metadata(), other.metadata(), differences);
    String held = other.metadata().getOrDefault(key(SUMS, BATCHES), "");
    if (batches > 1 && isNumber(held) && !isCountBelow(batches, Double.parseDouble(held))) {
      differences.add(
          "it holds the sum of " + held + " batches, of which " + batches + " make a step");
    }
    return differences;
  }

  private static boolean isCountBelow(long limit, double value) {
    return value >= 0 && value < limit && value == Math.rint(value);
  }

  private static String kind(Tensor tensor) {
    return tensor.dtype() + " " + tensor.shape();
  }

  private static void metadata(
      Map<String, String> own, Map<String, String> other, List<String> differences) {
    other.forEach(
        (name, value) -> {
          boolean isCount = name.equals(STEPS) || name.startsWith(STEPS + "/");
          if (isCount && !value.matches("\\d{1,18}")) {
            differences.add(name + " is [" + value + "], not a number");
          }
        });
    if (!other.containsKey(STEPS)) {
      differences.add("steps is [], not a number");
    }
    for (String name : new TreeSet<>(other.keySet())) {
      if (name.startsWith(SCALAR) && !own.containsKey(name)) {
        differences.add(name + " is not wanted");
      }
    }
    Set<String> scalars = new TreeSet<>();
    own.keySet().stream().filter(name -> name.startsWith(SCALAR)).forEach(scalars::add);
    for (String name : scalars) {
      String value = other.getOrDefault(name, "");
      if (!isNumber(value)) {
        differences.add(name + " is [" + value + "], not a number");
      }
    }
  }

  private static boolean isNumber(String text) {
    return text.matches("-?(\\d+(\\.\\d+)?([eE][-+]?\\d+)?|Infinity)|NaN");
  }

  public static long steps(State state) {
    return Long.parseLong(state.metadata().getOrDefault(STEPS, "0"));
  }

  private static long count(State state, String parameter) {
    String own = state.metadata().get(STEPS + "/" + parameter);
    return own == null ? steps(state) : Long.parseLong(own);
  }

  private static void copyIn(State state, String parameter, Map<String, Array> states) {
    states.forEach(
        (name, to) -> {
          Tensor from = state.tensors().get(parameter + "/" + name);
          if (from != null) {
            to.assign(from.array());
          }
        });
  }

  /// The numbers of an owner in a state; those of `before` where it has none.
  public static Map<String, Double> scalars(State state, String owner, Map<String, Double> before) {
    Map<String, Double> values = new LinkedHashMap<>(before);
    values.replaceAll(
        (name, own) -> {
          String value = state.metadata().get(key(owner, name));
          return value == null ? own : Double.valueOf(value);
        });
    return values;
  }
}
