"""The WebSocket of a person's list of chats: sends each changed row, a moment after the change.

A row is rendered once for all pages that the person has open in this process. Frames:

| frame | meaning |
|---|---|
| ``{"type": "rows", "rows": {id: html}}`` | the current rows; html is empty if the chat is not listed |
| ``{"type": "list"}`` | many rows changed: the page loads the whole list |
"""

import asyncio
import logging
import uuid
from collections import OrderedDict
from contextlib import AsyncExitStack, suppress
from typing import Any
from weakref import WeakValueDictionary

from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth.models import User
from django.utils import timezone, translation

from agentex_web.actions.open_sockets import TooManySockets, open_sockets
from agentex_web.chat.access import still_signed_in
from agentex_web.chat.chat_list import list_rows
from agentex_web.chat.page_state import PING_SECONDS
from agentex_web.chat.socket_access import FAILED, LOG_IN, TOO_MANY
from agentex_web.languages.choice import activate_for_socket
from agentex_web.streams.entries import Entry, order
from agentex_web.streams.events import ChatChanged
from agentex_web.streams.keys import IN_QUERY, chats_of
from agentex_web.streams.reader import Subscription, stream_reader
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.4
"""Rows are rendered this long after a change, so that the tokens of the same moment reach pages first."""
MOST = 20
"""Maximum rows in a frame. If more changed, the page loads the whole list."""
KEPT = 100
"""Rendered rows that are kept for a person's other pages."""

Changed = dict[str, tuple[int, int]]
"""When each task changed, by task id, as `streams.entries.order` returns it."""


class ListConsumer(AsyncJsonWebsocketConsumer):
    """Sends only rows of the person's own chats."""

    _sending: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        user: Any = self.scope["user"]
        # Accept first: browsers see the code of a close, but not of a refused handshake.
        await self.accept()
        if not user.is_authenticated:
            await self.close(LOG_IN)
            return
        cursor = IN_QUERY.search(self.scope["query_string"].decode("latin-1"))
        self._sending = asyncio.create_task(self._send_rows(user, cursor[1] if cursor else "0-0"))

    async def disconnect(self, _code: int) -> None:
        if self._sending is not None:
            self._sending.cancel()
            with suppress(asyncio.CancelledError):
                await self._sending

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:  # noqa: ARG002  (Channels names them)
        """Answers anything that a page sends with an error: pages only listen."""
        # An exception would end the consumer without its `disconnect`.
        with suppress(Disconnected):
            await self.send_json({"type": "error", "error": "This socket only sends."})

    async def _check_account(self) -> None:
        user = await in_database(still_signed_in, str(self.scope["session"].session_key))
        if not user.is_authenticated:
            if self._sending is not None:
                self._sending.cancel()
            await self.close(LOG_IN)

    async def _send_rows(self, user: User, cursor: str) -> None:
        activate_for_socket(self.scope)
        rows = _rows_of(user)
        try:
            async with AsyncExitStack() as stack:
                stack.enter_context(open_sockets().opened(user.pk, self._check_account, "list"))
                chats = stream_reader().subscribe(chats_of(user.pk), cursor, is_moment=True)
                subscription = await stack.enter_async_context(chats)
                while True:
                    changed = await _next_changed(subscription)
                    if changed is None or len(changed) > MOST:
                        await self.send_json({"type": "list"})
                    elif changed:
                        await self.send_json({"type": "rows", "rows": await rows.as_of(changed)})
                    else:
                        await self.send_json({"type": "ping"})
        except asyncio.CancelledError:
            raise
        except Disconnected:
            pass  # The page was closed in this moment; `disconnect` follows.
        except TooManySockets:
            await self.close(TOO_MANY)
        except Exception:
            logger.exception("The list of chats of account %s: the socket failed", user.pk)
            await self.close(FAILED)


async def _next_changed(subscription: Subscription) -> Changed | None:
    """Waits for chats that changed. None if any chat may have changed; empty after a long silence."""
    try:
        items = [await asyncio.wait_for(subscription.queue.get(), PING_SECONDS)]
    except TimeoutError:
        return {}
    await asyncio.sleep(PAUSE_SECONDS)
    while not subscription.queue.empty():
        items.append(subscription.queue.get_nowait())
    changed: Changed = {}
    for item in items:
        if not isinstance(item, Entry) or not isinstance(item.event, ChatChanged) or not item.event.task:
            return None
        changed[item.event.task] = order(item.cursor)
    return changed


class _Rows:
    """The recently rendered rows of a person's list."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._lock = asyncio.Lock()
        self._known: OrderedDict[str, tuple[tuple[int, int], str]] = OrderedDict()

    async def as_of(self, changed: Changed) -> dict[str, str]:
        """The rows of these chats, each rendered after its change."""
        # All pages of a person learn of a change at once: the first renders the row, the others find it here.
        async with self._lock:
            missing = [each for each, at in changed.items() if self._at(each) < at]
            if missing:
                rendered = await in_database(list_rows, self._user, [uuid.UUID(each) for each in missing])
                for each, html in rendered.items():
                    self._known[each] = (changed[each], html)
                    self._known.move_to_end(each)
            found = {each: self._known[each][1] for each in changed}
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return found

    def _at(self, task_id: str) -> tuple[int, int]:
        return self._known[task_id][0] if task_id in self._known else (0, 0)


_rows: WeakValueDictionary[tuple[int, int, str | None, str], _Rows] = WeakValueDictionary()
"""For each person with an open page, by event loop, person, language and time zone."""


def _rows_of(user: User) -> _Rows:
    loop = id(asyncio.get_running_loop())
    key = (loop, user.pk, translation.get_language(), timezone.get_current_timezone_name())
    known = _rows.get(key)
    if known is None:
        known = _rows[key] = _Rows(user)
    return known
