"""What reading a source reports while it goes on. By default nobody listens."""


class DataProgress:
    """Listens to the reading of a source; every method may be left as it is."""

    def started(self, what: str, total: int) -> None:
        """`what` begins ("decoding"), of `total` images."""

    def advanced(self, done: int) -> None:
        """So many of them are done."""

    def finished(self) -> None:
        """What had begun is over."""
