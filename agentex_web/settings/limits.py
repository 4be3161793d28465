"""Limits of what people may send, open and keep."""

from environs import validate

from agentex_web.settings.environment import at_least, env

# Messages and files.
AGENTEX_MESSAGE_LENGTH = at_least("AGENTEX_MESSAGE_LENGTH", 100_000, 1)
"""In characters."""
AGENTEX_ATTACHMENT_BYTES = at_least("AGENTEX_ATTACHMENT_BYTES", 10_000_000, 1)
AGENTEX_ATTACHMENT_COUNT = at_least("AGENTEX_ATTACHMENT_COUNT", 10, 0)
"""Per message."""
AGENTEX_STORAGE_BYTES = at_least("AGENTEX_STORAGE_BYTES", 1_000_000_000, 0)
"""Per person."""
AGENTEX_IMPORT_BYTES = at_least("AGENTEX_IMPORT_BYTES", 50 * 1024 * 1024, 1)
DATA_UPLOAD_MAX_MEMORY_SIZE = max(2 * 1024 * 1024, 12 * AGENTEX_MESSAGE_LENGTH)
"""Of a form. A character of a message takes up to 12 bytes in it."""
AGENTEX_BODY_BYTES = (
    max(AGENTEX_ATTACHMENT_BYTES, AGENTEX_IMPORT_BYTES, DATA_UPLOAD_MAX_MEMORY_SIZE) + 64 * 1024
)
"""The largest request body: a file plus the form around it."""

# Per person; 0 means no limit.
AGENTEX_MESSAGES_PER_MINUTE = at_least("AGENTEX_MESSAGES_PER_MINUTE", 120, 0)
AGENTEX_UPLOADS_PER_MINUTE = at_least("AGENTEX_UPLOADS_PER_MINUTE", 60, 0)
AGENTEX_IMPORTS_PER_DAY = at_least("AGENTEX_IMPORTS_PER_DAY", 20, 0)
AGENTEX_SEARCHES_PER_MINUTE = at_least("AGENTEX_SEARCHES_PER_MINUTE", 120, 0)
AGENTEX_API_REQUESTS_PER_MINUTE = at_least("AGENTEX_API_REQUESTS_PER_MINUTE", 600, 0)
AGENTEX_OPEN_TURNS = at_least("AGENTEX_OPEN_TURNS", 50, 0)
AGENTEX_SCHEDULES = at_least("AGENTEX_SCHEDULES", 50, 0)
AGENTEX_SCHEDULE_MINUTES = at_least("AGENTEX_SCHEDULE_MINUTES", 5, 1)
"""The least time between two runs of a schedule."""
AGENTEX_OPEN_SOCKETS = at_least("AGENTEX_OPEN_SOCKETS", 100, 0)
"""In each web process."""
AGENTEX_SOCKET_CHECK_SECONDS = env.float("AGENTEX_SOCKET_CHECK_SECONDS", 20, validate=validate.Range(min=1))
"""How often a socket checks that its person may still read the chat."""

# A task's stream in Redis.
AGENTEX_STREAM_LENGTH = at_least("AGENTEX_STREAM_LENGTH", 20_000, 100)
"""In entries."""
AGENTEX_STREAM_SECONDS = at_least("AGENTEX_STREAM_SECONDS", 3600, 60)
"""How long a stream stays after its last entry that is not text; at least twice AGENTEX_MODEL_TIMEOUT."""

# URLs to which other systems report events.
AGENTEX_EVENT_DAYS = at_least("AGENTEX_EVENT_DAYS", 30, 1)
"""How long a URL is valid."""
AGENTEX_EVENT_BYTES = at_least("AGENTEX_EVENT_BYTES", 65_536, 1)
AGENTEX_EVENTS_PER_MINUTE = at_least("AGENTEX_EVENTS_PER_MINUTE", 60, 0)
"""Per URL; 0 means no limit."""

# Deleting and sharing.
AGENTEX_UNDO_SECONDS = env.int("AGENTEX_UNDO_SECONDS", 10, validate=validate.Range(min=1, max=86_400))
"""How long a person can undo the deletion of a chat."""
AGENTEX_TEMPORARY_HOURS = env.float("AGENTEX_TEMPORARY_HOURS", 24, validate=validate.Range(min=0.01))
"""How long a temporary chat is kept after its last message."""
AGENTEX_PUBLIC_SHARES = env.bool("AGENTEX_PUBLIC_SHARES", False)
"""Whether shared chats can be read without an account."""
