"""Prints when a chat can be used, and what is missing if that takes long."""

import http.client
import json
import threading
import time
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from agentex_web.accounts.setup import origin, setup_is_open, setup_link
from agentex_web.services import temporal_ui_url, uses_demo_model
from agentex_web.tasks.agents import worker_is_alive

_ASK_EVERY = 0.05
_COMPLAIN_EVERY = 15.0
_PARTS = ("database", "redis", "temporal", "worker")


def announce() -> None:
    """Prints the site's URL once everything answers. Returns at once; a thread does the waiting."""
    threading.Thread(target=_announce, args=[timezone.now()], name="announcement", daemon=True).start()


def _announce(since: datetime) -> None:
    complaint_due = time.monotonic() + _COMPLAIN_EVERY
    try:
        # The first request also makes the web process load its pages while the worker still starts.
        while _missing(since) == ["web"]:
            time.sleep(_ASK_EVERY)
        while True:
            is_due = time.monotonic() > complaint_due
            # The worker is up last. An earlier answer of /healthz would report it missing, and is cached for
            # 1 s.
            if is_due or _is_served(since):
                if not (names := _missing(since)):
                    break
                if is_due:
                    complaint_due = time.monotonic() + _COMPLAIN_EVERY
                    print(f"still waiting for: {', '.join(names)}", flush=True)
            time.sleep(_ASK_EVERY)
        print("\n".join(_lines()), flush=True)
    finally:
        connections.close_all()


def _is_served(since: datetime) -> bool:
    # A worker of an earlier start may look alive for some seconds, so only reports since this start count.
    try:
        return worker_is_alive(since)
    except DatabaseError:
        return False


def _lines() -> Sequence[str]:
    model = "the demo model; for a real one set OPENAI_API_KEY or OPENAI_BASE_URL in .env"
    if not uses_demo_model():
        model = settings.AGENTEX_MODEL or "the default of each agent"
        model += f" at {settings.OPENAI_BASE_URL}" if settings.OPENAI_BASE_URL else " at OpenAI"
    lines = [f"  Agentex Web is ready:    {origin()}/"]
    if setup_is_open():
        lines.append(f"  Create the first account:  {setup_link()}")
    if ui := temporal_ui_url():
        lines.append(f"  Temporal's web UI:       {ui}")
    return [*lines, f"  Model:                   {model}"]


def _missing(since: datetime) -> list[str]:
    """The names of the parts that keep a chat from working, as a browser would see it; empty if none."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104  (no binding)
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": _allowed_host(host)})
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return ["web"]
    finally:
        connection.close()
    if response.status != http.client.OK:
        return _down(body) or [f"web (it answers /healthz with {response.status})"]
    return [] if _is_served(since) else ["worker"]


def _allowed_host(host: str) -> str:
    """A host name that the site accepts; behind a proxy, its own address may not be among them."""
    allowed = [name.lstrip(".") for name in settings.ALLOWED_HOSTS]
    return host if host in allowed or "*" in allowed or not allowed else allowed[0]


def _down(body: bytes) -> list[str]:
    try:
        report = json.loads(body)
    except ValueError:
        return []
    return [name for name in _PARTS if report.get(name) != "up"] if isinstance(report, dict) else []
