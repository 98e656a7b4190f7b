package org.thalweg.checker;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Objects;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import org.thalweg.autodiff.Tensor;

/// Says of the gradients of a function, or of a model, that they are correct: see
/// [GradientAssertions].
@CheckReturnValue
@SuppressWarnings("exports") // AssertJ is optional: only those who have it see this class
public final class GradientAssert extends AbstractAssert<GradientAssert, GradientChecker> {
  GradientAssert(@Nullable GradientChecker checker) {
    super(checker, GradientAssert.class);
  }

  /// Where to check: see [GradientChecker#at].
  public GradientAssert at(Tensor... tensors) {
    return with(checker().at(tensors));
  }

  /// Checks the gradients of the gradients too.
  public GradientAssert toSecondOrder() {
    return with(checker().toSecondOrder());
  }

  /// Checks derivatives up to an order: see [GradientChecker#toOrder].
  public GradientAssert toOrder(int order) {
    return with(checker().toOrder(order));
  }

  /// Draws what is random from this seed: see [GradientChecker#withSeed].
  public GradientAssert withSeed(long seed) {
    return with(checker().withSeed(seed));
  }

  /// Checks at most so many elements of each tensor one by one: see [GradientChecker#withEntries].
  public GradientAssert withEntries(int most) {
    return with(checker().withEntries(most));
  }

  /// How far derivatives may be apart: see [GradientChecker#withTolerance].
  public GradientAssert withTolerance(double relative) {
    return with(checker().withTolerance(relative));
  }

  /// Which shares may be inconclusive and vacuous: see [GradientChecker#allowing].
  public GradientAssert allowing(double inconclusive, double vacuous) {
    return with(checker().allowing(inconclusive, vacuous));
  }

  /// Checks along random directions alone: see [GradientChecker#fast].
  public GradientAssert fast() {
    return with(checker().fast());
  }

  /// Tells how far the check is: see [GradientChecker#withProgress].
  public GradientAssert withProgress(Consumer<Progress> listener) {
    return with(checker().withProgress(listener));
  }

  /// Runs the check.
  ///
  /// @throws AssertionError with the report, where a gradient is wrong or could not be checked
  @CanIgnoreReturnValue
  public GradientAssert areCorrect() {
    Report report = checker().check();
    if (!report.isCorrect()) {
      failWithMessage("%s", report);
    }
    return this;
  }

  /// Runs the Taylor test alone: see [GradientChecker#taylor].
  ///
  /// @throws AssertionError with the test, where it does not pass
  @CanIgnoreReturnValue
  public GradientAssert passTheTaylorTest() {
    TaylorTest test = checker().taylor();
    if (test.verdict() != Verdict.PASSED) {
      failWithMessage("%s", test);
    }
    return this;
  }

  private GradientAssert with(GradientChecker other) {
    GradientAssert next = new GradientAssert(other);
    next.info.description(info.description());
    return next;
  }

  private GradientChecker checker() {
    isNotNull();
    return Objects.requireNonNull(actual);
  }
}
