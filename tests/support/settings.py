"""The product's settings, and a log of every query that its processes make, with the ids that it names."""

import os
import re
import threading
from collections.abc import Callable
from typing import Any

from django.db.backends.signals import connection_created

from agentex_web.settings import *  # noqa: F403
from agentex_web.settings import DATA_DIR

AGENTEX_SOCKET_CHECK_SECONDS = float(os.environ.get("AGENTEX_SOCKET_CHECK_SECONDS", 2))

QUERY_LOG = DATA_DIR / "queries.log"
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_NOT_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


def _log(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not sql.startswith(_NOT_QUERIES):
        with QUERY_LOG.open("a") as log:
            ids = " ".join(_ID.findall(" ".join(map(str, params or ()))))
            words = sql[:2_000].replace("\n", " ")
            log.write(f"{threading.current_thread().name}\t{words}\t{ids}\n")
    return execute(sql, params, many, context)


def _watch(connection: Any, **_: Any) -> None:
    # A connection that was lost and made anew keeps its wrappers.
    if _log not in connection.execute_wrappers:
        connection.execute_wrappers.append(_log)


connection_created.connect(_watch)
