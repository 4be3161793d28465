"""The WebSocket of one task: sends a page every event after its cursor."""

import asyncio
import json
import logging
import re
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any

from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import User
from django.http import Http404

from agentex_web.actions.access import get_task_to_read
from agentex_web.actions.open_sockets import TooManySockets, open_sockets
from agentex_web.chat.feeds import following
from agentex_web.chat.page_socket import PageSocket
from agentex_web.chat.socket_access import FAILED, LOG_IN, NOT_FOUND, TOO_MANY, refusal_of
from agentex_web.languages.choice import activate_for_socket
from agentex_web.streams.keys import IN_QUERY, START
from agentex_web.tasks.models import Task
from agentex_web.tasks.threads import in_database

logger = logging.getLogger(__name__)

VERSION = re.compile(r"(?:^|&)version=(\d{1,15})(?:&|$)")
NEW = re.compile(r"(?:^|&)new=1(?:&|$)")
NEW_PAUSES = (0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2)
"""Seconds between lookups of a new task: its socket may open before its first message is committed."""


class TaskConsumer(AsyncWebsocketConsumer):
    """Checks that the person may read the task before it sends anything. Pages cannot change anything
    through it."""

    _joining: asyncio.Task[None] | None = None
    _is_owner = False

    async def connect(self) -> None:
        task_id: uuid.UUID = self.scope["url_route"]["kwargs"]["task_id"]
        user: Any = self.scope["user"]
        query = self.scope["query_string"].decode("latin-1")
        self._open = AsyncExitStack()
        task, refusal = None, 0
        if not user.is_authenticated:
            refusal = LOG_IN
        else:
            try:
                task = await self._task(user, task_id, NEW_PAUSES if NEW.search(query) else ())
            except Http404:
                refusal = NOT_FOUND
        # Accept first: browsers see the code of a close, but not of a refused handshake.
        await self.accept()
        if task is None:
            await self.close(refusal)
            return
        self._is_owner = task.owner_id == user.pk
        cursor, version = IN_QUERY.search(query), VERSION.search(query)
        page = PageSocket(
            session_key=self._session_key,
            cursor=cursor[1] if cursor else START,
            version=int(version[1]) if version else None,
            send=self.send,
            close=self.close,
        )
        self._joining = asyncio.create_task(self._join(task, user, page))

    async def _task(self, user: User, task_id: uuid.UUID, pauses: Sequence[float]) -> Task:
        """The task. If its first message may not be committed yet, looks again after each pause."""
        for pause in pauses:
            with suppress(Http404):
                return await in_database(get_task_to_read, user, task_id)
            await asyncio.sleep(pause)
        return await in_database(get_task_to_read, user, task_id)

    async def _join(self, task: Task, user: User, page: PageSocket) -> None:
        activate_for_socket(self.scope)
        try:
            self._open.enter_context(open_sockets().opened(user.pk, self._check_account))
            await self._open.enter_async_context(following(task, user, page))
        except Disconnected:
            pass  # The page was closed in this moment; `disconnect` follows.
        except TooManySockets:
            await self.close(TOO_MANY)
        except Exception:
            logger.exception("Task %s: the socket failed", task.pk)
            await self.close(FAILED)

    async def disconnect(self, code: int) -> None:
        if self._joining is not None:
            self._joining.cancel()
            with suppress(asyncio.CancelledError):
                await self._joining
        await self._open.aclose()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Answers anything that a page sends with an error: pages only listen."""
        error = "This socket only sends. Post messages to the task's address."
        # An exception would end the consumer without its `disconnect`, and its page would stay in the feed.
        with suppress(Disconnected):
            await self.send(json.dumps({"type": "error", "error": error}))

    async def _check_account(self) -> None:
        """Closes the socket if its session ended, or if the person may not read the chat any more."""
        task_id = self.scope["url_route"]["kwargs"]["task_id"]
        refusal = await in_database(refusal_of, self._session_key, task_id, is_owner=self._is_owner)
        if refusal:
            await self.disconnect(refusal)
            await self.close(refusal)

    @property
    def _session_key(self) -> str:
        return str(self.scope["session"].session_key)
