"""Writes optim/src/test/resources/org/thalweg/optim/convergence/reference.csv: the steps of Optax's
rules to the minimum of quadratics, by the measure of docs/convergence.md.

python convergence.py > reference.csv         (optax 0.2.8, jax)
"""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import optax.contrib as contrib

jax.config.update("jax_enable_x64", True)

SIZE = 16
BUDGET = 20_000
STAY = 1000
TOLERANCE = 1e-6
RATES = [10.0, 1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5]
PROBLEMS = {
    "κ = 10": (10, True),
    "κ = 100": (100, True),
    "κ = 1000": (1000, True),
    "κ = 1000, diagonal": (1000, False),
}
RULES = {
    "Sgd(η)": optax.sgd,
    "Sgd(η, 0.9)": lambda eta: optax.sgd(eta, 0.9),
    "Sgd(η, 0.9).nesterov()": lambda eta: optax.sgd(eta, 0.9, nesterov=True),
    "SignSgd(η)": optax.sign_sgd,
    "Lion(η)": lambda eta: optax.lion(eta, weight_decay=0),
    "AdaGrad(η)": lambda eta: optax.adagrad(eta, initial_accumulator_value=0, eps=1e-10),
    "AdaDelta(η)": lambda eta: optax.adadelta(eta, rho=0.9, eps=1e-6),
    "RmsProp(η)": lambda eta: optax.rmsprop(eta, decay=0.99, eps=1e-8, eps_in_sqrt=False),
    "Adam(η)": optax.adam,
    "RAdam(η)": optax.radam,
    "Yogi(η)": optax.yogi,
    "AdaBelief(η)": optax.adabelief,
    "Adan(η)": lambda eta: optax.adan(eta, weight_decay=0),
    "AdEmaMix(η)": contrib.ademamix,
    "Lamb(η)": optax.lamb,
    "Lars(η)": lambda eta: optax.lars(eta, weight_decay=0, trust_coefficient=1e-3, eps=0),
    "NovoGrad(η)": lambda eta: optax.novograd(eta, b1=0.9, b2=0.25, eps=1e-6),
    "Prodigy(η)": contrib.prodigy,
    "DAdaptation(η)": contrib.dadapt_adamw,
}


def quadratic(condition, is_rotated):
    eigenvalues = condition ** (np.arange(SIZE) / (SIZE - 1))
    v = np.arange(1.0, SIZE + 1)
    h = np.eye(SIZE) - 2 * np.outer(v, v) / (v @ v) if is_rotated else np.eye(SIZE)
    return jnp.array(h @ np.diag(eigenvalues) @ h), jnp.array(2 * np.sin(np.arange(1, SIZE + 1)))


def losses(optimizer, a, c):
    def step(carry, _):
        x, state = carry
        updates, state = optimizer.update(a @ (x - c), state, x)
        x = optax.apply_updates(x, updates)
        return (x, state), 0.5 * (x - c) @ (a @ (x - c))

    x = jnp.ones(SIZE)
    run = jax.jit(lambda x, s: jax.lax.scan(step, (x, s), None, length=BUDGET)[1])
    return np.array(run(x, optimizer.init(x)))


def steps(losses):
    """The step from which on the loss stays near the minimum, or None."""
    stayed = 0
    for t, loss in enumerate(losses, 1):
        if not np.isfinite(loss):
            return None
        stayed = stayed + 1 if loss <= TOLERANCE else 0
        if stayed > STAY:
            return t - STAY
    return None


def main():
    for rule, make in RULES.items():
        for problem, of in PROBLEMS.items():
            found = [(steps(losses(make(eta), *quadratic(*of))), eta) for eta in RATES]
            found = [one for one in found if one[0] is not None]
            best = min(found, key=lambda one: one[0], default=(-1, 0))
            print(f"{rule};{problem};{best[0]};{best[1]:g}", flush=True)


main()
