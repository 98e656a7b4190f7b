package consumer;

import java.util.Arrays;
import org.thalweg.optim.ArrayOptimizer;
import org.thalweg.optim.adaptive.Adam;

/// A minimum, on plain arrays.
public final class Main {
  private Main() {}

  /// Prints the same on every path, with the Vector API and without.
  public static void main(String[] args) {
    double[] x = {1, -2};
    ArrayOptimizer optimizer = new Adam(0.1).over(x);
    for (int step = 0; step < 100; step++) {
      optimizer.step(2 * x[0], 2 * x[1]);
    }
    System.out.println(Arrays.toString(x));
  }
}
