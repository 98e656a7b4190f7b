package org.thalweg.optim.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.thalweg.optim.Schedule;

/// A schedule with a text, made of others or of none.
public final class Composed implements Schedule {
  private final String text;
  private final Schedule formula;
  private final List<Schedule> parts;

  /// @param text what it is, for messages
  public Composed(String text, Schedule formula, Schedule... parts) {
    this.text = text;
    this.formula = formula;
    this.parts = List.of(parts);
  }

  @Override
  public double at(long step) {
    return formula.at(step);
  }

  @Override
  public List<Schedule> parts() {
    return parts;
  }

  /// Equal where text and parts are: the text says all that the formula is made of.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Composed that && text.equals(that.text) && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
