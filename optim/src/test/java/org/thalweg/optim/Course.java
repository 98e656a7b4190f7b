package org.thalweg.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.State;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.matrix.Muon;
import org.thalweg.optim.schedule.Plateau;
import org.thalweg.optim.schedule.Schedules;
import org.thalweg.optim.wrapper.Averaged;

/// An optimizer at work on small parameters whose gradients follow from the count of calls and
/// their values: it can be put down after any call and be taken up in another JVM.
abstract class Course {
  /// How many calls there are.
  static final int CALLS = 6;

  /// Losses reported to a plateau: better, worse, the same, and once NaN.
  private static final double[] LOSSES = {3, 2, 2, 2.5, Double.NaN, 2};

  private final List<Plateau> plateaus;

  private Course(Schedule... schedules) {
    Set<Plateau> found = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Schedule> all = new ArrayList<>(List.of(schedules));
    for (int k = 0; k < all.size(); k++) {
      all.addAll(all.get(k).parts());
      if (all.get(k) instanceof Plateau plateau) {
        found.add(plateau);
      }
    }
    this.plateaus = List.copyOf(found);
  }

  /// Makes a call.
  ///
  /// @param call from 1
  final void go(int call) {
    step(call);
    plateaus.forEach(plateau -> plateau.report(LOSSES[(call - 1) % LOSSES.length]));
  }

  abstract void step(int call);

  /// What the optimizer says of itself.
  abstract State state();

  abstract void restore(State state);

  /// Each parameter by name.
  abstract Map<String, Tensor> values();

  abstract void set(String name, Tensor value);

  /// A hash of parameters and state.
  final long hash() {
    long hash = 1;
    for (Map<String, Tensor> tensors : List.of(values(), state().tensors())) {
      for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
        hash = 31 * hash + tensor.getKey().hashCode();
        for (double value : tensor.getValue().toDoubles()) {
          hash = (hash ^ Double.doubleToLongBits(value)) * 0x100000001b3L;
        }
      }
    }
    return 31 * hash + state().metadata().toString().hashCode();
  }

  /// All courses by name, in order; each is made anew by each call.
  static Map<String, Supplier<Course>> all() {
    Map<String, Supplier<Course>> all = new LinkedHashMap<>();
    for (Rule rule : Rules.all()) {
      all.put(rule.toString(), () -> new OfModel(rule));
      if (!Rules.isForMatrices(rule)) {
        all.put(rule + " on double[]", () -> new OfArray(rule, DType.FLOAT64));
        if (!Rules.looksAhead(rule)) {
          all.put(rule + " on float[]", () -> new OfArray(rule, DType.FLOAT32));
        }
      }
      for (Kinds.Place place : Kinds.places(rule)) {
        Kinds.of(rule, place)
            .forEach(
                (kind, schedule) ->
                    all.put(
                        rule + ", " + place.name() + " = " + kind,
                        () -> {
                          Schedule fresh = schedule.get();
                          Rule with = place.with().apply(fresh);
                          return new OfModel(OfModel.fresh(true), with, fresh);
                        }));
      }
    }
    all.put("groups", Course::groups);
    all.put("accumulation", Course::accumulation);
    return all;
  }

  /// Three rules, two of which share a plateau, gradients clipped and looked at.
  private static Course groups() {
    Plateau plateau = new Plateau(0.1, new Plateau.Options(0.5, 0, 1e-4, 0, 0));
    List<Parameter> parameters = OfModel.fresh(false);
    Optimizer optimizer =
        Optimizer.over(parameters)
            .clipGlobalNorm(0.5)
            .onNonFinite(NonFinite.SKIP)
            .group("matrix", new Muon(plateau, 0.9, 0.1, 1e-7, 5))
            .group("*32", Averaged.mean(new Sgd(plateau, 0.9)))
            .rest(new AdamW(new Adam(Schedules.cosine(0.1, 0, 5)), 0.1));
    return new OfModel(parameters, optimizer, plateau);
  }

  /// Three gradients make a step, so that a state has sums of one or two.
  private static Course accumulation() {
    Plateau plateau = new Plateau(0.1, new Plateau.Options(0.5, 0, 1e-4, 0, 0));
    List<Parameter> parameters = OfModel.fresh(false);
    parameters.add(new Parameter("batches", Tensor.of(1.0, 2.0)));
    Optimizer optimizer =
        Optimizer.over(parameters).accumulate(3).clipGlobalNorm(0.5).rest(new Adam(plateau));
    return new OfModel(parameters, optimizer, plateau);
  }

  /// Parameters of both types, those of FLOAT64 without a gradient in every third call.
  private static final class OfModel extends Course {
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Optimizer optimizer;

    OfModel(Rule rule, Schedule... schedules) {
      this(fresh(Rules.isForMatrices(rule)), rule, schedules);
    }

    OfModel(List<Parameter> all, Rule rule, Schedule... schedules) {
      this(all, rule.over(all), schedules);
    }

    OfModel(List<Parameter> all, Optimizer optimizer, Schedule... schedules) {
      super(schedules);
      all.forEach(p -> parameters.put(p.name(), p));
      this.optimizer = optimizer;
    }

    static List<Parameter> fresh(boolean isForMatrices) {
      List<Parameter> all = new ArrayList<>();
      all.add(new Parameter("matrix", Tensor.uniform(1, 3, 7).minus(0.5)));
      if (!isForMatrices) {
        all.add(new Parameter("vector32", Tensor.uniform(2, 19).minus(0.5)));
      }
      all.add(new Parameter("matrix64", Tensor.uniform(3, 5, 2).to(DType.FLOAT64).minus(0.5)));
      return all;
    }

    @Override
    void step(int call) {
      optimizer.step(
          () -> {
            Tensor loss = Tensor.scalar(DType.FLOAT64, 0);
            for (Parameter p : parameters.values()) {
              if (call % 3 != 0 || p.dtype() == DType.FLOAT32) {
                Tensor c = Tensor.uniform(call, p.shape().sizes()).to(p.dtype()).minus(0.5);
                loss = loss.plus(p.times(p.plus(c)).sum().to(DType.FLOAT64));
              }
            }
            return loss;
          });
    }

    @Override
    State state() {
      return optimizer.state();
    }

    @Override
    void restore(State state) {
      optimizer.restore(state);
    }

    @Override
    Map<String, Tensor> values() {
      Map<String, Tensor> values = new LinkedHashMap<>();
      parameters.forEach((name, p) -> values.put(name, p.snapshot()));
      return values;
    }

    @Override
    void set(String name, Tensor value) {
      parameters.get(name).assignInPlace(value);
    }
  }

  /// A plain array.
  private static final class OfArray extends Course {
    private final double[] doubles = {0.3, -1.2, 0, 2, -0.7, 0.1, 0.9, -0.4, 1.5};
    private final float[] floats = new float[doubles.length];
    private final ArrayOptimizer optimizer;
    private final boolean isDouble;

    OfArray(Rule rule, DType dtype) {
      this.isDouble = dtype == DType.FLOAT64;
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      this.optimizer = isDouble ? rule.over(doubles) : rule.over(floats);
    }

    private static double[] gradient(double[] x, int call) {
      double[] g = x.clone();
      for (int i = 0; i < g.length; i++) {
        g[i] += (i * call % 5 - 2) / 4.0;
      }
      return g;
    }

    @Override
    void step(int call) {
      if (isDouble) {
        optimizer.step(x -> gradient(x, call));
        return;
      }
      double[] g = gradient(Tensor.of(floats).toDoubles(), call);
      float[] single = new float[g.length];
      for (int i = 0; i < g.length; i++) {
        single[i] = (float) g[i];
      }
      optimizer.step(single);
    }

    @Override
    State state() {
      return optimizer.state();
    }

    @Override
    void restore(State state) {
      optimizer.restore(state);
    }

    @Override
    Map<String, Tensor> values() {
      return Map.of("x", isDouble ? Tensor.of(doubles) : Tensor.of(floats));
    }

    @Override
    void set(String name, Tensor value) {
      if (isDouble) {
        System.arraycopy(value.toDoubles(), 0, doubles, 0, doubles.length);
      } else {
        System.arraycopy(value.toFloats(), 0, floats, 0, floats.length);
      }
    }
  }
}
