"""Log formatting: lines cannot be forged, and bad requests log one line each, up to a limit."""

import logging
import re
import time
from collections import OrderedDict

LINES_PER_MINUTE = 20
KINDS = 200
"""Limit on the kinds of messages that are counted at the same time."""


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Plain(logging.Formatter):
    """Keeps text from outside from starting a line that looks like ours, or controlling a terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = _CONTROL.sub(_escaped, record.message).replace("\n", "\n    ")
        return super().formatMessage(record)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


class OneLine(logging.Filter):
    """Drops the traceback of requests that Django refused, because the fault is in the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR or record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True


def _kind(record: logging.LogRecord) -> str:
    # Django puts what a client sent into these messages, such as a Host header: each would be another kind.
    if record.name.startswith("django.security"):
        return record.name
    return f"{record.name}:{record.msg}"[:200]


class Bounded(logging.Filter):
    """Lets each kind of message through at most ``LINES_PER_MINUTE`` times a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        now, kind = time.monotonic(), _kind(record)
        # Removed and added again, which puts it at the end. Another thread may remove it meanwhile.
        since, count = self._seen.pop(kind, (now, 0))
        if now - since > 60:
            since, count = now, 0
        self._seen[kind] = (since, count + 1)
        if len(self._seen) > KINDS:
            self._seen.popitem(last=False)
        if count == LINES_PER_MINUTE:
            record.msg, record.args = f"{record.getMessage()[:200]} (and more of these)", ()
        return count <= LINES_PER_MINUTE
