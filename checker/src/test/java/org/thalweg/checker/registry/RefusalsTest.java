package org.thalweg.checker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;

/// What every method of `Tensor`, and every operation of a class of its own, does with arguments
/// that make no sense: a sentence that begins with its own name, and never an exception of Java's
/// own. Methods are found by reflection, so that a new one is tested by existing.
class RefusalsTest {
  private static final String SENTENCE = "(?s)[a-z][A-Za-z0-9]*: .+";

  private static final String ENDED =
      "tensor: a (FLOAT32|INT32) value of \\d+ elements was used after its scope ended: return it"
          + " from the scope, or make it outside";

  /// Far outside of every tensor here.
  private static final int FAR = 99;

  /// Methods for which every number is one, and why.
  private static final Map<String, String> ANY_NUMBER =
      Map.of(
          "triu(int)", "a diagonal may lie outside of the matrix",
          "tril(int)", "a diagonal may lie outside of the matrix",
          "diagonal(int)", "a diagonal may lie outside of the matrix",
          "tile(int[])", "so many times");

  /// Methods whose sentence does not begin with their name, and with what it begins.
  private static final Map<String, String> NAMED_OTHERWISE =
      Map.of(
          "toFloats()", "to",
          "toDoubles()", "to",
          "toInts()", "to");

  static Stream<String> all() {
    return Calls.methods().keySet().stream();
  }

  /// Those that can be given a tensor of many elements.
  static Stream<String> large() {
    return all().filter(signature -> !signature.equals("item()"));
  }

  /// Those that can be given another shape, or an axis or index that is not there.
  static Stream<String> shaped() {
    Set<Class<?>> types = Set.of(Tensor.class, Tensor[].class, int.class, int[].class, Shape.class);
    return Calls.methods().entrySet().stream()
        .filter(e -> Calls.types(e.getValue()).stream().anyMatch(types::contains))
        .map(Map.Entry::getKey)
        .filter(signature -> !ANY_NUMBER.containsKey(signature));
  }

  static Stream<String> takingTensors() {
    return Calls.methods().entrySet().stream()
        .filter(
            e ->
                Calls.types(e.getValue()).stream()
                    .anyMatch(type -> type == Tensor.class || type == Tensor[].class))
        .map(Map.Entry::getKey);
  }

  private static void assertOwnSentence(String signature, Throwable refusal, String what) {
    String name = signature.substring(signature.indexOf('.') + 1, signature.indexOf('('));
    String plain = name.endsWith("Kept") ? name.substring(0, name.length() - 4) : name;
    String begins = NAMED_OTHERWISE.getOrDefault(signature, plain);
    assertThat(refusal)
        .as("%s: %s", signature, what)
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .matches(SENTENCE)
        .startsWith(begins + ": ");
  }

  @ParameterizedTest
  @MethodSource("shaped")
  void shapesAxesAndIndicesThatAreNotThereAreRefusedInTheNameOfTheMethod(String signature) {
    Function<Class<?>, Object> far =
        type ->
            switch (type.getSimpleName()) {
              case "Tensor" -> Tensor.zeros(5, 7, 11);
              case "Tensor[]" -> new Tensor[] {Tensor.zeros(5, 7, 11)};
              case "int" -> FAR;
              case "int[]" -> new int[] {FAR};
              case "Shape" -> Shape.of(13, 17);
              default -> Calls.any(type);
            };
    Tensor x = Tensor.zeros(2, 3);
    assertOwnSentence(
        signature, catchThrowable(() -> Calls.call(signature, x, far)), "arguments far away");
  }

  @ParameterizedTest
  @MethodSource("takingTensors")
  void aTensorOfAnotherTypeIsRefusedInTheNameOfTheMethod(String signature) {
    Call call = Call.large(signature);
    for (int k = 1; k < call.tensors().size(); k++) {
      Tensor other = call.tensors().get(k).to(DType.FLOAT64);
      int place = k;
      assertOwnSentence(
          signature, catchThrowable(() -> call.run(place, other)), "tensor " + k + " in FLOAT64");
    }
  }

  @ParameterizedTest
  @MethodSource("large")
  void whatIsUsedAfterItsScopeIsRefusedWhereverItIsGiven(String signature) {
    Call call = Call.large(signature);
    for (int k = 0; k < call.tensors().size(); k++) {
      Tensor ended = ended(call.tensors().get(k));
      int place = k;
      assertThat(catchThrowable(() -> call.run(place, ended)))
          .as("%s with tensor %d of a scope that ended", signature, k)
          .isInstanceOf(IllegalStateException.class)
          .message()
          .matches(ENDED);
    }
  }

  @ParameterizedTest
  @MethodSource("large")
  void aResultThatOutlivesItsScopeIsRefusedAndNeverSomebodyElsesNumbers(String signature) {
    Call call = Call.large(signature);
    List<Tensor> results = new ArrayList<>();
    Scope.run(
        () -> {
          Call inside = call.on(call.tensors().stream().map(RefusalsTest::copy).toList());
          results.addAll(inside.result());
        });
    for (Tensor result : results) {
      boolean isLent = result.elements() >= 128 && !signature.equals("snapshot()");
      assertThat(catchThrowable(result::toDoubles))
          .as("%s: a result of shape %s", signature, result.shape())
          .satisfies(
              e -> {
                if (isLent) {
                  assertThat(e).isInstanceOf(IllegalStateException.class);
                  assertThat(e.getMessage()).matches(ENDED);
                } else {
                  assertThat(e).isNull();
                }
              });
    }
  }

  private static Tensor ended(Tensor x) {
    Tensor[] kept = new Tensor[1];
    Scope.run(() -> kept[0] = copy(x));
    return kept[0];
  }

  /// In the memory of the current scope.
  private static Tensor copy(Tensor x) {
    return x.dtype() == DType.INT32 ? x.to(DType.FLOAT32).to(DType.INT32) : x.plus(0);
  }

  @ParameterizedTest
  @MethodSource("takingTensors")
  void noTensorAtAllIsRefusedByJava(String signature) {
    Call call = Call.large(signature);
    for (int k = 1; k < call.tensors().size(); k++) {
      int place = k;
      assertThat(catchThrowable(() -> call.run(place, null)))
          .as("%s with null for tensor %d", signature, k)
          .isInstanceOf(NullPointerException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void whateverIsGivenTheAnswerIsAResultOrASentence(String signature) {
    Random random = new Random(signature.hashCode());
    for (int trial = 0; trial < 80; trial++) {
      Tensor x = Calls.hostileTensor(random);
      List<String> given = new ArrayList<>(List.of(x.dtype() + " " + x.shape()));
      Throwable thrown =
          catchThrowable(
              () ->
                  Calls.call(
                      signature,
                      x,
                      type -> {
                        Object value = Calls.hostile(type, random);
                        given.add(Calls.shown(value));
                        return value;
                      }));
      if (thrown != null) {
        assertThat(thrown)
            .as("%s of %s", signature, given)
            .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
            .message()
            .matches(SENTENCE);
      }
    }
  }

  @Test
  void exceptionsToTheRuleAreStillMethods() {
    assertThat(Calls.methods().keySet())
        .containsAll(NAMED_OTHERWISE.keySet())
        .containsAll(ANY_NUMBER.keySet());
  }
}
