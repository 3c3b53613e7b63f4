"""Every error a user can meet.

    ImagetteError
    ├── SourceError          a source that cannot be found, read or trusted
    │   └── DownloadError    no mirror gave the file
    ├── DatasetError         images or labels that cannot be trained on
    ├── RecipeError          no such recipe
    ├── NetworkError         a graph that cannot be built
    │   ├── ShapeError       a layer that does not fit the shape it is given
    │   └── UnsupportedLayerError
    ├── SettingsError        a setting out of its range
    ├── DeviceError          a device or precision this machine does not have
    ├── TrainingError        a training that diverged
    ├── TrackingError        a tracker that is not installed or does not begin
    ├── RunError             a run folder that cannot be written or read
    ├── ClassifierError      a saved classifier that does not load, or fails
    ├── WorkerError          a worker process ended before its work was done
    └── PictureError         a picture that cannot be decoded
        └── NoInkError       nothing in a picture stands out

Each message says what was received, what was expected and how to mend it. It names arguments in
backquotes, `out` or `device='auto'`, of which the command line makes its options.
The command line turns them into exit code 1, SettingsError into 2 (usage), in one place.
"""

from collections.abc import Iterable


class ImagetteError(Exception):
    """The root of everything that imagette raises on a user's input."""


class SourceError(ImagetteError):
    """A source cannot be found, read or trusted."""


class DownloadError(SourceError):
    """No mirror gave the file that was asked for."""


class DatasetError(ImagetteError):
    """Images or labels from which nothing can be trained."""


class RecipeError(ImagetteError):
    """A recipe that does not exist."""


class NetworkError(ImagetteError):
    """A graph of layers that cannot be built."""


class ShapeError(NetworkError):
    """A layer does not fit the shape that reaches it."""


class UnsupportedLayerError(NetworkError):
    """A layer, or an argument of one, that imagette does not have."""


class SettingsError(ImagetteError):
    """A setting outside its range."""


class DeviceError(ImagetteError):
    """A device or a precision that this machine does not have."""


class TrainingError(ImagetteError):
    """A training whose loss is no longer a number."""


class TrackingError(ImagetteError):
    """A tracker of experiments that is not installed, or that does not begin."""


class RunError(ImagetteError):
    """A run folder that cannot be written or read."""


class ClassifierError(ImagetteError):
    """A saved classifier that does not load, or fails when it answers."""


class WorkerError(ImagetteError):
    """A worker process ended before its work was done."""


class PictureError(ImagetteError):
    """A picture that cannot be decoded."""


class NoInkError(PictureError):
    """Nothing in a picture stands out of its ground; `reason` says so, and nothing else."""

    def __init__(self, message: str, reason: str = ""):
        super().__init__(message)
        self.reason = reason


def nearest_names(name: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: "; did you mean 'mnist'?", or nothing."""
    from difflib import get_close_matches  # only misspelt names pay for this import

    close = get_close_matches(name.lower(), list(known), n=3, cutoff=0.5)
    if not close:
        return ""
    return "; did you mean " + " or ".join(repr(match) for match in close) + "?"
