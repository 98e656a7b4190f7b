"""Cases of convolutions and pooling. Options are lists of whole numbers in the order of the records of
the same name: see Call of the tests.
"""

import torch
import torch.nn.functional as F

from torch_cases import operation, x

PLAIN = (1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0)


def options(stride=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1, extra=(0, 0)):
    """Those of a Convolution: two strides, padding at top, bottom, left and right, and so on."""
    return (*stride, *padding, *dilation, groups, *extra)


def window(size, stride=None, padding=(0, 0, 0, 0), dilation=(1, 1), up=0, counts=1):
    """Those of a Window."""
    return (*size, *(stride or size), *padding, *dilation, up, counts)


def padded(a, top, bottom, left, right, value=0.0):
    """PyTorch's convolutions have the same padding on both sides."""
    return F.pad(a, (left, right, top, bottom), value=value)


def conv2d(a, w, o=PLAIN):
    return F.conv2d(padded(a, *o[2:6]), w, stride=o[:2], dilation=o[6:8], groups=o[8])


def conv1d(a, w, o=PLAIN):
    return F.conv1d(F.pad(a, o[4:6]), w, stride=o[1], dilation=o[7], groups=o[8])


def transposed2d(a, w, o=PLAIN):
    y = F.conv_transpose2d(a, w, stride=o[:2], dilation=o[6:8], groups=o[8], output_padding=o[9:])
    top, bottom, left, right = o[2:6]
    return y[:, :, top : y.shape[2] - bottom, left : y.shape[3] - right]


def transposed1d(a, w, o=PLAIN):
    y = F.conv_transpose1d(a, w, stride=o[1], dilation=o[7], groups=o[8], output_padding=o[10])
    return y[:, :, o[4] : y.shape[2] - o[5]]


def convolution(name, torch_name, function, plain, *cases):
    method = f"Convolutions.{name}(Tensor, Tensor"
    operation("windows", method + ")", torch_name, function,
              *(lambda draw, s=s, t=t: [x(draw, *s), x(draw, *t)] for s, t in plain))
    operation("windows", method + ", Convolution)", torch_name, function,
              *(lambda draw, s=s, t=t, o=o: [x(draw, *s), x(draw, *t), o] for s, t, o in cases))


convolution(
    "conv1d", "F.conv1d", conv1d,
    (((2, 3, 7), (2, 3, 3)), ((1, 1, 1), (1, 1, 1)), ((3, 2, 5), (1, 2, 5))),
    ((2, 4, 6), (4, 2, 3), options((2, 2), (3, 3, 3, 3), (2, 2), 2)),
    ((1, 3, 9), (6, 1, 2), options(padding=(1, 1, 1, 1), groups=3)),
    ((2, 1, 5), (1, 1, 4), options((3, 3), (2, 2, 2, 2), (2, 2))),
)
convolution(
    "conv2d", "F.conv2d", conv2d,
    (((2, 2, 4, 3), (3, 2, 2, 2)), ((1, 1, 1, 1), (1, 1, 1, 1)), ((1, 3, 4, 5), (2, 3, 4, 5)),
     ((1, 5, 3, 3), (2, 5, 1, 1))),
    ((1, 2, 5, 4), (2, 2, 3, 2), options((2, 1), (1, 0, 2, 1), (1, 2))),
    ((2, 4, 3, 3), (6, 2, 2, 2), options(groups=2)),
    ((1, 3, 4, 4), (3, 1, 3, 3), options(padding=(1, 1, 1, 1), groups=3)),
    ((1, 2, 7, 5), (2, 2, 2, 2), options((3, 3), (2, 2, 2, 2))),
    ((1, 1, 3, 2), (2, 1, 3, 2), options(padding=(4, 4, 4, 4), dilation=(3, 3))),
    ((2, 1, 7, 6), (13, 1, 3, 3), options((2, 2), (1, 1, 1, 1))),
    ((1, 43, 3, 2), (2, 43, 3, 3), options(padding=(1, 1, 1, 1))),
)
convolution(
    "convTranspose1d", "F.conv_transpose1d", transposed1d,
    (((2, 3, 4), (3, 2, 3)), ((1, 1, 1), (1, 1, 1))),
    ((2, 4, 4), (4, 2, 3), options((3, 3), (1, 1, 1, 1), (2, 2), 2, (1, 1))),
    ((1, 2, 5), (2, 1, 2), options((3, 3))),
    ((1, 1, 4), (1, 3, 4), options((2, 2), (2, 2, 2, 2))),
)
convolution(
    "convTranspose2d", "F.conv_transpose2d", transposed2d,
    (((2, 2, 3, 2), (2, 3, 2, 2)), ((1, 1, 1, 1), (1, 1, 1, 1))),
    ((1, 4, 3, 3), (4, 2, 3, 2), options((2, 3), (1, 0, 1, 1), (1, 2), 2, (1, 2))),
    ((2, 2, 2, 3), (2, 1, 2, 2), options((3, 3))),
    ((1, 1, 2, 2), (1, 2, 2, 3), options((2, 2), dilation=(3, 3), extra=(2, 2))),
    ((1, 3, 4, 3), (3, 1, 3, 3), options(padding=(1, 1, 1, 1), groups=3)),
    ((1, 43, 2, 2), (43, 2, 3, 3), options((2, 2), (1, 1, 1, 1))),
)


def images(function, value):
    """Padding that differs, and none of PyTorch's limits on it."""

    def apply(a, w):
        a = padded(a, *w[4:8], value)
        return function(a, w)

    return apply


def max2d(a, w):
    return F.max_pool2d(a, w[:2], w[2:4], dilation=w[8:10], ceil_mode=bool(w[10]))


def max1d(a, w):
    return F.max_pool1d(a, w[1], w[3], padding=w[6], dilation=w[9], ceil_mode=bool(w[10]))


def average2d(a, w):
    return F.avg_pool2d(a, w[:2], w[2:4], padding=(w[4], w[6]), ceil_mode=bool(w[10]),
                        count_include_pad=bool(w[11]))


def average1d(a, w):
    return F.avg_pool1d(a, w[1], w[3], padding=w[6], ceil_mode=bool(w[10]),
                        count_include_pad=bool(w[11]))


def pooling(name, torch_name, function, *cases, rest="Window"):
    operation("windows", f"Pooling.{name}(Tensor, {rest})", torch_name, function,
              *(lambda draw, s=s, w=w: [x(draw, *s), *w] for s, *w in cases))


SIGNALS = (
    ((2, 3, 6), window((2, 2))),
    ((2, 1, 8), window((3, 3), (2, 2), (1, 1, 1, 1), up=1)),
    ((1, 2, 7), window((4, 4), (3, 3), (2, 2, 2, 2), up=1, counts=0)),
    ((1, 1, 1), window((1, 1))),
    ((1, 2, 2), window((3, 3), (6, 6), up=1)),
)
IMAGES = (
    ((2, 1, 4, 6), window((2, 2))),
    ((1, 2, 5, 7), window((3, 2), (2, 1))),
    ((1, 1, 6, 8), window((3, 3), (2, 2), up=1)),
    ((1, 2, 4, 5), window((4, 5))),
    ((1, 1, 1, 1), window((1, 1))),
)
PADDED = (
    ((1, 1, 5, 7), window((2, 2), (3, 3), (1, 1, 1, 1), up=1)),
    ((2, 1, 5, 4), window((3, 2), (1, 2), (1, 1, 0, 0), up=1, counts=0)),
)
pooling("max1d", "F.max_pool1d", max1d, *SIGNALS,
        ((1, 2, 9), window((3, 3), (1, 1), dilation=(2, 2))))
pooling("average1d", "F.avg_pool1d", average1d, *SIGNALS)
pooling("max2d", "F.max_pool2d", images(max2d, -torch.inf), *IMAGES,
        ((2, 2, 4, 3), window((3, 2), (2, 1), (1, 2, 0, 1), (1, 2))))
pooling("average2d", "F.avg_pool2d", average2d, *IMAGES, *PADDED)
ADAPTIVE = (((1, 2, 5, 4), 3, 2), ((2, 1, 3, 7), 5, 9), ((2, 2, 4, 3), 1, 1))
SHORT = tuple(((s[0], s[1], s[3]), columns) for s, _, columns in ADAPTIVE)
pooling("adaptiveMax1d", "F.adaptive_max_pool1d", F.adaptive_max_pool1d, *SHORT, rest="int")
pooling("adaptiveMax2d", "F.adaptive_max_pool2d",
        lambda a, rows, columns: F.adaptive_max_pool2d(a, (rows, columns)), *ADAPTIVE,
        rest="int, int")
pooling("adaptiveAverage1d", "F.adaptive_avg_pool1d", F.adaptive_avg_pool1d, *SHORT, rest="int")
pooling("adaptiveAverage2d", "F.adaptive_avg_pool2d",
        lambda a, rows, columns: F.adaptive_avg_pool2d(a, (rows, columns)), *ADAPTIVE,
        rest="int, int")
