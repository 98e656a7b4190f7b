"""Writes what PyTorch's, Optax's and Keras's optimizers make of a matrix and a vector whose gradients depend on both.

    python3 rules.py torch > ../resources/org/thalweg/optim/rules-torch.csv
    python3 rules.py optax > ../resources/org/thalweg/optim/rules-optax.csv
    python3 rules.py keras > ../resources/org/thalweg/optim/rules-keras.csv

W is 4 by 3, b has 3 elements, in float64; a line is a case, a step and W and b after it. The loss is

    sum over the elements w of W in order: w^4/4 + c w + (next - w)^2/2,  plus 1/2 sum (b - first row of W)^2

with c = ((7 step + 3 index) mod 11 - 5) / 5: it is convex, so that the last bits do not grow, and no gradient vanishes.

In PyTorch's cases b has no gradient in every third step. torch.optim.Muon takes W alone, and its iteration in bfloat16 is
replaced by the same one in float64. Made with PyTorch 2.13.0, Optax 0.2.8 and JAX 0.10.2, Keras 3.15.1.
"""

import math
import sys

STEPS = (1, 2, 3, 20, 60, 200)
W = [[-1.2, 1.0, -0.5], [0.8, 0.3, -0.7], [0.1, 1.3, -0.2], [0.6, -0.9, 0.4]]
B = [0.5, -0.25, 2.0]


def forces(step):
    return [((7 * step + 3 * i) % 11 - 5) / 5 for i in range(12)]


def loss(w, b, c, has_b):
    x = w.reshape(-1)
    value = (0.25 * x**4 + c * x).sum() + (0.5 * (x[1:] - x[:-1]) ** 2).sum()
    return value + 0.5 * ((b - w[0]) ** 2).sum() if has_b else value


def row(name, step, *arrays):
    values = [repr(float(v)) for a in arrays for v in a.reshape(-1)]
    print(name, step, *values, sep=",")


def with_torch():
    import torch
    import torch.optim._muon as muon
    from torch.nn.utils import clip_grad_norm_, clip_grad_value_
    from torch.optim.swa_utils import get_ema_avg_fn, get_swa_avg_fn

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    o = torch.optim

    def orthogonal(g, coefficients, steps, eps):
        a, b, c = coefficients
        x = g.T if g.size(0) > g.size(1) else g
        x = x / x.norm().clamp(min=eps)
        for _ in range(steps):
            gram = x @ x.T
            x = a * x + (b * gram + c * gram @ gram) @ x
        return x.T if g.size(0) > g.size(1) else x

    muon._zeropower_via_newtonschulz = orthogonal

    cases = {
        "sgd": lambda p: o.SGD(p, lr=0.01, momentum=0.8, dampening=0.2, weight_decay=0.05),
        "sgd-nesterov": lambda p: o.SGD(p, lr=0.01, momentum=0.8, weight_decay=0.05, nesterov=True),
        "adagrad": lambda p: o.Adagrad(p, lr=0.1, weight_decay=0.02, initial_accumulator_value=0.1, eps=1e-5),
        "adadelta": lambda p: o.Adadelta(p, lr=0.5, rho=0.8, eps=1e-4, weight_decay=0.02),
        "rmsprop": lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-4, momentum=0.5, centered=True),
        "adam-amsgrad": lambda p: o.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.02, amsgrad=True),
        "adam-maximize": lambda p: o.Adam(p, lr=0.001, betas=(0.8, 0.95), weight_decay=0.02, maximize=True),
        "adamw": lambda p: o.AdamW(p, lr=0.02, betas=(0.8, 0.95), weight_decay=0.1, amsgrad=True),
        "adamax": lambda p: o.Adamax(p, lr=0.01, betas=(0.8, 0.95), eps=1e-5, weight_decay=0.02),
        "nadam": lambda p: o.NAdam(p, lr=0.01, betas=(0.8, 0.95), momentum_decay=0.01, weight_decay=0.02,
                                   decoupled_weight_decay=True),
        "radam": lambda p: o.RAdam(p, lr=0.01, betas=(0.8, 0.95), weight_decay=0.02, decoupled_weight_decay=True),
        "rprop": lambda p: o.Rprop(p, lr=0.01, etas=(0.6, 1.3), step_sizes=(1e-3, 0.5)),
        "asgd": lambda p: o.ASGD(p, lr=0.01, lambd=0.01, alpha=0.6, t0=20, weight_decay=0.02),
        "adafactor": lambda p: o.Adafactor(p, lr=0.02, beta2_decay=-0.7, eps=(1e-8, 1e-2), d=1.2, weight_decay=0.1),
        "muon": lambda p: o.Muon(p[:1], lr=0.02, weight_decay=0.05, momentum=0.9),
        "clip-norm": lambda p: o.SGD(p, lr=0.01, momentum=0.8),
        "clip-value": lambda p: o.SGD(p, lr=0.01, momentum=0.8),
    }
    for name, make in cases.items():
        w = torch.tensor(W, requires_grad=True)
        b = torch.tensor(B, requires_grad=True)
        optimizer = make([w, b])
        for step in range(1, STEPS[-1] + 1):
            w.grad = b.grad = None
            loss(w, b, torch.tensor(forces(step)), step % 3 != 0).backward()
            if name == "clip-norm":
                clip_grad_norm_([w, b], 0.7)
            if name == "clip-value":
                clip_grad_value_([w, b], 0.3)
            optimizer.step()
            if step in STEPS:
                row(name, step, w.detach(), b.detach())
    averages = {"average-exponential": get_ema_avg_fn(0.9), "average-mean": get_swa_avg_fn()}
    for name, average in averages.items():
        p = [torch.tensor(W, requires_grad=True), torch.tensor(B, requires_grad=True)]
        optimizer = o.SGD(p, lr=0.01, momentum=0.8)
        means = [x.detach().clone() for x in p]
        for step in range(1, STEPS[-1] + 1):
            optimizer.zero_grad()
            loss(p[0], p[1], torch.tensor(forces(step)), True).backward()
            optimizer.step()
            # The first of the means that a mean is of is the first step's.
            count = step if name == "average-exponential" else step - 1
            means = [average(m, x.detach(), torch.tensor(count)) for m, x in zip(means, p)]
            if step in STEPS:
                row(name, step, *means)


def with_optax():
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    c = optax.contrib
    o = optax
    cases = {
        "adagrad": o.adagrad(0.1, initial_accumulator_value=0.2, eps=1e-5),
        "rmsprop": o.rmsprop(0.01, decay=0.8, eps=1e-4, centered=True, momentum=0.5),
        "rmsprop-outside": o.rmsprop(0.01, decay=0.8, eps=1e-4, eps_in_sqrt=False),
        "adam-root": o.adam(0.02, b1=0.8, b2=0.95, eps=1e-5, eps_root=1e-4),
        "amsgrad": o.amsgrad(0.02, b1=0.8, b2=0.95),
        "adamw": o.adamw(0.02, b1=0.8, b2=0.95, weight_decay=0.1),
        "nadam": o.nadam(0.01, b1=0.8, b2=0.95),
        "radam": o.radam(0.01, b1=0.8, b2=0.95),
        "adamax": o.adamax(0.01, b1=0.8, b2=0.95, eps=1e-5),
        "adabelief": o.adabelief(0.01, b1=0.8, b2=0.95, eps=1e-8, eps_root=1e-8),
        "yogi": o.yogi(0.05, b1=0.8, b2=0.95, eps=1e-2),
        "lion": o.lion(0.003, b1=0.8, b2=0.95, weight_decay=0.1),
        "sign": o.sign_sgd(0.003),
        "lamb": o.lamb(0.01, b1=0.8, b2=0.95, eps=1e-5, weight_decay=0.05),
        "lars": o.lars(0.5, weight_decay=0.01, trust_coefficient=0.01, eps=1e-3, momentum=0.8),
        "adan": o.adan(0.01, b1=0.9, b2=0.8, b3=0.95, weight_decay=0.02),
        "sm3": o.sm3(0.05, momentum=0.8),
        "novograd": o.novograd(0.01, b1=0.8, b2=0.5, weight_decay=0.02),
        "ademamix": c.ademamix(0.005, b1=0.8, b2=0.95, b3=0.99, alpha=3.0, weight_decay=0.02),
        "adopt": c.adopt(0.01, b1=0.8, b2=0.99),
        "adopt-unclipped": c.adopt(0.01, b1=0.8, b2=0.99, use_clipping=False),
        "prodigy": c.prodigy(0.5, betas=(0.8, 0.95), estim_lr0=0.02, estim_lr_coef=0.8, weight_decay=0.01),
        "dadapt": c.dadapt_adamw(1.0, betas=(0.8, 0.95), weight_decay=0.01),
        "schedule-free-sgd": c.schedule_free(o.sgd(0.02), 0.02, b1=0.8),
        "schedule-free-adamw": c.schedule_free_adamw(0.02, b1=0.8, b2=0.95),
        "clip": o.chain(o.clip_by_global_norm(0.7), o.sgd(0.01, momentum=0.8)),
        "decay": o.chain(o.add_decayed_weights(0.05), o.sgd(0.01, momentum=0.8, nesterov=True)),
    }
    gradient = jax.jit(jax.grad(lambda p, c: loss(p[0], p[1], c, True)))
    for name, tx in cases.items():
        p = (jnp.array(W), jnp.array(B))
        state = tx.init(p)
        update = jax.jit(tx.update)
        for step in range(1, STEPS[-1] + 1):
            updates, state = update(gradient(p, jnp.array(forces(step))), state, p)
            p = optax.apply_updates(p, updates)
            if step in STEPS:
                row(name, step, *p)
    p = optax.LookaheadParams.init_synced((jnp.array(W), jnp.array(B)))
    tx = o.lookahead(o.sgd(0.02, momentum=0.5), sync_period=6, slow_step_size=0.4)
    state = tx.init(p)
    for step in range(1, STEPS[-1] + 1):
        updates, state = tx.update(gradient(p.fast, jnp.array(forces(step))), state, p)
        p = optax.apply_updates(p, updates)
        if step in STEPS:
            row("lookahead", step, *p.fast)
    p = (jnp.array(W), jnp.array(B))
    # The gradient's place is as far as rho along the gradient of all parameters.
    uphill = o.chain(c.normalize(), o.sgd(0.1))
    tx = c.sam(o.sgd(0.02, momentum=0.5), uphill, sync_period=2, opaque_mode=True)
    state = tx.init(p)
    for step in range(1, STEPS[-1] + 1):
        force = jnp.array(forces(step))
        updates, state = tx.update(gradient(p, force), state, p, grad_fn=lambda q, _, f=force: gradient(q, f))
        p = optax.apply_updates(p, updates)
        if step in STEPS:
            row("sam", step, *p)


def with_keras():
    import os

    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    import torch

    keras.config.set_floatx("float64")
    torch.set_default_dtype(torch.float64)
    o = keras.optimizers
    cases = {
        "sgd": lambda: o.SGD(0.01, momentum=0.8),
        "sgd-nesterov": lambda: o.SGD(0.01, momentum=0.8, nesterov=True),
        "adagrad": lambda: o.Adagrad(0.1),
        "adadelta": lambda: o.Adadelta(0.5),
        "rmsprop": lambda: o.RMSprop(0.01, momentum=0.5),
        "adam": lambda: o.Adam(0.02),
        "adamw": lambda: o.AdamW(0.02),
        "adamax": lambda: o.Adamax(0.01),
        "nadam": lambda: o.Nadam(0.01),
        "lamb": lambda: o.Lamb(0.01),
        "ftrl": lambda: o.Ftrl(0.05),
        "ftrl-l1": lambda: o.Ftrl(0.1, initial_accumulator_value=0.2, l1_regularization_strength=0.05,
                                  l2_regularization_strength=0.02, l2_shrinkage_regularization_strength=0.03, beta=0.1),
    }
    for name, make in cases.items():
        w = keras.Variable(torch.tensor(W), dtype="float64")
        b = keras.Variable(torch.tensor(B), dtype="float64")
        optimizer = make()
        optimizer.build([w, b])
        for step in range(1, STEPS[-1] + 1):
            w.value.grad = b.value.grad = None
            loss(w.value, b.value, torch.tensor(forces(step)), True).backward()
            gradients = [w.value.grad.clone(), b.value.grad.clone()]
            with torch.no_grad():
                optimizer.apply(gradients, [w, b])
            if step in STEPS:
                row(name, step, w.value.detach(), b.value.detach())


{"torch": with_torch, "optax": with_optax, "keras": with_keras}[sys.argv[1]]()
