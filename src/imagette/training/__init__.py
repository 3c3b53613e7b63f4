"""Training in PyTorch: network and splits in, weights and history out.

`loop.fit` is the way in. `progress` can be imported without PyTorch.
"""

import os

from imagette.machine import is_busy

# How often PyTorch's threads (GNU OpenMP's) look whether they can go on before they sleep; read
# when PyTorch is imported. By default so long that two trainings on the same cores keep each other
# from working. This is long enough for one alone, and where others work already it is best not to
# look at all (`benchmarks/LOG.md`).
if "OMP_WAIT_POLICY" not in os.environ and "GOMP_SPINCOUNT" not in os.environ:
    os.environ["GOMP_SPINCOUNT"] = "0" if is_busy() else "20000"
