"""Asks PyTorch and JAX what they give at the points of the numerics table.

    java … org.thalweg.checker.numerics.NumericsPage rows | python numerics.py torch > torch.txt
    java … org.thalweg.checker.numerics.NumericsPage rows | python numerics.py jax > jax.txt

Each line of standard input is a Python literal: the name of a row, its inputs (name, type, values, shape)
and the expression for each library. Each line written is: name, type, value, gradients of the sum
in each floating input, separated by tabs.
"""

import ast
import sys
import warnings

warnings.simplefilter("ignore")
inf, nan = float("inf"), float("nan")


def numbers(values):
    return " ".join(repr(float(v)) for v in values)


def ask_torch(expression, inputs, double):
    import torch
    import torch.nn.functional as F

    def adam(gradient):
        p = torch.zeros_like(gradient, requires_grad=True)
        p.grad = gradient.detach()
        torch.optim.Adam([p], lr=1e-3).step()
        return p.detach()

    scope = {"torch": torch, "F": F, "inf": inf, "nan": nan, "adam": adam}
    leaves = []
    for name, kind, values, shape in inputs:
        if kind == "int":
            scope[name] = torch.tensor(values, dtype=torch.int64).reshape(shape)
        else:
            dtype = torch.float64 if double else torch.float32
            scope[name] = torch.tensor(values, dtype=dtype).reshape(shape).requires_grad_()
            leaves.append(scope[name])
    y = eval(expression, scope)
    value = y.detach().double().flatten().tolist()
    gradients = [None] * len(leaves)
    if y.requires_grad:
        gradients = torch.autograd.grad(y.sum(), leaves, allow_unused=True)
    return value, [[0.0] * x.numel() if g is None else g.flatten().tolist() for x, g in zip(leaves, gradients)]


def ask_jax(expression, inputs, double):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    places = [k for k, i in enumerate(inputs) if i[1] != "int"]
    arrays = []
    for _, kind, values, shape in inputs:
        dtype = jnp.int32 if kind == "int" else jnp.float64 if double else jnp.float32
        arrays.append(jnp.array(values, dtype=dtype).reshape(shape))

    def adam(gradient):
        import optax

        rule = optax.adam(1e-3)
        p = jnp.zeros_like(gradient)
        return optax.apply_updates(p, rule.update(gradient, rule.init(p))[0])

    def f(*arguments):
        scope = {"adam": adam, "jax": jax, "jnp": jnp, "lax": jax.lax, "inf": inf, "nan": nan}
        scope.update({i[0]: a for i, a in zip(inputs, arguments)})
        return eval(expression, scope)

    y = f(*arrays)
    value = [float(v) for v in jnp.ravel(y)]
    if not jnp.issubdtype(y.dtype, jnp.floating):
        return value, [[0.0] * arrays[p].size for p in places]
    gradients = jax.grad(lambda *a: jnp.sum(f(*a)), argnums=tuple(places))(*arrays)
    return value, [[float(v) for v in jnp.ravel(g)] for g in gradients]


def main():
    library = sys.argv[1]
    ask = {"torch": ask_torch, "jax": ask_jax}[library]
    print("# " + __import__(library).__version__.split("+")[0])
    for line in sys.stdin:
        row = ast.literal_eval(line)
        expression = row[library]
        if not expression:
            continue
        inputs = [(n, k, [float(v) if k != "int" else int(v) for v in vs], s) for n, k, vs, s in row["inputs"]]
        for kind in ("FLOAT64", "FLOAT32"):
            try:
                value, gradients = ask(expression, inputs, kind == "FLOAT64")
                fields = [numbers(value)] + [numbers(g) for g in gradients]
            except Exception as e:
                if isinstance(e, (NameError, AttributeError, SyntaxError)):
                    raise
                fields = ["raises " + type(e).__name__]
            print("\t".join([row["name"], kind] + fields))


main()
