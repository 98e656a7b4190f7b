#!/usr/bin/env python3
"""The works of benchmarks/run by the official PyTorch, eager, as well as it can do them.

Reads requests from the standard input and answers on the standard output, one line of JSON each
(see Message.java), until its input ends.

To add a work: a function below, under the name that our work has. It is given the way (one of those
named in the decorator, the one to compare with first) and returns what does one repetition.
"""

import functools
import gc
import inspect
import itertools
import json
import os
import re
import subprocess
import sys
import time

try:
    import torch
except ImportError:
    sys.exit(f"{sys.executable} cannot import torch, which pip install torch would mend.")

from torch import nn
from torch.nn import functional

WORKS = {}
WAYS = {}

# A work has at most this many ways at once in memory: those before make room.
KEPT = 2

# As Server.java has them.
SETTLED_WINDOWS = 3
FASTER = 0.97
MOST_WARM_UP_SECONDS = 20
LEAST_BATCH_NANOS = 1_000_000


def work(name, *ways):
    """Names a function that prepares a work."""

    def register(prepare):
        WORKS[name] = prepare
        WAYS[name] = list(ways) or [""]
        return prepare

    return register


ONE_DNN = "oneDNN"
HAS_ONE_DNN_PRODUCT = hasattr(torch.ops.mkldnn, "_linear_pointwise")


def one_dnn_product(a, b):
    """As compiled models multiply; eager ones use MKL, which has slower kernels where a processor is not Intel's."""
    transposed = b.t()
    return lambda: torch.ops.mkldnn._linear_pointwise(a, transposed, None, "none", [], "")


def matmul(dtype, m, k, n):
    def prepare(way):
        a = torch.rand(m, k, dtype=dtype)
        b = torch.rand(k, n, dtype=dtype)
        if way == ONE_DNN:
            return one_dnn_product(a, b)
        c = torch.empty(m, n, dtype=dtype)
        # What torch.matmul calls for two matrices.
        return lambda: torch.mm(a, b, out=c)

    return prepare


PRODUCT_WAYS = ["", ONE_DNN] if HAS_ONE_DNN_PRODUCT else [""]

for n in (96, 192, 384, 768, 1536):
    work(f"matmul-f32-{n}", *PRODUCT_WAYS)(matmul(torch.float32, n, n, n))
    work(f"matmul-f64-{n}")(matmul(torch.float64, n, n, n))

for m, k, n in ((1, 1024, 1024), (1024, 1024, 1), (1024, 8, 1024), (1024, 1024, 8)):
    work(f"matmul-f32-{m}x{k}x{n}", *PRODUCT_WAYS)(matmul(torch.float32, m, k, n))


@work("bmm-f32-1024x16")
def bmm(_):
    a = torch.rand(1024, 16, 16)
    b = torch.rand(1024, 16, 16)
    c = torch.empty(1024, 16, 16)
    return lambda: torch.bmm(a, b, out=c)


def plus(x_shape, y_shape):
    def prepare(_):
        x = torch.randn(x_shape)
        y = torch.randn(y_shape)
        z = torch.empty(x_shape)
        return lambda: torch.add(x, y, out=z)

    return prepare


work("plus-1m")(plus((1000, 1000), (1000, 1000)))
work("plus-row-1m")(plus((1000, 1000), (1000,)))
work("plus-column-1m")(plus((1000, 1000), (1000, 1)))
work("plus-middle-1m")(plus((100, 100, 100), (100, 1, 100)))


def mapped(inputs, function):
    def prepare(_):
        values = inputs()
        y = torch.empty_like(values[0])
        return lambda: function(*values, y)

    return prepare


BACKWARD = "backward"
GRAD = "grad"


def differentiated(parameters, function, way):
    """The sum of a function with its gradients, which are new each time."""

    def backward():
        for parameter in parameters:
            parameter.grad = None
        function(*parameters).sum().backward()

    for parameter in parameters:
        parameter.requires_grad_()
    if way == GRAD:
        return lambda: torch.autograd.grad(function(*parameters).sum(), parameters)
    return backward


def gradients(inputs, function):
    return lambda way: differentiated(inputs(), function, way)


def normal(side):
    return [torch.randn(side, side)]


def near_one(side):
    return [torch.rand(side, side) + 0.5]


def with_gain_and_bias(side):
    return [torch.randn(side, side), torch.rand(side), torch.randn(side)]


def layer_norm(x, gain, bias):
    return functional.layer_norm(x, x.shape[1:], gain, bias)


# For each function its inputs, as it is fastest alone, with an array for the result, and as it has a gradient.
# Layer norm has no out= that does not copy.
FUNCTIONS = {
    "exp": (normal, lambda x, y: torch.exp(x, out=y), torch.exp),
    "log": (near_one, lambda x, y: torch.log(x, out=y), torch.log),
    "tanh": (normal, lambda x, y: torch.tanh(x, out=y), torch.tanh),
    "gelu": (normal, lambda x, y: torch._C._nn.gelu(x, out=y), functional.gelu),
    "softmax": (normal, lambda x, y: torch.softmax(x, -1, out=y), lambda x: torch.softmax(x, -1)),
    "layernorm": (with_gain_and_bias, lambda x, gain, bias, y: layer_norm(x, gain, bias), layer_norm),
    "sum": (normal, lambda x, y: torch.sum(x), torch.sum),
}

for name, (inputs, alone, function) in FUNCTIONS.items():
    work(f"{name}-10k")(mapped(functools.partial(inputs, 100), alone))
    work(f"{name}-1m")(mapped(functools.partial(inputs, 1000), alone))
    # The gradient of a sum is one number, which backward() writes out.
    order = [GRAD, BACKWARD] if name == "sum" else [BACKWARD, GRAD]
    work(f"{name}-grad-1m", *order)(gradients(functools.partial(inputs, 1000), function))


@work("chain-1m", BACKWARD, GRAD)
def chain(way):
    mask = (torch.rand(1000, 1000) < 0.5).float()
    inputs = [torch.randn(1000, 1000), torch.rand(1000) + 0.5, torch.randn(1000)]
    return differentiated(inputs, lambda x, a, b: functional.gelu(x * a + b) * mask, way)


FUSED = "fused"
FOREACH = "foreach"
DEFAULT = "default"

# So small for the reason in Steps.java.
RATE = 1e-6

# The first argument of a process that is timed from its start.
START = "--start-mlp"

SHAPES = {
    "mlp": [(512, 784), (512,), (256, 512), (256,), (10, 256), (10,)],
    "10m": [(1000, 10_000)],
}

# The rules with PyTorch's own values, as those in Works.java have them.
RULES = {
    "sgd": (torch.optim.SGD, {}),
    "sgd-momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "sgd-nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {}),
    "adadelta": (torch.optim.Adadelta, {}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "rmsprop-centered": (torch.optim.RMSprop, {"centered": True, "momentum": 0.9}),
    "adam": (torch.optim.Adam, {}),
    "adam-amsgrad": (torch.optim.Adam, {"amsgrad": True}),
    "adamw": (torch.optim.AdamW, {}),
    "nadam": (torch.optim.NAdam, {}),
    "radam": (torch.optim.RAdam, {}),
    "adamax": (torch.optim.Adamax, {}),
    "asgd": (torch.optim.ASGD, {}),
    "rprop": (torch.optim.Rprop, {}),
    "adafactor": (torch.optim.Adafactor, {}),
    "muon": (torch.optim.Muon, {}),
}


def ways(rule):
    """Fused where PyTorch has that, else what it does by default, and as its lists of tensors."""
    takes = inspect.signature(rule).parameters
    if FUSED in takes:
        return [FUSED, DEFAULT]
    return [DEFAULT, FOREACH] if FOREACH in takes else [DEFAULT]


def optimizer(rule, parameters, way, **values):
    return rule(parameters, **values, **({} if way == DEFAULT else {way: True}))


def rule_steps(rule, values, shapes):
    if rule is torch.optim.Muon:
        shapes = [shape for shape in shapes if len(shape) == 2]

    def prepare(way):
        parameters = [torch.randn(shape).requires_grad_() for shape in shapes]
        uphill = [torch.randn(shape) for shape in shapes]
        # Why the gradient swings: see RuleSteps.java.
        directions = itertools.cycle([uphill, [-g for g in uphill]])
        steps = optimizer(rule, parameters, way, **values)

        def step():
            for parameter, gradient in zip(parameters, next(directions)):
                parameter.grad = gradient
            steps.step()

        return step

    return prepare


for model, shapes in SHAPES.items():
    for name, (rule, values) in RULES.items():
        work(f"optim-{name}-{model}", *ways(rule))(rule_steps(rule, values, shapes))


def training_step(model, steps, x, loss):
    def step():
        steps.zero_grad(set_to_none=True)
        loss(model(x)).backward()
        steps.step()

    return step


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
    adam = optimizer(torch.optim.Adam, model.parameters(), way, lr=RATE)
    labels = torch.arange(128) % 10
    return training_step(model, adam, torch.randn(128, 784), lambda y: functional.cross_entropy(y, labels))


@work("cnn-step", FUSED, DEFAULT)
def cnn_step(way):
    torch.manual_seed(42)
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 128),
        nn.ReLU(inplace=True),
        nn.Linear(128, 10),
    ).to(memory_format=torch.channels_last)
    adam = optimizer(torch.optim.Adam, model.parameters(), way, lr=RATE)
    labels = torch.arange(64) % 10
    # Channels last are a third faster.
    x = torch.randn(64, 1, 28, 28).to(memory_format=torch.channels_last)
    return training_step(model, adam, x, lambda y: functional.cross_entropy(y, labels))


@work("lstm-step", FUSED, DEFAULT)
def lstm_step(way):
    torch.manual_seed(42)
    model = nn.LSTM(128, 128)
    adam = optimizer(torch.optim.Adam, model.parameters(), way, lr=RATE)
    return training_step(model, adam, torch.randn(64, 32, 128), lambda y: y[0].square().mean())


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.inward = nn.Linear(width, 3 * width)
        self.outward = nn.Linear(width, width)

    def forward(self, x):
        batch, time, width = x.shape
        q, k, v = (y.view(batch, time, self.heads, -1).transpose(1, 2) for y in self.inward(x).split(width, 2))
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.outward(y.transpose(1, 2).reshape(batch, time, width))


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Gpt(nn.Module):
    def __init__(self, width, depth, heads):
        super().__init__()
        self.symbols = nn.Embedding(65, width)
        self.places = nn.Parameter(torch.empty(128, width))
        for table in (self.symbols.weight, self.places):
            nn.init.normal_(table, std=0.02)
        self.blocks = nn.Sequential(*(self.block(width, heads) for _ in range(depth)))
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 65))

    @staticmethod
    def block(width, heads):
        wide = [nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)]
        return nn.Sequential(
            Residual(nn.LayerNorm(width), Attention(width, heads)),
            Residual(nn.LayerNorm(width), *wide),
        )

    def forward(self, x):
        return self.head(self.blocks(self.symbols(x) + self.places))


def gpt_step(width, depth, heads):
    def prepare(way):
        torch.manual_seed(42)
        model = Gpt(width, depth, heads)
        adam = optimizer(torch.optim.AdamW, model.parameters(), way, lr=RATE)
        text = torch.randint(65, (16 * 128 + 1,))
        x, labels = text[:-1].view(16, 128), text[1:]
        return training_step(model, adam, x, lambda y: functional.cross_entropy(y.view(-1, 65), labels))

    return prepare


work("gpt-step", FUSED, DEFAULT)(gpt_step(128, 4, 4))
work("gpt-256-step", FUSED, DEFAULT)(gpt_step(256, 8, 8))


@work("tiny-mlp", DEFAULT, FUSED)
def tiny_mlp(way):
    torch.manual_seed(42)
    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    sgd = optimizer(torch.optim.SGD, model.parameters(), way, lr=0.01)
    # Why the target swings: see TinyMlp.java.
    targets = itertools.cycle([torch.ones(1, 1), -torch.ones(1, 1)])
    x = torch.tensor([[0.5, -0.25]])
    return training_step(model, sgd, x, lambda y: functional.mse_loss(y, next(targets)))


@work("start-mlp")
def start_mlp(_):
    def start():
        command = [sys.executable, __file__, START, str(torch.get_num_threads())]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            if process.stdout.readline() != "done\n":
                raise RuntimeError("the process ended before its tenth step")
            # How it ends is no part of this, but it must not run on beside the next.
            process.kill()

    return start


def ten_steps():
    set_threads(int(sys.argv[2]))
    step = mlp_step(FUSED)
    for _ in range(10):
        step()
    print("done", flush=True)


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
    """Goes on until some windows of time in a row are no faster than the one before them, and says whether they were."""
    end = time.monotonic() + MOST_WARM_UP_SECONDS
    reference = float("inf")
    settled = 0
    while settled < SETTLED_WINDOWS and time.monotonic() < end:
        nanos = timed(repetition, seconds / (SETTLED_WINDOWS + 1))
        if nanos < FASTER * reference:
            reference = nanos
            settled = 0
        else:
            settled += 1
    return nanos, settled >= SETTLED_WINDOWS


def set_threads(threads):
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
    if torch.get_num_threads() != threads:
        raise RuntimeError(f"PyTorch runs {torch.get_num_threads()} threads where {threads} were asked for")


def forget_most_memory():
    """As Peak.java does."""
    try:
        with open("/proc/self/clear_refs", "w") as f:
            f.write("5")
    except OSError:
        pass
    return most_memory()


def most_memory():
    """The most bytes that were resident at a time; 0 where that is not known."""
    try:
        with open("/proc/self/status") as f:
            return next(1024 * int(line.split()[1]) for line in f if line.startswith("VmHWM:"))
    except OSError:
        return 0


def hello():
    config = torch.__config__.show()
    mkl = re.search(r"Math Kernel Library Version (\S+)", config)
    cpu = re.search(r"CPU capability usage: (\S+)", config)
    note = ", ".join(
        [
            f"MKL {mkl.group(1)}" if torch.backends.mkl.is_available() and mkl else "no MKL",
            cpu.group(1) if cpu else "unknown CPU",
            f"Python {sys.version.split()[0]}",
        ]
    )
    return {"name": f"PyTorch {torch.__version__}", "note": note, "works": WAYS}


def main():
    say(hello())
    before = forget_most_memory()
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
            if request["isWarmUp"]:
                nanos, is_settled = warm_up(repetition, request["seconds"])
            else:
                nanos, is_settled = timed(repetition, request["seconds"]), True
            answer(nanos=nanos, peak=most_memory() - before if before else -1, isSettled=is_settled)
        except Exception as e:
            answer(error=repr(e))
    # To take PyTorch apart would take longer than to start it.
    os._exit(0)


def answer(nanos=0, peak=-1, isSettled=False, error=None):
    say({"nanos": nanos, "allocated": -1, "peak": peak, "isSettled": isSettled, "error": error})


def say(message):
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    ten_steps() if sys.argv[1:2] == [START] else main()
