package org.thalweg.optim.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;

/// Symbols that write down in a [Plan] what is asked for.
///
/// @param totals how the plan calls the totals that the rule has asked for by these symbols
/// @param renamed those of them that have another name there
record PlanSymbols(
    Plan plan,
    Expr parameter,
    Expr gradient,
    Map<String, String> totals,
    Map<String, String> renamed)
    implements Symbols {
  PlanSymbols(Plan plan, Expr parameter, Expr gradient) {
    this(plan, parameter, gradient, new HashMap<>(), new HashMap<>());
  }

  /// A number whose totals are those of the rule that asked for it.
  private record Own(Numbers.Value value, Map<String, String> renamed) implements Numbers.Value {
    @Override
    public double at(Numbers n) {
      return value.at(renamed.isEmpty() ? n : new Renamed(n, renamed));
    }
  }

  private record Renamed(Numbers all, Map<String, String> renamed) implements Numbers {
    @Override
    public long step() {
      return all.step();
    }

    @Override
    public double at(Schedule schedule) {
      return all.at(schedule);
    }

    @Override
    public double atOwn(Schedule schedule) {
      return all.atOwn(schedule);
    }

    @Override
    public double precision() {
      return all.precision();
    }

    @Override
    public double scalar(String name) {
      return all.scalar(name);
    }

    @Override
    public double total(String name) {
      return all.total(renamed.getOrDefault(name, name));
    }
  }

  @Override
  public Symbols with(Expr newParameter, Expr newGradient) {
    return new PlanSymbols(plan, newParameter, newGradient);
  }

  @Override
  public Shape shape() {
    return plan.askedShape();
  }

  @Override
  public Expr state(String name, Start start) {
    return plan.state(name, start, Plan.SAME);
  }

  @Override
  public Expr state(String name, Start start, UnaryOperator<Shape> shape) {
    return plan.state(name, start, shape);
  }

  @Override
  public Expr scheduled(String name, Schedule value) {
    return plan.number(name, new Plan.Scheduled(value));
  }

  @Override
  public Expr number(String name, Numbers.Value value) {
    return plan.number(name, new Own(value, renamed));
  }

  @Override
  public Expr scalar(String name, double start) {
    plan.scalar(name, start);
    return plan.number(name, new Plan.Remembered(name));
  }

  @Override
  public Expr sum(Expr of) {
    return plan.barrier("Σ", Plan.Kind.SUM, of);
  }

  @Override
  public Expr norm(Expr of) {
    return plan.barrier("‖·‖", Plan.Kind.NORM, of);
  }

  @Override
  public Expr total(String name, Expr of) {
    return total(name, Plan.Kind.TOTAL, of);
  }

  @Override
  public Expr totalNorm(String name, Expr of) {
    return total(name, Plan.Kind.TOTAL_NORM, of);
  }

  private Expr total(String name, Plan.Kind kind, Expr of) {
    String known = plan.total(name, kind, of);
    String before = totals.put(name, known);
    if (before != null && !before.equals(known)) {
      throw new IllegalArgumentException(
          "rule: it has two totals [" + name + "] of different quantities: rename one");
    }
    if (!known.equals(name)) {
      renamed.put(name, known);
    }
    return Expr.input(known);
  }

  @Override
  public Expr rowMeans(Expr of) {
    return plan.barrier("row means", Plan.Kind.ROW_MEANS, of);
  }

  @Override
  public Expr columnMeans(Expr of) {
    return plan.barrier("column means", Plan.Kind.COLUMN_MEANS, of);
  }

  @Override
  public Expr computed(String name, UnaryOperator<Tensor> function, Expr of) {
    return plan.computed(name, function, of);
  }
}
