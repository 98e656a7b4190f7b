package org.thalweg.optim;

import java.util.List;
import java.util.stream.Stream;
import org.thalweg.optim.adaptive.AdEmaMix;
import org.thalweg.optim.adaptive.AdaBelief;
import org.thalweg.optim.adaptive.AdaDelta;
import org.thalweg.optim.adaptive.AdaGrad;
import org.thalweg.optim.adaptive.AdaMax;
import org.thalweg.optim.adaptive.Adam;
import org.thalweg.optim.adaptive.AdamW;
import org.thalweg.optim.adaptive.Adan;
import org.thalweg.optim.adaptive.Adopt;
import org.thalweg.optim.adaptive.Epsilon;
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
import org.thalweg.optim.schedule.Schedules;
import org.thalweg.optim.wrapper.Averaged;
import org.thalweg.optim.wrapper.Clip;
import org.thalweg.optim.wrapper.Decay;
import org.thalweg.optim.wrapper.Decayed;
import org.thalweg.optim.wrapper.Lookahead;
import org.thalweg.optim.wrapper.Sam;

/// Every rule in its forms, for tests that hold for all of them. A rule that is not here fails
/// [RuleContractTest].
final class Rules {
  private Rules() {}

  /// A rule of a user's own, which has no fewer rights than ours.
  record Own(double rate) implements Rule {
    @Override
    public Update update(Symbols s) {
      var sum = s.state("sum").plus(s.gradient());
      var eta = s.number("η", n -> rate / n.step());
      return Update.of(s.parameter().minus(eta.times(sum))).with("sum", sum);
    }
  }

  static List<Rule> all() {
    return Stream.of(gradient(), adaptive(), wholeTensors(), wrappers()).flatMap(s -> s).toList();
  }

  /// Rules that take matrices alone.
  static boolean isForMatrices(Rule rule) {
    return rule instanceof Muon;
  }

  /// Rules that take their gradient elsewhere than at the parameter.
  static boolean looksAhead(Rule rule) {
    return rule instanceof Nesterov || rule instanceof Sam;
  }

  private static Stream<Rule> gradient() {
    return Stream.of(
        new Own(0.1),
        new Sgd(0.1),
        new Sgd(Schedules.cosine(0.1, 0, 4), 0.9),
        new Sgd(0.1, 0.9).dampening(0.3),
        new Sgd(0.1, 0.9).nesterov(),
        Sgd.keras(0.1, 0.9),
        Sgd.keras(0.1, 0.9).nesterov(),
        new Sgd(0.1, 0.9).form(Momentum.AVERAGE),
        new Sgd(0.1, 0.9).form(Momentum.AVERAGE).nesterov(),
        new Nesterov(0.1, 0.9),
        new SignSgd(0.1),
        new Lion(0.01, 0.1),
        new Rprop(),
        new Asgd(),
        new Asgd(Schedule.constant(0.1), 0.01, 0.75, 2),
        new Ftrl(0.1),
        new Ftrl(Schedule.constant(0.1), 0.1, 0.01, 0.02, 0.03, 0.04));
  }

  private static Stream<Rule> adaptive() {
    return Stream.of(
        new AdaGrad(0.1),
        new AdaGrad(0.1, 0),
        AdaGrad.keras(0.1),
        new AdaDelta(),
        new RmsProp(),
        new RmsProp().centered().momentum(0.9),
        RmsProp.keras(0.01).momentum(0.9),
        new Adam(),
        new Adam(0.1, 0, 0, 0.1),
        Adam.keras(0.01),
        new Adam(0.01).uncorrected(),
        new Adam(0.01).epsilon(new Epsilon(1e-8, 1e-6, false)),
        new Adam(0.01).amsGrad(Adam.AmsGrad.LARGEST),
        new Adam(0.01).amsGrad(Adam.AmsGrad.LARGEST_CORRECTED),
        new AdamW(new Adam(Schedules.exponential(0.1, 0.5)), 0.1),
        new NAdam(),
        NAdam.optax(0.01),
        new RAdam(Schedule.constant(0.1), 0.9, 0.9),
        RAdam.optax(0.01),
        new AdaMax(),
        AdaMax.keras(0.01),
        new Yogi(0.01),
        new AdaBelief(0.01),
        new Adan(0.01, 0.1),
        new AdEmaMix(0.01),
        new Adopt(0.01));
  }

  private static Stream<Rule> wholeTensors() {
    return Stream.of(
        new Lamb(0.1, 0.01),
        new Lars(0.1, 0.01),
        new NovoGrad(0.1, 0.01),
        new Sm3(0.1),
        new Adafactor(),
        Adafactor.keras(0.01),
        new Muon(0.02),
        new ScheduleFree(new Sgd(0.1), 0.1),
        ScheduleFree.adamW(0.1, 0.01),
        new Prodigy(),
        new DAdaptation());
  }

  private static Stream<Rule> wrappers() {
    return Stream.of(
        new Lookahead(new Adam(0.1), 3, 0.5),
        new Sam(new Sgd(0.1, 0.9), 0.05),
        new Decayed(new NAdam(), 0.002, 0.1),
        Averaged.exponential(new Adam(0.1), 0.9),
        Averaged.mean(new Sgd(0.1)),
        Averaged.stochastic(new Sgd(0.1), 2, 2),
        new Sgd(0.1).with(Clip.value(0.1)),
        new Sgd(0.1).with(Clip.norm(0.1)),
        new Sgd(0.1).with(Clip.globalNorm(0.1)),
        new Sgd(0.1).with(Clip.globalNormPyTorch(0.1)),
        new Sgd(0.1).with(Clip.adaptive(0.1)),
        new Adam(0.1).with(new Decay(0.01)).maximised());
  }
}
