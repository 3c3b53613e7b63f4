"""Named random generators: the only source of chance in imagette.

Every draw comes from a generator that is a pure function of the seed and of
the names of what it is for ("initial weights", "dense", "kernel"), never from
global state. So nothing that one part draws can change what another draws,
and a run can be repeated, or resumed in its middle, to the same bits.
"""

import zlib

import numpy as np


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """A NumPy generator (SFC64: fast, 256 bits of state) for `seed` and `names`."""
    return np.random.Generator(np.random.SFC64([seed, *(_number(name) for name in names)]))


def _number(name: str | int) -> int:
    return name if isinstance(name, int) else zlib.crc32(name.encode())
