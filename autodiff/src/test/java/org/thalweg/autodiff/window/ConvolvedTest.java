package org.thalweg.autodiff.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.array.Array;
import org.thalweg.autodiff.array.DType;
import org.thalweg.autodiff.array.Machine;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.array.window.Convolved;
import org.thalweg.autodiff.array.window.Plan;
import org.thalweg.autodiff.array.window.Slide;

/// Convolutions and their transposes beside the definition, in shapes of every kind.
@Tag("alone")
class ConvolvedTest {
  private final int threads = Machine.threads();

  @BeforeAll
  static void vectorKernelsAreInUse() {
    Case one = of(Slide.UNIT, Slide.UNIT, 1, 1, 1, 1, 1, 1);
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Array x = Array.zeros(dtype, one.x());
      Convolved.output(one.plan(), x, x);
      Machine.awaitWarmUp();
      long before = Machine.vectorProducts();
      Convolved.output(one.plan(), x, x);
      assertThat(Machine.vectorProducts() - before).isEqualTo(Machine.vectorBits() > 0 ? 1 : 0);
    }
  }

  @AfterEach
  void threadsAsBefore() {
    Machine.setThreads(threads);
  }

  /// A layout, and how many images and channels.
  private record Case(NaiveConvolution naive) {
    Plan plan() {
      return naive.plan();
    }

    Shape x() {
      return Shape.of(naive.batch(), naive.in(), plan().height(), plan().width());
    }

    Shape w() {
      return Shape.of(
          naive.out(),
          naive.in() / plan().groups(),
          plan().vertical().size(),
          plan().horizontal().size());
    }

    Shape y() {
      return Shape.of(naive.batch(), naive.out(), plan().rows(), plan().columns());
    }
  }

  private static Case of(
      Slide down, Slide across, int groups, int height, int width, int batch, int in, int out) {
    int rows = down.places(height, "test");
    int columns = across.places(width, "test");
    Plan plan = new Plan(down, across, groups, height, width, rows, columns);
    return new Case(new NaiveConvolution(plan, batch, in, out));
  }

  private static Slide slide(Random random, int length) {
    while (true) {
      Slide slide =
          new Slide(
              1 + random.nextInt(5),
              1 + random.nextInt(4),
              random.nextInt(4),
              random.nextInt(4),
              1 + random.nextInt(4));
      if (slide.reach() <= length + slide.before() + slide.after()) {
        return slide;
      }
    }
  }

  private static List<Case> all() {
    List<Case> all = new ArrayList<>();
    Random random = new Random(1);
    for (int trial = 0; trial < 300; trial++) {
      int height = 1 + random.nextInt(9);
      int width = 1 + random.nextInt(12);
      int groups = 1 + random.nextInt(3);
      int in = groups * (1 + random.nextInt(3));
      int out = groups * (1 + random.nextInt(4));
      Slide down = slide(random, height);
      Slide across = slide(random, width);
      all.add(of(down, across, groups, height, width, 1 + random.nextInt(3), in, out));
    }
    Slide three = new Slide(3, 1, 1, 1, 1);
    Slide two = new Slide(3, 2, 1, 1, 1);
    // Larger than a tile; several blocks of the sum; one wide group and many thin ones.
    all.add(of(three, three, 1, 28, 28, 3, 1, 33));
    all.add(of(three, three, 1, 14, 14, 3, 45, 65));
    all.add(of(two, two, 1, 15, 17, 5, 43, 13));
    all.add(of(three, three, 37, 9, 11, 2, 37, 37));
    all.add(of(Slide.UNIT, Slide.UNIT, 1, 7, 5, 4, 400, 20));
    all.add(of(new Slide(7, 1, 0, 0, 1), new Slide(5, 1, 0, 0, 1), 1, 7, 5, 6, 12, 40));
    // Sums over pixels in parts.
    all.add(of(three, three, 1, 61, 53, 2, 2, 3));
    // Positions that a transposed convolution with output padding leaves out.
    Plan less = new Plan(new Slide(2, 1, 0, 0, 3), three, 1, 9, 5, 4, 4);
    all.add(new Case(new NaiveConvolution(less, 2, 2, 3)));
    return all;
  }

  private static double[] numbers(Random random, int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return values;
  }

  private static Array array(double[] values, Shape shape, DType dtype) {
    return Array.wrap(values, shape).to(dtype);
  }

  private static void compare(Array result, Shape shape, double[] wanted, double[] scale, Case at) {
    assertThat(result.shape()).as("%s", at).isEqualTo(shape);
    double unit = result.dtype() == DType.FLOAT64 ? 0x1p-52 : 0x1p-23;
    for (int i = 0; i < wanted.length; i++) {
      assertThat(Math.abs(result.get(i) - wanted[i]))
          .as("%s, element %d: %s, not %s", at, i, result.get(i), wanted[i])
          .isLessThanOrEqualTo(4 * unit * scale[i]);
    }
  }

  @Test
  void valuesAreThoseOfTheDefinition() {
    Random random = new Random(2);
    for (Case one : all()) {
      double[] x = numbers(random, one.x().elements());
      double[] w = numbers(random, one.w().elements());
      double[] y = numbers(random, one.y().elements());
      double[] xs = NaiveConvolution.sizes(x);
      double[] ws = NaiveConvolution.sizes(w);
      double[] ys = NaiveConvolution.sizes(y);
      for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
        Array ax = array(x, one.x(), dtype);
        Array aw = array(w, one.w(), dtype);
        Array ay = array(y, one.y(), dtype);
        NaiveConvolution naive = one.naive();
        Array output = Convolved.output(one.plan(), ax, aw);
        compare(output, one.y(), naive.output(x, w), naive.output(xs, ws), one);
        Array input = Convolved.input(one.plan(), ay, aw);
        compare(input, one.x(), naive.input(y, w), naive.input(ys, ws), one);
        Array weight = Convolved.weight(one.plan(), ax, ay);
        compare(weight, one.w(), naive.weight(x, y), naive.weight(xs, ys), one);
      }
    }
  }

  /// Each element of the output is one chain of fused multiply-adds for every 384 of its sum, which
  /// goes over channels, rows and columns of the weights; blocks are added in order.
  @Test
  void anElementOfTheOutputHasTheBitsOfTheDocumentedOrder() {
    Random random = new Random(3);
    Case one = of(new Slide(3, 1, 1, 1, 1), new Slide(3, 1, 1, 1, 1), 1, 6, 7, 2, 131, 14);
    double[] x = numbers(random, one.x().elements());
    double[] w = numbers(random, one.w().elements());
    Array y =
        Convolved.output(
            one.plan(), array(x, one.x(), DType.FLOAT32), array(w, one.w(), DType.FLOAT32));
    Array wide = Convolved.output(one.plan(), Array.wrap(x, one.x()), Array.wrap(w, one.w()));
    int next = 0;
    for (int n = 0; n < 2; n++) {
      for (int o = 0; o < 14; o++) {
        for (int r = 0; r < 6; r++) {
          for (int c = 0; c < 7; c++, next++) {
            float sum = 0;
            float block = 0;
            double wideSum = 0;
            double wideBlock = 0;
            for (int p = 0; p < 131 * 9; p++) {
              int row = r + p / 3 % 3 - 1;
              int column = c + p % 3 - 1;
              boolean isInside = row >= 0 && row < 6 && column >= 0 && column < 7;
              double a = isInside ? x[((n * 131 + p / 9) * 6 + row) * 7 + column] : 0;
              double b = w[o * 131 * 9 + p];
              block = Math.fma((float) a, (float) b, block);
              wideBlock = Math.fma(a, b, wideBlock);
              if (p % 384 == 383 || p == 131 * 9 - 1) {
                sum = p < 384 ? block : sum + block;
                wideSum = p < 384 ? wideBlock : wideSum + wideBlock;
                block = 0;
                wideBlock = 0;
              }
            }
            assertThat(y.floats()[next]).isEqualTo(sum);
            assertThat(wide.doubles()[next]).isEqualTo(wideSum);
          }
        }
      }
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    Random random = new Random(4);
    for (Case one : all().subList(300, all().size())) {
      for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
        Array x = array(numbers(random, one.x().elements()), one.x(), dtype);
        Array w = array(numbers(random, one.w().elements()), one.w(), dtype);
        Array y = array(numbers(random, one.y().elements()), one.y(), dtype);
        List<Object> results = new ArrayList<>();
        for (int count = 1; count <= 4; count++) {
          Machine.setThreads(count);
          results.add(
              List.of(
                  bits(Convolved.output(one.plan(), x, w)),
                  bits(Convolved.input(one.plan(), y, w)),
                  bits(Convolved.weight(one.plan(), x, y))));
        }
        assertThat(results).as("%s", one).containsOnly(results.get(0));
      }
    }
    assertThat(Engine.threads()).isEqualTo(4);
  }

  private static List<Double> bits(Array x) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < x.elements(); i++) {
      values.add(x.get(i));
    }
    return values;
  }
}
