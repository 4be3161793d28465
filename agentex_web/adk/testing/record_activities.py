"""All record activities, working on the in-memory record.

They have the same names and payloads as those of agentex_web/worker/activities/, which use the database.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from agentex_web.adk.testing.memory_activities import MemoryActivities
from agentex_web.adk.testing.message_activities import MessageActivities
from agentex_web.adk.testing.task_activities import TaskActivities
from agentex_web.adk.testing.tool_activities import ToolActivities
from agentex_web.adk.testing.turn_activities import TurnActivities
from agentex_web.adk.testing.wait_activities import WaitActivities

Implementation = Callable[[Any], Coroutine[Any, Any, Any]]


class RecordActivities(
    MessageActivities, ToolActivities, TurnActivities, TaskActivities, WaitActivities, MemoryActivities
):
    """Each method implements the activity of the same name."""

    def by_name(self) -> dict[str, Implementation]:
        """The activities by their names."""
        names = [name for name in dir(self) if not name.startswith("_") and name != "by_name"]
        return {name: getattr(self, name) for name in names}
