"""The server's log: one line per request."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)


class OneLinePerRequest:
    """Logs every request once, when it is over; health checks only if they fail."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            # uvicorn's own loggers are off (see __main__), so a defect has to be told here.
            log.exception("%s %s broke", scope["method"], scope["path"])
            raise
        finally:
            if scope["path"] != "/healthz" or status >= 400:
                record = scope.get("record")
                told = record.summary() if record else ""
                seconds = time.monotonic() - began
                log.info("%s %s %s %.2f s %s", scope["method"], scope["path"], status or "-", seconds, told)
