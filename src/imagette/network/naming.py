"""Names by Keras's rules."""

import re


def snake_case(class_name: str) -> str:
    """A class's name in snake case by Keras's rule: `batch_normalization`."""
    spaced = re.sub(r"\W+", "", class_name)
    spaced = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", spaced)
    return re.sub("([a-z])([A-Z])", r"\1_\2", spaced).lower()
