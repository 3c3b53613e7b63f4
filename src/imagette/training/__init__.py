"""Training in PyTorch: network and splits in, weights and history out.

`loop.fit` is the way in. `progress` can be imported without PyTorch.
"""
