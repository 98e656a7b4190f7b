package org.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Scope;
import org.thalweg.autodiff.array.Shape;

/// Samples by index, in parts and orders.
class DatasetTest {
  private static final Dataset<List<String>> LETTERS =
      Dataset.of(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));

  @Test
  void aBatchOfTensorsHasTheRowsAskedForInTheirOrder() {
    TensorDataset dataset =
        Dataset.of(Tensor.arange(DType.FLOAT32, 12).reshape(4, 3), Tensor.ints(10, 11, 12, 13));
    Batch batch = dataset.batch(2, 0, 2);
    assertThat(dataset.size()).isEqualTo(4);
    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.x().shape()).isEqualTo(Shape.of(3, 3));
    assertThat(batch.x().toFloats()).containsExactly(6, 7, 8, 0, 1, 2, 6, 7, 8);
    assertThat(batch.y().toInts()).containsExactly(12, 10, 12);
    assertThat(dataset.batch().x().shape()).isEqualTo(Shape.of(0, 3));
    assertThat(dataset.all().x().sameBits(dataset.x())).isTrue();
  }

  @Test
  void aBatchBelongsToTheScopeInWhichItIsMade() {
    TensorDataset dataset = Dataset.of(Tensor.zeros(10, 2000), Tensor.zeros(10));
    Batch[] batch = new Batch[1];
    Scope.run(() -> batch[0] = dataset.batch(0, 1, 2));
    assertThatIllegalStateException()
        .isThrownBy(() -> batch[0].x().toFloats())
        .withMessageContaining("after its scope ended");
    assertThat(dataset.batch(0, 1, 2).x().sum().item()).isZero();
  }

  @Test
  void dataHasNoGraphEvenWhereItWasMadeOfAParameter() {
    Parameter w = new Parameter("w", Tensor.of(1f, 2f));
    TensorDataset dataset = Dataset.of(w.times(2), w);
    assertThat(dataset.x().isTracked()).isFalse();
    assertThat(dataset.batch(1).x().isTracked()).isFalse();
    assertThat(dataset.batch(1).y().isTracked()).isFalse();
  }

  @Test
  void tensorsOfDifferentLengthAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Tensor.zeros(4, 3), Tensor.ints(1, 2, 3)))
        .withMessage(
            "dataset: x of shape [4, 3] and y of shape [3] are not as many samples: give both the"
                + " same first axis");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of(Tensor.scalar(1), Tensor.scalar(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Batch(Tensor.of(1f), Tensor.of(1f, 2f)))
        .withMessageStartingWith("batch: x of shape [1]");
  }

  @Test
  void objectsOfAnyTypeComeInLists() {
    assertThat(LETTERS.batch(3, 0, 3)).containsExactly("d", "a", "d");
    List<Integer> changing = new ArrayList<>(List.of(1, 2));
    Dataset<List<Number>> numbers = Dataset.of(changing);
    changing.set(0, 7);
    assertThat(numbers.all()).containsExactly(1, 2);
  }

  @Test
  void aMappedDatasetChangesEachBatchOnItsWay() {
    Dataset<String> words = LETTERS.map(letters -> String.join("", letters));
    assertThat(words.size()).isEqualTo(10);
    assertThat(words.batch(5, 0, 2, 4)).isEqualTo("face");
    assertThat(words.split(0.5).last().all()).isEqualTo("fghij");
  }

  @Test
  void anIndexThatIsNotThereIsRefusedEverywhere() {
    List<Dataset<?>> datasets =
        List.of(
            LETTERS,
            LETTERS.map(String::valueOf),
            LETTERS.shuffled(1),
            Dataset.of(Tensor.zeros(10, 1), Tensor.zeros(10)));
    for (Dataset<?> dataset : datasets) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> dataset.batch(3, 10))
          .withMessage("batch: index 10 at place 1 is not in a dataset of 10 samples: use 0 to 9");
      assertThatIllegalArgumentException().isThrownBy(() -> dataset.batch(-1));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LETTERS.subset(1, 12))
        .withMessageStartingWith("subset: index 12 at place 1");
    assertThat(LETTERS.subset(9, 1, 1).all()).containsExactly("j", "b", "b");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.8, 8", "0.25, 3", "0.24, 2", "1, 10"})
  void aSplitHasTheFirstAndTheLastSamples(double fraction, int first) {
    Split<List<String>> split = LETTERS.split(fraction);
    assertThat(split.first().size()).isEqualTo(first);
    List<String> all = new ArrayList<>(split.first().all());
    all.addAll(split.last().all());
    assertThat(all).isEqualTo(LETTERS.all());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN, 8})
  void aFractionThatIsNoneIsRefused(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LETTERS.split(fraction))
        .withMessage("split: the fraction %s is not in 0 … 1: use 0.8 for four fifths", fraction);
  }

  @Test
  void aShuffledSplitHasEverySampleOnceInAnOrderOfItsSeed() {
    Split<List<String>> split = LETTERS.shuffledSplit(5, 0.7);
    Split<List<String>> again = LETTERS.shuffledSplit(5, 0.7);
    Split<List<String>> other = LETTERS.shuffledSplit(6, 0.7);
    List<String> all = new ArrayList<>(split.first().all());
    all.addAll(split.last().all());
    assertThat(split.first().size()).isEqualTo(7);
    assertThat(all).containsExactlyInAnyOrderElementsOf(LETTERS.all());
    assertThat(all).isNotEqualTo(LETTERS.all());
    assertThat(again.first().all()).isEqualTo(split.first().all());
    assertThat(other.first().all()).isNotEqualTo(split.first().all());
  }

  @Test
  void partsFollowEachOtherAndAddUp() {
    List<Dataset<List<String>>> parts = LETTERS.parts(5, 0, 3, 2);
    assertThat(parts).extracting(Dataset::size).containsExactly(5, 0, 3, 2);
    assertThat(parts.get(2).all()).containsExactly("f", "g", "h");
    for (int[] sizes : new int[][] {{5, 4}, {5, 6}, {12, -2}, {}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LETTERS.parts(sizes))
          .withMessage(
              "parts: the sizes %s do not add up to 10 samples: use sizes of 0 or more that do",
              Arrays.toString(sizes));
    }
  }
}
