package org.thalweg.optim.convergence;

import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.thalweg.optim.Rule;
import org.thalweg.optim.Schedule;
import org.thalweg.optim.adaptive.AdEmaMix;
import org.thalweg.optim.adaptive.AdaBelief;
import org.thalweg.optim.adaptive.AdaDelta;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.AdaMax;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.adaptive.Adan;
import org.thalweg.optim.adaptive.Adopt;
import org.thalweg.optim.adaptive.NAdam;
import org.thalweg.optim.adaptive.RAdam;
import org.thalweg.optim.adaptive.RmsProp;
import org.thalweg.optim.adaptive.Yogi;
import org.thalweg.optim.free.DAdaptation;
import org.thalweg.optim.free.Prodigy;
import org.thalweg.optim.free.ScheduleFree;
import org.thalweg.optim.gradient.Asgd;
import org.thalweg.optim.gradient.Ftrl;
import org.thalweg.optim.gradient.Lion;
import org.thalweg.optim.gradient.Momentum;
import org.thalweg.optim.gradient.Nesterov;
import org.thalweg.optim.gradient.Rprop;
import org.thalweg.optim.gradient.Sgd;
import org.thalweg.optim.gradient.SignSgd;
import org.thalweg.optim.matrix.Adafactor;
import org.thalweg.optim.matrix.Lamb;
import org.thalweg.optim.matrix.Lars;
import org.thalweg.optim.matrix.Muon;
import org.thalweg.optim.matrix.NovoGrad;
import org.thalweg.optim.matrix.Sm3;
import org.thalweg.optim.wrapper.Averaged;
import org.thalweg.optim.wrapper.Clip;
import org.thalweg.optim.wrapper.Decayed;
import org.thalweg.optim.wrapper.Lookahead;
import org.thalweg.optim.wrapper.Sam;

/// The rows of the table: every rule, by its rate.
final class Rows {
  private Rows() {}

  /// Why a rule does not reach the minimum of every smooth convex problem.
  enum Reason {
    NONE("", false),
    LENGTH(
        """
        **Steps do not shrink with the gradient.** η sets their length: they are the sign of the
        gradient, the gradient over its norm, or over the root of an average of its last 10 or 100
        squares. Around a minimum they go back and forth, at a distance of about η, and a smaller η
        does not get there within the budget. Adam averages a thousand squares: it has arrived
        before it forgets.\
        """,
        true),
    SLOW(
        """
        **The momentum is as long as the budget.** Its slow average is of the last ten thousand
        gradients, with five times the weight of the fast one.\
        """,
        true),
    ELSEWHERE(
        """
        **The gradient is that of another place**, ρ = 0.05 uphill. With an eigenvalue of 1000 it
        is up to 50 there even at the minimum, and a step of η times that leads away again.\
        """,
        false),
    MEAN(
        """
        **The mean is that of all steps.** The first ones weigh as much as the last: the distance
        falls as 1/t.\
        """,
        false),
    ;

    final String text;

    /// Whether a rate that falls brings it to the minimum.
    final boolean hasRemedy;

    Reason(String text, boolean hasRemedy) {
      this.text = text;
      this.hasRemedy = hasRemedy;
    }
  }

  /// One row.
  ///
  /// @param name the Java that makes the rule
  /// @param rule by its rate
  /// @param reason for a dash in a column of a smooth convex problem
  /// @param isFalling whether a schedule shortens the steps
  record Row(String name, DoubleFunction<Rule> rule, Reason reason, boolean isFalling) {
    Row because(Reason other) {
      return new Row(name, rule, other, isFalling);
    }

    /// This rule with steps that a schedule shortens.
    Row falling(Schedule share) {
      return new Row(name, eta -> new Falling(rule.apply(eta), share), Reason.NONE, true);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Row> ALL =
      Stream.of(gradient(), adaptive(), wholeTensors(), wrappers()).flatMap(s -> s).toList();

  private static Row row(String name, DoubleFunction<Rule> rule) {
    return new Row(name, rule, Reason.NONE, false);
  }

  private static Stream<Row> gradient() {
    return Stream.of(
        row("Sgd(η)", Sgd::new),
        row("Sgd(η, 0.9)", eta -> new Sgd(eta, 0.9)),
        row("Sgd(η, 0.9).nesterov()", eta -> new Sgd(eta, 0.9).nesterov()),
        row("Sgd(η, 0.9).form(AVERAGE)", eta -> new Sgd(eta, 0.9).form(Momentum.AVERAGE)),
        row("Nesterov(η, 0.9)", eta -> new Nesterov(eta, 0.9)),
        row("SignSgd(η)", SignSgd::new).because(Reason.LENGTH),
        row("Lion(η)", Lion::new).because(Reason.LENGTH),
        row("Rprop(η)", Rprop::new),
        row("Asgd(η)", Asgd::new),
        row("Ftrl(η)", Ftrl::new));
  }

  private static Stream<Row> adaptive() {
    return Stream.of(
        row("AdaGrad(η)", AdaGrad::new),
        row("AdaDelta(η)", AdaDelta::new).because(Reason.LENGTH),
        row("RmsProp(η)", RmsProp::new).because(Reason.LENGTH),
        row("RmsProp(η).momentum(0.9)", eta -> new RmsProp(eta).momentum(0.9))
            .because(Reason.LENGTH),
        row("Adam(η)", Adam::new),
        row("Adam(η).amsGrad(LARGEST)", eta -> new Adam(eta).amsGrad(Adam.AmsGrad.LARGEST)),
        row("AdamW(η, 0)", eta -> new AdamW(eta, 0)),
        row("NAdam(η)", NAdam::new),
        row("RAdam(η)", RAdam::new),
        row("AdaMax(η)", AdaMax::new),
        row("Yogi(η)", Yogi::new),
        row("AdaBelief(η)", AdaBelief::new),
        row("Adan(η)", Adan::new).because(Reason.LENGTH),
        row("AdEmaMix(η)", AdEmaMix::new).because(Reason.SLOW),
        row("Adopt(η)", Adopt::new));
  }

  private static Stream<Row> wholeTensors() {
    return Stream.of(
        row("Lamb(η)", Lamb::new).because(Reason.LENGTH),
        row("Lars(η)", Lars::new).because(Reason.LENGTH),
        row("NovoGrad(η)", NovoGrad::new).because(Reason.LENGTH),
        row("Sm3(η)", Sm3::new),
        row("Adafactor(η)", Adafactor::new),
        row("Muon(η, 0.95, 0, 1e-7, 5)", eta -> new Muon(Schedule.constant(eta), 0.95, 0, 1e-7, 5))
            .because(Reason.LENGTH),
        row("ScheduleFree(Sgd(η), η)", eta -> new ScheduleFree(new Sgd(eta), eta)),
        row("ScheduleFree.adamW(η, 0)", eta -> ScheduleFree.adamW(eta, 0)),
        row("Prodigy(η)", Prodigy::new),
        row("DAdaptation(η)", DAdaptation::new));
  }

  private static Stream<Row> wrappers() {
    return Stream.of(
        row("Lookahead(Adam(η))", eta -> new Lookahead(new Adam(eta))),
        row("Sam(Sgd(η, 0.9), 0.05)", eta -> new Sam(new Sgd(eta, 0.9), 0.05))
            .because(Reason.ELSEWHERE),
        row("Decayed(NAdam(η), η, 0)", eta -> new Decayed(new NAdam(eta), eta, 0)),
        row("Averaged.exponential(Adam(η), 0.9)", eta -> Averaged.exponential(new Adam(eta), 0.9)),
        row("Averaged.mean(Sgd(η))", eta -> Averaged.mean(new Sgd(eta))).because(Reason.MEAN),
        row(
            "Sgd(η, 0.9).with(Clip.globalNorm(1))",
            eta -> new Sgd(eta, 0.9).with(Clip.globalNorm(1))));
  }
}
