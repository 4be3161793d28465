"""The names of the streams in Redis, and positions in them."""

import re

FIELD = b"e"
"""The only field of an entry: one event as JSON (encoding.py)."""
START = "0-0"
"""The cursor of a reader that has seen nothing."""
UNKNOWN = "9999999999999-0"
"""The cursor of a page that was read without Redis. It lies in no stream, so the page resyncs. With START it
would be sent old events, with turns of branches that are no longer shown.
"""
IN_QUERY = re.compile(r"(?:^|&)cursor=(\d{1,19}-\d{1,19})(?:&|$)")
"""The cursor in a socket's query string. Redis refuses numbers from 2^64 on, of 20 digits, and with them each
read of the process, which asks for all streams at once."""
ACCOUNTS = "accounts"
"""Used in place of a task's id: the stream of events about accounts."""


def chats_of(user_id: int) -> str:
    """Used in place of a task's id: the stream of changes in a person's list of chats."""
    return f"chats-{user_id}"


def stream_key(task_id: str) -> str:
    """The Redis key of a task's stream."""
    return f"stream:{task_id}"
