"""The cases of normalisations and attention."""

import torch
import torch.nn.functional as F

from torch_cases import inner, mild, operation, points, positive, signed, tensor

EPSILON = 1e-5
SIZES = (((3, 5), 1), ((2, 3, 4), 2), ((7,), 1), ((1, 3), 1), ((2, 1, 6), 1))


def last(name, torch_name, function, weights):
    """Over the last axes: without weights, and with so many tensors of them."""
    operation(
        "normal",
        f"Normalizations.{name}(Tensor, int, double)",
        torch_name,
        lambda a, axes, eps: function(a, a.shape[-axes:], *[None] * weights, eps),
        *(lambda draw, s=s, axes=axes: [tensor(draw, s, signed), axes, EPSILON] for s, axes in SIZES),
        [points(1000.5, 1000.25, 1000.75, 1001.5, 999.25), 1, EPSILON],
        [points(3, 4, -5, 1), 1, 0.0],
    )
    operation(
        "normal",
        f"Normalizations.{name}({'Tensor, ' * (1 + weights)}double)",
        torch_name,
        lambda a, *rest: function(a, rest[0].shape, *rest),
        *(
            lambda draw, s=s, axes=axes: [
                tensor(draw, s, signed),
                *(tensor(draw, s[-axes:], signed) for _ in range(weights)),
                EPSILON,
            ]
            for s, axes in SIZES
        ),
    )


last("layerNorm", "F.layer_norm", F.layer_norm, 2)
last("rmsNorm", "F.rms_norm", F.rms_norm, 1)

GROUPS = (((2, 4, 3), 2), ((2, 6), 2), ((1, 2, 2, 3), 1), ((2, 3, 5), 3))
operation(
    "normal",
    "Normalizations.groupNorm(Tensor, int, double)",
    "F.group_norm",
    lambda a, groups, eps: F.group_norm(a, groups, None, None, eps),
    *(lambda draw, s=s, k=k: [tensor(draw, s, signed), k, EPSILON] for s, k in GROUPS),
)
operation(
    "normal",
    "Normalizations.groupNorm(Tensor, int, Tensor, Tensor, double)",
    "F.group_norm",
    F.group_norm,
    *(
        lambda draw, s=s, k=k: [
            tensor(draw, s, signed), k, tensor(draw, s[1:2], signed), tensor(draw, s[1:2], signed),
            EPSILON,
        ]
        for s, k in GROUPS
    ),
)

BATCHES = ((3, 2), (2, 3, 4), (2, 2, 3, 2), (1, 3, 5))


def batch_norm(a, weight, bias, eps):
    mean, variance = torch.zeros_like(weight), torch.ones_like(weight)
    axes = [0, *range(2, a.dim())]
    y = F.batch_norm(a, mean, variance, weight, bias, True, 1.0, eps)
    return [y, a.mean(axes), a.var(axes, correction=0)]


operation(
    "normal",
    "Normalizations.batchNorm(Tensor, Tensor, Tensor, double)",
    "F.batch_norm",
    batch_norm,
    *(
        lambda draw, s=s: [
            tensor(draw, s, signed), tensor(draw, s[1:2], signed), tensor(draw, s[1:2], signed),
            EPSILON,
        ]
        for s in BATCHES
    ),
    note="`training=True`; mean and variance with `torch.mean`, `torch.var`",
)
operation(
    "normal",
    "Normalizations.batchNorm(Tensor, Tensor, Tensor, Tensor, Tensor, double)",
    "F.batch_norm",
    lambda a, mean, variance, weight, bias, eps: (
        (a - across(mean, a)) / (across(variance, a) + eps).sqrt() * across(weight, a)
        + across(bias, a)
    ),
    *(
        lambda draw, s=s: [
            tensor(draw, s, signed),
            tensor(draw, s[1:2], signed),
            tensor(draw, s[1:2], positive),
            tensor(draw, s[1:2], signed),
            tensor(draw, s[1:2], signed),
            EPSILON,
        ]
        for s in BATCHES
    ),
    note="written out: PyTorch's has no gradient in the statistics",
)


def across(a, like):
    return a.reshape(-1, *[1] * (like.dim() - 2))


# ---- attention ----------------------------------------------------------------------------------

# Batch, queries, keys, columns of q and k, columns of v.
HEADS = (((2,), 3, 4, 2, 3), ((), 4, 3, 5, 1), ((2, 1), 1, 1, 1, 2), ((1, 2), 3, 3, 2, 2))


def heads(draw, batch, queries, keys, columns, outer):
    """Scores of similar size: where one key has nearly all the weight, gradients cancel."""
    return [
        tensor(draw, (*batch, queries, columns), inner),
        tensor(draw, (*batch, keys, columns), inner),
        tensor(draw, (*batch, keys, outer), mild),
    ]


def attention(q, k, v, mask=None, causal=False, scale=None):
    return F.scaled_dot_product_attention(q, k, v, mask, is_causal=causal, scale=scale)


NAME = "Attention.scaledDotProduct(Tensor, Tensor, Tensor, "
TORCH = "F.scaled_dot_product_attention"
operation(
    "normal", NAME + "boolean)", TORCH,
    lambda q, k, v, causal: attention(q, k, v, causal=causal),
    *(lambda draw, s=s, c=c: [*heads(draw, *s), c] for s in HEADS for c in (False, True)),
)
operation(
    "normal", NAME + "boolean, double)", TORCH,
    lambda q, k, v, causal, scale: attention(q, k, v, causal=causal, scale=scale),
    *(lambda draw, s=s, c=c: [*heads(draw, *s), c, 0.75] for s in HEADS[:2] for c in (False, True)),
)
operation(
    "normal", NAME + "Tensor)", TORCH, attention,
    *(lambda draw, s=s: [*heads(draw, *s), tensor(draw, (*s[0], *s[1:3]), inner)] for s in HEADS),
)
operation(
    "normal", NAME + "Tensor, double)", TORCH,
    lambda q, k, v, mask, scale: attention(q, k, v, mask, scale=scale),
    *(lambda draw, s=s: [*heads(draw, *s), tensor(draw, s[1:3], inner), 0.75] for s in HEADS[:2]),
)


def beside(q, k, v, count, causal, mask=None):
    """So many heads, which stand side by side in the last axis."""
    q, k, v = (x.unflatten(-1, (count, -1)).transpose(-3, -2) for x in (q, k, v))
    return attention(q, k, v, mask, causal=causal).transpose(-3, -2).flatten(-2)


operation(
    "normal", "Attention.multiHead(Tensor, Tensor, Tensor, int, boolean)", TORCH, beside,
    *(
        lambda draw, s=s, n=n, c=c: [*heads(draw, *s[:3], n * s[3], n * s[4]), n, c]
        for s in HEADS[:3]
        for n, c in ((2, False), (3, True))
    ),
    note="over heads in an axis of their own",
)
operation(
    "normal", "Attention.multiHead(Tensor, Tensor, Tensor, int, boolean, Tensor)", TORCH, beside,
    *(
        lambda draw, s=s, n=n: [
            *heads(draw, *s[:3], n * s[3], n * s[4]), n, False, tensor(draw, (n, *s[1:3]), inner)
        ]
        for s in HEADS[:3]
        for n in (2, 3)
    ),
    note="over heads in an axis of their own",
)
operation(
    "normal", "Attention.multiHead(Tensor, int, boolean)", TORCH,
    lambda qkv, count, causal: beside(*qkv.chunk(3, -1), count, causal),
    *(
        lambda draw, s=s, n=n, c=c: [tensor(draw, (*s[0], s[1], 3 * n * s[3]), inner), n, c]
        for s in HEADS[:3]
        for n, c in ((2, False), (3, True))
    ),
    note="q, k and v cut from one tensor, over heads in an axis of their own",
)
