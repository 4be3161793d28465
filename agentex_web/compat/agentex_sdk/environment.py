"""``EnvironmentVariables``: a project's names, from the environment, its manifest or its folder."""

import inspect
import os
from dataclasses import dataclass
from pathlib import Path

import agentex_web.agents
from agentex_web.compat.agentex_sdk import manifest


@dataclass(frozen=True)
class EnvironmentVariables:
    """The variables that projects read. The names always have a value."""

    AGENT_NAME: str
    WORKFLOW_NAME: str
    WORKFLOW_TASK_QUEUE: str
    AGENT_DESCRIPTION: str = ""
    AGENT_ID: str = ""
    AGENT_API_KEY: str | None = None
    ENVIRONMENT: str = "development"
    TEMPORAL_ADDRESS: str | None = None
    REDIS_URL: str | None = None
    AGENTEX_BASE_URL: str | None = None
    ACP_TYPE: str = "async"
    ACP_URL: str = "http://localhost"
    ACP_PORT: int = 8000
    HEALTH_CHECK_PORT: int = 80
    WORKFLOW_EXECUTION_TIMEOUT_SECONDS: int | None = None

    @classmethod
    def refresh(cls) -> "EnvironmentVariables":
        """The variables of the project whose file calls this method."""
        frame = inspect.currentframe()
        caller = frame.f_back if frame else None
        return cls.of(Path(caller.f_globals.get("__file__", "agent.py") if caller else "agent.py"))

    @classmethod
    def of(cls, file: Path) -> "EnvironmentVariables":
        """The variables of the project that a file belongs to."""
        found, folder = manifest.of(file), manifest.folder_of(file)
        # A single file in agents/ is a project of its own.
        own = file.stem if str(folder) in agentex_web.agents.__path__ else folder.name
        name = os.environ.get("AGENT_NAME") or found.title or own
        return cls(
            AGENT_NAME=name,
            WORKFLOW_NAME=os.environ.get("WORKFLOW_NAME") or found.workflow or name,
            WORKFLOW_TASK_QUEUE=os.environ.get("WORKFLOW_TASK_QUEUE") or found.task_queue or "agentex",
            AGENT_DESCRIPTION=found.description,
            AGENT_ID=name,
            TEMPORAL_ADDRESS=os.environ.get("TEMPORAL_ADDRESS"),
            REDIS_URL=os.environ.get("REDIS_URL"),
        )
