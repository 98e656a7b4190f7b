package org.thalweg.optim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;

/// A [Rule] at work on the parameters of a model: their state, the count of steps, and one parallel
/// pass over all of them in place.
///
/// ```java
/// Optimizer optimizer = new Adam(1e-3).over(model.parameters());
/// optimizer.step(loss.backward());
/// ```
///
/// A parameter without a gradient is left as it is, and so is its state.
public final class Optimizer {
  private static final String STEPS = "steps";
  private static final String RULE = "rule";

  private final Rule rule;
  private final Map<String, Parameter> parameters;
  private final List<Part> parts = new ArrayList<>();
  private long steps;

  /// The parameters of one type, and what steps over them.
  private record Part(List<Parameter> parameters, Stepper stepper) {}

  Optimizer(Rule rule, Collection<Parameter> parameters) {
    this.rule = rule;
    Map<String, Parameter> byName = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (byName.put(parameter.name(), parameter) != null) {
        throw new IllegalArgumentException(
            "optimizer: two parameters are named ["
                + parameter.name()
                + "]: give each its own path");
      }
    }
    this.parameters = byName;
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      List<Parameter> typed =
          byName.values().stream().filter(parameter -> parameter.dtype() == dtype).toList();
      if (!typed.isEmpty()) {
        List<Array> arrays = typed.stream().map(Tensor::array).toList();
        parts.add(new Part(typed, new Stepper(rule, dtype, arrays)));
      }
    }
  }

  /// Changes every parameter that has a gradient, in place.
  ///
  /// @throws IllegalArgumentException where none of the parameters has a gradient, or a schedule
  ///   gives a value that is not finite; nothing is changed then
  /// @throws IllegalStateException where another thread is changing one of the parameters
  public void step(Gradients gradients) {
    List<Parameter> claimed = new ArrayList<>();
    try {
      for (Parameter parameter : parameters.values()) {
        parameter.array().storage().claim();
        claimed.add(parameter);
      }
      stepAlone(gradients);
    } finally {
      claimed.forEach(parameter -> parameter.array().storage().unclaim());
    }
  }

  private void stepAlone(Gradients gradients) {
    if (parameters.values().stream().noneMatch(p -> gradients.find(p).isPresent())) {
      throw new IllegalArgumentException(
          "step: none of the parameters "
              + parameters.keySet()
              + " has a gradient, there are some for "
              + gradients.parameters().stream().map(Parameter::name).toList()
              + ": is it the loss of this model?");
    }
    for (Part part : parts) {
      for (int k = 0; k < part.parameters.size(); k++) {
        Optional<Tensor> gradient = gradients.find(part.parameters.get(k));
        if (gradient.isPresent()) {
          part.stepper.gradient(k, gradient.get().array());
        } else {
          part.stepper.skip(k);
        }
      }
    }
    for (Part part : parts) {
      part.stepper.prepare(steps + 1);
    }
    for (Part part : parts) {
      part.stepper.run();
    }
    steps++;
  }

  /// How many steps have been made.
  public long steps() {
    return steps;
  }

  /// The rule.
  public Rule rule() {
    return rule;
  }

  /// Everything that the next step depends on but the parameters: each state as `parameter/state`,
  /// and the count of steps. Copies.
  public State state() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Part part : parts) {
      for (int k = 0; k < part.parameters.size(); k++) {
        for (int j = 0; j < part.stepper.stateNames().size(); j++) {
          String name = part.parameters.get(k).name() + "/" + part.stepper.stateNames().get(j);
          tensors.put(name, Tensor.of(part.stepper.state(k, j)).snapshot());
        }
      }
    }
    return new State(tensors, Map.of(STEPS, Long.toString(steps), RULE, ruleName()));
  }

  /// What kind of rule this is; empty for a lambda, whose name is another one in every process.
  private String ruleName() {
    return rule.getClass().isHidden() ? "" : rule.getClass().getSimpleName();
  }

  /// Continues from a [state][#state()]: the next step is the one that would have followed.
  ///
  /// @throws IllegalArgumentException where it is not the state of such a rule on such parameters;
  ///   nothing is changed then
  public void restore(State saved) {
    State own = state();
    List<String> differences = new ArrayList<>();
    for (Map.Entry<String, Tensor> entry : own.tensors().entrySet()) {
      Tensor there = saved.tensors().get(entry.getKey());
      Tensor here = entry.getValue();
      if (there == null) {
        differences.add(entry.getKey() + " is missing");
      } else if (there.dtype() != here.dtype() || !there.shape().equals(here.shape())) {
        differences.add(
            entry.getKey()
                + " is "
                + there.dtype()
                + " "
                + there.shape()
                + ", not "
                + here.dtype()
                + " "
                + here.shape());
      }
    }
    for (String name : saved.tensors().keySet()) {
      if (!own.tensors().containsKey(name)) {
        differences.add(name + " is not wanted");
      }
    }
    String savedRule = saved.metadata().getOrDefault(RULE, ruleName());
    if (!savedRule.equals(ruleName())) {
      differences.add("rule is [" + savedRule + "], not [" + ruleName() + "]");
    }
    String count = saved.metadata().getOrDefault(STEPS, "");
    if (!count.matches("\\d{1,18}")) {
      differences.add("steps is [" + count + "], not a number");
    }
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "optimizer: the state does not fit "
              + rule
              + " on "
              + parameters.keySet()
              + ": "
              + String.join("; ", differences));
    }
    copyIn(saved);
    steps = Long.parseLong(count);
  }

  private void copyIn(State saved) {
    for (Part part : parts) {
      for (int k = 0; k < part.parameters.size(); k++) {
        for (int j = 0; j < part.stepper.stateNames().size(); j++) {
          String name = part.parameters.get(k).name() + "/" + part.stepper.stateNames().get(j);
          Array to = part.stepper.state(k, j);
          Tensor from = saved.tensors().get(name);
          if (from != null) {
            System.arraycopy(from.array().data(), 0, to.data(), 0, to.elements());
          }
        }
      }
    }
  }
}
