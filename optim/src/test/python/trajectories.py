"""Writes trajectories.csv: what PyTorch's optimizers make of a problem whose gradient depends on the parameters.

    python3 trajectories.py > ../resources/org/thalweg/optim/trajectories.csv

The problem is the chain of Rosenbrock in four dimensions, in float64; a line is a case, a step and the parameters
after it. Made with PyTorch 2.13.0.
"""

import torch
import torch.optim.lr_scheduler as s

torch.set_default_dtype(torch.float64)

CASES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=1e-4),
    "momentum": lambda p: torch.optim.SGD(p, lr=1e-4, momentum=0.9),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "adam-betas": lambda p: torch.optim.Adam(p, lr=0.002, betas=(0.5, 0.9), eps=1e-3),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
}

# What is cycled alone.
CYCLED = {
    "nadam": lambda p: torch.optim.NAdam(p, lr=0.01),
    "radam": lambda p: torch.optim.RAdam(p, lr=0.01),
}

# Rate and momentum, or β₁, that change against each other.
CYCLES = {
    "momentum-onecycle": lambda o: s.OneCycleLR(o, 1e-4, total_steps=300),
    "momentum-cyclic": lambda o: s.CyclicLR(o, 5e-5, 1.5e-4, 20, 30, base_momentum=0.8, max_momentum=0.9),
    "adam-onecycle": lambda o: s.OneCycleLR(o, 0.02, total_steps=300),
    "adam-cyclic": lambda o: s.CyclicLR(o, 0.005, 0.02, 20, 30, base_momentum=0.8, max_momentum=0.9),
    "adamw-onecycle": lambda o: s.OneCycleLR(o, 0.02, total_steps=300),
    "adamw-cyclic": lambda o: s.CyclicLR(o, 0.005, 0.02, 20, 30, base_momentum=0.8, max_momentum=0.9),
    "nadam-cyclic": lambda o: s.CyclicLR(o, 0.005, 0.02, 20, 30, base_momentum=0.8, max_momentum=0.9),
    "radam-onecycle": lambda o: s.OneCycleLR(o, 0.02, total_steps=300),
}


def loss(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


for name in [*CASES, *CYCLES]:
    make = (CASES | CYCLED)[name.split("-")[0] if name in CYCLES else name]
    x = torch.tensor([-1.2, 1.0, -0.5, 0.8], requires_grad=True)
    optimizer = make([x])
    scheduler = CYCLES[name](optimizer) if name in CYCLES else None
    for step in range(1, 301):
        optimizer.zero_grad()
        loss(x).backward()
        optimizer.step()
        if scheduler and step < 300:
            scheduler.step()
        if step in (1, 2, 10) or step % 50 == 0:
            print(name, step, *[repr(v) for v in x.tolist()], sep=",")
