"""What schedules and the workflow side tell each other. Standard library only."""

from dataclasses import dataclass

SCHEDULED_RUN = "AgentexScheduledRun"
"""The workflow that a schedule in Temporal starts."""


@dataclass
class ScheduledRunParams:
    """The argument of that workflow."""

    schedule: str


@dataclass
class DueRun:
    """A run of a schedule that is due. ``workflow`` is told when it has ended."""

    schedule: str
    due_at: str
    """ISO 8601, in UTC."""
    workflow: str


@dataclass
class BegunRun:
    """The chat that began; empty where none did, for the reason that the record keeps."""

    task: str = ""
    turn: str = ""


@dataclass
class PlanRuns:
    """What an agent plans for its owner: see adk/schedule.py."""

    task_id: str
    id: str
    name: str
    prompt: str
    agent: str = ""
    """Empty: the agent of the task."""
    cron: str = ""
    at: str = ""
    """For a single run: as turns/moments.py reads it."""
    time_zone: str = ""
    """Empty: the person's."""


@dataclass
class PlannedRuns:
    """A schedule as agents see it."""

    id: str
    name: str
    prompt: str
    agent: str
    when: str
    """In words."""
    next_at: str = ""
    """ISO 8601, in UTC; empty if nothing is due any more, or it is paused."""
    paused: bool = False
    url: str = ""


@dataclass
class ChangePlan:
    """What changes of a schedule; None stays as it is. ``cron`` and ``at`` take each other's place."""

    task_id: str
    id: str
    name: str | None = None
    prompt: str | None = None
    cron: str | None = None
    at: str | None = None
    time_zone: str | None = None
    paused: bool | None = None


@dataclass
class LocalTime:
    """What time it is for a person."""

    now: str
    """ISO 8601 with the offset of the zone."""
    time_zone: str


@dataclass
class PlanRef:
    """A schedule of the task's owner."""

    task_id: str
    id: str = ""
