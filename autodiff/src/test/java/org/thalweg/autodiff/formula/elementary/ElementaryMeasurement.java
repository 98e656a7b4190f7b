package org.thalweg.autodiff.formula.elementary;

import java.util.List;
import java.util.SplittableRandom;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.autodiff.formula.Precision;
import org.thalweg.autodiff.formula.elementary.ElementaryValues.Line;

/// Measures the largest error of an elementary function.
final class ElementaryMeasurement {
  static final Expr POW = Expr.input("x").pow(Expr.input("b"));

  private static final int MANTISSAS = 1000;
  private static final int POINTS = 200_000;
  private static final long SEED = 20_25;

  private ElementaryMeasurement() {}

  /// In float: every exponent of both signs with many mantissas, and more points where the function
  /// is interesting.
  static Worst inFloat(Elementary function) {
    ReferenceEvaluator evaluator = new ReferenceEvaluator(function.expr, Precision.FLOAT, "x");
    SplittableRandom random = new SplittableRandom(SEED);
    Worst worst = new Worst();
    for (int signAndExponent = 0; signAndExponent < 0x200; signAndExponent++) {
      for (int i = 0; i < MANTISSAS; i++) {
        int bits = signAndExponent << 23 | random.nextInt(1 << 23);
        add(worst, function, evaluator, Float.intBitsToFloat(bits));
      }
    }
    for (int i = 0; i < POINTS; i++) {
      add(worst, function, evaluator, (float) random.nextDouble(function.low, function.high));
    }
    return worst;
  }

  private static void add(Worst worst, Elementary function, ReferenceEvaluator evaluator, float x) {
    float y = evaluator.evaluate(x);
    worst.add(x, y, function.error(x, y, function.reference.applyAsDouble(x)));
  }

  /// In double: 50-digit values.
  static Worst inDouble(Elementary function, List<Line> lines) {
    ReferenceEvaluator evaluator = new ReferenceEvaluator(function.expr, Precision.DOUBLE, "x");
    Worst worst = new Worst();
    for (Line line : lines) {
      double x = line.arguments()[0];
      double y = evaluator.evaluate(x);
      worst.add(x, y, function.error(x, y, line.nearest(), line.beyond()));
    }
    return worst;
  }

  /// xᵇ in float: bases of every size, results over the whole range.
  static Worst powInFloat(int count) {
    ReferenceEvaluator evaluator = new ReferenceEvaluator(POW, Precision.FLOAT, "x", "b");
    SplittableRandom random = new SplittableRandom(SEED);
    Worst worst = new Worst();
    for (int i = 0; i < count; i++) {
      float x =
          switch (i % 3) {
            case 0 -> Float.intBitsToFloat(random.nextInt(1, 0x7f800000));
            case 1 -> (float) Math.exp(random.nextDouble(-2, 2));
            default -> (float) (1 + Math.scalb(random.nextDouble(-1, 1), -random.nextInt(20)));
          };
      if (x != 1) {
        float b = (float) (random.nextDouble(-103.5, 88.7) / Math.log(x));
        float y = evaluator.evaluate(x, b);
        worst.add(x, y, Ulp.between(y, StrictMath.pow(x, b), 0));
      }
    }
    return worst;
  }

  /// xᵇ in double: 50-digit values.
  static Worst powInDouble(List<Line> lines) {
    ReferenceEvaluator evaluator = new ReferenceEvaluator(POW, Precision.DOUBLE, "x", "b");
    Worst worst = new Worst();
    for (Line line : lines) {
      double y = evaluator.evaluate(line.arguments());
      worst.add(line.arguments()[0], y, Ulp.between(y, line.nearest(), line.beyond(), 0));
    }
    return worst;
  }
}
