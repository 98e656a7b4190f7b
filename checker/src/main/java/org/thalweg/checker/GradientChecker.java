package org.thalweg.checker;

import com.google.errorprone.annotations.CheckReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;
import org.thalweg.autodiff.array.DType;
import org.thalweg.checker.function.BackwardException;
import org.thalweg.checker.function.Input;
import org.thalweg.checker.function.Target;

/// Compares the gradients of a function, or of a model, with differences of its values.
///
/// ```java
/// Report report = GradientChecker.of(x -> x.tanh()).at(Tensor.of(0.3, -2.0)).toSecondOrder().check();
/// Report report = GradientChecker.ofModel(model.parameters(), () -> loss(model)).check();
/// ```
///
/// A function may have any number of inputs, and a result of any shape: it is multiplied by random
/// weights and added up. Each derivative is measured by extrapolated central differences with steps
/// chosen for the element, and compared within the error that these have; there is no absolute
/// tolerance, so that small gradients are checked as large ones are. Of large tensors some elements
/// are checked, and all of them together along random directions.
///
/// Checkers do not change: each method gives another.
@CheckReturnValue
public final class GradientChecker {
  /// Where rounding loses more of the derivatives than this in FLOAT32, little has been learned.
  private static final double MOST_LOST = 0.5;

  private final String name;
  private final Target.Outputs function;
  private final List<Input> inputs;
  private final boolean isFloat32;
  private final List<String> notes;
  private final Settings settings;

  private GradientChecker(
      String name,
      Target.Outputs function,
      List<Input> inputs,
      boolean isFloat32,
      List<String> notes,
      Settings settings) {
    this.name = name;
    this.function = function;
    this.inputs = inputs;
    this.isFloat32 = isFloat32;
    this.notes = notes;
    this.settings = settings;
  }

  /// Checks a function of one tensor.
  public static GradientChecker of(UnaryOperator<Tensor> f) {
    return ofAll(inputs -> f.apply(only(inputs, 1).get(0)));
  }

  /// Checks a function of two tensors.
  public static GradientChecker of(BinaryOperator<Tensor> f) {
    return ofAll(inputs -> f.apply(only(inputs, 2).get(0), inputs.get(1)));
  }

  /// Checks a function of any number of tensors.
  public static GradientChecker ofAll(Function<List<Tensor>, Tensor> f) {
    return new GradientChecker(
        "function",
        inputs -> List.of(f.apply(inputs)),
        List.of(),
        false,
        List.of(),
        Settings.FUNCTION);
  }

  private static List<Tensor> only(List<Tensor> inputs, int count) {
    if (inputs.size() != count) {
      throw new IllegalArgumentException(
          "gradient checker: the function takes "
              + count
              + " tensors and at(…) gave "
              + inputs.size()
              + ": give as many");
    }
    return inputs;
  }

  /// Checks the gradients of a loss in parameters, at the values they have. During the check the
  /// parameters are changed in place, one element at a time; at its end they have their bits again.
  ///
  /// @param parameters FLOAT64: see `Layer.to(FLOAT64)`
  /// @param loss computed from the parameters anew at each call, the same at each, of any shape
  /// @throws IllegalArgumentException where there is no parameter, or one is FLOAT32
  public static GradientChecker ofModel(Collection<Parameter> parameters, Supplier<Tensor> loss) {
    List<Parameter> all = List.copyOf(parameters);
    for (Parameter parameter : all) {
      if (parameter.dtype() != DType.FLOAT64) {
        throw new IllegalArgumentException(
            "gradient checker: parameter ["
                + parameter.name()
                + "] is "
                + parameter.dtype()
                + ": differences need FLOAT64, check model.to(FLOAT64)");
      }
    }
    List<Input> inputs = all.stream().map(Input::of).toList();
    return new GradientChecker(
        "model", _ -> List.of(loss.get()), inputs, false, shared(all), Settings.MODEL);
  }

  /// Checks the gradients of a model in both types: in FLOAT64 against differences, and those that
  /// it computes in FLOAT32 against those in FLOAT64, at the values that it has in FLOAT32. See
  /// [ModelLoss].
  ///
  /// @param model the model and its loss in a type, FLOAT64 or FLOAT32: a copy of its own for each,
  ///   whose parameters are changed
  /// @throws IllegalArgumentException where the two do not have the same parameters in these types
  public static GradientChecker ofModel(Function<DType, ModelLoss> model) {
    ModelLoss full = model.apply(DType.FLOAT64);
    ModelLoss single = model.apply(DType.FLOAT32);
    List<Parameter> parameters = List.copyOf(full.parameters());
    List<Parameter> twins = List.copyOf(single.parameters());
    List<String> described = parameters.stream().map(p -> describe(p, DType.FLOAT64)).toList();
    List<String> other = twins.stream().map(p -> describe(p, DType.FLOAT32)).toList();
    if (!described.equals(other)) {
      throw new IllegalArgumentException(
          "gradient checker: the model has parameters "
              + described
              + " in FLOAT64 and "
              + other
              + " in FLOAT32: make it with model.to(type)");
    }
    List<Input> inputs = new ArrayList<>();
    for (int k = 0; k < parameters.size(); k++) {
      inputs.add(Input.of(parameters.get(k), twins.get(k)));
    }
    Target.Outputs loss =
        in -> List.of((in.get(0).dtype() == DType.FLOAT32 ? single : full).loss().get());
    return new GradientChecker("model", loss, inputs, true, shared(parameters), Settings.MODEL);
  }

  private static String describe(Parameter parameter, DType wanted) {
    String type = parameter.dtype() == wanted ? "" : parameter.dtype() + " ";
    return type + parameter.name() + " " + parameter.shape();
  }

  /// A note for each pair that is one piece of memory.
  private static List<String> shared(List<? extends Tensor> tensors) {
    List<String> notes = new ArrayList<>();
    for (int k = 0; k < tensors.size(); k++) {
      for (int j = 0; j < k; j++) {
        if (tensors.get(j).array().storage() == tensors.get(k).array().storage()) {
          String what =
              tensors.get(j) instanceof Parameter p
                  ? "parameter [" + p.name() + "] is given twice: it moves as one"
                  : "inputs " + j + " and " + k + " share their memory: they move one by one";
          notes.add(what);
        }
      }
    }
    return notes;
  }

  /// What reports call the function; `function` or `model` by default.
  public GradientChecker named(String newName) {
    return new GradientChecker(newName, function, inputs, isFloat32, notes, settings);
  }

  /// Where to check a function. With FLOAT64 tensors its gradients are compared with differences.
  /// With FLOAT32 tensors that is done at the same values in FLOAT64, and the gradients that it
  /// computes in FLOAT32 are compared with those. INT32 tensors are given to the function and not
  /// moved.
  ///
  /// @throws IllegalArgumentException where FLOAT32 and FLOAT64 are mixed, and for a model, which
  ///   is checked at the values of its parameters
  public GradientChecker at(Tensor... tensors) {
    if (inputs.stream().anyMatch(Input::isParameter)) {
      throw new IllegalArgumentException(
          "gradient checker: a model is checked at the values of its parameters: leave out at(…)");
    }
    List<Input> given = new ArrayList<>();
    for (int k = 0; k < tensors.length; k++) {
      given.add(Input.of(name(tensors, k), tensors[k]));
    }
    List<DType> types =
        Arrays.stream(tensors).map(Tensor::dtype).filter(DType::isFloating).distinct().toList();
    if (types.size() > 1) {
      throw new IllegalArgumentException(
          "gradient checker: the inputs are of types " + types + ": use to(…) on some");
    }
    boolean allFloat32 = types.contains(DType.FLOAT32);
    return new GradientChecker(
        name, function, given, allFloat32, shared(Arrays.asList(tensors)), settings);
  }

  private static String name(Tensor[] tensors, int k) {
    if (tensors[k] instanceof Parameter parameter) {
      return parameter.name();
    }
    return switch (tensors.length) {
      case 1 -> "x";
      case 2 -> k == 0 ? "a" : "b";
      default -> "x" + k;
    };
  }

  /// Checks the gradients of the gradients too.
  public GradientChecker toSecondOrder() {
    return toOrder(2);
  }

  /// Checks derivatives up to an order, from 1.
  public GradientChecker toOrder(int order) {
    if (order < 1) {
      throw new IllegalArgumentException(
          "gradient checker: order " + order + " is not a derivative: use 1 or more");
    }
    return with(settings.order(order));
  }

  /// Draws weights, places and directions from this seed. By default the seed follows from the
  /// shapes, so that a check is the same in every run.
  public GradientChecker withSeed(long seed) {
    return with(settings.seed(seed));
  }

  /// Checks at most so many elements of each tensor one by one: 256 by default, 64 for a model.
  public GradientChecker withEntries(int most) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "gradient checker: " + most + " entries are no check: use 1 or more");
    }
    return with(settings.entries(most));
  }

  /// Checks each tensor along four random directions in all of its elements, and no element by
  /// itself: some dozens of evaluations for each tensor, however large. Where a direction fails,
  /// its halves are tried until the worst element is found.
  public GradientChecker fast() {
    return with(settings.entries(0));
  }

  /// Tells a listener of each derivative that has been checked: for long checks. Nothing is printed
  /// by itself.
  public GradientChecker withProgress(Consumer<Progress> listener) {
    return with(settings.progress(listener));
  }

  /// Lets derivatives be apart by this part of the larger, beyond the error of the numeric one;
  /// 10⁻⁶ by default.
  ///
  /// @throws IllegalArgumentException where it is negative, infinite or not a number
  public GradientChecker withTolerance(double relative) {
    checkShare("tolerance", relative, Double.MAX_VALUE);
    return with(settings.tolerance(relative));
  }

  /// Lets these shares of the elements be inconclusive (by default 0.05), and vacuous (0.5): more
  /// of them speak against the function.
  ///
  /// @throws IllegalArgumentException where one is not from 0 to 1
  public GradientChecker allowing(double inconclusive, double vacuous) {
    checkShare("share of inconclusive elements", inconclusive, 1);
    checkShare("share of vacuous elements", vacuous, 1);
    return with(settings.shares(inconclusive, vacuous));
  }

  private static void checkShare(String what, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(
          "gradient checker: the " + what + " is " + value + ": use a number from 0 to " + most);
    }
  }

  private GradientChecker with(Settings other) {
    return new GradientChecker(name, function, inputs, isFloat32, notes, other);
  }

  /// Runs the check.
  ///
  /// @throws IllegalArgumentException where there is no input to differentiate in, or the function
  ///   computes in another type than that of its inputs
  /// @throws IllegalStateException where the shape of the result depends on values
  public Report check() {
    long start = System.nanoTime();
    Target target = target();
    long seed = seed(target);
    List<Entry> entries = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    List<String> more = new ArrayList<>(notes);
    Optional<TaylorTest> taylor = Optional.empty();
    Set<Integer> hidden = Set.of();
    // A function of empty tensors has no derivatives whose derivatives could be asked for.
    int highest = target.isEmpty() ? 1 : settings.order();
    for (int order = 1; order <= highest && problems.isEmpty(); order++) {
      Pass pass = new Pass(target, order, settings, seed, hidden, progress(target, order, start));
      pass.run();
      entries.addAll(pass.entries());
      problems.addAll(pass.problems());
      more.addAll(pass.notes());
      taylor = taylor.or(pass::taylor);
      if (isFloat32 && problems.isEmpty()) {
        inFloat32(target, pass.weights(), order, seed, settings, entries, problems);
      }
      if (order < highest && problems.isEmpty()) {
        target = target.derivative(pass.weights());
        hidden = pass.uncertain();
      }
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    return new Report(name, seed, entries, problems, more, taylor, settings.calls(seed), time);
  }

  /// The Taylor test by itself, a dozen or two of evaluations for all inputs together: see
  /// [TaylorTest].
  ///
  /// @throws IllegalArgumentException as [#check]
  public TaylorTest taylor() {
    Target target = target();
    SplittableRandom random = new SplittableRandom(seed(target));
    double[] here = target.evaluate();
    double[] weights = Pass.weights(here.length, 1, random);
    return TaylorTest.of(target, weights, here, target.gradient(weights), random);
  }

  private Target target() {
    if (inputs.stream().noneMatch(Input::moves)) {
      throw new IllegalArgumentException(
          "gradient checker: there is nothing to differentiate in: give FLOAT64 or FLOAT32 tensors"
              + " to at(…), or parameters");
    }
    return Target.of(inputs.stream().map(Input::copy).toList(), function);
  }

  private long seed(Target target) {
    Long given = settings.seed();
    return given == null ? target.shapes().hashCode() : given;
  }

  private BiConsumer<String, Integer> progress(Target target, int order, long start) {
    int total = target.inputs().stream().mapToInt(input -> Probe.count(input, settings)).sum();
    return (input, done) ->
        settings
            .progress()
            .accept(
                new Progress(
                    order, input, done, total, Duration.ofNanos(System.nanoTime() - start)));
  }

  private static void inFloat32(
      Target target,
      double[] weights,
      int order,
      long seed,
      Settings settings,
      List<Entry> entries,
      List<Problem> problems) {
    try {
      Precision precision = new Precision(target, weights, order, seed, settings.entries());
      entries.addAll(precision.entries());
      double allowed = Math.max(settings.inconclusive(), MOST_LOST);
      if (precision.inconclusive() > allowed) {
        problems.add(
            new Problem(
                Problem.Kind.TOO_LITTLE,
                "order "
                    + order
                    + ": of "
                    + Math.round(100 * precision.inconclusive())
                    + " % of the elements FLOAT32 has no digits to compare, and "
                    + Math.round(100 * allowed)
                    + " % are allowed: check at another point, or scale the function"));
      }
    } catch (BackwardException e) {
      problems.add(Pass.failed(e, order));
    }
  }
}
