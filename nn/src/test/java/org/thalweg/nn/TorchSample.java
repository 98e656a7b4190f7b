package org.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.buffer.Buffer;

/// A layer of PyTorch: its inputs, parameters, buffers, output and gradients. Made by
/// `src/test/python/layers.py`.
public record TorchSample(Map<String, Tensor> tensors) {
  private static final double TOLERANCE = 1e-11;

  /// By name of the layer.
  public static Map<String, TorchSample> all() throws IOException {
    Map<String, TorchSample> all = new LinkedHashMap<>();
    try (InputStream in =
        Objects.requireNonNull(TorchSample.class.getResourceAsStream("layers.csv"))) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(",", -1))
          .forEach(
              words ->
                  all.computeIfAbsent(words[0], _ -> new TorchSample(new LinkedHashMap<>()))
                      .tensors
                      .put(words[1], tensor(words)));
    }
    return all;
  }

  private static Tensor tensor(String[] words) {
    int[] sizes =
        words[2].isEmpty()
            ? new int[0]
            : Arrays.stream(words[2].split(" ")).mapToInt(Integer::parseInt).toArray();
    String[] values = Arrays.copyOfRange(words, 3, words.length);
    boolean isWhole = Arrays.stream(values).allMatch(value -> value.matches("-?\\d+"));
    return isWhole
        ? Tensor.ints(Arrays.stream(values).mapToInt(Integer::parseInt).toArray(), Shape.of(sizes))
        : Tensor.of(
            Arrays.stream(values).mapToDouble(Double::parseDouble).toArray(), Shape.of(sizes));
  }

  /// A layer with these parameters and buffers, in FLOAT64: names and shapes are PyTorch's.
  Layer layer(Layer.Plan<?> plan) {
    Layer layer = Layer.build(plan, 1).to(DType.FLOAT64);
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (String name : tensors.keySet()) {
      boolean isParameter = tensors.containsKey("gradient " + name) && !name.matches("x\\d");
      if (isParameter || tensors.containsKey("after " + name)) {
        parameters.put(name, tensors.get(name));
      }
    }
    layer.restore(State.of(parameters));
    return layer;
  }

  List<Tensor> inputs() {
    List<Tensor> inputs = new ArrayList<>();
    for (int k = 0; tensors.containsKey("x" + k); k++) {
      Tensor x = tensors.get("x" + k);
      inputs.add(x.dtype().isFloating() ? x.tracked() : x);
    }
    return inputs;
  }

  /// That a layer with these parameters has this output, these gradients, and these buffers after a
  /// step.
  void check(Layer.Plan<?> plan, BiFunction<Layer, List<Tensor>, Tensor> function) {
    Layer layer = layer(plan);
    List<Tensor> inputs = inputs();
    Tensor y = function.apply(layer, inputs);
    assertClose("y", y);
    Tensor g = Objects.requireNonNull(tensors.get("g"));
    Gradients gradients = y.times(g).sum().backward();
    for (int k = 0; k < inputs.size(); k++) {
      if (inputs.get(k).isTracked()) {
        assertClose("gradient x" + k, gradients.of(inputs.get(k)));
      }
    }
    for (Parameter parameter : layer.parameters()) {
      assertClose("gradient " + parameter.name(), gradients.of(parameter));
    }
    gradients.updates().write();
    for (Buffer buffer : layer.buffers()) {
      assertClose("after " + buffer.name(), buffer.value());
    }
  }

  private void assertClose(String name, Tensor actual) {
    Tensor expected = Objects.requireNonNull(tensors.get(name), name);
    assertThat(actual.isCloseTo(expected, TOLERANCE, TOLERANCE))
        .as("%s:%n%s%n%s", name, actual, expected)
        .isTrue();
  }
}
