"""The activities for waits and schedules, working on the in-memory record."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.adk.testing.kept_messages import KeptMessage, Kind
from agentex_web.adk.testing.record import KeptWait, OnRecord
from agentex_web.positions import below
from agentex_web.turns.moments import moment_of
from agentex_web.turns.running_activity import require_context
from agentex_web.turns.schedule_payloads import ChangePlan, LocalTime, PlannedRuns, PlanRef, PlanRuns
from agentex_web.turns.wait_payloads import EventRef, FollowTask, OpenWait, Outcome, WaitKind, WaitRef

CARDS: dict[WaitKind, Kind] = {"approval": "approval", "form": "form", "timer": "wait", "event": "wait"}


class WaitActivities(OnRecord):
    """Each method implements the activity of the same name."""

    @activity.defn(name="open_wait")
    async def open_wait(self, asked: OpenWait) -> Outcome:
        wait_id = str(uuid.uuid5(uuid.UUID(asked.turn_id), f"wait/{asked.key}"))
        if not self._record.turns[asked.turn_id].is_open:
            return Outcome(wait_id, "cancelled")
        if wait_id not in self._record.waits:
            self._open(wait_id, asked)
        wait = self._record.waits[wait_id]
        if wait.deadline is None:
            return wait.outcome
        return replace(wait.outcome, seconds_left=max((wait.deadline - self._now()).total_seconds(), 0.0))

    def _open(self, wait_id: str, asked: OpenWait) -> None:
        workflow_id = activity.info().workflow_id or ""
        outcome = Outcome(wait_id)
        deadline = None if asked.deadline is None else self._now() + timedelta(seconds=asked.deadline)
        self._record.waits[wait_id] = KeptWait(wait_id, asked, outcome, workflow_id, deadline)
        if asked.kind == "approval" and not asked.group and asked.title in self._record.allowed_tools:
            outcome.status, outcome.value = "decided", {"verdict": "approve", "allowed": True}
            return
        self._record.put(
            KeptMessage(
                wait_id,
                asked.turn_id,
                below(require_context().path, 0),
                "agent",
                CARDS[asked.kind],
                "pending",
                asked.title,
                asked.agent_name,
                asked.tool_name,
                asked.tool_call_id,
            )
        )

    @activity.defn(name="plan_runs")
    async def plan_runs(self, plan: PlanRuns) -> PlannedRuns:
        if bool(plan.cron.strip()) == bool(plan.at.strip()):
            raise _refused("Specify either a cron expression or a time.")
        agent, url = plan.agent or self._record.agent, f"/schedules/{plan.id}/"
        planned = PlannedRuns(plan.id, plan.name or plan.prompt, plan.prompt, agent, "", url=url)
        self._time(planned, plan.cron, plan.at)
        return self._record.schedules.setdefault(plan.id, planned)

    @activity.defn(name="list_plans")
    async def list_plans(self, _ref: PlanRef) -> list[PlannedRuns]:
        return list(self._record.schedules.values())

    @activity.defn(name="change_plan")
    async def change_plan(self, change: ChangePlan) -> PlannedRuns:
        planned = self._record.schedules.get(change.id)
        if planned is None:
            raise _refused(f"There is no schedule “{change.id}”.")
        planned.name, planned.prompt = change.name or planned.name, change.prompt or planned.prompt
        if change.cron or change.at:
            self._time(planned, change.cron or "", change.at or "")
        planned.paused = planned.paused if change.paused is None else change.paused
        return planned

    def _time(self, planned: PlannedRuns, cron: str, at: str) -> None:
        planned.when, planned.next_at = cron, ""
        if at:
            try:
                moment = moment_of(at, self._now())
            except ValueError as error:
                raise _refused(str(error)) from None
            planned.when, planned.next_at = f"{moment:%d %B %Y, %H:%M}", moment.astimezone(UTC).isoformat()

    @activity.defn(name="local_time")
    async def local_time(self, _task_id: str) -> LocalTime:
        return LocalTime(self._now().isoformat(timespec="seconds"), "UTC")

    def _now(self) -> datetime:
        return activity.info().current_attempt_scheduled_time.astimezone(UTC)

    @activity.defn(name="delete_plan")
    async def delete_plan(self, ref: PlanRef) -> None:
        self._record.schedules.pop(ref.id, None)

    @activity.defn(name="follow_task")
    async def follow_task(self, follow: FollowTask) -> None:
        await self.open_wait(follow.wait)

    @activity.defn(name="event_url")
    async def event_url(self, event: EventRef) -> str:
        return f"https://testing.invalid/events/{event.name}/"

    @activity.defn(name="open_event_wait")
    async def open_event_wait(self, asked: OpenWait) -> Outcome:
        outcome = await self.open_wait(asked)
        early = self._record.events.get(asked.payload["name"], [])
        if outcome.status == "waiting" and early:
            outcome = self._record.waits[outcome.wait_id].outcome
            outcome.status, outcome.value = "decided", {"body": early.pop(0)}
            self._record.messages[outcome.wait_id].status = "done"
        return outcome

    @activity.defn(name="expire_wait")
    async def expire_wait(self, ref: WaitRef) -> Outcome:
        wait = self._record.waits[ref.wait_id]
        if wait.is_waiting:
            wait.outcome.status, wait.outcome.value = "expired", wait.asked.otherwise or {}
            self._record.show_decision(wait)
        return wait.outcome


def _refused(reason: str) -> ApplicationError:
    return ApplicationError(reason, type="ScheduleRefused", non_retryable=True)
