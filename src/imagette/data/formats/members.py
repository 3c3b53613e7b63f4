"""What a .zip and a .tar have in common: members by name, safe to read where they lie.

Nothing is ever unpacked onto disk, so a member's path is a name and no more.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imagette.data.class_tree import Found, names_a_split
from imagette.data.left_out import Kind, is_hidden, is_picture
from imagette.errors import SourceError

MAXIMUM_MEMBERS = 2_000_000
MAXIMUM_UNPACKED = 64 * 10**9  # bytes
_MAXIMUM_RATIO = 200  # unpacked to packed; pictures hardly pack at all
_HARMLESS = 100 * 10**6  # bytes that may be unpacked whatever the ratio


@dataclass(slots=True)
class Member:
    """One entry of an archive.

    Attributes:
        position: by which the archive's format finds it again.
        kind: "file", "folder" or "link" (or a device: what is neither).
        obstacle: why it cannot be read, "" if it can.
    """

    name: str
    position: int
    size: int
    kind: str = "file"
    obstacle: str = ""


def collect(where: str, members: Iterable[Member]) -> tuple[Found, NDArray[np.int64]]:
    """The pictures among `members`, with positions and sizes (n, 2) in order of position.

    Of members of one name the last counts, as it does where archives are unpacked.

    Raises:
        SourceError: too many members, too large as a whole, or a picture that is encrypted.
    """
    found, taken, hidden = Found(), dict[str, tuple[int, int]](), set[str]()
    total = 0
    for number, member in enumerate(members):
        if number >= MAXIMUM_MEMBERS:
            raise SourceError(
                f"{where} has more than {MAXIMUM_MEMBERS} members, the most that imagette reads "
                "in an archive. Unpack it and name the folder"
            )
        total += member.size
        if total > MAXIMUM_UNPACKED:
            raise too_large(where)
        if parts := _parts(member, found, hidden):
            path = "/".join(parts)
            if member.obstacle:
                raise SourceError(f"{where}: {path!r} {member.obstacle}")
            taken[path] = (member.position, member.size)
    for name in hidden:
        found.left_out.add(Kind.HIDDEN, name)
    found.paths = sorted(taken, key=lambda path: taken[path])
    places = [taken[path] for path in found.paths]
    return found, np.array(places, np.int64).reshape(-1, 2)


def most_unpacked(packed: int) -> int:
    """Bytes that an archive, or a member, of `packed` bytes may unpack to."""
    return min(MAXIMUM_UNPACKED, max(_HARMLESS, _MAXIMUM_RATIO * packed))


def too_large(where: str) -> SourceError:
    return SourceError(
        f"{where} unpacks to more than {_MAXIMUM_RATIO} times its own size, or more than "
        f"{MAXIMUM_UNPACKED // 10**9} GB, as no archive of pictures does. If you trust it, unpack "
        "it and name the folder"
    )


def without_leading_folder(found: Found) -> tuple[str, ...]:
    """Skip the folders that hold everything, unless a split's; a note that says so."""
    folders = [path.split("/")[:-1] for path in (min(found.paths), max(found.paths))]
    common: list[str] = []
    for first, last in zip(*folders, strict=False):
        if first != last or names_a_split(first):
            break
        common.append(first)
    if common and all(path.count("/") == len(common) for path in found.paths):
        common.pop()  # the only folder that could be a class
    if not common:
        return ()
    start = "/".join(common) + "/"
    found.paths = [path.removeprefix(start) for path in found.paths]
    inside = [name.removeprefix(start) for name in found.folders if name.startswith(start)]
    found.folders = set(inside)
    return (f"read below {start}, which holds all pictures",)


def _parts(member: Member, found: Found, hidden: set[str]) -> list[str] | None:
    """The path of a picture; None of anything else, which is counted."""
    parts = [part for part in member.name.split("/") if part not in ("", ".")]
    if ".." in parts or re.match(r"[A-Za-z]:", member.name):
        found.left_out.add(Kind.OUTSIDE, member.name)
        return None
    for depth, part in enumerate(parts):
        if is_hidden(part):
            hidden.add("/".join(parts[: depth + 1]))
            return None
    folders = parts if member.kind == "folder" else parts[:-1]
    found.folders.update("/".join(folders[: n + 1]) for n in range(len(folders)))
    if member.kind == "link":
        found.left_out.add(Kind.LINK, member.name)
    elif member.kind == "file" and parts:
        if is_picture(parts[-1]):
            return parts
        found.left_out.no_picture(parts[-1])
    return None
