"""Names that every part uses: how a task's workflow is called, and how long names may be, in characters. The
columns of the record that store them are as wide.
"""

from uuid import UUID

NAME_LENGTH = 200
"""Of an agent, a tool, a workflow, a span, a file."""
FILE_NAME_LENGTH = 100
"""Of a file or folder in agents/, by which the record knows the agent."""
TASK_PREFIX = "task-"
"""How the id of a task's workflow begins. The rest is the task's id."""


def workflow_id_of(task_id: UUID | str) -> str:
    """The id of the workflow that serves a task."""
    return f"{TASK_PREFIX}{task_id}"
