"""Writes the files of src/test/resources/org/thalweg/files with the reference implementation.

    python3 -m venv venv && venv/bin/pip install safetensors==0.8.0 numpy ml_dtypes
    venv/bin/python files/src/test/python/fixtures.py

The tests read them, know every value in them, and write some of them again with the same bytes.
"""

import pathlib

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

OUT = pathlib.Path(__file__).parents[1] / "resources/org/thalweg/files"

HALVES = [0.0, -0.0, 1.0, -2.5, 1 / 3, 6e-8, 65504.0, np.inf, -np.inf, np.nan]


def save(name, tensors, metadata=None):
    path = OUT / f"{name}.safetensors"
    save_file(tensors, path, metadata=metadata)
    path.chmod(0o644)


def main():
    OUT.mkdir(parents=True, exist_ok=True)

    # What both sides write: the same bytes are asked for.
    save(
        "written",
        {
            "layer.0.weight": (np.arange(6, dtype=np.float32) / 3).reshape(2, 3),
            "layer.0.bias": np.array([1e-45, -0.0, np.inf], np.float32),
            "Z": np.array(2.5, np.float32),
            "größe/層": np.zeros((0, 4), np.float32),
            'quote"\\/': np.array([1], np.int32),
            "labels": np.array([[-(2**31), 2**31 - 1]], np.int32),
            "wide": np.array([1 / 3, 5e-324], np.float64),
        },
        {"note": 'tab\t"quoted" größe 層'},
    )
    save("empty", {})

    # What only the reader knows.
    save("half", {"h": np.array(HALVES, np.float16)})
    save("brain", {"b": np.array(HALVES, np.float32).astype(ml_dtypes.bfloat16)})
    save(
        "whole",
        {
            "bool": np.array([True, False, True]),
            "u8": np.array([0, 255], np.uint8),
            "i8": np.array([-128, 127], np.int8),
            "u16": np.array([0, 65535], np.uint16),
            "i16": np.array([-32768, 32767], np.int16),
            "u32": np.array([0, 2**31 - 1], np.uint32),
            "u64": np.array([0, 2**31 - 1], np.uint64),
            "i64": np.array([-(2**31), 2**31 - 1], np.int64),
        },
    )
    save("large", {"labels": np.array([0, 2**31], np.int64)})


if __name__ == "__main__":
    main()
