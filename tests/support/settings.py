"""The product's settings, plus a log of every database query with the ids in its parameters.

The log is written while its file exists. Writing costs processor time in each query.
"""

import os
import re
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.db.backends.signals import connection_created

from agentex_web import background
from agentex_web.accounts.hashing import BoundedPBKDF2
from agentex_web.settings import *  # noqa: F403
from agentex_web.settings import DATA_DIR

# Browsers keep styles and scripts for the whole run; by default, for a minute.
SERVESTATIC_MAX_AGE = 86_400
# As in tests/conftest.py: a password hash costs 0.3 s of CPU, and a wrong password costs one too.
BoundedPBKDF2.iterations = 1_000
AGENTEX_SOCKET_CHECK_SECONDS = float(os.environ.get("AGENTEX_SOCKET_CHECK_SECONDS", 2))

QUERY_LOG = DATA_DIR / "queries.log"
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_loop: ContextVar[str] = ContextVar("_loop", default="")
"""The name of the background loop, such as the outbox, that makes the query."""
_NOT_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


def _log(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not sql.startswith(_NOT_QUERIES) and QUERY_LOG.exists():
        with QUERY_LOG.open("a") as log:
            ids = " ".join(_ID.findall(" ".join(map(str, params or ()))))
            words = re.sub(r"\s", " ", sql[:2_000])
            log.write(f"{threading.current_thread().name}\t{words}\t{ids}\t{_loop.get()}\n")
    return execute(sql, params, many, context)


def _watch(connection: Any, **_: Any) -> None:
    # A connection that reconnects keeps its wrappers.
    if _log not in connection.execute_wrappers:
        connection.execute_wrappers.append(_log)


connection_created.connect(_watch)


_supervised = background.supervised


async def _named(name: str, loop: background.Loop) -> None:
    _loop.set(name)
    await _supervised(name, loop)


# A loop's queries run in a copy of its context, which has its name.
background.supervised = _named
