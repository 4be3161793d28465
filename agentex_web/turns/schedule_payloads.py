"""Payloads between schedules and the workflow side. Standard library only."""

from dataclasses import dataclass

SCHEDULED_RUN = "AgentexScheduledRun"
"""The workflow that a schedule in Temporal starts."""


@dataclass
class ScheduledRunParams:
    """The argument of the workflow SCHEDULED_RUN."""

    schedule: str


@dataclass
class DueRun:
    """A due run of a schedule. The workflow with the id ``workflow`` is signalled when it has ended."""

    schedule: str
    due_at: str
    """ISO 8601, in UTC."""
    workflow: str


@dataclass
class BegunRun:
    """The chat that the run started. Empty if it started none; the record has the reason."""

    task: str = ""
    turn: str = ""


@dataclass
class PlanRuns:
    """A schedule that an agent creates for the task's owner: see adk/schedule.py."""

    task_id: str
    id: str
    name: str
    prompt: str
    agent: str = ""
    """Empty for the task's agent."""
    cron: str = ""
    at: str = ""
    """The time of a single run, in a form that turns/moments.py can parse."""
    time_zone: str = ""
    """Empty for the person's time zone."""


@dataclass
class PlannedRuns:
    """A schedule as agents see it."""

    id: str
    name: str
    prompt: str
    agent: str
    when: str
    """The schedule's times in words."""
    next_at: str = ""
    """ISO 8601, in UTC; empty if no run is due any more, or if the schedule is paused."""
    paused: bool = False
    url: str = ""


@dataclass
class ChangePlan:
    """Changes to a schedule. Fields that are None stay unchanged. ``cron`` and ``at`` replace each other."""

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
    """A person's current time."""

    now: str
    """ISO 8601 with the time zone's offset."""
    time_zone: str


@dataclass
class PlanRef:
    """A schedule of the task's owner; without an id, all of them."""

    task_id: str
    id: str = ""
