package org.thalweg.optim;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.thalweg.optim.gradient.Ftrl;
import org.thalweg.optim.schedule.Plateau;
import org.thalweg.optim.schedule.RangeTest;
import org.thalweg.optim.schedule.Recurrence;
import org.thalweg.optim.schedule.Schedules;

/// Every kind of schedule, and every place in a rule where one may stand, for tests that hold for
/// all pairs. A kind that is not here fails [RestoreElsewhereTest].
final class Kinds {
  private static final int TURNS = 15;

  private Kinds() {}

  /// A hyper-parameter that may be a schedule.
  ///
  /// @param name such as `rule.learningRate`
  /// @param with the rule with another schedule there
  record Place(String name, Function<Schedule, Rule> with) {}

  /// The kinds by how they are made: method and number of arguments, or class. Values are between 0
  /// and 1, so that they are rates, momenta and shares alike; each is made anew by each call.
  static Map<String, Supplier<Schedule>> all() {
    Map<String, Supplier<Schedule>> all = new LinkedHashMap<>(factories());
    all.put("Schedule.constant/1", () -> Schedule.constant(0.07));
    all.put("Schedule.times/double", () -> Schedules.cosine(0.1, 0.01, 5).times(0.5));
    all.put("Schedule.times/Schedule", () -> Schedules.linear(0.5, 1, 4).times(plateau()));
    all.put("Schedule.then/2", () -> Schedules.linear(0.02, 0.1, 2).then(2, plateau()));
    all.put("Schedule.warmedUp/1", () -> plateau().warmedUp(4));
    all.put("Schedule.complement/0", () -> Schedules.linear(0.9, 0.95, 4).complement());
    all.put("Schedule.perEpoch/1", () -> Schedules.exponential(0.1, 0.5).perEpoch(2));
    all.put("Plateau", Kinds::plateau);
    all.put("RangeTest", () -> new RangeTest(0.01, 0.1, 6));
    all.put("Recurrence", () -> new Recurrence(0.1, (before, t) -> before * (1 - 0.3 / t)));
    all.put("lambda", () -> t -> 0.1 / t);
    return all;
  }

  /// The kinds for a place: all for the first of a rule; for the others a plateau, which has a
  /// state, and some by turns. But FTRL divides by the rate, which must not begin at 0, and β₁ of
  /// NAdam is a function of the step.
  static Map<String, Supplier<Schedule>> of(Rule rule, Place place) {
    Map<String, Supplier<Schedule>> all = all();
    int index = places(rule).stream().map(Place::name).toList().indexOf(place.name());
    int turn = Math.floorMod(31 * rule.toString().hashCode() + index, TURNS);
    int[] next = {0};
    all.keySet().removeIf(k -> next[0]++ % TURNS != turn && index > 0 && !k.equals("Plateau"));
    if (rule instanceof Ftrl) {
      all.remove("Schedules.warmupStableDecay/4");
    }
    if (rule.toString().contains("NAdam") && place.name().endsWith("beta1")) {
      all.values().removeIf(kind -> isTold(kind.get()));
    }
    return all;
  }

  private static boolean isTold(Schedule schedule) {
    return schedule instanceof Plateau || schedule.parts().stream().anyMatch(Kinds::isTold);
  }

  private static Map<String, Supplier<Schedule>> factories() {
    Map<String, Supplier<Schedule>> all = new LinkedHashMap<>();
    all.put("Schedules.step/3", () -> Schedules.step(0.1, 0.3, 2));
    all.put("Schedules.multiStep/3", () -> Schedules.multiStep(0.1, 0.3, 1, 4));
    all.put(
        "Schedules.piecewise/2", () -> Schedules.piecewise(new double[] {0.1, 0.05, 0.02}, 2, 4));
    all.put("Schedules.exponential/2", () -> Schedules.exponential(0.1, 0.9));
    all.put("Schedules.exponential/3", () -> Schedules.exponential(0.1, 0.3, 7));
    all.put("Schedules.inverseTime/3", () -> Schedules.inverseTime(0.1, 0.5, 2));
    all.put("Schedules.polynomial/4", () -> Schedules.polynomial(0.1, 0.01, 1.7, 5));
    all.put("Schedules.linear/3", () -> Schedules.linear(0.02, 0.08, 5));
    all.put("Schedules.cosine/3", () -> Schedules.cosine(0.1, 0.01, 5));
    all.put("Schedules.cosineWave/3", () -> Schedules.cosineWave(0.1, 0.01, 3));
    all.put("Schedules.warmRestarts/4", () -> Schedules.warmRestarts(0.1, 0.01, 2, 2));
    all.put("Schedules.triangular/4", () -> Schedules.triangular(0.01, 0.1, 2, 3));
    all.put("Schedules.triangular2/4", () -> Schedules.triangular2(0.01, 0.1, 1, 2));
    all.put("Schedules.expRange/5", () -> Schedules.expRange(0.01, 0.1, 2, 1, 0.9));
    all.put("Schedules.oneCycle/2", () -> Schedules.oneCycle(0.1, 6));
    all.put("Schedules.oneCycle/5", () -> Schedules.oneCycle(0.1, 6, 0.5, 10, 100));
    all.put("Schedules.oneCycleMomentum/4", () -> Schedules.oneCycleMomentum(0.85, 0.95, 6, 0.5));
    all.put("Schedules.warmupStableDecay/4", () -> Schedules.warmupStableDecay(0.1, 2, 2, 2));
    all.put("Schedules.noam/3", () -> Schedules.noam(1, 64, 3));
    return all;
  }

  /// Falls at every second report that is no better.
  private static Plateau plateau() {
    return new Plateau(0.1, new Plateau.Options(0.5, 1, 1e-4, 1, 1e-3));
  }

  /// The places of a rule, those of the rules and transforms inside included.
  static List<Place> places(Rule rule) {
    return inside("", rule).entrySet().stream()
        .map(place -> new Place(place.getKey(), s -> (Rule) place.getValue().apply(s)))
        .toList();
  }

  private static Map<String, Function<Schedule, Object>> inside(String prefix, Object value) {
    Map<String, Function<Schedule, Object>> places = new LinkedHashMap<>();
    if (value instanceof Record whole) {
      for (RecordComponent component : whole.getClass().getRecordComponents()) {
        String name = prefix + component.getName();
        if (component.getType() == Schedule.class) {
          places.put(name, schedule -> with(whole, component, schedule));
        } else {
          inside(name + ".", value(whole, component))
              .forEach((n, f) -> places.put(n, s -> with(whole, component, f.apply(s))));
        }
      }
    }
    return places;
  }

  private static Object value(Record whole, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(whole);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new LinkageError(component.toString(), e);
    }
  }

  /// The record with another value of a component.
  static Object with(Record whole, RecordComponent changed, Object value) {
    RecordComponent[] components = whole.getClass().getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : components) {
      boolean isChanged = component.getName().equals(changed.getName());
      values.add(isChanged ? value : value(whole, component));
    }
    try {
      Constructor<? extends Record> constructor = whole.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(whole + " with " + changed + " = " + value, e);
    }
  }
}
