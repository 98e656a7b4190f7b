package org.thalweg.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/// Numbers that stand for many.
public final class Statistics {
  private Statistics() {}

  /// The middle value, or the mean of the two in the middle.
  public static double median(List<Double> values) {
    return quantile(values, 0.5);
  }

  /// Half the distance between the quartiles, in per cent of the median.
  public static double spread(List<Double> values) {
    return 50 * (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);
  }

  /// a ÷ b for each pair.
  public static List<Double> quotients(List<Double> a, List<Double> b) {
    List<Double> quotients = new ArrayList<>();
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      quotients.add(a.get(i) / b.get(i));
    }
    return quotients;
  }

  private static double quantile(List<Double> values, double part) {
    List<Double> sorted = values.stream().sorted().toList();
    double place = part * (sorted.size() - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.size() - 1);
    return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
  }
}
