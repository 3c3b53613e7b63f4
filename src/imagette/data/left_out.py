"""What lies beside the pictures of a source: told by its name, counted, said in notes."""

import re
from collections import Counter
from collections.abc import Iterable
from enum import Enum

from imagette.images.decode import SUFFIXES

# Of macOS, Windows and a common kind of network storage; a leading dot hides all others.
_HIDDEN = frozenset(("__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "@eadir"))
_SHOWN = 5  # names in a note
# Controls, halves of characters (from names that are no UTF-8), and what turns a line around.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")


class Kind(Enum):
    """What is left out, one and several of it."""

    HIDDEN = ("hidden file or folder", "hidden files and folders")
    BESIDE = ("picture beside the class folders", "pictures beside the class folders")
    TWICE = ("link to a folder that is read anyway", "links to folders that are read anyway")
    LINK = ("link or device", "links and devices")
    OUTSIDE = ("member that leads out of the archive", "members that lead out of the archive")


class LeftOut:
    """Counts what is left out of a source."""

    def __init__(self) -> None:
        self._suffixes: Counter[str] = Counter()
        self._names: dict[Kind, list[str]] = {kind: [] for kind in Kind}

    def no_picture(self, name: str) -> None:
        """A file that by its name is no picture."""
        self._suffixes["." + name.rpartition(".")[2].lower() if "." in name else "no suffix"] += 1

    def add(self, kind: Kind, name: str) -> None:
        self._names[kind].append(name)

    def notes(self) -> tuple[str, ...]:
        """A sentence a kind, of those that there are."""
        said = []
        if counts := sorted(self._suffixes.items(), key=lambda item: (-item[1], item[0])):
            what = ("file that is no picture", "files that are no pictures")
            examples = [f"{suffix} {count}" for suffix, count in counts]
            said.append(_sentence(self._suffixes.total(), what, examples))
        for kind, names in self._names.items():
            if names:
                said.append(_sentence(len(names), kind.value, sorted(names)))
        return tuple(said)


def is_picture(name: str) -> bool:
    """Whether a file is one by its name."""
    return name.lower().endswith(SUFFIXES)


def is_hidden(name: str) -> bool:
    """Whether a file or folder is one of those that systems put there, not people."""
    return name.startswith(".") or name.lower() in _HIDDEN


def shortened(names: Iterable[str], most: int = _SHOWN) -> str:
    """The first names in a row, "..." for those between, and the last."""
    texts = list(names)
    if len(texts) > most:
        texts = [*texts[: most - 1], "...", texts[-1]]
    return ", ".join(map(printable, texts))


def printable(name: str) -> str:
    """A name as text that can be shown and stored, whatever bytes it was made of."""
    name = as_utf8(name)
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), name)


def as_utf8(name: str) -> str:
    """A name of a file as it is in UTF-8, if it is, where the locale has another encoding."""
    try:
        return name.encode("utf-8", "surrogateescape").decode()
    except UnicodeError:  # its bytes are in neither
        return name


def printable_all(names: list[str]) -> list[str]:
    """As `printable`, of many names; quick where they all are."""
    return list(map(printable, names)) if _UNSAFE.search("".join(names)) else names


def _sentence(count: int, what: tuple[str, str], examples: Iterable[str]) -> str:
    return (
        f"{count} {what[count > 1]} {'were' if count > 1 else 'was'} left out: "
        f"{shortened(examples)}"
    )
