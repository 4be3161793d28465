"""A task as workflows and agents see it. Standard library only."""

from dataclasses import dataclass, field
from typing import Any, Literal

TaskStatus = Literal["open", "completed", "failed"]


@dataclass
class AgentRef:
    """The agent of a task, as agentex-sdk names it."""

    id: str
    name: str


@dataclass
class TaskRef:
    """The task that a workflow serves. The properties are aliases with the names that agentex-sdk uses."""

    id: str
    agent: str = ""
    owner: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters."""
        return self.parameters

    @property
    def name(self) -> str:
        """The id. Tasks have no names, only titles, which can change."""
        return self.id

    @property
    def status(self) -> str:
        """Always ``RUNNING``, because a workflow is serving the task."""
        return "RUNNING"

    @property
    def task_metadata(self) -> dict[str, Any]:
        """Always empty."""
        return {}


class AgentexSdkNames:
    """Attributes that agentex-sdk's parameter classes have."""

    task: TaskRef

    @property
    def agent(self) -> AgentRef:
        """The agent of the task."""
        return AgentRef(self.task.agent, self.task.agent)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the task."""
        return self.task.parameters

    @property
    def request(self) -> None:
        """Always None: agents never receive an HTTP request."""
        return None


@dataclass
class TaskState:
    """The JSON object that an agent stores with its task. ``version`` counts its changes."""

    value: dict[str, Any] = field(default_factory=dict)
    version: int = 0


@dataclass
class TaskInfo:
    """A task as agents see it."""

    id: str
    title: str
    status: TaskStatus
    agent: str
    owner: str
    parameters: dict[str, Any] = field(default_factory=dict)
