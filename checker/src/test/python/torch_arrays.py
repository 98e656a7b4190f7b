"""The cases of reductions, shapes, indexing, products and losses."""

import math

import numpy
import torch
import torch.nn.functional as F
from mpmath import mpf

import torch_exact
from torch_cases import ints, mask, mild, operation, points, signed, tensor, x


# ---- reductions ---------------------------------------------------------------------------------

AXES = (((), ()), ((1,), (0,)), ((7,), ()), ((3, 5), (0,)), ((3, 5), (-1,)), ((2, 3, 2), (0, -1)),
        ((2, 1, 3, 2), (-3, 2)))
KEPT = (((), ()), ((5, 3), (-2,)), ((2, 3, 2), (2, 0)))


def reduction(name, torch_name, function, one=signed, more=(), skip_single=False, exact=None,
              **options):
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
            exact=exact and (lambda a, axes: exact(a, axes or tuple(range(a.ndim)))),
            **options,
        )


def one_by_one(function):
    """Over several axes with what PyTorch has over one: the innermost first."""

    def over(a, axes, keep):
        for axis in sorted((axis % a.dim() for axis in axes), reverse=True):
            a = function(a, axis, keep)
        return a

    return over


def spread(a, axes, correction):
    """The variance of arrays of mpmath."""
    apart = a - a.sum(axis=axes, keepdims=True) / math.prod(a.shape[axis] for axis in axes)
    count = math.prod(a.shape[axis] for axis in axes) - correction
    return (apart * apart).sum(axis=axes) / count


FAR = points(1000.5, 1000.25, 1000.75, 1001.5, 999.25)

reduction("sum", "torch.sum", lambda a, axes, keep: torch.sum(a, axes, keep) if axes else a.sum(),
          more=([points(1e8, 1, -1e8, 3e-8, 0.5), ()],))
reduction("mean", "torch.mean",
          lambda a, axes, keep: torch.mean(a, axes, keep) if axes else a.mean(), more=([FAR, ()],))
reduction("variance", "torch.var",
          lambda a, axes, keep: torch.var(a, axes, correction=0, keepdim=keep),
          more=([FAR, ()],), skip_single=True, note="`correction=0`",
          exact=lambda a, axes: spread(a, axes, 0))
reduction("sampleVariance", "torch.var",
          lambda a, axes, keep: torch.var(a, axes, correction=1, keepdim=keep),
          more=([FAR, ()],), skip_single=True,
          exact=lambda a, axes: spread(a, axes, 1))
reduction("standardDeviation", "torch.std",
          lambda a, axes, keep: torch.std(a, axes, correction=0, keepdim=keep),
          more=([FAR, ()],), skip_single=True, note="`correction=0`",
          exact=lambda a, axes: torch_exact.sqrt(spread(a, axes, 0)))
reduction("sampleStandardDeviation", "torch.std",
          lambda a, axes, keep: torch.std(a, axes, correction=1, keepdim=keep),
          more=([FAR, ()],), skip_single=True,
          exact=lambda a, axes: torch_exact.sqrt(spread(a, axes, 1)))
reduction("max", "torch.amax", torch.amax)
reduction("min", "torch.amin", torch.amin)
reduction("logSumExp", "torch.logsumexp", one=mild,
         
          function=lambda a, axes, keep: torch.logsumexp(a, axes, keep) if axes
          else torch.logsumexp(a.reshape(1), 0),
          more=([points(1000, 999.5, -1000), ()], [points(-1e4, -1e4, 0, -20), ()]),
          exact=lambda a, axes: torch_exact.log(torch_exact.exp(a).sum(axis=axes)))
reduction("prod", "torch.prod", one_by_one(torch.prod),
          more=([points(2, 0, -3, 0.5), ()], [points(0, 3, 0), ()],
                [points(0, 2, 3, 4, 0, 6, shape=(3, 2)), (0,)]), note="axis by axis",
          exact=lambda a, axes: a.prod(axis=axes))
reduction("any", "torch.any",
          lambda a, axes, keep: one_by_one(torch.any)(a != 0, axes, keep).to(torch.float64),
          one=lambda draw: draw.choice((0, 0, 0, 1)), more=([points(0, 0, -0.0), ()],), is_exact=True)
reduction("all", "torch.all",
          lambda a, axes, keep: one_by_one(torch.all)(a != 0, axes, keep).to(torch.float64),
          one=lambda draw: draw.choice((2.5, 1, -1, 0)), more=([points(2, 1e-45, -1), ()],),
          is_exact=True)


def exact_norm(a, p, axes):
    sizes = torch_exact.size(a)
    if p == 0:
        return (sizes > 0).sum(axis=axes)
    if math.isinf(p):
        return sizes.max(axis=axes) if p > 0 else sizes.min(axis=axes)
    return torch_exact.power(torch_exact.power(sizes, mpf(p)).sum(axis=axes), 1 / mpf(p))


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
        exact=lambda a, p, axes: exact_norm(a, p, axes or tuple(range(a.ndim))),
    )

ALONG = (((7,), 0), ((1,), -1), ((3, 5), 0), ((3, 5), -1), ((2, 3, 2), 1), ((2, 1, 3, 2), -2))


def along(name, torch_name, function, *more, one=signed, note="", exact=None):
    operation("reductions", f"{name}(int)", torch_name, function,
              *(lambda draw, s=s, axis=axis: [tensor(draw, s, one), axis] for s, axis in ALONG),
              *more, note=note, exact=exact)


along("softmax", "torch.softmax", torch.softmax, [points(1000, 999, -1000, 998), 0],
      [points(0, -20, 7, -3), 0], one=mild, exact=torch_exact.softmax)
along("logSoftmax", "torch.log_softmax", torch.log_softmax, [points(1000, 999, -1000, 998), 0],
      [points(0, -20, 7, -3), 0], one=mild,
      exact=lambda a, axis: torch_exact.log(torch_exact.softmax(a, axis)))
along("cumsum", "torch.cumsum", torch.cumsum)
along("cumprod", "torch.cumprod", torch.cumprod, [points(2, 0, -3, 0.5), 0],
      [points(2, 3, 0, 5, 0, 7), 0], exact=lambda a, axis: numpy.cumprod(a, axis))
along("normalized", "F.normalize", lambda a, axis: F.normalize(a, dim=axis),
      [points(3e-9, -4e-9), 0], note="`eps=1e-12`",
      exact=lambda a, axis: a / torch_exact.sqrt((a * a).sum(axis=axis, keepdims=True)))
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



def cross_entropy(z, labels):
    return torch_exact.log(torch_exact.exp(z).sum(axis=1)) - z[range(len(labels)), labels]


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
    exact=cross_entropy,
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
operation("products", "linear(Tensor, Tensor)", "F.linear", F.linear,
          *(lambda draw, s=s, o=o: [x(draw, *s), x(draw, o, s[-1]), x(draw, o)]
            for s, o in (((3, 5), 2), ((7,), 3), ((2, 3, 4), 5), ((1, 1), 1))))
operation("products", "linear(Tensor, Tensor, Formula)", "F.linear",
          lambda a, w, b, f: getattr(F, f)(F.linear(a, w, b)),
          *(lambda draw, s=s, o=o, f=f: [*(tensor(draw, t, mild) for t in (s, (o, s[-1]), (o,))), f]
            for s, o, f in (((3, 5), 2, "silu"), ((7,), 3, "softplus"), ((2, 3, 4), 5, "softsign"))),
          note="and the function of the formula's name after it")


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
