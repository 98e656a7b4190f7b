package org.thalweg.autodiff.graph;

import java.lang.StackWalker.StackFrame;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Node;
import org.thalweg.autodiff.OperationListener;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.operation.Op;

/// Reads every output and throws at the first that is named: see [Anomaly].
final class AnomalyListener implements OperationListener {
  private static final List<String> LIBRARY = List.of("org.thalweg.", "java.", "jdk.");
  private static final String EXAMPLES = "org.thalweg.examples.";

  private final boolean isInfinityNamed;

  /// Where each recorded operation was called, as long as its graph is kept.
  private final Map<Node, String> places = new WeakHashMap<>();

  /// The nodes whose gradient is being passed on, the innermost first.
  private final Deque<Node> walked = new ArrayDeque<>();

  /// What operations have made meanwhile that has an infinity, and is meant.
  private final Set<Tensor> infinite = Collections.newSetFromMap(new IdentityHashMap<>());

  AnomalyListener(boolean isInfinityNamed) {
    this.isInfinityNamed = isInfinityNamed;
  }

  @Override
  public void walkEnters(Node node) {
    walked.push(node);
  }

  @Override
  public void walkLeaves(Node node) {
    walked.pop();
    if (walked.isEmpty()) {
      infinite.clear();
    }
  }

  @Override
  public void applied(Op op, List<Tensor> inputs, Tensor output) {
    int bad = firstNamed(output.array());
    if (bad >= 0 && (isNaN(output, bad) || inputs.stream().allMatch(AnomalyListener::isFinite))) {
      throw new ArithmeticException(message(op, inputs, output, bad));
    }
    output.origin().ifPresent(node -> places.put(node, caller()));
    if (bad >= 0 && !walked.isEmpty()) {
      infinite.add(output);
    }
  }

  /// Looks at gradients that are not made of operations. An infinity that operations have passed on
  /// was given to them, and is meant.
  @Override
  public void walkPasses(Node node, Tensor gradient, int input, Tensor part) {
    int bad = firstNamed(part.array());
    if (bad >= 0 && (isNaN(part, bad) || isMade(gradient, part))) {
      throw new ArithmeticException(
          "anomaly: the gradient in input "
              + input
              + " of ["
              + node.name()
              + "] is "
              + part.array().get(bad)
              + index(bad, part)
              + inBackwardPass(node));
    }
  }

  /// Whether an infinity comes neither from an operation nor from the gradient of the output.
  private boolean isMade(Tensor gradient, Tensor part) {
    return !infinite.contains(part) && isFinite(gradient);
  }

  private String message(Op op, List<Tensor> inputs, Tensor output, int index) {
    String what =
        "anomaly: "
            + op.name()
            + source(inputs, output.array().get(index))
            + index(index, output)
            + ranges(inputs);
    Node node = walked.peek();
    return node == null ? what + ", called at " + caller() : what + inBackwardPass(node);
  }

  private static String index(int index, Tensor tensor) {
    return " at flat index " + index + " of " + tensor.dtype() + " " + tensor.shape();
  }

  private String inBackwardPass(Node node) {
    return ", in the backward pass of ["
        + node.name()
        + "] "
        + node.dtype()
        + " "
        + node.shape()
        + ", which was called at "
        + places.getOrDefault(node, "a place outside of this mode")
        + "; the pass came from "
        + caller();
  }

  /// Who is to blame: the operation, or an input that has NaN already.
  private static String source(List<Tensor> inputs, double value) {
    for (int k = 0; k < inputs.size() && Double.isNaN(value); k++) {
      Tensor input = inputs.get(k);
      if (firstNaN(input.array()) >= 0) {
        return " was given NaN by input " + k + label(input) + ", and passes it on";
      }
    }
    return " made " + value;
  }

  private static String label(Tensor input) {
    if (input instanceof Parameter parameter) {
      return " (parameter [" + parameter.name() + "])";
    }
    return input.origin().map(node -> " ([" + node.name() + "])").orElse(" (a constant)");
  }

  private static String ranges(List<Tensor> inputs) {
    List<String> ranges = inputs.stream().map(AnomalyListener::range).toList();
    return ranges.isEmpty() ? "" : ", from inputs of " + String.join(" and ", ranges);
  }

  private static String range(Tensor tensor) {
    double least = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < tensor.elements(); i++) {
      // NaN has no place in an order.
      double x = tensor.array().get(i);
      least = x < least ? x : least;
      largest = x > largest ? x : largest;
    }
    return least > largest ? "no number" : least + " to " + largest;
  }

  private static int firstNaN(Array array) {
    return first(array, Double::isNaN);
  }

  private int firstNamed(Array array) {
    int nan = firstNaN(array);
    return nan < 0 && isInfinityNamed ? firstNotFinite(array) : nan;
  }

  private static boolean isNaN(Tensor tensor, int index) {
    return Double.isNaN(tensor.array().get(index));
  }

  private static boolean isFinite(Tensor tensor) {
    return firstNotFinite(tensor.array()) < 0;
  }

  private static int firstNotFinite(Array array) {
    return first(array, x -> !Double.isFinite(x));
  }

  private static int first(Array array, DoublePredicate isSought) {
    for (int i = 0; array.dtype().isFloating() && i < array.elements(); i++) {
      if (isSought.test(array.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static String caller() {
    Optional<StackFrame> frame =
        StackWalker.getInstance()
            .walk(frames -> frames.filter(AnomalyListener::isOfUser).findFirst());
    return frame.map(AnomalyListener::place).orElse("an unknown place");
  }

  private static boolean isOfUser(StackFrame frame) {
    String name = frame.getClassName();
    return name.startsWith(EXAMPLES) || LIBRARY.stream().noneMatch(name::startsWith);
  }

  /// `com.acme.Model.loss(Model.java:42)`; the method in which a lambda stands for the lambda.
  private static String place(StackFrame frame) {
    String method = frame.getMethodName();
    String[] parts = method.split("\\$", -1);
    String written = method.startsWith("lambda$") && parts.length > 1 ? parts[1] : method;
    @Nullable String file = frame.getFileName();
    return frame.getClassName()
        + "."
        + written
        + "("
        + (file == null ? "unknown file" : file)
        + ":"
        + frame.getLineNumber()
        + ")";
  }
}
