"""Says when everything that was started can be used, and what is missing if that takes long."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence

from django.conf import settings

from agentex_web.embedded.part import Part
from agentex_web.embedded.ports import LOOPBACK
from agentex_web.embedded.supervisor import Supervisor

ASK_EVERY = 0.1
COMPLAIN_EVERY = 15.0


def announce(
    supervisor: Supervisor, missing: Callable[[], Sequence[str]], lines: Callable[[], Sequence[str]]
) -> None:
    """Print the lines once nothing is missing any more. Returns at once; waits in a thread."""
    threading.Thread(target=_announce, args=[supervisor, missing, lines], name="ready", daemon=True).start()


def _announce(
    supervisor: Supervisor, missing: Callable[[], Sequence[str]], lines: Callable[[], Sequence[str]]
) -> None:
    complaint_due = time.monotonic() + COMPLAIN_EVERY
    while names := missing():
        if supervisor.is_stopping:
            return
        if time.monotonic() > complaint_due:
            complaint_due = time.monotonic() + COMPLAIN_EVERY
            supervisor.say(f"still waiting for: {', '.join(names)}")
        time.sleep(ASK_EVERY)
    for line in lines():
        supervisor.say(line)


def missing_parts(parts: Sequence[Part]) -> list[str]:
    """The names of those that do not answer yet."""
    return [part.name for part in parts if not part.is_ready()]


def missing_in_web() -> list[str]:
    """What keeps a chat from working, as the web process itself sees it: empty, or names from /healthz."""
    host = LOOPBACK if settings.HOST == "0.0.0.0" else settings.HOST
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": _allowed_host(host)})
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return ["web"]
    finally:
        connection.close()
    if response.status == 200:
        return []
    return _down(body) or [f"web (it answers /healthz with {response.status})"]


def _allowed_host(host: str) -> str:
    """A name that the web process answers to; behind a proxy it may not know its own address."""
    allowed = [name.lstrip(".") for name in settings.ALLOWED_HOSTS]
    return host if host in allowed or "*" in allowed or not allowed else allowed[0]


def _down(body: bytes) -> list[str]:
    try:
        report = json.loads(body)
    except ValueError:
        return []
    if not isinstance(report, dict):
        return []
    return [name for name in ("database", "redis", "temporal", "worker") if report.get(name) != "up"]
