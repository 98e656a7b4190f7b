"""Writes the learning rates of PyTorch's and Optax's schedulers, each in the order of steps from the first.

    python3 schedules.py torch > ../resources/org/thalweg/optim/schedules-torch.csv
    python3 schedules.py optax > ../resources/org/thalweg/optim/schedules-optax.csv

Made with PyTorch 2.13.0 and Optax 0.2.8.
"""

import sys

STEPS = 40
LOSSES = [3.0, 2.0, 1.5, 1.5, 1.4999, 1.6, 1.2, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.0] + [1.0] * 26


def with_torch():
    import torch
    import torch.optim.lr_scheduler as s

    torch.set_default_dtype(torch.float64)

    def run(name, make, rate=0.1, key="lr"):
        p = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([p], lr=rate, momentum=0.9)
        scheduler = make(optimizer)
        values = []
        for k in range(STEPS):
            values.append(optimizer.param_groups[0][key])
            optimizer.step()
            if isinstance(scheduler, s.ReduceLROnPlateau):
                scheduler.step(LOSSES[k])
            elif k < STEPS - 1:
                scheduler.step()
        print(name, *[repr(float(v)) for v in values], sep=",")

    run("step", lambda o: s.StepLR(o, 7, 0.3))
    run("multiStep", lambda o: s.MultiStepLR(o, [5, 6, 20], 0.3))
    run("exponential", lambda o: s.ExponentialLR(o, 0.9))
    run("polynomial", lambda o: s.PolynomialLR(o, 30, 1.7))
    run("linear", lambda o: s.LinearLR(o, 0.2, 0.8, 15))
    run("cosineWave", lambda o: s.CosineAnnealingLR(o, 15, 0.01))
    run("warmRestarts", lambda o: s.CosineAnnealingWarmRestarts(o, 5, 2, 0.01))
    run("warmRestarts1", lambda o: s.CosineAnnealingWarmRestarts(o, 6, 1, 0.01))
    run("triangular", lambda o: s.CyclicLR(o, 0.01, 0.1, 4, 7, cycle_momentum=False))
    run("triangular2", lambda o: s.CyclicLR(o, 0.01, 0.1, 4, 7, mode="triangular2", cycle_momentum=False))
    run("expRange", lambda o: s.CyclicLR(o, 0.01, 0.1, 4, 7, mode="exp_range", gamma=0.95, cycle_momentum=False))
    run("triangularMomentum", lambda o: s.CyclicLR(o, 0.01, 0.1, 4, 7, base_momentum=0.8, max_momentum=0.9),
        key="momentum")
    run("oneCycle", lambda o: s.OneCycleLR(o, 0.1, STEPS))
    run("oneCycleWarm", lambda o: s.OneCycleLR(o, 0.1, STEPS, pct_start=0.4, div_factor=10, final_div_factor=100))
    run("oneCycleMomentum", lambda o: s.OneCycleLR(o, 0.1, STEPS), key="momentum")
    run("sequential", lambda o: s.SequentialLR(o, [s.LinearLR(o, 0.1, 1, 5), s.ExponentialLR(o, 0.9)], [5]))
    run("chained", lambda o: s.ChainedScheduler([s.LinearLR(o, 0.1, 1, 5), s.ExponentialLR(o, 0.9)]))
    run("plateau", lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=2, cooldown=1, min_lr=0.01))


def with_optax():
    import jax
    import optax as o

    jax.config.update("jax_enable_x64", True)

    def run(name, schedule):
        import jax.numpy as jnp

        print(name, *[repr(float(schedule(jnp.array(k, jnp.float64)))) for k in range(STEPS)], sep=",")

    run("polynomial", o.polynomial_schedule(0.1, 0.01, 1.7, 30))
    run("linear", o.linear_schedule(0.02, 0.08, 15))
    run("cosine", o.cosine_decay_schedule(0.1, 25, 0.1))
    run("exponential", o.exponential_decay(0.1, 7, 0.3))
    run("piecewise", o.piecewise_constant_schedule(0.1, {5: 0.5, 6: 0.5, 20: 0.1}))
    run("warmupCosine", o.warmup_cosine_decay_schedule(0.0, 0.1, 8, 30, 0.01))
    run("warmupStableDecay", o.join_schedules(
        [o.linear_schedule(0, 0.1, 5), o.constant_schedule(0.1), o.linear_schedule(0.1, 0, 10)], [5, 20]))


{"torch": with_torch, "optax": with_optax}[sys.argv[1]]()
