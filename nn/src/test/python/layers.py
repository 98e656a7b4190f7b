"""Writes layers.csv: values and gradients of layers in PyTorch, in float64.

    python3 layers.py > ../resources/org/thalweg/nn/layers.csv

A line is the name of a layer, what of it, a shape, and numbers in row-major order: inputs x0, x1, …,
parameters and buffers by name, the output y, the gradients of sum(y · g) in all of them, and the
buffers after it. Made with PyTorch 2.13.0.
"""

import torch
from torch import nn

torch.set_default_dtype(torch.float64)


def line(layer, what, tensor):
    shape = " ".join(str(n) for n in tensor.shape)
    print(layer, what, shape, *[f"{v:.14g}" for v in tensor.flatten().tolist()], sep=",")


def write(name, module, *inputs, call=None):
    torch.manual_seed(len(name))
    for parameter in module.parameters():
        parameter.data = torch.empty_like(parameter).uniform_(-0.9, 0.9).round(decimals=3)
    for key, buffer in module.named_buffers():
        buffer.copy_(torch.tensor(3) if buffer.dim() == 0 else torch.rand(buffer.shape).round(decimals=3))
    inputs = [
        torch.randint(shape[0], shape[1:]) if isinstance(shape, list) else torch.randn(shape).round(decimals=3)
        for shape in inputs
    ]
    for i, x in enumerate(inputs):
        line(name, f"x{i}", x)
        if x.is_floating_point():
            x.requires_grad_()
    for key, parameter in module.named_parameters():
        line(name, key, parameter)
    for key, buffer in module.named_buffers():
        line(name, key, buffer)
    y = (call or module)(*inputs)
    g = torch.randn(y.shape).round(decimals=3)
    line(name, "y", y)
    line(name, "g", g)
    (y * g).sum().backward()
    for i, x in enumerate(inputs):
        if x.is_floating_point():
            line(name, f"gradient x{i}", x.grad)
    for key, parameter in module.named_parameters():
        line(name, f"gradient {key}", parameter.grad)
    for key, buffer in module.named_buffers():
        line(name, f"after {key}", buffer)


class Residual(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


class Attention(nn.MultiheadAttention):
    def __init__(self, width, heads, causal):
        super().__init__(width, heads, batch_first=True)
        self.causal = causal

    def forward(self, x, memory=None):
        t = x.shape[1]
        mask = torch.triu(torch.full((t, t), float("-inf")), 1) if self.causal else None
        memory = x if memory is None else memory
        return super().forward(x, memory, memory, need_weights=False, attn_mask=mask)[0]


def run(layer):
    def call(x, *states):
        given = None if not states else states[0] if len(states) == 1 else states
        y, last = layer(x, given)
        return torch.cat([y, *last] if isinstance(last, tuple) else [y, last])

    return call


write("conv1d", nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), (2, 4, 7))
write("conv2d", nn.Conv2d(4, 2, 3, padding=2, dilation=2), (2, 4, 4, 5))
write(
    "convTranspose2d",
    nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1, groups=2),
    (2, 4, 2, 3),
)
write("max2d", nn.MaxPool2d(3, stride=2, padding=1), (2, 2, 5, 4))
write("average2d", nn.AvgPool2d(2), (2, 2, 5, 4))
write("adaptiveAverage2d", nn.AdaptiveAvgPool2d((2, 3)), (2, 2, 5, 4))
write("layerNorm", nn.LayerNorm((3, 4)), (2, 3, 4))
write("rmsNorm", nn.RMSNorm(5), (3, 5))
write("groupNorm", nn.GroupNorm(2, 4), (2, 4, 3))
write("embedding", nn.Embedding(5, 3), [5, 2, 4])
write("embedding with padding", nn.Embedding(5, 3, padding_idx=2), [5, 3, 4])
write("attention", Attention(6, 2, False), (2, 3, 6))
write("causal attention", Attention(6, 3, True), (2, 4, 6))
write("attention to another", Attention(4, 2, False), (2, 3, 4), (2, 5, 4))
write(
    "block",
    nn.Sequential(
        Residual(nn.Sequential(nn.LayerNorm(4), Attention(4, 2, True))),
        Residual(
            nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 6), nn.GELU(), nn.Linear(6, 4))
        ),
    ),
    (2, 3, 4),
)
for kind, states in (("lstm", 2), ("gru", 1), ("rnn", 1)):
    layer = getattr(nn, kind.upper())(4, 3)
    write(kind, layer, (5, 2, 4), call=run(layer))
    layer = getattr(nn, kind.upper())(4, 3)
    write(f"{kind} from states", layer, (3, 2, 4), *[(1, 2, 3)] * states, call=run(layer))
write("batchNorm in training", nn.BatchNorm1d(3), (4, 3))
write("batchNorm of sequences in training", nn.BatchNorm1d(2, momentum=None), (3, 2, 4))
write("batchNorm of images in training", nn.BatchNorm2d(3, eps=0.1, momentum=0.3), (2, 3, 2, 3))
write("batchNorm without affine in training", nn.BatchNorm1d(3, affine=False), (4, 3))
write("batchNorm", nn.BatchNorm2d(3).eval(), (2, 3, 2, 3))
write("batchNorm without affine", nn.BatchNorm1d(3, affine=False).eval(), (1, 3))
write(
    "batchNorm in a residual in training",
    nn.Sequential(Residual(nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.Tanh(), nn.BatchNorm1d(3)))),
    (4, 3),
)
