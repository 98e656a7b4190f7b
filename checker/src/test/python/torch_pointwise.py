"""The cases of pointwise operations."""

import math

import torch
import torch.nn.functional as F
from mpmath import mp, mpf

import torch_exact
from torch_cases import inner, mask, operation, points, positive, signed, tensor, x


# ---- pointwise: one tensor ----------------------------------------------------------------------


def unary(method, name, function, *near, one=signed, note="", is_exact=False, exact=None):
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
        exact=torch_exact.pointwise(exact) if exact else None,
    )


def sigmoid(a):
    return 1 / (1 + mp.exp(-a))


SELU = mpf("1.0507009873554804934193349852946")
SELU_ALPHA = mpf("1.6732632423543772848170429916717")
NEAR_ZERO = (-1e-3, -3e-8, 1e-12, 2e-5)
ALL = (-7.3, -2.0000002, -1, -1 / 3, *NEAR_ZERO, 0.1, 0.50000006, 1.5, 3.1415927, 6.7)
WIDE = (-1e9, -31337.77, *ALL, 65536.5, 1e9)
BELOW_ONE = (-0.9999999, -0.9999, -0.7, *NEAR_ZERO, 0.25, 0.70710677, 0.99999, 0.99999994)
ABOVE_ZERO = (1e-12, 3e-8, 1e-3, 0.1, 0.99999994, 1, 1.0000001, 1.5, 2.7182817, 8, 1000, 65536.5,
              1e12)
TURNS = (-1e5, -6.2831855, -1.5707964, *NEAR_ZERO, 0.7853982, 1.5707964, 3.1415927, 22, 1e9)

unary("negated()", "torch.neg", torch.neg, *WIDE)
unary("abs()", "torch.abs", torch.abs, *WIDE)
unary("sign()", "torch.sign", torch.sign, *WIDE)
unary("square()", "torch.square", torch.square, *WIDE, 0)
unary("sqrt()", "torch.sqrt", torch.sqrt, *ABOVE_ZERO, one=positive,
      exact=lambda a: mp.sqrt(a))
unary("rsqrt()", "torch.rsqrt", torch.rsqrt, *ABOVE_ZERO, one=positive,
      exact=lambda a: 1 / mp.sqrt(a))
unary("reciprocal()", "torch.reciprocal", torch.reciprocal, *WIDE)
unary("exp()", "torch.exp", torch.exp, -80, -33.3, *ALL, 44.4, 80, 0,
      exact=lambda a: mp.exp(a))
unary("exp2()", "torch.exp2", torch.exp2, -120, -33.3, *ALL, 44.4, 120, 0,
      exact=lambda a: mpf(2) ** a)
unary("expm1()", "torch.expm1", torch.expm1, -80, -33.3, *ALL, 44.4, 80, 0,
      exact=lambda a: mp.expm1(a))
unary("log()", "torch.log", torch.log, *ABOVE_ZERO, one=positive,
      exact=lambda a: mp.log(a))
unary("log2()", "torch.log2", torch.log2, *ABOVE_ZERO, one=positive,
      exact=lambda a: mp.log(a, 2))
unary("log10()", "torch.log10", torch.log10, *ABOVE_ZERO, one=positive,
      exact=lambda a: mp.log(a, 10))
unary("log1p()", "torch.log1p", torch.log1p, *BELOW_ONE, 1.5, 65536.5, 1e9, 0, one=positive,
      exact=lambda a: mp.log1p(a))
unary("sin()", "torch.sin", torch.sin, *TURNS, 0,
      exact=lambda a: mp.sin(a))
unary("cos()", "torch.cos", torch.cos, *TURNS, 0,
      exact=lambda a: mp.cos(a))
unary("tan()", "torch.tan", torch.tan, *TURNS, 0,
      exact=lambda a: mp.tan(a))
unary("asin()", "torch.asin", torch.asin, *BELOW_ONE, 0, one=inner,
      exact=lambda a: mp.asin(a))
unary("acos()", "torch.acos", torch.acos, *BELOW_ONE, 0, one=inner,
      exact=lambda a: mp.acos(a))
unary("atan()", "torch.atan", torch.atan, *WIDE, 0,
      exact=lambda a: mp.atan(a))
unary("sinh()", "torch.sinh", torch.sinh, -80, -33.3, *ALL, 44.4, 80, 0,
      exact=lambda a: mp.sinh(a))
unary("cosh()", "torch.cosh", torch.cosh, -80, -33.3, *ALL, 44.4, 80, 0,
      exact=lambda a: mp.cosh(a))
unary("tanh()", "torch.tanh", torch.tanh, -9, *ALL, 0,
      exact=lambda a: mp.tanh(a))
unary("asinh()", "torch.asinh", torch.asinh, *WIDE, 0,
      exact=lambda a: mp.asinh(a))
unary("acosh()", "torch.acosh", torch.acosh, 1.0000001, 1.0001, 1.5, 2.7182817, 22, 65536.5, 1e9,
      one=lambda draw: 1 + positive(draw),
      exact=lambda a: mp.acosh(a))
unary("atanh()", "torch.atanh", torch.atanh, *BELOW_ONE, 0, one=inner,
      exact=lambda a: mp.atanh(a))
unary("sigmoid()", "torch.sigmoid", torch.sigmoid, -80, -20, *ALL, 16, 30, 0,
      exact=lambda a: sigmoid(a))
unary("logit()", "torch.logit", torch.logit, 1e-12, 3e-8, 0.1, 0.49999997, 0.5, 0.7, 0.99999994,
      one=lambda draw: draw.uniform(0.02, 0.98),
      exact=lambda a: mp.log(a / (1 - a)))
unary("erf()", "torch.erf", torch.erf, -5, *ALL, 0,
      exact=lambda a: mp.erf(a))
unary("erfc()", "torch.erfc", torch.erfc, -5, *ALL, 9, 0,
      exact=lambda a: mp.erfc(a))
unary("floor()", "torch.floor", torch.floor, *WIDE)
unary("ceil()", "torch.ceil", torch.ceil, *WIDE)
unary("trunc()", "torch.trunc", torch.trunc, *WIDE)
unary("round()", "torch.round", torch.round, *WIDE)
unary("relu()", "torch.relu", torch.relu, *WIDE)
unary("leakyRelu()", "F.leaky_relu", F.leaky_relu, *WIDE)
unary("elu()", "F.elu", F.elu, -80, *ALL, 1e9,
      exact=lambda a: a if a > 0 else mp.expm1(a))
unary("selu()", "F.selu", F.selu, -80, *ALL, 1e9,
      exact=lambda a: SELU * (a if a > 0 else SELU_ALPHA * mp.expm1(a)))
unary("silu()", "F.silu", F.silu, -80, -20, *ALL, 40, 0,
      exact=lambda a: a * sigmoid(a))
unary("mish()", "F.mish", F.mish, -80, -20, *ALL, 40, 0,
      exact=lambda a: a * mp.tanh(mp.log1p(mp.exp(a))))
unary("gelu()", "F.gelu", F.gelu, -9, *ALL, 9, 0,
      exact=lambda a: a * mp.erfc(-a / mp.sqrt(2)) / 2)
unary("geluTanh()", "F.gelu", lambda a: F.gelu(a, approximate="tanh"), *ALL, 0,
      note="`approximate='tanh'`",
      exact=lambda a: a * sigmoid(mp.sqrt(8 / mp.pi) * (a + mpf("0.044715") * a**3)))
unary("hardswish()", "F.hardswish", F.hardswish, -31, -2.9999998, *ALL, 31,
      exact=lambda a: a * min(max(a + 3, 0), 6) / 6)
unary("hardsigmoid()", "F.hardsigmoid", F.hardsigmoid, -31, -2.9999998, *ALL, 31,
      exact=lambda a: min(max(a + 3, 0), mpf(6)) / 6)
unary("softsign()", "F.softsign", F.softsign, *WIDE,
      exact=lambda a: a / (1 + abs(a)))
unary("softplus()", "F.softplus", lambda a: F.softplus(a, threshold=700), -80, -20, *ALL, 30, 80, 0,
      note="`threshold=700`: above its default, 20, PyTorch gives x, off by 1e-10 there",
      exact=lambda a: mp.log1p(mp.exp(a)))
unary("logSigmoid()", "F.logsigmoid", F.logsigmoid, -80, -20, *ALL, 30, 80, 0,
      exact=lambda a: -mp.log1p(mp.exp(-a)))

SPECIAL = (-math.inf, -1e38, -0.0, 0.0, 1e-45, 2.5, math.inf, math.nan)


def as_number(function):
    return lambda *a: function(*a).to(torch.float64)


unary("isNaN()", "torch.isnan", as_number(torch.isnan), *SPECIAL, is_exact=True)
unary("isInfinite()", "torch.isinf", as_number(torch.isinf), *SPECIAL, is_exact=True)
unary("isFinite()", "torch.isfinite", as_number(torch.isfinite), *SPECIAL, is_exact=True)


# ---- pointwise: two and three tensors -----------------------------------------------------------

PAIRS = (((), ()), ((7,), (7,)), ((3, 1), (1, 5)), ((2, 1, 3), ()), ((1,), (2, 3)),
         ((1, 3, 1, 2), (2, 1, 5, 1)))


def binary(method, name, function, *near, a=signed, b=signed, note="", is_exact=False, exact=None):
    cases = [
        lambda draw, s=s, t=t: [tensor(draw, s, a), tensor(draw, t, b)] for s, t in PAIRS
    ]
    if near:
        cases.insert(0, [points(*(p[0] for p in near)), points(*(p[1] for p in near))])
    operation("pointwise", method, name, function, *cases, note=note, is_exact=is_exact,
              exact=torch_exact.pointwise(exact) if exact else None)


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
       (7, -0.5), (1e9, 2), (2, 0), (3, 1), a=positive, b=lambda draw: draw.uniform(-4, 4),
       exact=lambda a, b: a**b)
with_number("pow(double)", "torch.pow", torch.pow, [3.0], [2.0], [-1.0], [1.0], [-2.0], [0.0])
with_number("pow(double)", "torch.pow", torch.pow, [0.5], [-1.75], [2.6], [1e-3], one=positive)
binary("max(Tensor)", "torch.maximum", torch.maximum, (1, 0.99999994), (-1e9, 1e9))
binary("min(Tensor)", "torch.minimum", torch.minimum, (1, 0.99999994), (-1e9, 1e9))
binary("atan2(Tensor)", "torch.atan2", torch.atan2, (1e-9, 1), (1e-9, -1), (-1e-9, -1), (1e9, 3),
       (-2, 1e-9), (0, 3), (5, 0),
       exact=lambda a, b: mp.atan2(a, b))
binary("hypot(Tensor)", "torch.hypot", torch.hypot, (3, 4), (1e-9, 1), (1e12, -1e12), (0, -3),
       (5, 0), (1e-12, 1e-12),
       exact=lambda a, b: mp.hypot(a, b))
binary("xlogy(Tensor)", "torch.xlogy", torch.xlogy, (1e-9, 1e-9), (-3, 1.0000001), (1e9, 7),
       (0, 5), b=positive,
       exact=lambda a, b: a * mp.log(b))
binary("logAddExp(Tensor)", "torch.logaddexp", torch.logaddexp, (0, 0), (-80, 80), (700, 699),
       (-1e4, -1e4), (1e-9, -1e-9), (-20, 0),
       exact=lambda a, b: mp.log(mp.exp(a) + mp.exp(b)))

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
