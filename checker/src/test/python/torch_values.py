"""PyTorch's values and derivatives of every operation it has, for TorchAgreementTest.

    python torch_values.py [FAMILY...]     writes ../resources/org/thalweg/checker/torch/FAMILY.json

Needs torch, numpy and mpmath; the versions are written into the files. The same script writes the same
cases anywhere; the last digits may differ with the vector units that PyTorch finds.

A case calls one method with inputs that are exact in float32, and holds, computed in float64:

    outputs      y
    gradient     g = d(sum of w y) / dx for each floating input, w fixed and nowhere 0
    second       s = d(sum of v g) / dx, v fixed and nowhere 0

each element with its scale, what an error in it is measured by: its own size, or how far it goes
when the inputs, w and v go by relative amounts, each on its own, whichever is larger:

    scale f = max(|f|, sum over all inputs a of |a df/da|)

so that scale / |f| is the componentwise condition number (Gohberg and Koltracht, 1993), where it is
above 1. It is taken from central differences.

PyTorch's float64 is judged by 300 digits (torch_exact.py) where a derivative is made of formulas
that could lose some. Where it is off by more than 1e-12 in the measure of the test, the exact number
stands in its place, and beside them how far PyTorch is off. Beside all, how far PyTorch's own
float32 is from these numbers, in units of 1e-6 scale.
"""

import json
import math
import random
import sys
from pathlib import Path

import mpmath
import numpy
import torch

import torch_pointwise  # noqa: F401
import torch_arrays  # noqa: F401, I001
import torch_windows  # noqa: F401, I001
import torch_normal  # noqa: F401, I001
from torch_cases import FAMILIES, Data
from torch_exact import Exact

HERE = Path(__file__).parent
TARGET = HERE.parent / "resources" / "org" / "thalweg" / "checker" / "torch"
STEP = 2.0**-26
FLOAT32_MAX = 3.4e38


def weight(k):
    """What output k counts for; the test has the same formula."""
    return (5 * k % 13 - 6.5) / 4


def direction(k):
    """The direction of the second derivative in input k; the test has the same formula."""
    return (7 * k % 11 - 5.5) / 4


class Computation:
    """One call of an operation as a function of a flat vector: the inputs, w and v."""

    def __init__(self, operation, arguments):
        self.function = operation.function
        self.is_exact = operation.is_exact
        self.exact = operation.exact
        self.arguments = arguments
        self.data = [a for a in flat(arguments) if isinstance(a, Data)]
        self.floating = [d for d in self.data if d.is_floating]
        self.inputs = sum(len(d.values) for d in self.floating)
        at = [value for d in self.floating for value in d.values]
        self.order = 0
        self.dtype = torch.float64
        outputs = self.outputs(self.tensors(at))
        self.shapes = [list(y.shape) for y in outputs]
        self.whole = [not y.is_floating_point() for y in outputs]
        self.values = sum(y.numel() for y in outputs if y.is_floating_point())
        self.point = at + [weight(k) for k in range(self.values)]
        self.point += [direction(k) for k in range(self.inputs)]
        self.integers = [y.flatten().tolist() for y in outputs if not y.is_floating_point()]
        self.order = 2 if self.floating else 0
        while self.order > 0 and not self.can():
            self.order -= 1

    def can(self):
        try:
            return self(self.point) is not None
        except RuntimeError as refusal:
            if not any(s in str(refusal) for s in ("not implemented", "does not require grad")):
                raise
            return False

    def tensors(self, at):
        tensors, start = {}, 0
        for d in self.data:
            if d.is_floating:
                part = at[start : start + len(d.values)]
                start += len(d.values)
                tensors[id(d)] = torch.tensor(part, dtype=self.dtype).reshape(d.shape)
                tensors[id(d)].requires_grad_()
            else:
                tensors[id(d)] = torch.tensor(d.values, dtype=torch.int64).reshape(d.shape)
        return tensors

    def outputs(self, tensors):
        y = self.function(*replaced(self.arguments, tensors))
        y = list(y) if isinstance(y, (tuple, list)) else [y]
        return [one.to(torch.float64) if one.dtype == torch.bool else one for one in y]

    def __call__(self, point):
        """The outputs, the gradient and the second derivative as three flat arrays."""
        tensors = self.tensors(point[: self.inputs])
        x = [tensors[id(d)] for d in self.floating]
        y = torch.cat(
            [torch.empty(0, dtype=self.dtype)]
            + [one.flatten() for one in self.outputs(tensors) if one.is_floating_point()]
        )
        parts = [y.detach().numpy()]
        if self.order > 0:
            w = torch.tensor(point[self.inputs : self.inputs + self.values], dtype=self.dtype)
            g = gradient((w * y).sum(), x, self.order > 1)
            parts.append(g.detach().numpy())
        if self.order > 1:
            v = torch.tensor(point[self.inputs + self.values :], dtype=self.dtype)
            loss = (v * g).sum()
            s = gradient(loss, x, False) if loss.requires_grad else torch.zeros_like(v)
            parts.append(s.detach().numpy())
        return parts

    def scales(self, evaluate, parts):
        moved = [numpy.zeros_like(part) for part in parts]
        for k, value in enumerate(self.point):
            if self.is_exact or value == 0 or not math.isfinite(value):
                continue
            above, below = list(self.point), list(self.point)
            above[k] *= 1 + STEP
            below[k] *= 1 - STEP
            for sum_, up, down in zip(moved, evaluate(above), evaluate(below)):
                with numpy.errstate(invalid="ignore"):
                    sum_ += numpy.abs(up - down) / (2 * STEP)
        return [numpy.maximum(sum_, numpy.abs(part)) for sum_, part in zip(moved, parts)]

    def judge(self, parts, scales):
        """Puts exact numbers where PyTorch's are off, and returns how far each part is."""
        if self.exact is None:
            return []
        exact = self.exactly(self.point)
        is_off, errors = [], []
        for part, scale, right in zip(parts, scales, exact):
            unit = numpy.maximum(numpy.abs(right), scale / 1000)
            error = numpy.abs(part - right) / numpy.where(unit == 0, 1, unit)
            is_off.append(error > 1e-12)
            errors.append(max(numpy.where(error > 1e-12, error, 0)))
        if not any(errors):
            return []
        for where, *pairs in zip(is_off, parts, exact, scales, self.scales(self.exactly, exact)):
            part, right, scale, right_scale = pairs
            part[where] = right[where]
            scale[where] = right_scale[where]
        return errors

    def exactly(self, point):
        return Exact(
            self.exact,
            lambda arrays: replaced(self.arguments, self.arrays(arrays)),
            [d.shape for d in self.floating],
            point[self.inputs : self.inputs + self.values],
            point[self.inputs + self.values :],
        ).parts(point[: self.inputs])

    def arrays(self, floating):
        arrays = {id(d): a for d, a in zip(self.floating, floating)}
        for d in self.data:
            if not d.is_floating:
                arrays[id(d)] = numpy.array(d.values).reshape(d.shape)
        return arrays

    def float32_errors(self, parts, scales):
        self.dtype = torch.float32
        errors = []
        for rounded, part, scale in zip(self(self.point), parts, scales):
            is_same = (rounded == part) | (numpy.isnan(rounded) & numpy.isnan(part))
            with numpy.errstate(invalid="ignore"):
                error = numpy.abs(rounded - part) / (1e-6 * scale + 2.0**-126)
            errors.append(max(numpy.where(is_same, 0, error), default=0))
        return [math.inf if math.isnan(error) else float(error) for error in errors]


def gradient(y, x, create_graph):
    g = torch.autograd.grad(y, x, create_graph=create_graph, allow_unused=True)
    return torch.cat(
        [(torch.zeros_like(a) if b is None else b).flatten() for a, b in zip(x, g)]
    )


def flat(arguments):
    for a in arguments:
        if isinstance(a, list):
            yield from flat(a)
        else:
            yield a


def replaced(arguments, tensors):
    return [
        replaced(a, tensors)
        if isinstance(a, list)
        else tensors[id(a)]
        if isinstance(a, Data)
        else a
        for a in arguments
    ]


# ---- the files ----------------------------------------------------------------------------------


def number(x):
    if not math.isfinite(x):
        return {math.inf: '"Infinity"', -math.inf: '"-Infinity"'}.get(x, '"NaN"')
    text = repr(float(x))
    return text.removesuffix(".0")


def single(x):
    """The shortest decimal that is this float32."""
    if not math.isfinite(x):
        return number(x)
    text = str(numpy.float32(x)).removesuffix(".0")
    assert float(numpy.float32(float(text))) == x, x
    return text


def rough(x):
    """A scale to two digits."""
    text = f"{x:.1e}"
    short = repr(float(text)).removesuffix(".0")
    return min(short, text.replace("e+0", "e").replace("e-0", "e-").replace("e+", "e"), key=len)


def measured(values, scales):
    """The numbers and their scales; no scales where they are the sizes of the numbers."""
    assert not numpy.any(numpy.isnan(scales) & ~numpy.isnan(values)), (values, scales)
    assert not numpy.any(numpy.isfinite(values) & (numpy.abs(values) > FLOAT32_MAX))
    text = f'"values":[{",".join(map(number, values))}]'
    if numpy.any(scales > 1.001 * numpy.abs(values)):
        text += f',"scales":[{",".join(map(rough, scales))}]'
    return text


def derivative(values, scales):
    """Zeros that nothing moves are written as one number."""
    return f"{{{measured(values, scales)}}}" if numpy.any(scales) else "0"


def tensor(shape, key, texts):
    return f'{{"shape":{dense(shape)},"{key}":[{",".join(texts)}]}}'


def dense(sizes):
    return json.dumps(sizes, separators=(",", ":"))


def given(data):
    if data.is_floating:
        return tensor(data.shape, "values", map(single, data.values))
    return tensor(data.shape, "ints", map(str, data.values))


def argument(a, data):
    if isinstance(a, Data):
        return str([d is a for d in data].index(True))
    if isinstance(a, (list, tuple)):
        return "[" + ",".join(argument(b, data) for b in a) + "]"
    return number(a) if isinstance(a, float) else json.dumps(a)


def outputs(computation, part, scales):
    texts, start, integers = [], 0, iter(computation.integers)
    for shape, is_whole in zip(computation.shapes, computation.whole):
        if is_whole:
            texts.append(tensor(shape, "ints", map(str, next(integers))))
            continue
        end = start + math.prod(shape)
        texts.append(f'{{"shape":{dense(shape)},{measured(part[start:end], scales[start:end])}}}')
        start = end
    return "[" + ",".join(texts) + "]"


def case(operation, arguments):
    computation = Computation(operation, arguments)
    parts = computation(computation.point)
    # Of a static method all are arguments, of a method of a tensor all after the first.
    listed = arguments if "." in operation.method else arguments[1:]
    scales = computation.scales(computation, parts)
    off = computation.judge(parts, scales)
    fields = {
        "inputs": "[" + ",".join(map(given, computation.data)) + "]",
        "arguments": "[" + ",".join(argument(a, computation.data) for a in listed) + "]",
        "outputs": outputs(computation, parts[0], scales[0]),
    }
    for name, values, scale in zip(("gradient", "second"), parts[1:], scales[1:]):
        fields[name] = derivative(values, scale)
    errors = computation.float32_errors(parts, scales)
    fields["float32"] = f'[{",".join(rough(e) if math.isfinite(e) else number(e) for e in errors)}]'
    if off:
        fields["off"] = f'[{",".join(map(rough, off))}]'
    return "{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}"


def write(family, operations):
    blocks = []
    for operation in operations:
        cases = []
        for k, make in enumerate(operation.cases):
            draw = random.Random(f"{operation.method} {k}")
            arguments = make(draw) if callable(make) else make
            try:
                cases.append("  " + case(operation, arguments))
            except Exception:
                print(f"in case {k} of {operation.method}", file=sys.stderr)
                raise
        head = f'{{"method":{json.dumps(operation.method)},"torch":{json.dumps(operation.torch)}'
        if operation.note:
            head += f',"note":{json.dumps(operation.note, ensure_ascii=False)}'
        blocks.append(head + ',"cases":[\n' + ",\n".join(cases) + "]}")
    libraries = (torch, numpy, mpmath)
    versions = ",".join(f'"{one.__name__}":"{one.__version__}"' for one in libraries)
    TARGET.mkdir(parents=True, exist_ok=True)
    text = f'{{{versions},"operations":[\n' + ",\n".join(blocks) + "]}\n"
    json.loads(text)
    (TARGET / f"{family}.json").write_text(text, encoding="utf-8")
    print(f"{family}: {len(blocks)} operations, {len(text) // 1000} kB")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for family in sys.argv[1:] or FAMILIES:
        write(family, FAMILIES[family])
