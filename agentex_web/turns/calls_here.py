"""Ends the calls of a stopped turn that run in this process, as soon as the turn's workflow has the Stop.

A Stop also goes to all workers through Redis (streams/stops.py). If Redis is down, a call learns of it only
with Temporal's answer to its next heartbeat, up to 3 s later. The worker that has the workflow is often the
one that runs the call, and need not wait.
"""

from collections.abc import Callable

from temporalio import workflow

EndCalls = Callable[[str, int], object]
"""Ends the calls of a turn. The arguments are its id, and how often it was continued after a cut answer. It
is called in the threads of workflows, and must not raise.
"""
_end: EndCalls = lambda *_: None  # noqa: E731  (replaced by end_with)


def end_with(end: EndCalls) -> None:
    """Sets how calls are ended. The worker calls it when it starts."""
    global _end  # noqa: PLW0603  (the only writer)
    _end = end


def end_calls(turn_id: str, continued: int) -> None:
    """Ends the calls of a turn in this process. In a replay, it does nothing: no call runs for it."""
    if not workflow.unsafe.is_replaying():
        _end(turn_id, continued)
