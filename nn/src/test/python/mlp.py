"""Writes mlp.csv: values and gradients of a small model in PyTorch, in float64.

    python3 mlp.py > ../resources/org/thalweg/nn/mlp.csv

A line is a name and its numbers in row-major order. Made with PyTorch 2.13.0.
"""

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

model = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.GELU(), torch.nn.Linear(7, 3))
x = torch.randn(4, 5)
labels = torch.tensor([2, 0, 1, 2])
target = torch.randn(4, 3)


def line(name, tensor):
    print(name, *[repr(v) for v in tensor.flatten().tolist()], sep=",")


line("x", x)
line("target", target)
for name, parameter in model.named_parameters():
    line(name, parameter)
line("y", model(x))
for reduction in ("mean", "sum"):
    for loss_name, loss in (
        ("crossEntropy", torch.nn.functional.cross_entropy(model(x), labels, reduction=reduction)),
        ("squaredError", torch.nn.functional.mse_loss(model(x), target, reduction=reduction)),
    ):
        model.zero_grad()
        loss.backward()
        line(f"{loss_name} {reduction}", loss)
        for name, parameter in model.named_parameters():
            line(f"{loss_name} {reduction} {name}", parameter.grad)
