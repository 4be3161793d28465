"""Sends a scripted answer at its pace, with its pauses and faults, and records what happens to it.

Events that are due at the same time go out in one write: for a hundred streams of 200 tokens/s, one write per token
would be too slow.
"""

from __future__ import annotations

import asyncio
import json
import time

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from agentex_web.demo_model.answers import Answer, Step
from agentex_web.demo_model.app import frame
from agentex_web.demo_model.responses_api import ResponsesRendering
from tests.support.model_server.holds import Hold
from tests.support.model_server.records import Record
from tests.support.model_server.scripts import Scripted

# Limit of events per write of an unpaced answer, so that other streams run and a disconnect is noticed.
_EVENTS_PER_WRITE = 64

_SSE_HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]


class Delivery(Response):
    """An ASGI response: one rendered answer, streamed or whole.

    Args:
        rendering: the answer in the format of one API.
        answer: the answer's pace; both fields must be set.
        scripted: where the answer is cut, and the events that it omits.
        record: updated during the delivery, and ended.
        hold: the pauses registered for this answer, if any.
        streamed: whether to send events as they come, or one JSON object at the end.
    """

    def __init__(
        self,
        rendering: ResponsesRendering,
        answer: Answer,
        scripted: Scripted,
        record: Record,
        hold: Hold | None,
        streamed: bool,
    ) -> None:
        self._rendering = rendering
        self._answer = answer
        self._scripted = scripted
        fault = answer.fault
        drops = fault is not None and fault.kind == "drop"
        self._cut = ("drop", fault.after or 0) if fault and drops else scripted.cut
        self._record = record
        self._hold = hold
        self._pauses = list(scripted.hold_after)
        self._streamed = streamed
        self._buffer = bytearray()
        self._events = 0
        self._tokens = 0
        self._started = False
        self._origin = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._send = send
        work = asyncio.create_task(self._deliver(scope["state"]["transport"]))
        gone = asyncio.create_task(_until_disconnect(receive))
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            else:
                self._record.end("client_disconnected")
        finally:
            self._record.end("stopped")
            if self._hold:
                self._hold.over()
            work.cancel()
            gone.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)

    async def _deliver(self, transport: asyncio.Transport) -> None:
        for step in self._rendering.steps():
            if self._cut and (not self._cut[1] or self._reaches(step, self._cut[1])):
                await (self._drop(transport) if self._cut[0] == "drop" else self._flush(more=False))
                self._record.end("fault")
                return
            while self._hold and self._pauses and self._reaches(step, self._pauses[0]):
                del self._pauses[0]
                await self._wait_for_release(self._hold)
            await self._keep_pace(step)
            if self._streamed and step.event.get("type") not in self._scripted.omit:
                self._buffer += frame(step.event)
            self._tokens += step.tokens
            self._events += 1
            if self._events % _EVENTS_PER_WRITE == 0 and not step.last:
                await self._flush()
                await asyncio.sleep(0)
        status, body = self._rendering.final()
        if self._streamed:
            self._buffer += self._rendering.closing
        else:
            self._buffer += json.dumps(body, ensure_ascii=False).encode()
        await self._start(200 if self._streamed else status)
        await self._flush(more=False)
        fault = self._answer.fault
        self._record.end("fault" if fault and fault.kind != "incomplete" else "completed")

    def _reaches(self, step: Step, limit: int) -> bool:
        """True if `step` would exceed `limit` tokens, or ends an answer that has fewer."""
        return step.last or (step.tokens > 0 and self._tokens >= limit)

    async def _keep_pace(self, step: Step) -> None:
        if step.pause:
            await self._flush()
            await asyncio.sleep(step.pause)
            self._origin += step.pause
        if not step.tokens:
            return
        rate = self._answer.tokens_per_second
        due = self._origin + (self._answer.first_token_after or 0.0) + (self._tokens / rate if rate else 0.0)
        wait = due - time.monotonic()
        if wait > 0:
            await self._flush()
            await asyncio.sleep(wait)

    async def _wait_for_release(self, hold: Hold) -> None:
        if not hold.released.is_set():
            await self._flush()
        began = time.monotonic()
        self._record.held = True
        await hold.wait()
        self._record.held = False
        if not self._pauses:
            hold.over()
        self._origin += time.monotonic() - began

    async def _drop(self, transport: asyncio.Transport) -> None:
        await self._flush()
        self._record.end("fault")
        transport.close()
        # Wait until uvicorn notices that the connection is closed; if this returned earlier, uvicorn would send a 500.
        await asyncio.Event().wait()

    async def _start(self, status: int) -> None:
        if self._started:
            return
        self._started = True
        self._record.status = status
        headers = _SSE_HEADERS if self._streamed else [(b"content-type", b"application/json")]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def _flush(self, *, more: bool = True) -> None:
        if self._buffer or not more:
            await self._start(200)
            self._record.wrote(self._tokens)
            body = bytes(self._buffer)
            self._buffer.clear()
            # The last write also ends the body, so that a client that closes after the last event does not count as
            # disconnected.
            await self._send({"type": "http.response.body", "body": body, "more_body": more})


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
