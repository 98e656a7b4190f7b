package org.thalweg.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.RandomArray;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;

/// What is refused, word for word, where no other test of its class says so.
class RefusalsTest {
  private static void inThread(String name, Runnable body) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(body, name);
    thread.setUncaughtExceptionHandler((_, e) -> failure.set(e));
    thread.start();
    thread.join();
    assertThat(failure).hasNullValue();
  }

  @Test
  void aBackwardPassOverWhatAnotherThreadHasChangedNamesTheThread() throws InterruptedException {
    Parameter p = new Parameter("p", Tensor.of(1f, 2f));
    Tensor loss = p.square().sum();

    inThread("other", () -> p.assignInPlace(Tensor.of(3f, 4f)));

    assertThatIllegalStateException()
        .isThrownBy(loss::backward)
        .withMessage(
            "square: parameter [p] has changed since this operation used it (version 0, now 1):"
                + " thread [other] changed it, and two threads cannot train one model: give each"
                + " its own");
  }

  @Test
  void aParameterThatAnotherThreadIsChangingCannotBeClaimed() throws InterruptedException {
    Parameter p = new Parameter("p", Tensor.of(1f));
    inThread("other", () -> p.array().storage().claim());

    assertThatIllegalStateException()
        .isThrownBy(() -> p.array().storage().claim())
        .withMessage(
            "step: parameter [p] is being changed by thread [other]: two threads cannot train one"
                + " model, give each its own");
    p.array().storage().unclaim();
    p.array().storage().claim();
  }

  /// A record that cannot be looked into.
  record Closed(Tensor tensor) {
    @Override
    public Tensor tensor() {
      throw new UnsupportedOperationException("on purpose");
    }
  }

  @Test
  void aReturnedRecordThatCannotBeReadIsNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Scope.get(() -> new Closed(Tensor.ones(2000).plus(1))))
        .withMessage(
            "scope: cannot read component [tensor] of the returned record "
                + "org.thalweg.autodiff.RefusalsTest$Closed: return the tensors in a list, or open"
                + " the package to org.thalweg.autodiff");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 6, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void anElementThatIsNotThereIsRefused(int index) {
    for (Array array :
        new Array[] {Tensor.ones(2, 3).array(), Tensor.eye(DType.FLOAT64, 3).array()}) {
      assertThatIllegalArgumentException().isThrownBy(() -> array.get(Math.max(index, -1) * 9));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.ones(2, 3).array().get(index))
        .withMessage(
            "array: there is no element %d in shape [2, 3], which has 6: count from 0", index);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.ints(new int[6], Shape.of(2, 3)).array().get(index))
        .withMessage(
            "array: there is no element %d in shape [2, 3], which has 6: count from 0", index);
  }

  @Test
  void moreThanATensorHoldsIsNotJoined() {
    Tensor flat = Tensor.zeros(Shape.MOST_ELEMENTS, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> flat.concat(0, flat))
        .withMessage(
            "concat: the sizes along axis 0 add up to 4294967278, over 2147483639: join fewer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n"})
  void aParameterNeedsAName(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Parameter(name, Tensor.of(1f)))
        .withMessage(
            "parameter: [%s] cannot be a name: use its path in a model, such as encoder.0.weight",
            name);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void anOrderOfFewerThanNoneIsRefused(int n) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RandomArray.permutation(n, 1, 2))
        .withMessage("permutation: there are no %d numbers to put in an order: use 0 or more", n);
  }

  @Test
  void anAxisIsRefusedInTheNameOfTheOperation() {
    Shape shape = Shape.of(2, 3);
    assertThat(shape.axis("sum", -1)).isEqualTo(1);
    assertThat(shape.axes("sum", -1, 0)).containsExactly(0, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shape.axis("sum", 2))
        .withMessage("sum: there is no axis 2 in shape [2, 3]: use -2 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.SCALAR.axes("sum", Integer.MIN_VALUE))
        .withMessage("sum: there is no axis -2147483648 in shape []: a scalar has none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shape.axes("sum", 1, -1))
        .withMessage("sum: axis 1 is named twice in [1, -1]: name each axis once");
  }

  private static void fork(Class<?> type, Runnable body) {
    try (AutoCloseable forks = (AutoCloseable) type.getMethod("open").invoke(null)) {
      type.getMethod("fork", Runnable.class).invoke(forks, body);
      type.getMethod("join").invoke(forks);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// Only a structured task scope, which is a preview in this Java, carries a scope to another
  /// thread: it is made by reflection.
  @Test
  void aScopeThatReachesAnotherThreadIsRefusedThere() throws Exception {
    Class<?> type = Class.forName("java.util.concurrent.StructuredTaskScope");
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable body =
        () -> {
          try {
            Tensor.ones(5000).plus(1);
          } catch (IllegalStateException e) {
            failure.set(e);
          }
        };
    Scope.run(() -> fork(type, body));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () -> {
              throw failure.get();
            })
        .withMessage(
            "scope: it belongs to thread [%s] and was used from []: open one in each thread",
            Thread.currentThread().getName());
  }
}
