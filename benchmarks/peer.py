#!/usr/bin/env python3
"""The works of benchmarks/run by the official PyTorch, eager, as well as it can do them.

Reads requests from the standard input and answers on the standard output, one line of JSON each
(see Message.java), until its input ends. The arguments are the numbers of threads that it will be asked for.

To add a work: a function below, under the name that our work has. It is given the way (one of those
named in the decorator, the one to compare with first) and returns what does one repetition.
"""

import gc
import json
import re
import sys
import time

try:
    import torch
except ImportError:
    sys.exit(f"PyTorch is left out: {sys.executable} cannot import torch, which pip install torch would mend.")

from torch import nn
from torch.nn import functional

WORKS = {}
WAYS = {}

# A work has at most this many ways at once in memory: those before make room.
KEPT = 2

MOST_WINDOWS = 10
SETTLED = 0.97
LEAST_BATCH_NANOS = 1_000_000


def work(name, *ways):
    """Names a function that prepares a work."""

    def register(prepare):
        WORKS[name] = prepare
        WAYS[name] = list(ways) or [""]
        return prepare

    return register


def matmul(dtype, size):
    def prepare(_):
        a = torch.rand(size, size, dtype=dtype)
        b = torch.rand(size, size, dtype=dtype)
        c = torch.empty(size, size, dtype=dtype)
        return lambda: torch.mm(a, b, out=c)

    return prepare


for n in (96, 192, 384, 768, 1536):
    work(f"matmul-f32-{n}")(matmul(torch.float32, n))
    work(f"matmul-f64-{n}")(matmul(torch.float64, n))

FUSED = "fused Adam"
DEFAULT = "default Adam"


def adam(parameters, way, rate=1e-3):
    return torch.optim.Adam(parameters, lr=rate, fused=True if way == FUSED else None)


def adam_steps(count):
    def prepare(way):
        parameters = torch.rand(count).requires_grad_()
        parameters.grad = torch.rand(count)
        return adam([parameters], way).step

    return prepare


work("adam-500k", FUSED, DEFAULT)(adam_steps(500_000))
work("adam-10m", FUSED, DEFAULT)(adam_steps(10_000_000))


@work("mlp-step", FUSED, DEFAULT)
def mlp_step(way):
    torch.manual_seed(42)
    model = nn.Sequential(
        nn.Linear(784, 512),
        nn.ReLU(inplace=True),
        nn.Linear(512, 256),
        nn.ReLU(inplace=True),
        nn.Linear(256, 10),
    )
    # The rate is so small, and the input so even, for the reason in MlpStep.java.
    optimizer = adam(model.parameters(), way, rate=1e-6)
    x = torch.randn(128, 784)
    labels = torch.arange(128) % 10

    def step():
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(model(x), labels).backward()
        optimizer.step()

    return step


@work("graph-4x4")
def graph(_):
    p = torch.rand(4, 4, requires_grad=True)

    def step():
        p.grad = None
        (p * p).tanh().sum().backward()

    return step


def timed(repetition, seconds):
    """The mean time of a repetition in nanoseconds, over as many as fit."""
    wanted = seconds * 1e9
    clock = time.perf_counter_ns
    gc.collect()
    # As timeit does: reference counts free all that there is to free.
    gc.disable()
    try:
        count = 0
        batch = 1
        passed = 0
        start = clock()
        while passed < wanted:
            for _ in range(batch):
                repetition()
            count += batch
            now = clock() - start
            if now - passed < LEAST_BATCH_NANOS:
                batch *= 2
            passed = now
        return passed / count
    finally:
        gc.enable()


def warm_up(repetition, seconds):
    """Goes on until a window of time is no faster than the one before it."""
    last = timed(repetition, seconds / 2)
    for _ in range(1, MOST_WINDOWS):
        nanos = timed(repetition, seconds / 2)
        if nanos > SETTLED * last:
            return nanos
        last = nanos
    return last


def set_threads(threads):
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
    if torch.get_num_threads() != threads:
        raise RuntimeError(f"PyTorch runs {torch.get_num_threads()} threads where {threads} were asked for")


def hello():
    config = torch.__config__.show()
    mkl = re.search(r"Math Kernel Library Version (\S+)", config)
    cpu = re.search(r"CPU capability usage: (\S+)", config)
    note = ", ".join(
        [
            f"threads {' and '.join(sys.argv[1:]) or torch.get_num_threads()}",
            f"MKL {mkl.group(1)}" if torch.backends.mkl.is_available() and mkl else "no MKL",
            cpu.group(1) if cpu else "unknown CPU",
            f"Python {sys.version.split()[0]}",
        ]
    )
    return {"name": f"PyTorch {torch.__version__}", "note": note, "works": WAYS}


def main():
    say(hello())
    ready = {}
    for line in sys.stdin:
        request = json.loads(line)
        key = request["work"], request["way"]
        try:
            set_threads(request["threads"])
            if key not in ready:
                while len(ready) >= KEPT:
                    ready.pop(next(iter(ready)))
                ready[key] = WORKS[key[0]](key[1])
            repetition = ready[key]
            measure = warm_up if request["isWarmUp"] else timed
            say({"nanos": measure(repetition, request["seconds"]), "allocated": -1, "error": None})
        except Exception as e:
            say({"nanos": 0, "allocated": -1, "error": repr(e)})


def say(message):
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
