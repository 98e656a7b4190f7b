package org.thalweg.nn;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.buffer.Buffer;

/// A part of a model, or a whole one: named parameters and [buffers][Buffer], and a function of
/// them and of a tensor.
///
/// ```java
/// final class Mlp extends Layer {
///   private final Linear hidden = child("hidden", Linear.of(784, 128));
///   private final Linear output = child("output", Linear.of(128, 10));
///
///   Mlp(Build build) {
///     super(build);
///   }
///
///   public Tensor apply(Tensor x, Training training) {
///     return output.apply(hidden.apply(x, training).relu(), training);
///   }
/// }
///
/// Mlp model = Layer.build(Mlp::new, 42);
/// ```
///
/// A parameter's name is its path from the model, `hidden.weight`; its first values follow from the
/// seed and that path alone.
public abstract class Layer {
  /// How a layer is built: usually a constructor that takes a [Build].
  ///
  /// @param <L> the class of the layer
  @FunctionalInterface
  public interface Plan<L extends Layer> {
    /// Builds the layer at a place in a model.
    L build(Build build);
  }

  private final Build build;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();
  private final Set<String> parts = new HashSet<>();

  /// For subclasses: begins a layer at a place in a model.
  protected Layer(Build build) {
    this.build = build;
  }

  /// Builds a model whose parameters start from a seed.
  public static <L extends Layer> L build(Plan<L> plan, long seed) {
    return built(plan, Build.fresh(plan, seed));
  }

  private static <L extends Layer> L built(Plan<L> plan, Build build) {
    L layer = plan.build(build);
    if (((Layer) layer).build != build) {
      throw new IllegalArgumentException(
          "layer: the plan at ["
              + build.path()
              + "] gave a layer that was built elsewhere: build a new one from the Build it is"
              + " given");
    }
    return layer;
  }

  /// The layer's function in training, where dropout drops and statistics are taken. Nothing
  /// changes in the layer: what it has seen goes with the gradients to the step, by
  /// [Buffer#onStep].
  public abstract Tensor apply(Tensor x, Training training);

  /// The layer's function in use: pure. By default that of [#apply(Tensor, Training)], which suits
  /// every layer that does the same in both.
  public Tensor apply(Tensor x) {
    return apply(x, Training.INFERENCE);
  }

  /// For subclasses: a part of this layer, under a name.
  protected final <L extends Layer> L child(String name, Plan<L> plan) {
    if (!parts.add(checked(name))) {
      throw new IllegalArgumentException(
          "layer: the name [" + name + "] is taken: give each part a name of its own");
    }
    L child = built(plan, build.at(name, plan));
    ((Layer) child).parameters.forEach(this::add);
    ((Layer) child).buffers.forEach(this::add);
    return child;
  }

  /// For subclasses: a parameter of this layer, under a name.
  protected final Parameter parameter(String name, Shape shape, Initializer initializer) {
    Parameter parameter = build.parameter(checked(name), shape, initializer);
    add(parameter.name(), parameter);
    return parameter;
  }

  /// For subclasses: a [Buffer] of this layer, under a name. It starts at a value, which a copy of
  /// the model in [another type][#to] has converted, unless it is INT32.
  protected final Buffer buffer(String name, Tensor initial) {
    Buffer buffer = build.buffer(checked(name), initial);
    add(buffer.name(), buffer);
    return buffer;
  }

  private void add(String path, Parameter parameter) {
    checkFree(path);
    parameters.put(path, parameter);
  }

  private void add(String path, Buffer buffer) {
    checkFree(path);
    buffers.put(path, buffer);
  }

  private void checkFree(String path) {
    if (parameters.containsKey(path) || buffers.containsKey(path)) {
      throw new IllegalArgumentException(
          "layer: the path [" + path + "] is taken: give each part a name of its own");
    }
  }

  private static String checked(String name) {
    if (name.isEmpty() || name.contains(".") || name.contains("/")) {
      throw new IllegalArgumentException(
          "layer: [" + name + "] cannot be a part's name: use one or more characters but . and /");
    }
    return name;
  }

  /// The path of this layer in its model; empty for the model.
  public final String path() {
    return build.path();
  }

  /// For subclasses: what to throw where an input does not fit, with the path of this layer.
  ///
  /// @param layer the kind of layer, such as `linear`
  /// @param what which of the inputs
  /// @param wanted the type and the shape that fit, as messages show them
  protected final IllegalArgumentException misfit(
      String layer, String what, Tensor x, String wanted) {
    return new IllegalArgumentException(
        layer
            + " ["
            + path()
            + "]: the "
            + what
            + " is "
            + x.dtype()
            + " "
            + x.shape()
            + " and must be "
            + wanted
            + ": convert or reshape it");
  }

  final Plan<?> plan() {
    return build.plan();
  }

  /// All parameters, those of parts too, in the order in which they were made.
  public final Collection<Parameter> parameters() {
    return Collections.unmodifiableCollection(parameters.values());
  }

  /// A parameter by its path.
  ///
  /// @throws IllegalArgumentException where there is none
  public final Parameter parameter(String path) {
    Parameter parameter = parameters.get(path);
    if (parameter == null) {
      throw new IllegalArgumentException(
          "layer: there is no parameter [" + path + "]: use one of " + parameters.keySet());
    }
    return parameter;
  }

  /// All buffers, those of parts too, in the order in which they were made.
  public final Collection<Buffer> buffers() {
    return Collections.unmodifiableCollection(buffers.values());
  }

  /// A buffer by its path.
  ///
  /// @throws IllegalArgumentException where there is none
  public final Buffer buffer(String path) {
    Buffer buffer = buffers.get(path);
    if (buffer == null) {
      throw new IllegalArgumentException(
          "layer: there is no buffer [" + path + "]: use one of " + buffers.keySet());
    }
    return buffer;
  }

  /// The values of a parameter or a buffer.
  final Tensor value(String path) {
    Buffer buffer = buffers.get(path);
    return buffer == null ? parameter(path).detach() : buffer.value();
  }

  /// The same model in another type, its parameters and buffers copied and converted.
  public final Layer to(DType dtype) {
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException(
          "layer: " + dtype + " has no gradient: use FLOAT32 or FLOAT64");
    }
    return built(plan(), Build.copy(this, dtype));
  }

  /// The values of all parameters and buffers by path. Copies.
  public final State state() {
    Map<String, Tensor> values = values();
    values.replaceAll((_, value) -> value.snapshot());
    return State.of(values);
  }

  private Map<String, Tensor> values() {
    Map<String, Tensor> values = new LinkedHashMap<>(parameters);
    buffers.forEach((path, buffer) -> values.put(path, buffer.value()));
    return values;
  }

  /// Takes the values of all parameters and buffers from a [state][#state()].
  ///
  /// @throws IllegalArgumentException where names, shapes or types differ; nothing is changed then
  public final void restore(State state) {
    StringBuilder differences = new StringBuilder();
    Map<String, Tensor> own = values();
    own.forEach(
        (path, here) -> {
          Tensor there = state.tensors().get(path);
          if (there != null) {
            there
                .array()
                .data(); // fails here, before anything is changed, where its scope has ended
          }
          if (there == null) {
            differences.append("; ").append(path).append(" is missing");
          } else if (there.dtype() != here.dtype() || !there.shape().equals(here.shape())) {
            differences.append(
                String.format(
                    "; %s is %s %s, not %s %s",
                    path, there.dtype(), there.shape(), here.dtype(), here.shape()));
          }
        });
    state.tensors().keySet().stream()
        .filter(path -> !own.containsKey(path))
        .forEach(path -> differences.append("; ").append(path).append(" is not in the model"));
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "layer: the state does not fit the model" + differences.replace(0, 1, ":"));
    }
    state
        .tensors()
        .forEach(
            (path, there) -> {
              Buffer buffer = buffers.get(path);
              if (buffer == null) {
                parameter(path).assignInPlace(there);
              } else {
                buffer.assign(there);
              }
            });
  }
}
