"""Pictures of data: each takes numbers and, if you like, Matplotlib axes, and returns axes.

They compute nothing that anybody would want to have without the picture, open no window and
touch none of pyplot's state. Importing this package imports Matplotlib.
"""

from imagette.plot.batch import batch
from imagette.plot.class_counts import class_counts
from imagette.plot.class_means import class_means
from imagette.plot.label_errors import label_errors
from imagette.plot.samples import samples

__all__ = ["batch", "class_counts", "class_means", "label_errors", "samples"]
