"""Workers that vanished without a trace, and the workflows that ran in each.

The kernel's memory killer, or ``_exit`` called by native code, leaves no stack. Temporal gives the workflow
task to the next worker, which may then vanish too, for ever. So what ran is kept from one worker to the next:
a workflow whose code ran each time is to blame.
"""

import json
import logging
import time
from collections.abc import Set
from pathlib import Path

logger = logging.getLogger(__name__)

TIMES = 3
"""How many workers have to vanish one after the other while the same workflow's code runs. Workers are also
killed from outside; that the same workflow runs by chance each time is unlikely."""
_TOGETHER_SECONDS = 600
"""Workers that vanish further apart than this have nothing to do with each other."""
_NAME = "vanished.json"
_LARGEST_NOTE = 100_000
"""In characters; a longer note is not this module's. One of 64 workflows has less than 20,000."""


def to_blame(folder: Path, running: Set[str], now: float | None = None) -> set[str]:
    """Notes that a worker vanished.

    Args:
        folder: where the note about earlier ones is.
        running: the ids of the workflows whose code ran in it.
        now: seconds since 1970; the present time by default.

    Returns:
        The ids of the workflows whose code ran in each of the last workers.
    """
    now = time.time() if now is None else now
    times = {each: count + 1 for each, count in _read(folder, now).items() if each in running}
    times |= {each: 1 for each in running if each not in times}
    blamed = {each for each, count in times.items() if count >= TIMES}
    kept = {each: count for each, count in times.items() if each not in blamed}
    try:
        (folder / _NAME).write_text(json.dumps({"at": now, "times": kept}))
    except OSError as error:
        logger.warning("That a worker vanished could not be noted: %s", error)
    return blamed


def _read(folder: Path, now: float) -> dict[str, int]:
    try:
        with (folder / _NAME).open() as file:
            noted = json.loads(file.read(_LARGEST_NOTE))
        recent = 0 <= now - float(noted["at"]) <= _TOGETHER_SECONDS
        return {str(each): int(count) for each, count in noted["times"].items()} if recent else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        # It is broken. Without it the worker starts; with an exception here, none would start any more.
        return {}
