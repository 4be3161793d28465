"""Keeps Channels from changing the thread three times for each socket, to close old database connections.

Channels 4.3 does so before each message that a consumer gets, and when its socket has closed. But the thread
has connections only while Channels reads the session and the account, and those are closed right there. Our
own queries run in other threads, which close theirs (tasks/threads.py).
"""

from channels import consumer
from channels.generic import websocket


def install() -> None:
    """Calling it again has no effect."""
    for module in (consumer, websocket):
        vars(module).update(aclose_old_connections=_close_nothing)


async def _close_nothing() -> None: ...
