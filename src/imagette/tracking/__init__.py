"""A training's numbers for trackers of experiments, through the `Progress` that all listen to.

A tracker that fails when it begins is told at once; later it falls silent, and the training goes
on. Each is a file of this folder, and an optional extra: `pip install 'imagette[mlflow]'`.
"""

from imagette.tracking.listening import TRACKERS, tracked

__all__ = ["TRACKERS", "tracked"]
