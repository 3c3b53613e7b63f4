"""Names of classes as they are stored and shown."""

import unicodedata
from collections.abc import Sequence

from imagette.data.left_out import as_utf8, printable, shortened

_SHOWN = 20


def class_name(text: str) -> str:
    """A class as it is stored: composed Unicode, so that one name is one class."""
    return printable(unicodedata.normalize("NFC", as_utf8(text)))


def classes_note(names: Sequence[str]) -> str:
    return f"{len(names)} classes: {shortened(names, _SHOWN)}"


def case_note(names: Sequence[str]) -> list[str]:
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(name.casefold(), []).append(name)
    groups = [" and ".join(map(repr, group)) for group in alike.values() if len(group) > 1]
    if not groups:
        return []
    return [f"classes that differ in case only stay apart, rename one: {shortened(groups)}"]
