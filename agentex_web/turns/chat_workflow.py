"""The workflow that runs an agent file's agent, and the base of those that authors write."""

from typing import Any

from agents.items import ToolApprovalItem
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from agentex_web.turns import record, registry
from agentex_web.turns.failure_types import APPROVAL_NEEDED
from agentex_web.turns.hooks import TemporalStreamingHooks
from agentex_web.turns.inputs import input_of
from agentex_web.turns.payloads import SendEventParams, SignalName, TaskParams
from agentex_web.turns.session import TurnSession
from agentex_web.turns.turn_state import TurnState, current_turn
from agents import Runner, TResponseInputItem


async def serve_until_idle(params: TaskParams) -> None:
    """Between messages a task's workflow waits, starts afresh when its history is long, and ends when idle.

    Nothing is lost by ending: the record is the memory, and the next message starts a new run.
    """
    while True:
        await workflow.wait_condition(workflow.all_handlers_finished)
        if workflow.info().is_continue_as_new_suggested():
            workflow.continue_as_new(params)
        try:
            await workflow.wait_condition(
                lambda: not workflow.all_handlers_finished(), timeout=params.idle_seconds
            )
        except TimeoutError:
            return


def _unapproved(turn: TurnState, asked: list[ToolApprovalItem]) -> ApplicationError:
    """Why the turn fails; the model is told the same in the next one."""
    reason = f"The tool “{asked[0].name}” needs an approval, which this version cannot give yet."
    calls = {each.call_id for each in asked}
    said = [item for item in [*turn.items, *turn.unsaved] if item.get("type") == "function_call"]
    turn.unsaved += [
        {"type": "function_call_output", "call_id": item["call_id"], "output": reason}
        for item in said
        if item["call_id"] in calls
    ]
    return ApplicationError(reason, type=APPROVAL_NEEDED)


class BaseWorkflow:
    """Gives a workflow its ``run`` and the attributes that carry the task to activities."""

    def __init__(self) -> None:
        self._task_id: str | None = None
        self._trace_id: str | None = None
        self._parent_span_id: str | None = None

    @workflow.run
    async def run(self, params: TaskParams) -> None:
        await serve_until_idle(params)


@workflow.defn(name="AgentexChat")
class ChatWorkflow(BaseWorkflow):
    """Runs the agent of one file in agents/, with the memory of all turns."""

    def __init__(self) -> None:
        super().__init__()
        self._history: list[TResponseInputItem] = []
        self._last: TurnState | None = None

    @workflow.run
    async def run(self, params: TaskParams) -> None:
        await serve_until_idle(params)

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        self._task_id = self._trace_id = self._parent_span_id = params.task.id
        turn = current_turn.get()
        assert turn is not None
        description = registry.get(params.task.agent)
        assert description.agent is not None
        self._history = await self._history_before(params.event.parent)
        self._last = turn
        session = TurnSession(params.task.id, self._history, turn.items)
        result = await Runner.run(
            description.agent,
            input_of(params.event),
            session=session,
            hooks=description.hooks(params.task.id)
            if description.hooks
            else TemporalStreamingHooks(params.task.id),
            max_turns=description.max_turns,
        )
        if result.interruptions:
            raise _unapproved(turn, result.interruptions)

    async def _history_before(self, parent: str | None) -> list[Any]:
        """The items of the turns before: at hand if this one follows the last, else in the record."""
        if parent is None:
            return []
        if self._last is not None and self._last.turn_id == parent:
            return [*self._history, *self._last.items]
        return await record.load_items(parent)
