package org.thalweg.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.Gradients;
import org.thalweg.autodiff.NoGradient;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.PartialDerivatives;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.nn.Layer;
import org.thalweg.nn.Sequential;
import org.thalweg.nn.recurrent.Recurrent.Run;

class RecurrentTest {
  /// Of a user's own: three states, each of which reaches the others.
  private static final Cell OWN =
      Cell.of(
          "own",
          2,
          3,
          (x, h, s) -> {
            Expr mixed = x.get(0).plus(h.get(1)).tanh().times(s.get(1));
            return List.of(
                mixed.plus(h.get(0).times(0.5)).sigmoid(),
                s.get(2).times(0.5).plus(x.get(1)),
                s.get(0).minus(s.get(2).times(mixed)));
          });

  /// Of which nothing has to be kept for the gradient.
  private static final Cell LINEAR = Cell.of("linear", 1, 1, (x, h, s) -> plus(x, h));

  /// States that change places, are the same, and are forgotten.
  private static final Cell MOVED =
      Cell.of(
          "moved",
          1,
          5,
          (x, h, s) -> {
            Expr made = plus(x, h).get(0).tanh();
            return List.of(s.get(1).plus(made), s.get(0), made, made, x.get(0).times(2));
          });

  /// Each new state is made of the next one.
  private static final Cell CHAIN =
      Cell.of(
          "chain",
          2,
          3,
          (x, h, s) -> {
            Expr last = plus(x, h).get(0).sigmoid().times(s.get(2));
            Expr second = last.exp().plus(s.get(1)).times(x.get(1)).sin();
            return List.of(second.tanh().times(last).plus(h.get(1)), second, last);
          });

  /// States that all reach each other: the inputs of a step are fewer than what follows from them.
  private static final Cell DENSE =
      Cell.of(
          "dense",
          1,
          8,
          (x, h, s) ->
              IntStream.range(0, 8)
                  .mapToObj(
                      j -> {
                        Expr sum = plus(x, h).get(0).times(0.1 * (j + 1));
                        for (int i = 0; i < 8; i++) {
                          sum = sum.plus(s.get(i).times(Math.cos(8 * j + i)));
                        }
                        return sum.tanh();
                      })
                  .toList());

  private static List<Expr> plus(List<Expr> x, List<Expr> h) {
    return IntStream.range(0, x.size()).mapToObj(k -> x.get(k).plus(h.get(k))).toList();
  }

  static Stream<Cell> cells() {
    return Stream.of(Cell.LSTM, Cell.GRU, Cell.TANH, OWN, LINEAR, MOVED, CHAIN, DENSE);
  }

  private static List<Tensor> inputs(Cell cell, DType dtype, int time, int batch, int size) {
    int width = cell.gates() * size;
    List<Shape> shapes =
        new ArrayList<>(
            List.of(
                Shape.of(time, batch, width),
                Shape.of(width, size),
                Shape.of(width),
                Shape.of(width)));
    IntStream.range(0, cell.states()).forEach(_ -> shapes.add(Shape.of(batch, size)));
    return IntStream.range(0, shapes.size())
        .mapToObj(k -> Tensor.normal(k + 1, shapes.get(k).sizes()).to(dtype).tracked())
        .toList();
  }

  private static Tensor weighted(Tensor y) {
    return y.times(Tensor.normal(99, y.shape().sizes()).to(y.dtype())).sum();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void valuesAndGradientsAreThoseOfTheSameStepsMadeOfTensorOperations(Cell cell) {
    RecurrentOp op = new RecurrentOp(cell);
    List<Tensor> in = inputs(cell, DType.FLOAT64, 5, 3, 7);
    Tensor y = Tensor.apply(op, in.toArray(Tensor[]::new));
    Tensor plain = op.composed(in);
    assertThat(y.isCloseTo(plain, 1e-14, 1e-14)).isTrue();
    Gradients fused = weighted(y).backward();
    Gradients expected = weighted(plain).backward();
    for (int k = 0; k < in.size(); k++) {
      Tensor input = in.get(k);
      // Of a state that is forgotten, what is made of tensor operations has no gradient at all.
      Tensor right = expected.find(input).orElseGet(() -> input.times(0));
      assertThat(fused.of(input).isCloseTo(right, 1e-12, 1e-12)).as("input %d", k).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aGradientThatIsRecordedIsTheSameAndHasAGradient(Cell cell) {
    RecurrentOp op = new RecurrentOp(cell);
    List<Tensor> in = inputs(cell, DType.FLOAT64, 3, 2, 2);
    var slopes =
        PartialDerivatives.gradient(all -> weighted(Tensor.apply(op, all.toArray(Tensor[]::new))));
    var expected = PartialDerivatives.gradient(all -> weighted(op.composed(all)));
    for (int k = 0; k < in.size(); k++) {
      int input = k;
      assertClose(slopes.apply(in).subList(k, k + 1), expected.apply(in).subList(k, k + 1));
      assertClose(
          PartialDerivatives.gradient(all -> weighted(slopes.apply(all).get(input))).apply(in),
          PartialDerivatives.gradient(all -> weighted(expected.apply(all).get(input))).apply(in));
    }
  }

  private static void assertClose(List<Tensor> actual, List<Tensor> expected) {
    for (int k = 0; k < expected.size(); k++) {
      assertThat(actual.get(k).isCloseTo(expected.get(k), 1e-11, 1e-11)).as("input %d", k).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void twoPassesOneAfterTheOtherAreOne(Cell cell) {
    Recurrent layer = Layer.build(Recurrent.of(cell, 4, 6), 1);
    Tensor x = Tensor.normal(2, 7, 3, 4);
    Run whole = layer.run(x);
    Run first = layer.run(x.slice(0, 0, 3));
    Run second = layer.run(x.slice(0, 3, 7), first.states());
    assertThat(first.output().concat(0, second.output()).sameBits(whole.output())).isTrue();
    for (int j = 0; j < cell.states(); j++) {
      assertThat(second.states().get(j).sameBits(whole.states().get(j))).isTrue();
    }
    assertThat(layer.apply(x).sameBits(whole.output())).isTrue();
    assertThat(whole.output().slice(0, 6, 7).squeeze(0).sameBits(whole.states().get(0))).isTrue();
  }

  /// A pass that nothing is recorded of runs another formula, which keeps nothing.
  @ParameterizedTest
  @MethodSource("cells")
  void aPassWithoutAGradientHasTheSameBits(Cell cell) {
    RecurrentOp op = new RecurrentOp(cell);
    Tensor[] in = inputs(cell, DType.FLOAT32, 4, 5, 33).toArray(Tensor[]::new);
    Tensor y = Tensor.apply(op, in);
    assertThat(NoGradient.get(() -> Tensor.apply(op, in)).sameBits(y)).isTrue();
    Tensor[] untracked = Stream.of(in).map(Tensor::detach).toArray(Tensor[]::new);
    assertThat(Tensor.apply(op, untracked).sameBits(y)).isTrue();
  }

  /// One step, one sequence, and as many as a thread takes at least or one more or less.
  @ParameterizedTest
  @CsvSource({"1, 9", "2, 1", "2, 3", "2, 4", "2, 7", "2, 8", "2, 9"})
  void fewStepsAndSequencesHaveTheSameBitsOnAnyNumberOfThreads(int time, int batch) {
    onAnyNumberOfThreads(Cell.LSTM, inputs(Cell.LSTM, DType.FLOAT32, time, batch, 200));
  }

  /// Sizes above the threshold of parallel work, and no multiple of a vector.
  @ParameterizedTest
  @MethodSource("cells")
  void theBitsAreTheSameOnAnyNumberOfThreadsAndInAScope(Cell cell) {
    onAnyNumberOfThreads(cell, inputs(cell, DType.FLOAT32, 3, 67, 131));
  }

  private static void onAnyNumberOfThreads(Cell cell, List<Tensor> in) {
    int threads = Engine.threads();
    RecurrentOp op = new RecurrentOp(cell);
    List<List<Tensor>> results = new ArrayList<>();
    try {
      for (int count : new int[] {1, 2, 3}) {
        Engine.setThreads(count);
        results.add(
            Scope.get(
                () -> {
                  Tensor y = Tensor.apply(op, in.toArray(Tensor[]::new));
                  Gradients gradients = weighted(y).backward();
                  List<Tensor> all = new ArrayList<>(List.of(y.detach()));
                  in.forEach(input -> all.add(gradients.of(input)));
                  return all;
                }));
      }
    } finally {
      Engine.setThreads(threads);
    }
    for (int k = 0; k < results.get(0).size(); k++) {
      assertThat(results.get(1).get(k).sameBits(results.get(0).get(k))).as("%d", k).isTrue();
      assertThat(results.get(2).get(k).sameBits(results.get(0).get(k))).as("%d", k).isTrue();
    }
  }

  @Test
  void parametersHavePyTorchsNamesAndLimits() {
    Layer model = Layer.build(Sequential.of(Recurrent.lstm(9, 25), Recurrent.gru(25, 25)), 1);
    assertThat(model.parameters())
        .extracting(Parameter::name)
        .contains("0.weight_ih_l0", "0.weight_hh_l0", "0.bias_ih_l0", "0.bias_hh_l0")
        .contains("1.weight_ih_l0");
    assertThat(model.parameter("0.weight_ih_l0").shape()).isEqualTo(Shape.of(100, 9));
    assertThat(model.parameter("1.weight_hh_l0").shape()).isEqualTo(Shape.of(75, 25));
    for (Parameter parameter : model.parameters()) {
      assertThat(parameter.abs().max().item()).as(parameter.name()).isBetween(0.18, 0.2000001);
    }
    assertThat(model.apply(Tensor.zeros(4, 2, 9)).shape()).isEqualTo(Shape.of(4, 2, 25));
  }

  @Test
  void anEmptyBatchHasAnEmptyOutput() {
    Recurrent layer = Layer.build(Recurrent.lstm(4, 3), 1);
    Run run = layer.run(Tensor.zeros(5, 0, 4));
    assertThat(run.output().shape()).isEqualTo(Shape.of(5, 0, 3));
    Gradients gradients = run.output().sum().backward();
    assertThat(gradients.of(layer.parameter("weight_hh_l0")).toFloats()).containsOnly(0);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertRefused(
        () -> Recurrent.lstm(0, 3), "lstm: sizes 0 and 3 are not both positive: give at least 1");
    Recurrent layer = Layer.build(Recurrent.lstm(4, 3), 1);
    assertRefused(
        () -> layer.apply(Tensor.zeros(2, 4)),
        "lstm []: the input is FLOAT32 [2, 4] and must be FLOAT32 [time, batch, 4] with one step at"
            + " least: convert or reshape it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer.apply(Tensor.zeros(DType.FLOAT64, 5, 2, 4)))
        .withMessageStartingWith("lstm []: the input is FLOAT64 [5, 2, 4] and must be FLOAT32");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer.apply(Tensor.zeros(0, 2, 4)))
        .withMessageStartingWith("lstm []: the input is FLOAT32 [0, 2, 4]");
    assertRefused(
        () -> layer.run(Tensor.zeros(5, 2, 4), List.of(Tensor.zeros(2, 3))),
        "lstm []: the states are [FLOAT32 [2, 3]] and must be 2 of FLOAT32 [2, 3]: give those of a"
            + " pass over the same batch");
  }

  @Test
  void aCellHasAsManyStatesAsItSays() {
    assertRefused(
        () -> Cell.of("none", 0, 1, (x, h, s) -> s),
        "cell [none]: 0 gates and 1 states are not both positive: give at least 1");
    assertRefused(
        () -> Cell.of("odd", 1, 2, (x, h, s) -> x),
        "cell [odd]: the body makes 1 states and is to carry 2: give a new one for each");
  }
}
