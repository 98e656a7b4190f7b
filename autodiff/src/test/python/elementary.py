"""The numbers behind the elementary functions: minimax coefficients and 50-digit values.

    python elementary.py fit                   prints the coefficients of every polynomial
    python elementary.py values DIR [N SEED]   writes DIR/<function>.txt for ElementaryAccuracyTest

Needs mpmath. A line of a file of values holds the argument(s), the correctly rounded result and
what the exact result has beyond it, in units in the last place.
"""

import math
import random
import struct
import sys

from mpmath import acos, acosh, asin, asinh, atan, atanh, cos, cosh, erf, erfc, exp, expm1, frexp
from mpmath import ldexp, log, log1p, log10, lu_solve, matrix, mp, mpf, ncdf, nint, pi, sin, sinh
from mpmath import sqrt, tan, tanh

mp.dps = 50


# ---- minimax fits -------------------------------------------------------------------------------


def to_float(x):
    return mpf(struct.unpack("<f", struct.pack("<f", float(x)))[0])


def to_double(x):
    return mpf(nearest(x))


def fit(f, powers, low, high, weight, fixed, to_format, points=400):
    """Coefficients c_j that minimise max |(f(x) - fixed(x) - sum c_j x**powers[j]) weight(x)|.

    The lowest coefficient is rounded to the format first and the rest are fitted again to what is
    left, and so on upwards. Returns the coefficients and the largest weighted error.
    """
    low, high = mpf(low), mpf(high)
    xs = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / (points - 1)) for i in range(points)]
    wanted = [f(x) - fixed(x) for x in xs]
    weights = [weight(x) for x in xs]
    basis = [[x**p for p in powers] for x in xs]
    done = []
    while len(done) < len(powers):
        n = len(done)
        rest = [
            y - sum(c * b for c, b in zip(done, row)) for y, row in zip(wanted, basis)
        ]
        done.append(to_format(exchange(rest, [row[n:] for row in basis], weights)[0]))
    errors = [
        abs(w * (y - sum(c * b for c, b in zip(done, row))))
        for w, y, row in zip(weights, wanted, basis)
    ]
    return done, max(errors)


def exchange(wanted, basis, weights):
    """The second algorithm of Remez on a grid."""
    n, m = len(basis[0]), len(wanted)
    reference = [round(i * (m - 1) / n) for i in range(n + 1)]
    best = None
    for _ in range(40):
        a, y = matrix(n + 1, n + 1), matrix(n + 1, 1)
        for i, r in enumerate(reference):
            for k in range(n):
                a[i, k] = basis[r][k]
            a[i, n] = (-1) ** i / weights[r]
            y[i] = wanted[r]
        solution = lu_solve(a, y)
        c = [solution[k] for k in range(n)]
        errors = [
            w * (y - sum(ck * bk for ck, bk in zip(c, row)))
            for w, y, row in zip(weights, wanted, basis)
        ]
        largest = max(abs(e) for e in errors)
        if best is None or largest < best[1]:
            best = c, largest
        if largest <= abs(solution[n]) * mpf("1.005"):
            break
        extrema = []
        for i, e in enumerate(errors):
            if extrema and (e > 0) == (errors[extrema[-1]] > 0):
                if abs(e) > abs(errors[extrema[-1]]):
                    extrema[-1] = i
            else:
                extrema.append(i)
        while len(extrema) > n + 1:
            first_is_smaller = abs(errors[extrema[0]]) < abs(errors[extrema[-1]])
            extrema = extrema[1:] if first_is_smaller else extrema[:-1]
        if len(extrema) < n + 1:
            break
        reference = extrema
    return best[0]


def interpolated(f, count, low, high, to_format):
    """Coefficients of the interpolation in Chebyshev's points, the first in two words."""
    low, high = mpf(low), mpf(high)
    a, y = matrix(count, count), matrix(count, 1)
    for i in range(count):
        x = (low + high) / 2 - (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * count))
        y[i] = f(x)
        for k in range(count):
            a[i, k] = x**k
    exact = lu_solve(a, y)
    rounded = [to_format(exact[k]) for k in range(count)]
    rounded.insert(1, to_format(exact[0] - rounded[0]))
    xs = [low + (high - low) * i / 400 for i in range(401)]
    value = lambda x: rounded[1] + sum(c * x**k for k, c in enumerate(rounded[:1] + rounded[2:]))
    return rounded, max(abs(value(x) / f(x) - 1) for x in xs)


def over_root(f):
    """f(√z) / √z for an odd f."""
    return lambda z: f(sqrt(z)) / sqrt(z)


def relative(f):
    return lambda x: 1 / f(x) if f(x) else mpf(1)


def show(name, fitted):
    coefficients, error = fitted
    print(f"{name}  error 2^{float(log(error, 2)):.1f}")
    for c in coefficients:
        print("   ", shortest(c))


def shortest(c):
    """The fewest digits that give the coefficient back, with an f for a float."""
    if to_float(c) != c:
        return repr(float(c))
    return next(
        text + "f"
        for text in (f"{float(c):.{digits}g}" for digits in range(1, 10))
        if to_float(mpf(text)) == c
    )


def odd(name, function, top, singles, doubles):
    """Fits f(x) = x + x z p(z), z = x²."""
    f = over_root(function)
    for precision, to_format, n in ("float", to_float, singles), ("double", to_double, doubles):
        c = fit(f, range(1, n + 1), mpf("1e-20"), top, relative(f), lambda z: 1, to_format)
        show(f"{precision} {name}: z…", c)


def more_fits():
    odd("tan", tan, (pi / 4 * mpf("1.01")) ** 2, 7, 16)
    odd("asin", asin, mpf("0.2501"), 6, 13)
    odd("atan", atan, mpf(1), 9, 20)
    odd("sinh", sinh, mpf("1.001"), 4, 8)
    odd("asinh", asinh, mpf("0.2501"), 6, 13)
    top = (log(2) / 2 * mpf("1.002")) ** 2
    for name, to_format, n in ("float", to_float, 2), ("double", to_double, 5):
        g = lambda z: cosh(sqrt(z))
        c = fit(g, range(2, n + 2), mpf("1e-20"), top, relative(g), lambda z: 1 + z / 2, to_format)
        show(f"{name} cosh: z^2…", c)
    for name, to_format, n in ("float", to_float, 7), ("double", to_double, 12):
        g = lambda x: mpf(2) ** x
        c = fit(g, range(1, n + 1), -0.501, 0.501, relative(g), lambda x: 1, to_format)
        show(f"{name} exp2: x…", c)
    centre = mpf("2.5")
    for name, to_format, n, high in ("float", to_float, 10, 10.2), ("double", to_double, 24, 27.5):
        x = lambda s: centre * (1 + s) / (1 - s)
        f = lambda s: erfc(x(s)) * exp(x(s) ** 2) * (1 + 2 * x(s))
        place = lambda x: (mpf(x) - centre) / (x + centre)
        show(f"{name} erfc: 1…", interpolated(f, n, place(0.25), place(high), to_format))


def fits():
    more_fits()
    half_ln2 = log(2) / 2 * mpf("1.002")
    tiny = mpf("1e-20")
    for name, to_format, n in ("float", to_float, 7), ("double", to_double, 12):
        c = fit(exp, range(2, n), -half_ln2, half_ln2, relative(exp), lambda x: 1 + x, to_format)
        show(f"{name} exp: x^2…", c)
    for name, to_format, n in ("float", to_float, 8), ("double", to_double, 13):
        powers = range(2, n)
        c = fit(expm1, powers, -half_ln2, half_ln2, relative(expm1), lambda x: x, to_format)
        show(f"{name} expm1: x^2…", c)
    top = (log(2) * mpf("1.003")) ** 2
    for name, to_format, n in ("float", to_float, 6), ("double", to_double, 12):
        f = over_root(tanh)
        c = fit(f, range(1, n + 1), tiny, top, relative(f), lambda z: 1, to_format)
        show(f"{name} tanh: z…", c)
    double_atanh = over_root(lambda s: 2 * atanh(s))
    for function, greatest, singles, doubles in (
        ("log", (sqrt(2) - 1) / (sqrt(2) + 1), 3, 7),
        ("log1p", mpf(1) / 5, 3, 8),
        ("log1p of a fraction", mpf(1) / 3, 4, 10),
    ):
        top = (greatest * mpf("1.001")) ** 2
        for name, to_format, n in ("float", to_float, singles), ("double", to_double, doubles):
            f = double_atanh
            c = fit(f, range(1, n + 1), tiny, top, relative(f), lambda z: 2, to_format)
            show(f"{name} {function}: -z…", c)
    top = ((sqrt(2) - 1) / (sqrt(2) + 1) * mpf("1.001")) ** 2
    for name, to_format, n in ("float", to_float, 4), ("double", to_double, 8):
        f = double_atanh
        c = fit(f, range(2, n + 2), tiny, top, relative(f), lambda z: 2 + 2 * z / 3, to_format)
        show(f"{name} pow: z^2…", c)
    f = over_root(erf)
    for name, to_format, n, edge in ("float", to_float, 7, 1.125), ("double", to_double, 14, 1.375):
        top = mpf(edge) ** 2 * mpf("1.0001")
        c = fit(f, range(n), tiny, top, relative(f), lambda z: 1, to_format)
        show(f"{name} erf, near: 1…", c)
    for name, to_format, n, power, low, high in (
        ("float", to_float, 8, 4, 1.125, 4),
        ("double", to_double, 16, 8, 1.375, 6),
    ):
        root = lambda x: erfc(x) ** (mpf(1) / power)
        slope = lambda x: power * root(x) ** (power - 1)
        c = fit(root, range(n), low, high, slope, lambda x: 0, to_format)
        show(f"{name} erf, far: 1…", c)
    top = (pi / 4 * mpf("1.03")) ** 2
    for name, to_format, n in ("float", to_float, 3), ("double", to_double, 6):
        f = over_root(sin)
        c = fit(f, range(1, n + 1), tiny, top, relative(f), lambda z: 1, to_format)
        show(f"{name} sin: z…", c)
        g = lambda z: cos(sqrt(z))
        c = fit(g, range(2, n + 2), tiny, top, relative(g), lambda z: 1 - z / 2, to_format)
        show(f"{name} cos: z^2…", c)


# ---- values -------------------------------------------------------------------------------------


def nearest(x):
    """The nearest double, ties to even; infinite from the overflow threshold on."""
    if x == 0:
        return 0.0
    unit = max(frexp(x)[1] - 53, -1074)
    whole = int(nint(ldexp(x, -unit)))
    try:
        return math.ldexp(float(whole), unit)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def sigmoid(x):
    return 1 / (1 + exp(-x))


def sigmoid_slope(x):
    return exp(-abs(x)) / (1 + exp(-abs(x))) ** 2


def gelu(x):
    return x * ncdf(x) if abs(x) < 50 else max(x, mpf(0))


def far_erfc(x):
    return erfc(x) if abs(x) < 50 else mpf(0 if x > 0 else 2)


def softplus(x):
    return log1p(exp(x)) if x < 0 else x + log1p(exp(-x))


FUNCTIONS = {
    # name: (function, intervals where it is interesting, arguments may be negative, upper limit)
    "exp": (exp, [(-745.2, 709.8), (-708, 709), (-2, 2), (-0.4, 0.4)], True, 709.7),
    "expm1": (expm1, [(-40, 709.7), (-3, 3), (-0.4, 0.4), (-1, 40)], True, 709.7),
    "log": (log, [(0.5, 2), (0.9, 1.1), (0.1, 10)], False, math.inf),
    "log1p": (log1p, [(-0.9999, 4), (-0.5, 1), (-0.1, 0.1), (1, 100)], True, math.inf),
    "tanh": (tanh, [(-20, 20), (-3, 3), (-1, 1)], True, math.inf),
    "sigmoid": (sigmoid, [(-746, 40), (-40, 40), (-4, 4)], True, math.inf),
    "sech2": (lambda x: 4 * sigmoid_slope(2 * x), [(-374, 374), (-20, 20), (-2, 2)], True, math.inf),
    "sigmoid_slope": (sigmoid_slope, [(-746, 746), (-40, 40), (-4, 4)], True, math.inf),
    "erf": (erf, [(-6, 6), (-3, 3), (-1.6, 1.6)], True, math.inf),
    "sin": (sin, [(-1e9, 1e9), (-1000, 1000), (-8, 8)], True, math.inf),
    "cos": (cos, [(-1e9, 1e9), (-1000, 1000), (-8, 8)], True, math.inf),
    "gelu": (gelu, [(-6, 6), (0, 9), (-1, 1)], True, math.inf),
    "exp2": (lambda x: mpf(2) ** x, [(-1075, 1024), (-2, 2), (-0.5, 0.5)], True, 1024),
    "log2": (lambda x: log(x) / log(mpf(2)), [(0.5, 2), (0.9, 1.1), (0.1, 10)], False, math.inf),
    "log10": (log10, [(0.5, 2), (0.9, 1.1), (0.1, 10)], False, math.inf),
    "tan": (tan, [(-1e9, 1e9), (-1000, 1000), (-8, 8)], True, math.inf),
    "asin": (asin, [(-1, 1), (-0.6, 0.6), (0.99, 1)], True, 1),
    "acos": (acos, [(-1, 1), (-0.6, 0.6), (0.99, 1)], True, 1),
    "atan": (atan, [(-10, 10), (-1.1, 1.1), (0, 100)], True, math.inf),
    "sinh": (sinh, [(-710, 710), (-40, 40), (-2, 2), (-1.1, 1.1)], True, 710.4),
    "cosh": (cosh, [(-710, 710), (-40, 40), (-2, 2), (-1.1, 1.1)], True, 710.4),
    "asinh": (asinh, [(-3, 3), (-0.6, 0.6), (0.4, 100)], True, math.inf),
    "acosh": (acosh, [(1, 3), (1, 1.01), (1, 100)], False, math.inf),
    "atanh": (atanh, [(-1, 1), (-0.5, 0.5), (0.99, 1)], True, 0.99999999999999988),
    "erfc": (far_erfc, [(-6, 6), (0, 27), (-1, 3), (0.2, 0.3), (26, 27.2)], True, math.inf),
    "softplus": (softplus, [(-746, 40), (-40, 40), (-3, 3)], True, math.inf),
}


def is_argument(name, x):
    if name == "log1p":
        return x > -1
    if name == "acosh":
        return x >= 1
    if name in ("sinh", "cosh"):
        return abs(x) < 710.4
    return abs(x) < 1 if name in ("asin", "acos", "atanh") else True


def arguments(name, count, rng):
    """One argument of every exponent, then random ones where the function is interesting."""
    _, intervals, signed, limit = FUNCTIONS[name]
    for exponent in range(-1074, 1024):
        x = math.ldexp(1 + rng.random(), exponent)
        if signed and rng.random() < 0.5:
            x = -x
        if x < limit and x != 0 and is_argument(name, x):
            yield x
    for _ in range(count):
        low, high = rng.choice(intervals)
        x = rng.uniform(low, high)
        if name in ("sin", "cos", "tan") and rng.random() < 0.1:
            x = float(nint(x / (pi / 2)) * (pi / 2))
        yield x


def powers(count, rng):
    """Bases of every size, and exponents that spread the results over every exponent."""
    for _ in range(count):
        kind = rng.random()
        if kind < 0.4:
            x = math.ldexp(1 + rng.random(), rng.randrange(-1074, 1024))
        elif kind < 0.8:
            x = math.exp(rng.uniform(-2, 2))
        else:
            x = 1 + rng.uniform(-1, 1) * 2.0 ** rng.randrange(-40, 0)
        if x == 1 or x == 0:
            continue
        b = rng.uniform(-744, 709.7) / math.log(x)
        if abs(b) > 3 and rng.random() < 0.2:
            b = float(round(b))
            if rng.random() < 0.5:
                x = -x
        yield x, b


def line(inputs, exact):
    y = nearest(exact)
    if math.isinf(y):
        return None
    unit = max(frexp(exact)[1] - 53, -1074) if exact else -1074
    beyond = float(ldexp(exact - mpf(y), -unit))
    return " ".join([*(x.hex() for x in inputs), y.hex(), f"{beyond:.4f}"])


def values(directory, count, seed):
    for name in [*FUNCTIONS, "pow"]:
        rng = random.Random(f"{seed} {name}")
        if name == "pow":
            lines = [
                line((x, b), (mpf(x) ** int(b)) if x < 0 else mpf(x) ** mpf(b))
                for x, b in powers(3 * count, rng)
            ]
        else:
            f = FUNCTIONS[name][0]
            lines = [line((x,), f(mpf(x))) for x in arguments(name, count, rng)]
        with open(f"{directory}/{name}.txt", "w") as out:
            out.writelines(text + "\n" for text in lines if text)


if __name__ == "__main__":
    if sys.argv[1] == "fit":
        fits()
    else:
        count, seed = (int(a) for a in sys.argv[3:]) if len(sys.argv) > 3 else (1000, 1)
        values(sys.argv[2], count, seed)
