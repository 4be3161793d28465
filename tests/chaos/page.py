"""An open chat page without a browser: applies the rules of static/js/stream to the frames of a real socket."""

import asyncio
import json
import random
import time
from collections import deque
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from agentex_web.tasks.models import Task, Turn
from tests.chaos.markup import Conversation, Shown, squeezed
from tests.support.people import Person

SILENCE = 45.0
LONGEST_PAUSE = 5.0
"""Seconds between reconnects. A browser waits up to 15 s, but a run is short."""
LOST = (OSError, TimeoutError, WebSocketException, httpx2.HTTPError, EOFError)


class Page:
    """
    Attributes:
        turns, messages: the turns and messages that the page shows.
        resyncs: how often the page has read the conversation again.
    """

    def __init__(self, person: Person, task: Task, chance: random.Random) -> None:
        self.person, self.task = person, task
        self.turns: dict[str, str] = {}
        self.messages: dict[str, Shown] = {}
        self.resyncs = 0
        self._chance = chance
        self._cursor, self._version = "0-0", ""
        self._withdrawn: set[str] = set()
        self._socket: ClientConnection | None = None
        self._frames: deque[str] = deque(maxlen=6)
        self._must_read = True

    async def live(self) -> None:
        """Keeps the page up to date until cancelled, whatever happens to the site."""
        failures = 0
        while True:
            try:
                if self._must_read:
                    await self.read()
                address, headers = self.person.handshake(self.task, self._cursor)
                address += f"&version={self._version}"
                async with connect(address, additional_headers=headers, ping_interval=None) as socket:
                    self._socket = socket
                    while not self._must_read:
                        text = await asyncio.wait_for(socket.recv(), SILENCE)
                        failures = 0
                        self._take(json.loads(text))
                self._socket = None
            except LOST:
                self._socket = None
                failures += 1
                pause = min(LONGEST_PAUSE, 0.5 * 2**failures)
                await asyncio.sleep(pause * (0.5 + self._chance.random() / 2))

    def drop(self) -> bool:
        """Breaks the connection without closing it, as when a laptop is shut. Returns False if there is none."""
        if self._socket is None:
            return False
        self._socket.transport.abort()
        return True

    @property
    def state(self) -> str:
        """How current the page is, for a report of what it shows wrongly."""
        return (
            f"version {self._version} at {self._cursor}, {'connected' if self._socket else 'not connected'}, "
            f"{self.resyncs} resyncs, last frames {', '.join(self._frames) or 'none'}"
        )

    async def read(self) -> None:
        """Reads the conversation again."""
        fresh = await read(self.person, self.task, next(iter(self.turns), ""))
        self.resyncs += 1
        self.turns, self.messages = fresh.turns, fresh.messages
        self._cursor, self._version = fresh.cursor, fresh.version
        self._must_read = False

    def _take(self, frame: dict[str, Any]) -> None:
        self._cursor = frame.get("cursor") or self._cursor
        self._version = str(frame.get("version") or self._version)
        about = str(frame.get("message") or frame.get("turn") or "")[:8]
        if about or frame["type"] == "resync":
            self._frames.append(f"{time.strftime('%H:%M:%S')} {frame['type']} {about}".rstrip())
        if frame.get("turn") in self._withdrawn:
            return
        act = getattr(self, f"_on_{frame['type']}", None)
        if act is not None:
            act(frame)

    def _on_resync(self, _frame: dict[str, Any]) -> None:
        self._must_read = True

    def _on_started(self, frame: dict[str, Any]) -> None:
        if self.turns.get(frame["turn"], "pending") not in Turn.OPEN:
            return
        old = self.messages.get(frame["message"])
        if old and (old.status == "done" or old.attempt > frame["attempt"]):
            return
        call, attempt = frame["call"], frame["attempt"]
        of_call = [each for each in self.messages.values() if call and each.call == call]
        if any(each.attempt > attempt for each in of_call):
            return
        new = Conversation(frame["html"], frame["turn"]).messages[frame["message"]]
        if old and old.length and (old.call, old.attempt, old.status) == (new.call, new.attempt, new.status):
            return
        self._forget([each for each in of_call if each.attempt < attempt])
        self._put(frame)

    def _on_delta(self, frame: dict[str, Any]) -> None:
        shown = self.messages.get(frame["message"])
        if shown is not None and shown.status != "streaming":
            return
        if frame.get("attempt") and shown is not None and shown.attempt > frame["attempt"]:
            return
        if shown is None or frame["offset"] > shown.length:
            self._must_read = True
            return
        fresh = frame["text"][shown.length - frame["offset"] :]
        shown.length += len(fresh)
        shown.text += squeezed(fresh)

    def _on_reset(self, frame: dict[str, Any]) -> None:
        if call := frame["call"]:
            up_to = frame["attempt"]
            of_call = [each for each in self.messages.values() if each.call == call]
            self._forget([each for each in of_call if not up_to or each.attempt <= up_to])

    def _forget(self, messages: list[Shown]) -> None:
        for each in messages:
            del self.messages[each.id]

    def _on_done(self, frame: dict[str, Any]) -> None:
        self._put(frame)

    def _on_turn(self, frame: dict[str, Any]) -> None:
        turn, status = frame["turn"], frame["status"]
        if status not in Turn.OPEN and turn not in self.turns:
            return
        own = [each for each in self.messages.values() if each.turn == turn]
        if status == "withdrawn":
            self.turns.pop(turn, None)
            self._withdrawn.add(turn)
            for each in own:
                del self.messages[each.id]
            return
        self.turns[turn] = status
        for each in own:
            if status != "pending" and each.author == "user" and each.status == "pending":
                each.status = "done"
            if status not in Turn.OPEN and each.status == "streaming":
                each.status = "interrupted"
                self._must_read = True

    def _put(self, frame: dict[str, Any]) -> None:
        self.turns.setdefault(frame["turn"], "pending")
        self.messages |= Conversation(frame["html"], frame["turn"]).messages


async def read(person: Person, task: Task, first: str = "") -> Conversation:
    """Reads the conversation from the site.

    Args:
        first: the first turn that the page shows; without it, a long chat begins with its last turns.

    Raises:
        httpx2.HTTPError: the site does not answer, or answers with an error.
    """
    path = f"/tasks/{task.pk}/conversation/"
    answer = await asyncio.to_thread(person.http.get, path, params={"first": first})
    answer.raise_for_status()
    return Conversation(answer.text)
