"""Positions: where the messages of a turn stand, as text that sorts in the order in which they are shown.

A position is a row of groups of six digits. ``000003`` is the third activity that the turn started, and its
messages are ``000003000000``, ``000003000001`` … A child workflow that was started third is ``000003``, too,
and its own activities are ``000003000001``, Groups are equally wide and hold digits only, so
every collation, Python and JavaScript sort them alike, and all that is below a path lies between the path and
``after(path)``. Workflows use this: standard library only.
"""

GROUP = 6
OPENING = "0" * GROUP
"""The position of the person's message, which opens the turn."""
END = "9" * GROUP
"""Comes after whatever activities write; the path of messages that no activity has a position for."""


def below(path: str, number: int) -> str:
    """The ``number``-th position below a path; ``""`` is the path of the turn itself.

    Raises:
        ValueError: the number does not fit into a group.
    """
    if not 0 <= number < int(END):
        raise ValueError(f"{number:,} is too much: a position has room for {int(END) - 1:,} below another.")
    return f"{path}{number:0{GROUP}}"


def after(path: str) -> str:
    """The first position that follows everything below a path, which is not empty."""
    return f"{path[:-GROUP]}{int(path[-GROUP:]) + 1:0{GROUP}}"


def path_of(position: str) -> str:
    """The path of the activity that wrote the message at this position."""
    return position[:-GROUP]


def number_of(position: str) -> int:
    """The last group as a number: of a message, which of its activity's messages it is, from 0."""
    return int(position[-GROUP:])


def is_first(path: str) -> bool:
    """True if nothing was started in the turn before: each group is the first of its workflow."""
    first = below("", 1)
    return path != "" and path == first * (len(path) // GROUP)
