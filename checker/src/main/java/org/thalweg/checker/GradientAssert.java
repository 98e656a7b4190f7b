package org.thalweg.checker;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import java.util.Objects;
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

  /// Draws what is random from this seed: see [GradientChecker#withSeed].
  public GradientAssert withSeed(long seed) {
    return with(checker().withSeed(seed));
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
