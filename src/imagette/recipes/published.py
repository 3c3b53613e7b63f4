"""What a published text claims for its network, and under which protocol."""

from dataclasses import dataclass

from imagette.data.protocols import Protocol


@dataclass(frozen=True)
class Published:
    """What a text claims for its network, and how that was measured.

    Attributes:
        data: the data set's name in the catalogue.
        split: what was held out of training and watched; see `data/protocols.py`.
        accuracy: on the 10,000 test images; None if not published.
        seconds: training time on the author's machine; None if not published.
        notes: what the text gets wrong or leaves out, and what is done about it.
    """

    data: str
    split: Protocol
    accuracy: float | None
    seconds: float | None
    notes: tuple[str, ...]
