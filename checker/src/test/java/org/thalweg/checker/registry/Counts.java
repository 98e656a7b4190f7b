package org.thalweg.checker.registry;

import java.util.EnumMap;
import java.util.Map;
import org.thalweg.checker.GradientChecker;
import org.thalweg.checker.Report;
import org.thalweg.checker.Verdict;

/// Runs checks and counts what they looked at, for the line that the build prints.
final class Counts {
  static final String SECOND_ORDER = "to second order in both precisions";

  private final String what;
  private final String how;
  private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
  private int checks;
  private int values;

  /// @param what the functions that are checked
  /// @param how they are checked
  Counts(String what, String how) {
    this.what = what;
    this.how = how;
  }

  /// Runs a check, and fails with its report.
  void check(GradientChecker checker) {
    Report report = checker.check();
    checks++;
    report.entries().forEach(entry -> verdicts.merge(entry.verdict(), 1, Integer::sum));
    if (!report.isCorrect()) {
      throw new AssertionError(report.toString());
    }
  }

  void value() {
    values++;
  }

  @Override
  public String toString() {
    String compared = values == 0 ? "" : values + " values compared, ";
    return what
        + ": "
        + compared
        + checks
        + " functions checked "
        + how
        + ", derivatives "
        + verdicts;
  }
}
