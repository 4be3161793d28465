"""The description of a process that the supervisor runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


class CannotStart(Exception):
    """Something prevents the start; the message says what, and what to do about it."""


def _at_once() -> bool:
    return True


@dataclass(frozen=True)
class Part:
    """A process that runs as long as the supervisor does.

    Args:
        name: the prefix of its lines in the log.
        command: the program and its arguments, without a shell.
        addresses: its addresses, by the names in `services.json`.
        is_ready: called in a thread until it returns True; must return within a few seconds.
        is_service: other parts use it, so it is stopped after them.
        mute: lines that contain one of these strings are not printed.
    """

    name: str
    command: Sequence[str]
    addresses: Mapping[str, str] = field(default_factory=dict)
    is_ready: Callable[[], bool] = _at_once
    is_service: bool = True
    mute: tuple[str, ...] = ()
