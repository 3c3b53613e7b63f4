"""Training in PyTorch: network and splits in, weights and history out.

`loop.fit` is the way in. `progress` can be imported without PyTorch.
"""

import os

# How long PyTorch's threads (GNU OpenMP's) spin while they wait for one another, before they
# sleep; read when PyTorch is imported. By default so long that two trainings at once on the same
# cores keep each other from working (`benchmarks/LOG.md`); this is long enough for one alone.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
