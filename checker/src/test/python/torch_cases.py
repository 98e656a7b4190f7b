"""The cases of torch_values.py: which method, PyTorch's function, and arguments in the order of the
method, the receiver first. Tuples are lists of whole numbers, lists hold tensors.

Shapes are awkward on purpose (rank 0 to 4, sizes of 1, primes). Kinks and ties are left out: what
the gradient is there is a convention.
"""

import math
from dataclasses import dataclass, field

import numpy
import torch
import torch.nn.functional as F


@dataclass(eq=False)
class Data:
    """A tensor of a case: row-major values, exact in float32, or whole numbers."""

    shape: list
    values: list
    is_floating: bool = True


@dataclass
class Operation:
    method: str
    torch: str
    function: object
    cases: list
    note: str = ""
    # Values that are no smooth function of the inputs: right or wrong.
    is_exact: bool = False


FAMILIES = {}


def operation(family, method, name, function, *cases, note="", is_exact=False):
    """Adds an operation, or cases to the last one."""
    listed = FAMILIES.setdefault(family, [])
    if listed and listed[-1].method == method:
        listed[-1].cases.extend(cases)
    else:
        listed.append(Operation(method, name, function, list(cases), note, is_exact))


def single(x):
    return float(numpy.float32(x))


def points(*values, shape=None):
    return Data(list(shape or (len(values),)), [single(x) for x in values])


def ints(*values, shape=None):
    return Data(list((len(values),) if shape is None else shape), list(values), False)


def tensor(draw, shape, one):
    return Data(list(shape), [single(one(draw)) for _ in range(math.prod(shape))])


def signed(draw):
    """From 1/20 to 20 and both signs: every second one with few digits."""
    x = 20 ** draw.uniform(-1, 1) * draw.choice((-1, 1))
    return round(x, 2) if draw.random() < 0.5 else x


def mild(draw):
    """From −3 to 3: what softmax does not turn into 0 and 1."""
    return draw.uniform(-3, 3)


def positive(draw):
    return abs(signed(draw))


def inner(draw):
    """Inside (−1, 1)."""
    return draw.uniform(-0.97, 0.97)


def mask(draw):
    return draw.choice((0, 1))


def x(draw, *shape):
    return tensor(draw, shape, signed)


# ---- pointwise: one tensor ----------------------------------------------------------------------


def unary(method, name, function, *near, one=signed, note="", is_exact=False):
    """At places near what is special, as a matrix; at a scalar; in four axes."""
    operation(
        "pointwise",
        method,
        name,
        function,
        [points(*near)],
        lambda draw: [tensor(draw, (), one)],
        lambda draw: [tensor(draw, (2, 1, 3, 1), one)],
        note=note,
        is_exact=is_exact,
    )


NEAR_ZERO = (-1e-3, -3e-8, 1e-12, 2e-5)
ALL = (-7.3, -2.0000002, -1, -1 / 3, *NEAR_ZERO, 0.1, 0.50000006, 1.5, 3.1415927, 6.7)
WIDE = (-1e9, -31337.77, *ALL, 65536.5, 1e9)
BELOW_ONE = (-0.9999999, -0.9999, -0.7, *NEAR_ZERO, 0.25, 0.70710677, 0.99999, 0.99999994)
ABOVE_ZERO = (1e-12, 3e-8, 1e-3, 0.1, 0.99999994, 1.0000001, 1.5, 2.7182817, 10, 65536.5, 1e12)
TURNS = (-1e5, -6.2831855, -1.5707964, *NEAR_ZERO, 0.7853982, 1.5707964, 3.1415927, 22, 1e9)

unary("negated()", "torch.neg", torch.neg, *WIDE)
unary("abs()", "torch.abs", torch.abs, *WIDE)
unary("sign()", "torch.sign", torch.sign, *WIDE)
unary("square()", "torch.square", torch.square, *WIDE, 0)
unary("sqrt()", "torch.sqrt", torch.sqrt, *ABOVE_ZERO, one=positive)
unary("rsqrt()", "torch.rsqrt", torch.rsqrt, *ABOVE_ZERO, one=positive)
unary("reciprocal()", "torch.reciprocal", torch.reciprocal, *WIDE)
unary("exp()", "torch.exp", torch.exp, -80, -33.3, *ALL, 44.4, 80, 0)
unary("exp2()", "torch.exp2", torch.exp2, -120, -33.3, *ALL, 44.4, 120, 0)
unary("expm1()", "torch.expm1", torch.expm1, -80, -33.3, *ALL, 44.4, 80, 0)
unary("log()", "torch.log", torch.log, *ABOVE_ZERO, one=positive)
unary("log2()", "torch.log2", torch.log2, *ABOVE_ZERO, one=positive)
unary("log10()", "torch.log10", torch.log10, *ABOVE_ZERO, one=positive)
unary("log1p()", "torch.log1p", torch.log1p, *BELOW_ONE, 1.5, 65536.5, 1e9, 0, one=positive)
unary("sin()", "torch.sin", torch.sin, *TURNS, 0)
unary("cos()", "torch.cos", torch.cos, *TURNS, 0)
unary("tan()", "torch.tan", torch.tan, *TURNS, 0)
unary("asin()", "torch.asin", torch.asin, *BELOW_ONE, 0, one=inner)
unary("acos()", "torch.acos", torch.acos, *BELOW_ONE, 0, one=inner)
unary("atan()", "torch.atan", torch.atan, *WIDE, 0)
unary("sinh()", "torch.sinh", torch.sinh, -80, -33.3, *ALL, 44.4, 80, 0)
unary("cosh()", "torch.cosh", torch.cosh, -80, -33.3, *ALL, 44.4, 80, 0)
unary("tanh()", "torch.tanh", torch.tanh, -9, *ALL, 0)
unary("asinh()", "torch.asinh", torch.asinh, *WIDE, 0)
unary(
    "acosh()",
    "torch.acosh",
    torch.acosh,
    1.0000001,
    1.0001,
    1.5,
    2.7182817,
    22,
    65536.5,
    1e9,
    one=lambda draw: 1 + positive(draw),
)
unary("atanh()", "torch.atanh", torch.atanh, *BELOW_ONE, 0, one=inner)
unary("sigmoid()", "torch.sigmoid", torch.sigmoid, -80, -20, *ALL, 16, 30, 0)
unary("logit()", "torch.logit", torch.logit, 1e-12, 3e-8, 0.1, 0.49999997, 0.5, 0.7, 0.99999994,
      one=lambda draw: draw.uniform(0.02, 0.98))
unary("erf()", "torch.erf", torch.erf, -5, *ALL, 0)
unary("erfc()", "torch.erfc", torch.erfc, -5, *ALL, 9, 0)
unary("floor()", "torch.floor", torch.floor, *WIDE)
unary("ceil()", "torch.ceil", torch.ceil, *WIDE)
unary("trunc()", "torch.trunc", torch.trunc, *WIDE)
unary("round()", "torch.round", torch.round, *WIDE)
unary("relu()", "torch.relu", torch.relu, *WIDE)
unary("leakyRelu()", "F.leaky_relu", F.leaky_relu, *WIDE)
unary("elu()", "F.elu", F.elu, -80, *ALL, 1e9)
unary("selu()", "F.selu", F.selu, -80, *ALL, 1e9)
unary("silu()", "F.silu", F.silu, -80, -20, *ALL, 40, 0)
unary("mish()", "F.mish", F.mish, -80, -20, *ALL, 40, 0)
unary("gelu()", "F.gelu", F.gelu, -9, *ALL, 9, 0)
unary("geluTanh()", "F.gelu", lambda a: F.gelu(a, approximate="tanh"), *ALL, 0,
      note="`approximate='tanh'`")
unary("hardswish()", "F.hardswish", F.hardswish, -31, -2.9999998, *ALL, 31)
unary("hardsigmoid()", "F.hardsigmoid", F.hardsigmoid, -31, -2.9999998, *ALL, 31)
unary("softsign()", "F.softsign", F.softsign, *WIDE)
unary("softplus()", "F.softplus", lambda a: F.softplus(a, threshold=700), -80, -20, *ALL, 30, 80, 0,
      note="`threshold=700`: above its default, 20, PyTorch gives x, off by 1e-10 there")
unary("logSigmoid()", "F.logsigmoid", F.logsigmoid, -80, -20, *ALL, 30, 80, 0)

SPECIAL = (-math.inf, -1e38, -0.0, 0.0, 1e-45, 2.5, math.inf, math.nan)


def as_number(function):
    return lambda *a: function(*a).to(torch.float64)


unary("isNaN()", "torch.isnan", as_number(torch.isnan), *SPECIAL, is_exact=True)
unary("isInfinite()", "torch.isinf", as_number(torch.isinf), *SPECIAL, is_exact=True)
unary("isFinite()", "torch.isfinite", as_number(torch.isfinite), *SPECIAL, is_exact=True)


# ---- pointwise: two and three tensors -----------------------------------------------------------

PAIRS = (((), ()), ((7,), (7,)), ((3, 1), (1, 5)), ((2, 1, 3), ()), ((1,), (2, 3)),
         ((1, 3, 1, 2), (2, 1, 5, 1)))


def binary(method, name, function, *near, a=signed, b=signed, note="", is_exact=False):
    cases = [
        lambda draw, s=s, t=t: [tensor(draw, s, a), tensor(draw, t, b)] for s, t in PAIRS
    ]
    if near:
        cases.insert(0, [points(*(p[0] for p in near)), points(*(p[1] for p in near))])
    operation("pointwise", method, name, function, *cases, note=note, is_exact=is_exact)


def with_number(method, name, function, *numbers, one=signed, note="", is_exact=False):
    """A tensor and plain numbers."""
    operation(
        "pointwise",
        method,
        name,
        function,
        *(
            lambda draw, n=n, s=s: [tensor(draw, s, one), *n]
            for n, s in zip(numbers, ((7,), (), (2, 1, 3), (1, 5, 1, 1)) * 2)
        ),
        note=note,
        is_exact=is_exact,
    )


for_both = (
    ("plus", "torch.add", torch.add, ((1, -0.99999994), (1e9, -3e-8), (-1e-12, 7))),
    ("minus", "torch.sub", torch.sub, ((1, 0.99999994), (1e9, -3e-8), (-1e-12, 7))),
    ("times", "torch.mul", torch.mul, ((1e9, -3e-8), (-1e-12, 1e12), (0, 5))),
    ("over", "torch.div", torch.div, ((1e9, -3e-8), (-1e-12, 1e3), (0, 5))),
)
for method, name, function, near in for_both:
    binary(f"{method}(Tensor)", name, function, *near)
    with_number(f"{method}(double)", name, function, [0.25], [-3.5], [1e6])

binary("pow(Tensor)", "torch.pow", torch.pow, (1e-3, 3.5), (0.99999994, 1e5), (1.0000001, -1e5),
       (7, -0.5), (1e9, 2), (2, 0), (3, 1), a=positive, b=lambda draw: draw.uniform(-4, 4))
with_number("pow(double)", "torch.pow", torch.pow, [3.0], [2.0], [-1.0], [1.0], [-2.0], [0.0])
with_number("pow(double)", "torch.pow", torch.pow, [0.5], [-1.75], [2.6], [1e-3], one=positive)
binary("max(Tensor)", "torch.maximum", torch.maximum, (1, 0.99999994), (-1e9, 1e9))
binary("min(Tensor)", "torch.minimum", torch.minimum, (1, 0.99999994), (-1e9, 1e9))
binary("atan2(Tensor)", "torch.atan2", torch.atan2, (1e-9, 1), (1e-9, -1), (-1e-9, -1), (1e9, 3),
       (-2, 1e-9), (0, 3), (5, 0))
binary("hypot(Tensor)", "torch.hypot", torch.hypot, (3, 4), (1e-9, 1), (1e12, -1e12), (0, -3),
       (5, 0), (1e-12, 1e-12))
binary("xlogy(Tensor)", "torch.xlogy", torch.xlogy, (1e-9, 1e-9), (-3, 1.0000001), (1e9, 7),
       (0, 5), b=positive)
binary("logAddExp(Tensor)", "torch.logaddexp", torch.logaddexp, (0, 0), (-80, 80), (700, 699),
       (-1e4, -1e4), (1e-9, -1e-9), (-20, 0))

EQUAL = ((1, 1), (-2.5, -2.5), (0.0, -0.0), (1, 1.0000001), (math.inf, 3), (math.nan, math.nan),
         (math.nan, 1), (-math.inf, -math.inf))
for method, name, function in (
    ("lessThan", "torch.lt", torch.lt),
    ("atMost", "torch.le", torch.le),
    ("greaterThan", "torch.gt", torch.gt),
    ("atLeast", "torch.ge", torch.ge),
    ("equalTo", "torch.eq", torch.eq),
    ("notEqualTo", "torch.ne", torch.ne),
):
    binary(f"{method}(Tensor)", name, as_number(function), *EQUAL, is_exact=True)
    operation("pointwise", f"{method}(double)", name, as_number(function),
              *([points(*(a for a, b in EQUAL)), c] for c in (1.0, -2.5, 0.0)), is_exact=True)

with_number("elu(double)", "F.elu", F.elu, [0.5], [1.75], [2.0], [1.0])
with_number("leakyRelu(double)", "F.leaky_relu", F.leaky_relu, [0.25], [0.5], [0.01], [-0.125])
operation(
    "pointwise",
    "prelu(Tensor)",
    "F.prelu",
    F.prelu,
    lambda draw: [x(draw, 7), points(0.25)],
    lambda draw: [x(draw, 5, 3), points(0.25, -0.5, 1.75)],
    lambda draw: [x(draw, 3, 1), points(0.03)],
    note="one slope, or one for each of the last axis",
)
with_number("clamp(double, double)", "torch.clamp", torch.clamp, [-1.0, 2.0], [-30.0, 30.0],
            [0.03125, 0.5], [-2.5, -2.25])
with_number("clampMin(double)", "torch.clamp_min", torch.clamp_min, [-1.0], [0.0], [0.5], [-30.0])
with_number("clampMax(double)", "torch.clamp_max", torch.clamp_max, [-1.0], [0.0], [0.5], [30.0])
operation(
    "pointwise",
    "lerp(Tensor, Tensor)",
    "torch.lerp",
    torch.lerp,
    *(
        lambda draw, s=s, t=t, w=w: [x(draw, *s), x(draw, *t), tensor(draw, w, inner)]
        for s, t, w in (((7,), (7,), (7,)), ((), (3,), (2, 1)), ((2, 1, 3), (5, 1), ()),
                        ((1,), (1, 1, 2, 3), (2, 1, 1, 1)))
    ),
)
operation(
    "pointwise",
    "lerp(Tensor, double)",
    "torch.lerp",
    torch.lerp,
    *(
        lambda draw, s=s, t=t, w=w: [x(draw, *s), x(draw, *t), w]
        for s, t, w in (((7,), (7,), 0.25), ((3,), (2, 1), 0.875), ((), (2, 3), 1.5))
    ),
)
operation(
    "pointwise",
    "where(Tensor, Tensor)",
    "torch.where",
    lambda c, a, b: torch.where(c != 0, a, b),
    *(
        lambda draw, s=s, t=t, u=u: [tensor(draw, s, mask), x(draw, *t), x(draw, *u)]
        for s, t, u in (((7,), (7,), (7,)), ((3,), (2, 1), ()), ((2, 1, 3), (), (5, 1)),
                        ((2, 1, 1, 3), (1, 3, 1), (1,)))
    ),
    note="the condition is `c != 0`",
)
operation(
    "pointwise",
    "maskedFill(Tensor, double)",
    "torch.masked_fill",
    lambda a, m, value: torch.masked_fill(a, m != 0, value),
    *(
        lambda draw, s=s, t=t, v=v: [x(draw, *s), tensor(draw, t, mask), v]
        for s, t, v in (((7,), (7,), -5.5), ((2, 3), (3,), 0.0), ((2, 1, 3), (2, 1, 1), 1e9))
    ),
    note="the mask is `m != 0`",
)


# ---- reductions ---------------------------------------------------------------------------------

AXES = (((), ()), ((1,), (0,)), ((7,), ()), ((3, 5), (0,)), ((3, 5), (-1,)), ((2, 3, 2), (0, -1)),
        ((2, 1, 3, 2), (-3, 2)))
KEPT = (((), ()), ((5, 3), (-2,)), ((2, 3, 2), (2, 0)))


def reduction(name, torch_name, function, one=signed, more=(), skip_single=False, **options):
    """Over none, one and several axes; `function(x, axes, keepdim)`, where no axis stands for all."""
    for suffix, keep, shapes in (("", False, AXES), ("Kept", True, KEPT)):
        cases = [
            lambda draw, s=s, axes=axes: [tensor(draw, s, one), axes]
            for s, axes in shapes
            if not (skip_single and math.prod(s) == 1)
        ]
        operation(
            "reductions",
            f"{name}{suffix}(int[])",
            torch_name,
            lambda a, axes, keep=keep: function(a, axes or tuple(range(a.dim())), keep),
            *cases,
            *(more if not keep else ()),
            **options,
        )


def one_by_one(function):
    """Over several axes with what PyTorch has over one: the innermost first."""

    def over(a, axes, keep):
        for axis in sorted((axis % a.dim() for axis in axes), reverse=True):
            a = function(a, axis, keep)
        return a

    return over


FAR = points(1000.5, 1000.25, 1000.75, 1001.5, 999.25)

reduction("sum", "torch.sum", lambda a, axes, keep: torch.sum(a, axes, keep) if axes else a.sum(),
          more=([points(1e8, 1, -1e8, 3e-8, 0.5), ()],))
reduction("mean", "torch.mean",
          lambda a, axes, keep: torch.mean(a, axes, keep) if axes else a.mean(), more=([FAR, ()],))
reduction("variance", "torch.var",
          lambda a, axes, keep: torch.var(a, axes, correction=0, keepdim=keep),
          more=([FAR, ()],), skip_single=True, note="`correction=0`")
reduction("sampleVariance", "torch.var",
          lambda a, axes, keep: torch.var(a, axes, correction=1, keepdim=keep),
          more=([FAR, ()],), skip_single=True)
reduction("standardDeviation", "torch.std",
          lambda a, axes, keep: torch.std(a, axes, correction=0, keepdim=keep),
          more=([FAR, ()],), skip_single=True, note="`correction=0`")
reduction("sampleStandardDeviation", "torch.std",
          lambda a, axes, keep: torch.std(a, axes, correction=1, keepdim=keep),
          more=([FAR, ()],), skip_single=True)
reduction("max", "torch.amax", torch.amax)
reduction("min", "torch.amin", torch.amin)
reduction("logSumExp", "torch.logsumexp", one=mild,
         
          function=lambda a, axes, keep: torch.logsumexp(a, axes, keep) if axes
          else torch.logsumexp(a.reshape(1), 0),
          more=([points(1000, 999.5, -1000), ()], [points(-1e4, -1e4, 0, -20), ()]))
reduction("prod", "torch.prod", one_by_one(torch.prod),
          more=([points(2, 0, -3, 0.5), ()], [points(0, 3, 0), ()],
                [points(0, 2, 3, 4, 0, 6, shape=(3, 2)), (0,)]), note="axis by axis")
reduction("any", "torch.any",
          lambda a, axes, keep: one_by_one(torch.any)(a != 0, axes, keep).to(torch.float64),
          one=lambda draw: draw.choice((0, 0, 0, 1)), more=([points(0, 0, -0.0), ()],), is_exact=True)
reduction("all", "torch.all",
          lambda a, axes, keep: one_by_one(torch.all)(a != 0, axes, keep).to(torch.float64),
          one=lambda draw: draw.choice((2.5, 1, -1, 0)), more=([points(2, 1e-45, -1), ()],),
          is_exact=True)

for keep in (False, True):
    operation(
        "reductions",
        f"norm{'Kept' if keep else ''}(double, int[])",
        "torch.linalg.vector_norm",
        lambda a, p, axes, keep=keep: torch.linalg.vector_norm(a, p, axes or None, keepdim=keep),
        *(
            lambda draw, s=s, p=p, axes=axes: [x(draw, *s), p, axes]
            for s, p, axes in (
                ((7,), 2.0, ()), ((3, 5), 1.0, (0,)), ((3, 5), math.inf, (-1,)),
                ((3, 5), -math.inf, (1,)), ((2, 3, 2), 3.0, (0, -1)), ((2, 1, 3, 2), 2.0, (-3, 2)),
                ((5,), 0.0, ()), ((2, 3), 1.5, (0,)), ((3, 2), 2.5, (0,)), ((3,), 0.5, ()),
                ((), 2.0, ()),
            )[:: 3 if keep else 1]
        ),
        *([] if keep else [[points(3e18, -4e18, 1e17), 2.0, ()], [points(3e-18, 4e-18), 2.0, ()]]),
    )

ALONG = (((7,), 0), ((1,), -1), ((3, 5), 0), ((3, 5), -1), ((2, 3, 2), 1), ((2, 1, 3, 2), -2))


def along(name, torch_name, function, *more, one=signed, note=""):
    operation("reductions", f"{name}(int)", torch_name, function,
              *(lambda draw, s=s, axis=axis: [tensor(draw, s, one), axis] for s, axis in ALONG),
              *more, note=note)


along("softmax", "torch.softmax", torch.softmax, [points(1000, 999, -1000, 998), 0],
      [points(0, -20, 7, -3), 0], one=mild)
along("logSoftmax", "torch.log_softmax", torch.log_softmax, [points(1000, 999, -1000, 998), 0],
      [points(0, -20, 7, -3), 0], one=mild)
along("cumsum", "torch.cumsum", torch.cumsum)
along("cumprod", "torch.cumprod", torch.cumprod, [points(2, 0, -3, 0.5), 0],
      [points(2, 3, 0, 5, 0, 7), 0])
along("normalized", "F.normalize", lambda a, axis: F.normalize(a, dim=axis),
      [points(3e-9, -4e-9), 0], note="`eps=1e-12`")
along("argmax", "torch.argmax", torch.argmax)
along("argmin", "torch.argmin", torch.argmin)
along("argsort", "torch.argsort", lambda a, axis: torch.argsort(a, stable=True, dim=axis),
      [points(2, 1, 2, 1, 1), 0], note="`stable=True`")
along("median", "torch.median", lambda a, axis: torch.median(a, axis).values)
operation(
    "reductions",
    "sort(int, boolean)",
    "torch.sort",
    lambda a, axis, descending: torch.sort(a, stable=True, dim=axis, descending=descending),
    *(
        lambda draw, s=s, axis=axis, down=down: [x(draw, *s), axis, down]
        for (s, axis), down in zip(ALONG, (False, True, True, False, True, False))
    ),
    note="`stable=True`",
)
operation(
    "reductions",
    "topK(int, int)",
    "torch.topk",
    torch.topk,
    *(
        lambda draw, s=s, axis=axis, k=k: [x(draw, *s), k, axis]
        for (s, axis), k in zip(ALONG, (3, 1, 2, 5, 1, 2))
    ),
)
operation(
    "reductions",
    "crossEntropy(Tensor)",
    "F.cross_entropy",
    lambda z, labels: F.cross_entropy(z, labels, reduction="none"),
    lambda draw: [tensor(draw, (4, 3), mild), ints(2, 0, 0, 1)],
    lambda draw: [tensor(draw, (1, 7), mild), ints(6)],
    [points(7, -3, 0, -20, 0, 7, shape=(2, 3)), ints(0, 0)],
    lambda draw: [points(1000, 0, 1000, 999, shape=(2, 2)), ints(1, 0)],
    note="`reduction='none'`",
)
operation(
    "reductions",
    "sumTo(Shape)",
    "torch.Tensor.sum_to_size",
    lambda a, shape: a.sum_to_size(shape),
    *(
        lambda draw, s=s, t=t: [x(draw, *s), t]
        for s, t in (((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 1, 3, 2), (1, 3, 1)), ((5,), ()))
    ),
)


# ---- shapes -------------------------------------------------------------------------------------


def shapes(method, name, function, *calls, note=""):
    """Calls: the shape of x, or several for a list of tensors, then the other arguments."""
    operation("shapes", method, name, function,
              *(lambda draw, c=c: [x(draw, *c[0]), *c[1:]] for c in calls), note=note)


def joined(method, name, function, *calls, note=""):
    operation(
        "shapes",
        method,
        name,
        lambda a, axis, others: function([a, *others], axis),
        *(
            lambda draw, s=s, axis=axis, others=others: [
                x(draw, *s), axis, [x(draw, *t) for t in others]]
            for s, axis, others in calls
        ),
        note=note,
    )


def padded(a, mode, axis, before, after):
    """F.pad takes the last axis of three."""
    moved = a.movedim(axis, -1)
    three = moved.reshape(1, -1, moved.shape[-1])
    wide = F.pad(three, (before, after), mode.lower())
    return wide.reshape(*moved.shape[:-1], -1).movedim(-1, axis)


def padded_with(a, value, axis, before, after):
    return F.pad(a.movedim(axis, -1), (before, after), value=value).movedim(-1, axis)


shapes("reshape(int[])", "torch.reshape", torch.reshape, ((2, 3), (3, 2)), ((2, 1, 3, 2), (4, -1)),
       ((), (1, 1)), ((1, 1), ()))
shapes("flatten()", "torch.flatten", torch.flatten, ((2, 1, 3),), ((),), ((5,),))
shapes("squeeze(int[])", "torch.squeeze", lambda a, axes: torch.squeeze(a, axes) if axes
       else torch.squeeze(a), ((1, 3, 1, 2), ()), ((1, 3, 1, 2), (-2,)), ((1, 3, 1, 2), (0, 2)))
shapes("unsqueeze(int)", "torch.unsqueeze", torch.unsqueeze, ((3, 2), 0), ((3, 2), -1), ((3, 2), 1),
       ((), 0))
shapes("transpose()", "torch.Tensor.mT", lambda a: a.mT, ((3, 5),), ((2, 1, 3, 2),), ((1, 1),))
shapes("swapAxes(int, int)", "torch.swapaxes", torch.swapaxes, ((2, 3, 5), 0, -1),
       ((2, 1, 3, 2), 2, 1), ((5,), 0, 0))
shapes("permute(int[])", "torch.permute", torch.permute, ((2, 3, 5), (2, 0, 1)),
       ((2, 1, 3, 2), (-1, 0, 2, 1)), ((), ()))
shapes("slice(int, int, int)", "torch.narrow",
       lambda a, axis, start, end: torch.narrow(a, axis, start, end - start), ((7,), 0, 2, 5),
       ((3, 5), -1, 0, 1), ((2, 3, 2), 1, 1, 3))
joined("concat(int, Tensor[])", "torch.cat", torch.cat, ((2, 3), 0, ((1, 3), (3, 3))),
       ((2, 3), -1, ((2, 1),)), ((2, 1, 3, 1), 2, ((2, 1, 2, 1), (2, 1, 1, 1))), ((3,), 0, ()))
joined("stack(int, Tensor[])", "torch.stack", torch.stack, ((2, 3), 0, ((2, 3), (2, 3))),
       ((2, 3), -1, ((2, 3),)), ((), 0, ((), ())), ((2, 1, 3), 1, ((2, 1, 3),)))
shapes("split(int, int[])", "torch.split", lambda a, axis, sizes: torch.split(a, sizes, axis),
       ((7,), 0, (2, 4, 1)), ((2, 5), -1, (5,)), ((2, 3, 2), 1, (1, 2)))
shapes("chunk(int, int)", "torch.chunk", lambda a, axis, count: torch.chunk(a, count, axis),
       ((6,), 0, 3), ((2, 4), -1, 2), ((2, 3, 2), 1, 3))
shapes("flip(int[])", "torch.flip", torch.flip, ((7,), (0,)), ((3, 5), (-1,)),
       ((2, 1, 3, 2), (0, -2)))
shapes("roll(int, int)", "torch.roll", lambda a, axis, shift: torch.roll(a, shift, axis),
       ((7,), 0, 3), ((3, 5), -1, -2), ((2, 3, 2), 1, 7), ((1,), 0, 1))
PADDED = (((5,), 0, 2, 1), ((3, 4), 0, 1, 2), ((3, 4), -1, 3, 0), ((2, 1, 3, 2), 2, 2, 1))
operation(
    "shapes",
    "pad(Padding, int, int, int)",
    "F.pad",
    padded,
    *(
        lambda draw, mode=mode, s=s, r=r: [x(draw, *s), mode, *r]
        for mode in ("REFLECT", "REPLICATE", "CIRCULAR")
        for s, *r in PADDED
    ),
)
operation(
    "shapes",
    "pad(double, int, int, int)",
    "F.pad",
    padded_with,
    *(
        lambda draw, value=value, s=s, r=r: [x(draw, *s), value, *r]
        for value, (s, *r) in zip((0.0, -1.5, 1e9, 0.25), PADDED)
    ),
    note="`mode='constant'`",
)
shapes("tile(int[])", "torch.tile", torch.tile, ((3,), (2,)), ((2, 3), (2, 1)), ((2, 1, 3), (1, 3, 2)))
shapes("repeat(int, int)", "torch.repeat_interleave",
       lambda a, axis, times: torch.repeat_interleave(a, times, axis), ((3,), 0, 2),
       ((2, 3), -1, 3), ((2, 1, 2), 1, 4), ((2, 3), 0, 1))
shapes("expand(int[])", "torch.Tensor.expand", lambda a, sizes: a.expand(sizes), ((3, 1), (-1, 4)),
       ((1,), (2, 3)), ((), (2,)), ((2, 1, 3), (2, 2, 2, -1)))
shapes("broadcastTo(Shape)", "torch.broadcast_to", torch.broadcast_to, ((3, 1), (3, 4)),
       ((), (2, 1)), ((2, 1, 3), (2, 2, 2, 3)), ((3,), (3,)))
shapes("triu(int)", "torch.triu", torch.triu, ((3, 5), 0), ((5, 3), -2), ((2, 3, 3), 1), ((1, 1), 1))
shapes("tril(int)", "torch.tril", torch.tril, ((3, 5), 0), ((5, 3), -2), ((2, 3, 3), 1), ((1, 1), 0))
shapes("diagonal(int)", "torch.diagonal", lambda a, offset: torch.diagonal(a, offset, -2, -1),
       ((3, 5), 0), ((5, 3), -2), ((2, 3, 3), 1), ((1, 1), 0))
shapes("diagonalMatrix()", "torch.diag_embed", torch.diag_embed, ((3,),), ((2, 3),), ((2, 1, 2),))
shapes("to(DType)", "torch.Tensor.to", lambda a, _: a, ((7,), "FLOAT32"), ((2, 3), "FLOAT64"),
       note="of values exact in both types")


# ---- indexing -----------------------------------------------------------------------------------


def indexing(method, name, function, *cases, note=""):
    operation("indexing", method, name, function, *cases, note=note)


indexing("gatherRows(Tensor)", "torch.Tensor.__getitem__", lambda a, i: a[i],
         lambda draw: [x(draw, 5), ints(4, 0, 0, 2)],
         lambda draw: [x(draw, 3, 2), ints(2, 0, 1, 1, 2, 2, shape=(2, 3))],
         lambda draw: [x(draw, 2, 1, 3), ints(1, shape=())])
indexing("scatterAddRows(Tensor, int)", "torch.index_add",
         lambda a, i, rows: torch.zeros(rows, *a.shape[1:], dtype=a.dtype).index_add(0, i, a),
         lambda draw: [x(draw, 5), ints(4, 0, 0, 2, 4), 5],
         lambda draw: [x(draw, 3, 2), ints(2, 0, 2), 4], note="to zeros")
indexing("pick(Tensor)", "torch.gather", lambda a, i: a.gather(1, i[:, None])[:, 0],
         lambda draw: [x(draw, 3, 5), ints(4, 0, 2)], lambda draw: [x(draw, 1, 1), ints(0)])
indexing("gather(int, Tensor)", "torch.gather", torch.gather,
         lambda draw: [x(draw, 5), 0, ints(4, 0, 0, 2)],
         lambda draw: [x(draw, 3, 2), 0, ints(2, 0, 1, 1, 2, 2, 0, 0, shape=(4, 2))],
         lambda draw: [x(draw, 2, 1, 3), -1, ints(2, 2, 0, 1, shape=(2, 1, 2))])
indexing("scatterAdd(int, Tensor, Tensor)", "torch.scatter_add", torch.scatter_add,
         lambda draw: [x(draw, 5), 0, ints(4, 0, 0, 2), x(draw, 4)],
         lambda draw: [x(draw, 3, 2), 0, ints(2, 0, 1, 1, 2, 2, 0, 0, shape=(4, 2)), x(draw, 4, 2)],
         lambda draw: [x(draw, 2, 1, 3), -1, ints(2, 2, 0, 1, shape=(2, 1, 2)), x(draw, 2, 1, 2)])
indexing("indexSelect(int, Tensor)", "torch.index_select", torch.index_select,
         lambda draw: [x(draw, 5), 0, ints(4, 0, 0, 2)],
         lambda draw: [x(draw, 3, 5), -1, ints(2, 2, 4)],
         lambda draw: [x(draw, 2, 3, 1, 2), 1, ints(2, 0, 2, 1)])
indexing("indexAdd(int, Tensor, Tensor)", "torch.index_add", torch.index_add,
         lambda draw: [x(draw, 5), 0, ints(4, 0, 0, 2), x(draw, 4)],
         lambda draw: [x(draw, 3, 5), -1, ints(2, 2, 4), x(draw, 3, 3)],
         lambda draw: [x(draw, 2, 3, 1, 2), 1, ints(2, 0, 2, 1), x(draw, 2, 4, 1, 2)])
indexing("oneHot(int, DType)", "F.one_hot",
         lambda i, classes, _: F.one_hot(i, classes).to(torch.float64),
         [ints(2, 0, 4), 5, "FLOAT64"], [ints(1, 1, 0, 0, 2, 1, shape=(2, 3)), 3, "FLOAT32"],
         [ints(0, shape=()), 1, "FLOAT64"])
indexing("embedding(Tensor, int)", "F.embedding",
         lambda table, i, padding: F.embedding(i, table, padding_idx=padding),
         lambda draw: [x(draw, 5, 2), ints(4, 0, 0, 2), 0],
         lambda draw: [x(draw, 3, 1), ints(2, 0, 1, 1, 2, 2, shape=(2, 3)), 2],
         note="`padding_idx`")
indexing("maskedSelect(Tensor)", "torch.masked_select", lambda a, m: torch.masked_select(a, m != 0),
         lambda draw: [x(draw, 7), tensor(draw, (7,), mask)],
         lambda draw: [x(draw, 2, 3, 2), tensor(draw, (2, 3, 2), mask)],
         note="the mask is `m != 0`")


# ---- products -----------------------------------------------------------------------------------


def product(method, name, function, *pairs):
    operation("products", method, name, function,
              *(lambda draw, s=s, t=t: [x(draw, *s), x(draw, *t)] for s, t in pairs))


product("matmul(Tensor)", "torch.matmul", torch.matmul, ((3, 5), (5, 2)), ((1, 7), (7, 1)),
        ((7,), (7,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 1, 2, 3), (3, 3, 1)),
        ((2, 2), (3, 2, 1)), ((1, 1), (1, 1)))
product("matmulTransposed(Tensor)", "torch.matmul", lambda a, b: a @ b.mT, ((3, 5), (2, 5)),
        ((1, 7), (1, 7)), ((2, 1, 2, 3), (3, 1, 3)), ((2, 2), (3, 1, 2)))
product("transposedMatmul(Tensor)", "torch.matmul", lambda a, b: a.mT @ b, ((5, 3), (5, 2)),
        ((7, 1), (7, 1)), ((2, 1, 3, 2), (3, 3, 1)), ((2, 2), (3, 2, 1)))


# ---- losses -------------------------------------------------------------------------------------


def losses(method, name, function, *cases, note=""):
    operation("losses", method, name, function, *cases, note=note)


for suffix, calls in (
    ("", ((),)),
    (", Reduce", (("MEAN",), ("SUM",), ("NONE",))),
):
    losses(
        f"Losses.crossEntropy(Tensor, Tensor{suffix})",
        "F.cross_entropy",
        lambda z, labels, reduction="mean": F.cross_entropy(
            z, labels, reduction=reduction.lower()),
        *(lambda draw, c=c: [tensor(draw, (5, 3), mild), ints(2, 0, 0, 1, 2), *c] for c in calls),
    )
    losses(
        f"Losses.squaredError(Tensor, Tensor{suffix})",
        "F.mse_loss",
        lambda a, b, reduction="mean": F.mse_loss(a, b, reduction=reduction.lower()),
        *(lambda draw, c=c: [x(draw, 2, 1, 3), x(draw, 2, 1, 3), *c] for c in calls),
    )
