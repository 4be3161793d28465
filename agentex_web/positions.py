"""Positions of the messages in a turn: text that sorts in the order in which they are shown.

A position is a sequence of groups of six digits. ``000003`` is the third activity that the turn started, and
its messages are ``000003000000``, ``000003000001`` … If the third thing that the turn started is a child
workflow, that is ``000003``, and the child's activities are ``000003000001`` and so on. All groups are
equally wide and hold only digits, so every collation, Python and JavaScript sort them alike, and everything
below a path lies between the path and ``after(path)``. Workflows import this module: standard library only.
"""

GROUP = 6
OPENING = "0" * GROUP
"""The position of the person's message, which opens the turn."""
END = "9" * GROUP
"""The path of messages that no activity has a position for. It sorts after the paths of all activities."""


def below(path: str, number: int) -> str:
    """The position with this number below a path; ``""`` is the path of the turn itself.

    Raises:
        ValueError: the number does not fit into a group.
    """
    if not 0 <= number < int(END):
        raise ValueError(f"{number:,} is too much: a position has room for {int(END) - 1:,} below another.")
    return f"{path}{number:0{GROUP}}"


def after(path: str) -> str:
    """The first position after everything below a path. The path must not be empty."""
    return f"{path[:-GROUP]}{int(path[-GROUP:]) + 1:0{GROUP}}"


def path_of(position: str) -> str:
    """The path of the activity that wrote the message at this position."""
    return position[:-GROUP]


def number_of(position: str) -> int:
    """The last group as a number. For a message: its number among its activity's messages, from 0."""
    return int(position[-GROUP:])


def is_first(path: str) -> bool:
    """True if the turn started nothing before: each group is the first one of its workflow."""
    first = below("", 1)
    return path != "" and path == first * (len(path) // GROUP)
