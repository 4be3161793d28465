"""Addresses of the services: from the environment, otherwise those of the embedded services.

The embedded services write ``services.json`` into the data directory when they start. The file is read when
an address is needed, never at import, so the processes may start in any order.
"""

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

SERVICES_FILE = "services.json"
DEMO_KEY = "sk-demo"
"""The demo model takes any key, but some files check how theirs begins."""


class ServiceMissing(Exception):
    """A service has neither an address nor an embedded instance; the text says what to do."""


@dataclass(frozen=True)
class ModelEndpoint:
    """Address and key of the model API. ``base_url`` is None for OpenAI's own API."""

    base_url: str | None
    api_key: str


@dataclass(frozen=True)
class _Read:
    """The content of ``services.json``: ``mark`` changes with the file, ``looked_at`` is a monotonic time."""

    path: Path
    mark: tuple[int, int, int]
    looked_at: float
    found: dict[str, str]


_read: _Read | None = None
"""The content that `embedded` read last."""
LOOK_SECONDS = 1.0
"""The file is checked at most this often, because a stream needs the address for each batch of deltas."""


def embedded() -> dict[str, str]:
    """The addresses that `manage.py services` wrote: redis, temporal, temporal_ui, model."""
    global _read  # noqa: PLW0603  (the only writer)
    path, now = settings.DATA_DIR / SERVICES_FILE, time.monotonic()
    known = _read if _read is not None and _read.path == path else None
    if known is not None and now - known.looked_at < LOOK_SECONDS:
        return known.found
    try:
        stat = path.stat()
        mark = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        if known is not None and known.mark == mark:
            found = known.found
        else:
            found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        _read = None
        return {}
    _read = _Read(path, mark, now, found)
    return found


def embedded_address(part: str, variable: str) -> str:
    """The address of an embedded service.

    Raises:
        ServiceMissing: it is not running; the text names the environment variable for another address.
    """
    address = embedded().get(part)
    if not address:
        raise ServiceMissing(f"{variable} is not set and `python manage.py services` is not running.")
    return address


def redis_url() -> str:
    return settings.REDIS_URL or embedded_address("redis", "REDIS_URL")


def temporal_ui_url() -> str:
    """The address of Temporal's web UI, or an empty string if it is not known."""
    if settings.TEMPORAL_UI_URL:
        return str(settings.TEMPORAL_UI_URL)
    return "" if settings.TEMPORAL_ADDRESS else embedded().get("temporal_ui", "")


def uses_demo_model() -> bool:
    return not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)


def offer_model() -> None:
    """Lets the OpenAI clients that agents' files create use this installation's model.

    Many files create a client, or end with an error if OPENAI_API_KEY is not set. It may be in a file
    (OPENAI_API_KEY_FILE), or a server of one's own may need none. Call it only in processes that serve or
    check agents, after the settings have been read.
    """
    if not uses_demo_model():
        os.environ.setdefault("OPENAI_API_KEY", model_endpoint().api_key)
    else:
        os.environ.setdefault("OPENAI_API_KEY", DEMO_KEY)
        with suppress(ServiceMissing):
            os.environ.setdefault("OPENAI_BASE_URL", embedded_address("model", "OPENAI_API_KEY"))


def model_endpoint() -> ModelEndpoint:
    if uses_demo_model():
        return ModelEndpoint(embedded_address("model", "OPENAI_API_KEY"), DEMO_KEY)
    # A compatible server on the same machine often needs no key, but the client requires one.
    return ModelEndpoint(settings.OPENAI_BASE_URL or None, settings.OPENAI_API_KEY or "none")
