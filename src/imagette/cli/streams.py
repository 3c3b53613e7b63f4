"""stdout and stderr as they may be: closed, full, gone, or of a narrow encoding."""

import errno
import io
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from imagette.cli.arguments import as_options

_OF_OUTPUT = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF, errno.EFBIG, errno.EPIPE)
_ERASE_LINE = "\r\x1b[2K"
# Controls, halves of surrogate pairs (undecodable bytes in names), ends of lines and paragraphs.
_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
# These turn the letters of a line around, so that "\u202egnp.exe" looks like "exe.png".
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def prepare_streams() -> None:
    """Let nothing that is printed fail for its letters, nor for a stream that was closed.

    A closed stream (`>&-`) is None in Python, where print(file=None) means stdout, and its
    number would be given to the next file that is opened: it becomes the null device.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            null = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - it stays open
            setattr(sys, name, null)
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def printable(text: str, keep: str = "") -> str:
    """`text` with characters that would break a line or a terminal as escapes, but for `keep`."""
    return "".join(
        character.encode("unicode_escape").decode()
        if (unicodedata.category(character) in _UNPRINTABLE and character not in keep)
        or character in _TURNING
        else character
        for character in text
    )


def say(line: str) -> None:
    """A line of results on stdout, in which no name of a file breaks a line or a terminal."""
    print(printable(line))


def stdout_has(text: str) -> bool:
    """Whether the encoding of stdout has all letters of `text`."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def complain(message: str, start: str = "imagette") -> None:
    """A message on stderr; where it cannot be written, there is nobody to tell."""
    # In place of a bar of Rich, if one is shown, which comes back beneath. Rich's own way to print
    # above it breaks paths at the terminal's width.
    erased = _ERASE_LINE if hasattr(sys.stderr, "rich_proxied_file") else ""
    Quiet().write(f"{erased}{start}: {printable(as_options(message), keep=chr(10))}\n")


def note(message: str) -> None:
    """What is good to know and no error, on stderr."""
    complain(printable(message), "note")


@contextmanager
def results_kept_in(place: Path) -> Iterator[None]:
    """For printing what is saved already: where stdout fails, say where the results are."""
    try:
        yield
        sys.stdout.flush()
    except OSError:
        complain(f"the results are saved in {place}")
        raise


def describe_failure(error: OSError) -> str:
    """The message for an error of the system that nothing below has made one of ours."""
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    if error.errno in _OF_OUTPUT:
        return (
            f"the output cannot be written: {error.strerror or error}. "
            "Make room, or send it somewhere else"
        )
    return f"the system refused what was asked of it: {error.strerror or error}. Try again"


def discard(name: str) -> None:
    """Point stdout or stderr nowhere: what is left in its buffer must not fail once more."""
    with suppress(OSError, ValueError), Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), getattr(sys, name).fileno())


class Quiet(io.TextIOBase):
    """stderr for what nobody needs to read: once it cannot be written, it falls silent."""

    def __init__(self) -> None:
        # While a bar of Rich is shown, stderr is its proxy, which prints text and no bars.
        self._stream = getattr(sys.stderr, "rich_proxied_file", sys.stderr)

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed: an attribute
        return self._stream.encoding if self._stream else "utf-8"

    def isatty(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    def write(self, text: str) -> int:
        if self._stream is not None:
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):  # a full disk, a reader that has gone, a closed stream
                self._stream = None
                discard("stderr")
        return len(text)
