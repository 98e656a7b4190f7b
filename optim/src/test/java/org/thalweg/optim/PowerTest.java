package org.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PowerTest {
  private static final MathContext DIGITS = new MathContext(60);

  @Test
  void powersAreRoundedOnce() {
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < 3_000; k++) {
      double base =
          k % 3 == 0 ? 0.999 : k % 3 == 1 ? random.nextDouble() : 1 - random.nextDouble() / 1e4;
      int n = 1 + random.nextInt(k % 3 == 1 ? 40 : 20_000);
      double exact = new BigDecimal(base).pow(n, DIGITS).doubleValue();
      if (exact > 1e-290) {
        assertThat(Power.of(base, n)).as("%s^%d", base, n).isEqualTo(exact);
      }
    }
  }

  @Test
  void theEndsOfTheRangeAreThoseOfTheLibrary() {
    double[] bases = {0, 1, 0.5, -0.5, 2, -2, 1e300, 1e-300, Double.NaN, 1 + 0x1p-52, 1 - 0x1p-53};
    for (double base : bases) {
      for (long n : new long[] {0, 1, 2, 3, 63, 1000, 1074, 1075, 5001, 1_000_000_000_000L}) {
        double expected = StrictMath.pow(base, (double) n);
        // Where digits are lost to the range the last one may be another.
        assertThat(Power.of(base, n))
            .as("%s^%d", base, n)
            .satisfies(y -> assertThat(Double.compare(y, expected) == 0 || y == expected).isTrue());
      }
    }
  }
}
