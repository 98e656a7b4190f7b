package org.thalweg.checker.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.checker.torch.TorchData.Case;
import org.thalweg.checker.torch.TorchData.Numbers;
import org.thalweg.checker.torch.TorchData.Operation;
import org.thalweg.checker.torch.TorchData.Output;

/// How far a method is from PyTorch, over all its cases.
///
/// An error is that of one element, and both precisions are compared with PyTorch's float64:
///
/// ```
/// FLOAT64   |ours − theirs| ÷ max(|theirs|, scale ÷ 1000)
/// FLOAT32   |ours − theirs| ÷ (10⁻⁶ scale + 2⁻¹²⁶)
/// ```
///
/// where the scale is |theirs| times the condition number. FLOAT64 is thus relative to the value
/// itself, unless its condition number is above 1000.
final class Agreement {
  /// What is compared, and how much it may differ.
  enum Measure {
    VALUE_64(DType.FLOAT64, 1e-12),
    GRADIENT_64(DType.FLOAT64, 1e-12),
    SECOND_64(DType.FLOAT64, 1e-12),
    VALUE_32(DType.FLOAT32, 1),
    GRADIENT_32(DType.FLOAT32, 1),
    SECOND_32(DType.FLOAT32, 1);

    final DType dtype;
    final double bound;

    Measure(DType dtype, double bound) {
      this.dtype = dtype;
      this.bound = bound;
    }

    /// Such as `gradient, FLOAT32`.
    String what() {
      String order = name().substring(0, name().indexOf('_')).toLowerCase(Locale.ROOT);
      return (order.equals("second") ? "second derivative" : order) + ", " + dtype;
    }

    private double error(double ours, double theirs, double scale) {
      if (Double.compare(ours, theirs) == 0 || ours == theirs) {
        return 0;
      }
      double error =
          dtype == DType.FLOAT64
              ? Math.abs(ours - theirs) / Math.max(Math.abs(theirs), scale / 1000)
              : Math.abs(ours - theirs) / (1e-6 * scale + Float.MIN_NORMAL);
      return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }
  }

  /// The largest error of one measure in one case.
  ///
  /// @param torch that of PyTorch's own FLOAT32 against its float64; of FLOAT64 there is none
  /// @param where the place, for messages
  record Worst(Measure measure, int number, double error, double torch, String where) {
    boolean isAbove() {
      return error > measure.bound;
    }

    @Override
    public String toString() {
      return measure.what() + ", error " + error + " at " + where;
    }
  }

  private final Method method;
  private final List<Worst> worst = new ArrayList<>();

  private Agreement(Method method) {
    this.method = method;
  }

  /// The largest error of each measure and case; none where PyTorch has nothing to compare with.
  static List<Worst> of(Operation operation, Method method) {
    Agreement agreement = new Agreement(method);
    for (Case one : operation.cases()) {
      agreement.compare(
          one, DType.FLOAT64, Measure.VALUE_64, Measure.GRADIENT_64, Measure.SECOND_64);
      agreement.compare(
          one, DType.FLOAT32, Measure.VALUE_32, Measure.GRADIENT_32, Measure.SECOND_32);
    }
    return agreement.worst;
  }

  private void compare(Case one, DType dtype, Measure value, Measure gradient, Measure second) {
    List<Tensor> inputs = new ArrayList<>();
    List<Tensor> moving = new ArrayList<>();
    for (Tensor input : one.inputs()) {
      boolean moves = input.dtype().isFloating() && one.gradient() != null;
      Tensor x = input.dtype().isFloating() ? input.to(dtype) : input;
      inputs.add(moves ? x.tracked() : x);
      if (moves) {
        moving.add(inputs.getLast());
      }
    }
    List<Tensor> outputs = Call.outputs(method, inputs, one.arguments());
    compareOutputs(one, value, outputs);
    if (one.gradient() == null) {
      return;
    }
    List<Tensor> slopes = gradient(weighted(outputs, 5, 13), moving);
    compare(one, gradient, flat(slopes), one.gradient());
    if (one.second() != null) {
      compare(one, second, flat(gradient(weighted(slopes, 7, 11), moving)), one.second());
    }
  }

  private void compareOutputs(Case one, Measure measure, List<Tensor> outputs) {
    assertThat(outputs)
        .as("the shapes of %s, case %d", method.getName(), one.number())
        .extracting(Tensor::shape)
        .isEqualTo(one.outputs().stream().map(Output::shape).toList());
    double[] ours = flat(outputs);
    double[] values = flat(one.outputs(), Numbers::values);
    compare(one, measure, ours, new Numbers(values, flat(one.outputs(), Numbers::scales)));
  }

  /// Σ w y over all floating elements of all tensors with weights that are nowhere 0, those of the
  /// script; null where there is nothing to be differentiated.
  private static @Nullable Tensor weighted(List<Tensor> tensors, int step, int period) {
    Tensor sum = null;
    int next = 0;
    for (Tensor y : tensors) {
      if (!y.dtype().isFloating()) {
        continue;
      }
      double[] weights = new double[y.elements()];
      for (int i = 0; i < weights.length; i++, next++) {
        weights[i] = (step * next % period - period / 2.0) / 4;
      }
      Tensor part = y.times(Tensor.of(weights, y.shape()).to(y.dtype())).sum();
      sum = sum == null ? part : sum.plus(part);
    }
    return sum;
  }

  private static List<Tensor> gradient(@Nullable Tensor value, List<Tensor> inputs) {
    if (value == null || !value.isTracked()) {
      return inputs.stream().map(x -> Tensor.zeros(x.dtype(), x.shape().sizes())).toList();
    }
    return Derivatives.of(value, inputs);
  }

  private static double[] flat(List<Tensor> tensors) {
    return tensors.stream().flatMapToDouble(x -> Arrays.stream(x.toDoubles())).toArray();
  }

  private static double[] flat(List<Output> outputs, Function<Numbers, double[]> part) {
    return outputs.stream().flatMapToDouble(y -> Arrays.stream(part.apply(y.numbers()))).toArray();
  }

  private void compare(Case one, Measure measure, double[] ours, Numbers theirs) {
    assertThat(ours).as("%s, case %d", method, one.number()).hasSameSizeAs(theirs.values());
    double largest = 0;
    int at = 0;
    for (int i = 0; i < ours.length; i++) {
      double error = measure.error(ours[i], theirs.values()[i], theirs.scales()[i]);
      if (error > largest) {
        largest = error;
        at = i;
      }
    }
    double torch =
        measure.dtype == DType.FLOAT64
            ? 0
            : one.float32()[measure.ordinal() - Measure.VALUE_32.ordinal()];
    String where =
        largest == 0
            ? "nowhere"
            : "case %d, index %d: ours %s, PyTorch %s, scale %s; inputs %s, arguments %s"
                .formatted(
                    one.number(),
                    at,
                    ours[at],
                    theirs.values()[at],
                    theirs.scales()[at],
                    one.inputs(),
                    one.arguments());
    worst.add(new Worst(measure, one.number(), largest, torch, where));
  }
}
