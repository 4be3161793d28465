"""The API with all its operations: each module here adds its own."""

from agentex_web.api import agents, events, files, messages, tasks, turns, waits  # noqa: F401
from agentex_web.api.site import api

__all__ = ["api"]
