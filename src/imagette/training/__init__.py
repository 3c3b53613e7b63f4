"""Training in PyTorch: network and splits in, weights and history out.

`loop.fit` is the entry point. `progress` can be imported without PyTorch.
"""

import os

from imagette.machine import is_busy

# How often PyTorch's threads (GNU OpenMP's) check whether they can go on before they sleep; read
# when PyTorch is imported. By default they check for so long that two trainings on the same cores
# keep each other from working. This suffices for one training alone; where other processes are at
# work it is best not to check at all (`benchmarks/LOG.md`).
if "OMP_WAIT_POLICY" not in os.environ and "GOMP_SPINCOUNT" not in os.environ:
    os.environ["GOMP_SPINCOUNT"] = "0" if is_busy() else "20000"
