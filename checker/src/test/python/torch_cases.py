"""What cases are made of: which method, PyTorch's function, and arguments in the order of the method,
the receiver first. Tuples are lists of whole numbers, lists hold tensors.

Shapes are awkward on purpose (rank 0 to 4, sizes of 1, primes). Kinks and ties are left out: what
the gradient is there is a convention.
"""

import math
from dataclasses import dataclass

import numpy


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
    # The same function in mpmath.
    exact: object = None


FAMILIES = {}


def operation(family, method, name, function, *cases, note="", is_exact=False, exact=None):
    """Adds an operation, or cases to the last one."""
    listed = FAMILIES.setdefault(family, [])
    if listed and listed[-1].method == method:
        listed[-1].cases.extend(cases)
    else:
        listed.append(Operation(method, name, function, list(cases), note, is_exact, exact))


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
