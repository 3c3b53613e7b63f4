"""Pictures of data and of runs: each takes numbers and, if you like, Matplotlib axes.

They return the axes, compute nothing that anybody would want to have without the picture, open no
window and touch none of pyplot's state. Importing this package imports Matplotlib.
"""

from imagette.plot.answers import answers
from imagette.plot.batch import batch
from imagette.plot.class_counts import class_counts
from imagette.plot.class_means import class_means
from imagette.plot.compared_curves import compared_curves
from imagette.plot.confusion_matrix import confusion_matrix
from imagette.plot.label_errors import label_errors
from imagette.plot.learning_curves import learning_curves
from imagette.plot.samples import samples
from imagette.plot.sureness import coverage_curve, reliability_diagram

__all__ = [
    "answers",
    "batch",
    "class_counts",
    "class_means",
    "compared_curves",
    "confusion_matrix",
    "coverage_curve",
    "label_errors",
    "learning_curves",
    "reliability_diagram",
    "samples",
]
