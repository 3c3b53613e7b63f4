"""Chooses the device and the precision to compute with, by a short measurement where needed."""

import math
import time
from functools import cache

import torch
import torch.nn.functional as F  # noqa: N812 - PyTorch's own habit

from imagette.errors import DeviceError

# bfloat16 must be clearly faster, or noise would decide and two runs could differ in bits.
_CLEARLY_FASTER = 0.8
_REPEATS = 5  # measurements of each, in turn; the best counts, since machines are noisy


def choose_device(name: str) -> torch.device:
    """The device called `name`; "auto" is a GPU if there is one.

    Raises:
        DeviceError: this machine, or this build of PyTorch, does not have it.
    """
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        name = next(device for device, there in available.items() if there)
    if not available[name]:
        there = ", ".join(device for device, is_there in available.items() if is_there)
        raise DeviceError(
            f"device {name!r} is not available to PyTorch {torch.__version__} here; "
            f"there is: {there}. Use `device='auto'`"
        )
    return torch.device(name)


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """float32 or bfloat16; "auto" is bfloat16 where it is supported and faster."""
    if name == "float32":
        return torch.float32
    if name == "bfloat16":
        return torch.bfloat16
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device.type == "mps":
        return torch.float32
    return torch.bfloat16 if bfloat16_is_faster() else torch.float32


@cache
def bfloat16_is_faster() -> bool:
    """Whether a small convolution and matrix product, with gradients, gain from bfloat16 here.

    Measured, in some milliseconds, since the processor's flags do not tell: some builds of PyTorch
    convolve slowly in bfloat16.
    """
    seconds = {torch.float32: math.inf, torch.bfloat16: math.inf}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # else the wait for busy cores would be measured
    try:
        for _ in range(_REPEATS):
            for dtype in seconds:
                seconds[dtype] = min(seconds[dtype], _sample_work(dtype))
    finally:
        torch.set_num_threads(threads)
    return seconds[torch.bfloat16] < _CLEARLY_FASTER * seconds[torch.float32]


def _sample_work(dtype: torch.dtype) -> float:
    images = torch.ones(16, 32, 14, 14, dtype=dtype).to(memory_format=torch.channels_last)
    kernel = torch.ones(32, 32, 3, 3, dtype=dtype, requires_grad=True)
    matrix = torch.ones(128, 32 * 12 * 12, dtype=dtype, requires_grad=True)
    start = time.thread_time()  # of this thread: other work does not count
    hidden = F.conv2d(images, kernel).permute(0, 2, 3, 1).flatten(1)
    torch.autograd.grad(F.linear(hidden, matrix).sum(), (kernel, matrix))
    return time.thread_time() - start
