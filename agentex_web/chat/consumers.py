"""The WebSocket of one task: sends a page every event after its cursor."""

import asyncio
import logging
import re
import time
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any

from autobahn.exception import Disconnected
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404

from agentex_web.chat.access import get_task_to_read, still_signed_in
from agentex_web.chat.live import LiveAnswers
from agentex_web.chat.next_frames import next_frames
from agentex_web.chat.open_sockets import TooManySockets, open_sockets
from agentex_web.chat.versions import SeenVersions
from agentex_web.languages.choice import activate_for_socket
from agentex_web.streams.events import TaskDeleted
from agentex_web.streams.keys import START
from agentex_web.streams.reader import stream_reader
from agentex_web.tasks.models import Task
from agentex_web.tasks.permissions import may_read_messages
from agentex_web.tasks.queries import version_of
from agentex_web.tasks.threads import in_database
from agentex_web.waits.queries import asked_of

logger = logging.getLogger(__name__)

LOG_IN = 4401
NO_ACCESS = 4403
NOT_FOUND = 4404
TOO_MANY = 4429
FAILED = 4500
PING_SECONDS = 20.0
"""Under the 60 s after which nginx closes a silent connection."""
CURSOR = re.compile(r"(?:^|&)cursor=(\d{1,20}-\d{1,20})(?:&|$)")
VERSION = re.compile(r"(?:^|&)version=(\d{1,15})(?:&|$)")
NEW = re.compile(r"(?:^|&)new=1(?:&|$)")
NEW_PAUSES = (0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2)
"""Seconds between lookups of a new task: its socket may open before its first message is committed."""


class TaskConsumer(AsyncJsonWebsocketConsumer):
    """Checks that the person may read the task before it sends anything. Pages cannot change anything
    through it."""

    _sending: asyncio.Task[None] | None = None
    _is_owner = False

    async def connect(self) -> None:
        task_id: uuid.UUID = self.scope["url_route"]["kwargs"]["task_id"]
        user: Any = self.scope["user"]
        query = self.scope["query_string"].decode("latin-1")
        refusal = 0
        if not user.is_authenticated:
            refusal = LOG_IN
        else:
            try:
                task = await self._task(user, task_id, NEW_PAUSES if NEW.search(query) else ())
                self._is_owner = task.owner_id == user.pk
            except Http404:
                refusal = NOT_FOUND
        # Accept first: browsers see the code of a close, but not of a refused handshake.
        await self.accept()
        if refusal:
            await self.close(refusal)
            return
        cursor, version = CURSOR.search(query), VERSION.search(query)
        start, session = cursor[1] if cursor else START, str(self.scope["session"].session_key)
        seen = SeenVersions(int(version[1]) if version else None)
        self._sending = asyncio.create_task(self._send_stream(task_id, start, seen, session))

    async def _task(self, user: User, task_id: uuid.UUID, pauses: Sequence[float]) -> Task:
        """The task. If its first message may not be committed yet, looks again after each pause."""
        for pause in pauses:
            with suppress(Http404):
                return await in_database(get_task_to_read, user, task_id)
            await asyncio.sleep(pause)
        return await in_database(get_task_to_read, user, task_id)

    async def disconnect(self, code: int) -> None:
        if self._sending is not None:
            self._sending.cancel()
            with suppress(asyncio.CancelledError):
                await self._sending

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Answers anything that a page sends with an error: pages only listen."""
        await self.send_json(
            {"type": "error", "error": "This socket only sends. Post messages to the task's address."}
        )

    async def _check_account(self) -> None:
        """Closes the socket if its session ended, or if the person may not read the chat any more."""
        session, task_id = (
            str(self.scope["session"].session_key),
            self.scope["url_route"]["kwargs"]["task_id"],
        )
        refusal = await in_database(self._refusal, session, task_id)
        if refusal:
            if self._sending is not None:
                self._sending.cancel()
            await self.close(refusal)

    def _check(self, session_key: str, task_id: uuid.UUID) -> tuple[int, int]:
        return self._refusal(session_key, task_id), version_of(task_id)

    def _refusal(self, session_key: str, task_id: uuid.UUID) -> int:
        """The code to close the socket with; 0 if it may stay open."""
        user = still_signed_in(session_key)
        if not user.is_authenticated:
            return LOG_IN
        readable = self._is_owner or may_read_messages(user) or asked_of(user).filter(task=task_id).exists()
        return 0 if readable else NO_ACCESS

    async def _send_stream(
        self, task_id: uuid.UUID, cursor: str, seen: SeenVersions, session_key: str
    ) -> None:
        activate_for_socket(self.scope)
        reader: Any = self.scope["user"]
        answers = LiveAnswers(task_id)
        check_at = time.monotonic() + settings.AGENTEX_SOCKET_CHECK_SECONDS
        try:
            async with AsyncExitStack() as stack:
                stack.enter_context(open_sockets().opened(reader.pk, self._check_account))
                subscription = await stack.enter_async_context(
                    stream_reader().subscribe(str(task_id), cursor)
                )
                # Read after subscribing: the events of all earlier commits are on the stream, or lost.
                seen.expect(await in_database(version_of, task_id))
                while True:
                    silence = min(PING_SECONDS, max(0.0, check_at - time.monotonic()))
                    frames = await next_frames(task_id, subscription, answers, seen, reader, silence)
                    if time.monotonic() >= check_at:
                        check_at = time.monotonic() + settings.AGENTEX_SOCKET_CHECK_SECONDS
                        refusal, version = await in_database(self._check, session_key, task_id)
                        if refusal:
                            await self.close(refusal)
                            return
                        # If the lost event was the last one, only this check finds it.
                        seen.expect(version)
                    for frame in frames:
                        await self.send_json(frame)
                    if any(frame["type"] == TaskDeleted.type for frame in frames):
                        await self.close(NOT_FOUND)
                        return
        except asyncio.CancelledError:
            raise
        except TooManySockets:
            await self.close(TOO_MANY)
        except Disconnected:
            pass  # The page went away without closing the socket; Daphne reports that a moment later.
        except Exception:
            # The page reconnects from its cursor.
            logger.exception("Task %s: the socket failed", task_id)
            await self.close(FAILED)
        finally:
            answers.forget()
