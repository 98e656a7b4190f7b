"""Writes batch_norm.safetensors: a training of a net with batch norm in PyTorch, in float64.

    python3 batch_norm.py ../resources/org/thalweg/examples/models/batch_norm.safetensors

before/* is the state of the model at first, x/k and labels/k the batch of step k, after/* the state
after all steps, and y/k what the model in use gives for x/k then. Made with PyTorch 2.13.0.
"""

import json
import struct
import sys

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)
tensors = {}


def keep(kind, state):
    for name, tensor in state.items():
        tensors[f"{kind}/{name}"] = tensor.detach().clone()


model = nn.Sequential(
    nn.Conv2d(1, 3, 3),
    nn.BatchNorm2d(3),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(12, 5),
    nn.BatchNorm1d(5, momentum=None),
    nn.Tanh(),
    nn.Linear(5, 3),
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
keep("before", model.state_dict())
steps = 6
for k in range(steps):
    x = torch.randn(5, 1, 4, 4).round(decimals=3) * 2 + 1
    labels = torch.randint(3, (5,))
    keep("x", {k: x})
    keep("labels", {k: labels})
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), labels).backward()
    optimizer.step()
keep("after", model.state_dict())
model.eval()
for k in range(steps):
    keep("y", {k: model(tensors[f"x/{k}"])})

header, data = {}, b""
for name, tensor in tensors.items():
    raw = tensor.contiguous().numpy().tobytes()
    header[name] = {
        "dtype": "I64" if tensor.dtype == torch.int64 else "F64",
        "shape": list(tensor.shape),
        "data_offsets": [len(data), len(data) + len(raw)],
    }
    data += raw
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
