"""What the supervisor needs to know about one process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


def _at_once() -> bool:
    return True


@dataclass(frozen=True)
class Part:
    """One process that runs as long as the supervisor does.

    Args:
        name: the prefix of its lines in the log.
        command: the program and its arguments; no shell reads them.
        addresses: what it answers at, as `services.json` names it.
        is_ready: asked in a thread until it says yes; must not take longer than a few seconds.
        is_service: others need it, so it is stopped after them.
        mute: lines that contain one of these are not printed.
    """

    name: str
    command: Sequence[str]
    addresses: Mapping[str, str] = field(default_factory=dict)
    is_ready: Callable[[], bool] = _at_once
    is_service: bool = True
    mute: tuple[str, ...] = ()
