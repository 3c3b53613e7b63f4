"""Arrays of Python objects, which need pickle: refused, and told what to save instead."""

from imagette.errors import SourceError


def require_no_pickle(error: Exception, what: str) -> None:
    """Raise SourceError if NumPy has refused `what` because it would have to unpickle it."""
    if "Object arrays cannot be loaded" in str(error):
        raise SourceError(
            f"{what} holds Python objects, expected numbers or texts: only pickle reads them, and "
            "it runs whatever a file says. Save images.astype(np.uint8) and labels.astype(str)"
        ) from error
