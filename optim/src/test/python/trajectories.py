"""Writes trajectories.csv: what PyTorch's optimizers make of a problem whose gradient depends on the parameters.

    python3 trajectories.py > ../resources/org/thalweg/optim/trajectories.csv

The problem is the chain of Rosenbrock in four dimensions, in float64; a line is a case, a step and the parameters
after it. Made with PyTorch 2.13.0.
"""

import torch

torch.set_default_dtype(torch.float64)

CASES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=1e-4),
    "momentum": lambda p: torch.optim.SGD(p, lr=1e-4, momentum=0.9),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "adam-betas": lambda p: torch.optim.Adam(p, lr=0.002, betas=(0.5, 0.9), eps=1e-3),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
}


def loss(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


for name, make in CASES.items():
    x = torch.tensor([-1.2, 1.0, -0.5, 0.8], requires_grad=True)
    optimizer = make([x])
    for step in range(1, 301):
        optimizer.zero_grad()
        loss(x).backward()
        optimizer.step()
        if step in (1, 2, 10) or step % 50 == 0:
            print(name, step, *[repr(v) for v in x.tolist()], sep=",")
