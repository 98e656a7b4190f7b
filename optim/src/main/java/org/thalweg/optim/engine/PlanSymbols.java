package org.thalweg.optim.engine;

import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.Shape;
import org.thalweg.autodiff.formula.Expr;
import org.thalweg.optim.Numbers;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.Start;
import org.thalweg.optim.Symbols;

/// Symbols that write down in a [Plan] what is asked for.
record PlanSymbols(Plan plan, Expr parameter, Expr gradient) implements Symbols {
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
    return plan.state(name, start, shape -> shape);
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
    return plan.number(name, value);
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
    return plan.total(name, Plan.Kind.TOTAL, of);
  }

  @Override
  public Expr totalNorm(String name, Expr of) {
    return plan.total(name, Plan.Kind.TOTAL_NORM, of);
  }

  @Override
  public Expr computed(String name, UnaryOperator<Tensor> function, Expr of) {
    return plan.computed(name, function, of);
  }
}
