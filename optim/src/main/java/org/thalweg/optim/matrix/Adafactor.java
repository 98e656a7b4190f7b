package org.thalweg.optim.matrix;

import java.util.OptionalDouble;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;
import org.thalweg.optim.Update;
import org.thalweg.optim.engine.Checks;

/// Descent scaled by an average of the squared gradient of which only the means of rows and columns
/// are remembered, with steps in proportion to the parameter.
///
/// ```
/// γₜ = t^−p,   ρ = min(η, 1/√t),   α = max(ε₂, rms θ) ρ
/// R ← R + γₜ (row means of g² − R),   C ← C + γₜ (column means of g² − C)
/// V = R C / mean R
/// u = g / √V,   u ← u / max(1, rms u / d)
/// θ ← (1 − η λ) θ − α u
/// ```
///
/// The last two axes are rows and columns; what has fewer has a V of its own. ε₁ keeps V from 0: by
/// a limit from below as in `torch.optim.Adafactor(lr=η, beta2_decay=−p, eps=(ε₁, ε₂), d=d,
/// weight_decay=λ)`, or added to g² as in the paper and Keras. Four passes. Shazeer and Stern,
/// 2018.
///
/// @param learningRate η; 0.01 by default
/// @param power p; 0.8 by default
/// @param epsilon1 ε₁; by default that of the type, 2⁻²³ in FLOAT32 and 2⁻⁵² in FLOAT64
/// @param epsilon2 ε₂; 10⁻³ by default
/// @param threshold d; 1 by default
/// @param decay λ; 0 by default
/// @param isAdded whether ε₁ is added to g²; not by default
public record Adafactor(
    Schedule learningRate,
    double power,
    OptionalDouble epsilon1,
    double epsilon2,
    double threshold,
    Schedule decay,
    boolean isAdded)
    implements Rule {
  /// With PyTorch's values.
  public Adafactor() {
    this(0.01);
  }

  /// With PyTorch's other values.
  public Adafactor(double learningRate) {
    this(Schedule.constant(learningRate), 0.8, OptionalDouble.empty(), 1e-3, 1, 0, false);
  }

  /// With an ε₁ for both types.
  public Adafactor(
      Schedule learningRate,
      double power,
      double epsilon1,
      double epsilon2,
      double threshold,
      double decay,
      boolean isAdded) {
    this(learningRate, power, OptionalDouble.of(epsilon1), epsilon2, threshold, decay, isAdded);
  }

  /// With numbers that stay.
  public Adafactor(
      Schedule learningRate,
      double power,
      OptionalDouble epsilon1,
      double epsilon2,
      double threshold,
      double decay,
      boolean isAdded) {
    this(learningRate, power, epsilon1, epsilon2, threshold, Schedule.constant(decay), isAdded);
  }

  /// Checks the values.
  public Adafactor {
    learningRate = Checks.rate("adafactor", learningRate);
    Checks.notNegative("adafactor", "power", power);
    epsilon1.ifPresent(value -> Checks.notNegative("adafactor", "epsilon1", value));
    Checks.notNegative("adafactor", "epsilon2", epsilon2);
    Checks.positive("adafactor", "threshold", threshold);
    decay = Checks.notNegative("adafactor", "decay", decay);
  }

  /// With the values of `keras.optimizers.Adafactor`: ε₁ = 10⁻³⁰, added.
  public static Adafactor keras(double learningRate) {
    return new Adafactor(Schedule.constant(learningRate), 0.8, 1e-30, 1e-3, 1, 0, true);
  }

  @Override
  public Update update(Symbols s) {
    Expr theta = s.parameter();
    Expr g = s.gradient();
    Expr squared = isAdded ? g.square().plus(s.number("ε₁", this::epsilon)) : g.square();
    Update states = s.shape().rank() < 2 ? whole(s, squared) : factored(s, squared);
    Expr one = Expr.number(1);
    Expr scale = states.parameter();
    Expr u = g.times(isAdded ? scale : scale.min(one.over(s.number("ε₁", this::epsilon))));
    Expr d = s.constant("d", threshold);
    Expr long1 = Norms.rootMeanSquare(s, u).over(d).max(one);
    Expr size = Norms.rootMeanSquare(s, theta).max(s.constant("ε₂", epsilon2));
    Expr rate = s.number("ρ", n -> Math.min(n.at(learningRate), 1 / Math.sqrt((double) n.step())));
    Expr shrink = s.number("1−ηλ", n -> 1 - n.at(learningRate) * n.at(decay));
    Expr step = size.times(rate).over(long1).times(u);
    return states.to(shrink.times(theta).minus(step));
  }

  /// 1/√V, and what is remembered of V.
  private Update whole(Symbols s, Expr squared) {
    Expr v = towards(s, s.state("V"), squared);
    return Update.of(v.sqrt().reciprocal()).with("V", v);
  }

  /// 1/√V as a product of one factor for each row and one for each column, so that an element costs
  /// neither a root nor a division; and what is remembered of V.
  private Update factored(Symbols s, Expr squared) {
    Expr rows = towards(s, remembered(s, "R", -1), s.rowMeans(squared));
    Expr columns = towards(s, remembered(s, "C", -2), s.columnMeans(squared));
    Expr mean = s.columnMeans(rows);
    Expr row = rows.over(isAdded ? mean : mean.max(s.number("ε₁", this::epsilon))).sqrt();
    Expr column = s.computed("1/√C", Tensor::rsqrt, columns);
    return Update.of(row.reciprocal().times(column)).with("R", rows).with("C", columns);
  }

  private static Expr remembered(Symbols s, String name, int axis) {
    return s.state(name, Start.ZERO, shape -> reduced(shape, axis));
  }

  private static Shape reduced(Shape shape, int axis) {
    return shape.reduced(shape.axes(axis), true);
  }

  private Expr towards(Symbols s, Expr before, Expr now) {
    return before.plus(s.number("γₜ", this::share).times(now.minus(before)));
  }

  private double epsilon(Numbers n) {
    return epsilon1.orElse(n.precision());
  }

  private double share(Numbers n) {
    return StrictMath.pow((double) n.step(), -power);
  }
}
