package org.thalweg.checker.torch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;

/// PyTorch's values and derivatives, as `checker/src/test/python/torch_values.py` wrote them.
///
/// @param version of PyTorch
record TorchData(String version, List<Operation> operations) {
  private static final List<String> FAMILIES =
      List.of(
          "pointwise",
          "reductions",
          "shapes",
          "indexing",
          "products",
          "losses",
          "windows",
          "normal");

  /// A method and its cases.
  ///
  /// @param method its signature, such as `slice(int, int, int)`; with its class where it is static
  /// @param torch what PyTorch calls it
  /// @param note with which arguments
  record Operation(String method, String torch, String note, List<Case> cases) {
    @Override
    public String toString() {
      return method;
    }
  }

  /// One call.
  ///
  /// @param inputs FLOAT64 values that are exact in FLOAT32, or INT32
  /// @param arguments as text for their types; tensors as their number among the inputs
  /// @param outputs what it gives
  /// @param gradient of Σ w y in all floating inputs; null where it has none
  /// @param second the gradient of Σ v g, of that gradient g; null where PyTorch has none
  /// @param float32 how far PyTorch's FLOAT32 is from these, in the units of the FLOAT32 bound
  /// @param off how far its float64 is from exact numbers that stand in its place; empty where
  ///   nowhere
  record Case(
      int number,
      List<Tensor> inputs,
      JsonNode arguments,
      List<Output> outputs,
      @Nullable Numbers gradient,
      @Nullable Numbers second,
      double[] float32,
      double[] off) {}

  /// A tensor that PyTorch computed.
  record Output(Shape shape, Numbers numbers) {}

  /// Numbers and what an error in each is measured by.
  ///
  /// @param values as PyTorch has them, in float64
  /// @param scales their sizes times their condition numbers, where those are above 1
  record Numbers(double[] values, double[] scales) {}

  static TorchData read() {
    List<Operation> operations = new ArrayList<>();
    String version = "";
    for (String family : FAMILIES) {
      try (InputStream in = TorchData.class.getResourceAsStream(family + ".json")) {
        JsonNode root = new ObjectMapper().readTree(in);
        version = "PyTorch " + root.get("torch").asText();
        root.get("operations").forEach(node -> operations.add(operation(node)));
      } catch (IOException e) {
        throw new AssertionError(family, e);
      }
    }
    return new TorchData(version, operations);
  }

  private static Operation operation(JsonNode node) {
    JsonNode cases = node.get("cases");
    return new Operation(
        node.get("method").asText(),
        node.get("torch").asText(),
        node.path("note").asText(),
        IntStream.range(0, cases.size()).mapToObj(k -> readCase(k, cases.get(k))).toList());
  }

  private static Case readCase(int number, JsonNode node) {
    List<Tensor> inputs = stream(node.get("inputs")).map(TorchData::input).toList();
    int elements =
        inputs.stream().filter(x -> x.dtype().isFloating()).mapToInt(Tensor::elements).sum();
    return new Case(
        number,
        inputs,
        node.get("arguments"),
        stream(node.get("outputs")).map(TorchData::output).toList(),
        derivative(node.get("gradient"), elements),
        derivative(node.get("second"), elements),
        doubles(node.get("float32")),
        doubles(node.path("off")));
  }

  private static Tensor input(JsonNode node) {
    Shape shape = shape(node);
    if (node.has("ints")) {
      return Tensor.ints(stream(node.get("ints")).mapToInt(JsonNode::asInt).toArray(), shape);
    }
    // The text is the shortest of the float.
    double[] values = doubles(node.get("values"));
    return Tensor.of(Arrays.stream(values).map(x -> (float) x).toArray(), shape);
  }

  private static Output output(JsonNode node) {
    if (node.has("ints")) {
      double[] values = doubles(node.get("ints"));
      return new Output(shape(node), new Numbers(values, sizes(values)));
    }
    return new Output(shape(node), numbers(node));
  }

  private static @Nullable Numbers derivative(@Nullable JsonNode node, int elements) {
    if (node == null) {
      return null;
    }
    return node.isObject()
        ? numbers(node)
        : new Numbers(new double[elements], new double[elements]);
  }

  private static Numbers numbers(JsonNode node) {
    double[] values = doubles(node.get("values"));
    double[] scales = node.has("scales") ? doubles(node.get("scales")) : sizes(values);
    return new Numbers(values, scales);
  }

  private static double[] sizes(double[] values) {
    return Arrays.stream(values).map(Math::abs).toArray();
  }

  private static Shape shape(JsonNode node) {
    return Shape.of(stream(node.get("shape")).mapToInt(JsonNode::asInt).toArray());
  }

  private static double[] doubles(JsonNode node) {
    return stream(node).mapToDouble(x -> Double.parseDouble(x.asText())).toArray();
  }

  private static Stream<JsonNode> stream(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false);
  }
}
