"""The judge of PyTorch's float64: functions of mpmath over NumPy arrays of objects, and their
derivatives from central differences in 300 digits.
"""

import numpy
from mpmath import mp, mpf

mp.dps = 300
STEP = mpf(10) ** -60


def pointwise(function):
    """A function of numbers as one of arrays, which broadcast; NumPy would make numbers of those of rank
    0.
    """
    count = function.__code__.co_argcount
    over = numpy.frompyfunc(function, count, 1)

    def of_arrays(*arguments):
        return numpy.asarray(over(*arguments), dtype=object)

    # Each output depends on the input of its place alone.
    of_arrays.is_diagonal = count == 1
    return of_arrays


exp = pointwise(lambda x: mp.exp(x))
log = pointwise(lambda x: mp.log(x))
size = pointwise(lambda x: abs(x))
sqrt = pointwise(lambda x: mp.sqrt(x))
power = pointwise(lambda x, p: x**p)


def softmax(x, axis):
    e = exp(x)
    return e / e.sum(axis=axis, keepdims=True)


class Exact:
    """A function, and the tensors that move, as one flat list of numbers."""

    def __init__(self, function, arguments, shapes, weights, directions):
        self.function = function
        self.arguments = arguments
        self.shapes = shapes
        self.weights = [mpf(w) for w in weights]
        self.directions = [mpf(v) for v in directions]

    def outputs(self, at):
        arrays, start = [], 0
        for shape in self.shapes:
            end = start + int(numpy.prod(shape, dtype=int))
            array = numpy.empty(end - start, dtype=object)
            array[:] = at[start:end]
            arrays.append(array.reshape(shape))
            start = end
        return list(numpy.asarray(self.function(*self.arguments(arrays)), dtype=object).flatten())

    def loss(self, at):
        return sum(w * y for w, y in zip(self.weights, self.outputs(at)))

    def gradient(self, at):
        if getattr(self.function, "is_diagonal", False):
            above = self.outputs([x + STEP for x in at])
            below = self.outputs([x - STEP for x in at])
            return [w * (a - b) / (2 * STEP) for w, a, b in zip(self.weights, above, below)]
        slopes = []
        for k in range(len(at)):
            above, below = list(at), list(at)
            above[k] += STEP
            below[k] -= STEP
            slopes.append((self.loss(above) - self.loss(below)) / (2 * STEP))
        return slopes

    def parts(self, at):
        """The outputs, the gradient and the second derivative, exact to some 100 digits."""
        at = [mpf(x) for x in at]
        ahead = self.gradient([x + STEP * v for x, v in zip(at, self.directions)])
        behind = self.gradient([x - STEP * v for x, v in zip(at, self.directions)])
        second = [(a - b) / (2 * STEP) for a, b in zip(ahead, behind)]
        return [numpy.array([tidy(x) for x in part])
                for part in (self.outputs(at), self.gradient(at), second)]


def tidy(x):
    """The nearest double; what central differences leave of 0 is 0."""
    return 0.0 if abs(x) < mpf(10) ** -100 else float(x)
