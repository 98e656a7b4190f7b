package org.thalweg.autodiff.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Derivatives;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.operation.window.Pooling;
import org.thalweg.autodiff.operation.window.Window;

/// What users see of pooling: ties and what is not a number, threads, and what is refused. Values
/// and derivatives are in the registry of operations.
class PoolingTest {
  private final int threads = Engine.threads();

  @AfterEach
  void threadsAsBefore() {
    Engine.setThreads(threads);
  }

  private static Tensor signal(double... values) {
    return Tensor.of(values, Shape.of(1, 1, values.length));
  }

  private static double[] gradient(Tensor x, Function<Tensor, Tensor> f) {
    Tensor tracked = x.tracked();
    Tensor y = f.apply(tracked);
    Tensor weights = Tensor.arange(y.elements()).to(y.dtype()).plus(1).reshape(y.shape().sizes());
    return Derivatives.of(y.times(weights).sum(), List.of(tracked)).get(0).toDoubles();
  }

  @Test
  void theFirstOfTheLargestHasTheGradient() {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor x = signal(3, 3, 1, 2, 2, 3).to(dtype);
      assertThat(gradient(x, t -> Pooling.max1d(t, Window.of(3))))
          .containsExactly(1, 0, 0, 0, 0, 2);
      // Elements in two windows have the gradient of both.
      assertThat(gradient(x, t -> Pooling.max1d(t, Window.of(3).stride(2).padding(0, 1, 0, 1))))
          .containsExactly(1, 0, 0, 2, 0, 3);
    }
  }

  @Test
  void notANumberIsTheLargestAndTheFirstOfThemHasTheGradient() {
    double nan = Double.NaN;
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor x = signal(1, nan, 5, nan, Double.POSITIVE_INFINITY, 2).to(dtype);
      assertThat(Pooling.max1d(x, Window.of(3)).toDoubles()).containsExactly(nan, nan);
      assertThat(gradient(x, t -> Pooling.max1d(t, Window.of(3).stride(3))))
          .containsExactly(0, 1, 0, 2, 0, 0);
    }
  }

  @Test
  void whereNothingIsAboveMinusInfinityTheFirstElementIsTheLargest() {
    double low = Double.NEGATIVE_INFINITY;
    Tensor x = signal(low, low, low);
    assertThat(Pooling.max1d(x, Window.of(2).stride(1).padding(1)).toDoubles()).containsOnly(low);
    assertThat(gradient(x, t -> Pooling.max1d(t, Window.of(2).stride(1).padding(1))))
        .containsExactly(3, 3, 4);
  }

  @Test
  void aMeanOverManyElementsIsRoundedOnce() {
    Tensor x = Tensor.full(DType.FLOAT32, 0.1, 1, 1, 300, 400);
    assertThat(Pooling.adaptiveAverage2d(x, 1, 1).item()).isEqualTo(0.1f);
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    Tensor x = Tensor.normal(1, 8, 16, 31, 33);
    Window window = Window.of(3).stride(2).padding(1);
    List<List<double[]>> results = new ArrayList<>();
    for (int count = 1; count <= 4; count++) {
      Engine.setThreads(count);
      results.add(
          List.of(
              Pooling.max2d(x, window).toDoubles(),
              Pooling.average2d(x, window).toDoubles(),
              gradient(x, t -> Pooling.max2d(t, window)),
              gradient(x, t -> Pooling.average2d(t, window))));
    }
    for (List<double[]> one : results) {
      for (int k = 0; k < one.size(); k++) {
        assertThat(one.get(k)).isEqualTo(results.get(0).get(k));
      }
    }
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void windowsThatMakeNoSenseAreRefused() {
    Tensor x = Tensor.ones(1, 2, 5, 6);
    refused(() -> Window.of(0), "window: window 0: use 1 or more");
    refused(() -> Window.of(2).stride(0), "window: stride 0: use 1 or more");
    refused(() -> Window.of(2).padding(-1), "window: padding -1: use 0 or more");
    refused(() -> Window.of(2).dilation(0), "window: dilation 0: use 1 or more");
    refused(
        () -> Pooling.max2d(x, Window.of(6)),
        "max2d: a window that reaches over 6 elements (size 6, dilation 1) does not fit into 5 with"
            + " padding 0 and 0: use more padding or a smaller window");
    refused(
        () -> Pooling.average2d(x, Window.of(2).padding(2)),
        "average2d: window 0 of size 2 has only padding in it, 2 before and 2 after 5: use less"
            + " padding");
    refused(
        () -> Pooling.max1d(Tensor.ones(1, 1, 4), Window.of(2, 3)),
        "max1d: the windows 2 and 3 differ, and there is one axis: give one number for both");
    refused(
        () -> Pooling.average1d(Tensor.ones(1, 1, 4), Window.of(2).dilation(1, 2)),
        "average1d: the dilations 1 and 2 differ, and there is one axis: give one number for both");
    refused(
        () -> Pooling.adaptiveMax2d(x, 0, 3),
        "adaptiveMax2d: cannot make 0 windows of 5 elements: use 1 or more");
    refused(
        () -> Pooling.adaptiveAverage2d(x, 1 << 16, 1 << 16),
        "adaptiveAverage2d: 65536 times 65536 windows are over 2147483639: use fewer");
    refused(
        () -> Pooling.average1d(x, Window.of(2)),
        "average1d: the input is [1, 2, 5, 6] and must be [batch, channels, length]: reshape it");
    refused(
        () -> Pooling.max2d(x.to(DType.INT32), Window.of(2)),
        "max2d: INT32 has no arithmetic, shape [1, 2, 5, 6]: use to(FLOAT32) or to(FLOAT64) first");
  }

  @Test
  @Tag("alone")
  void windowsOfHugePlanesAndHugeNumbersOfWindowsTakeNoMemoryOfTheirOwn() {
    Tensor none = Tensor.zeros(0, 1, 50_000, 50_000);
    assertThat(Pooling.adaptiveAverage2d(none, 1, 1).shape()).isEqualTo(Shape.of(0, 1, 1, 1));
    Tensor x = Tensor.normal(1, 1, 1, 1, 64);
    Pooling.max2d(Tensor.normal(1, 1, 1, 8, 64), Window.of(2));
    Engine.awaitWarmUp();
    Tensor y = Pooling.adaptiveMax2d(x, 20_000, 64);
    for (int row = 0; row < 20_000; row += 999) {
      assertThat(y.slice(2, row, row + 1).sameBits(x)).isTrue();
    }
  }
}
