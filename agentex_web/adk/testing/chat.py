"""A chat with an agent in a test: real turns on an in-memory Temporal, record and model."""

import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from agentex_web.adk.taken_names import Taken, take_names
from agentex_web.adk.testing.acting import Acting
from agentex_web.adk.testing.calls import CallsUnderWay
from agentex_web.adk.testing.errors import NotDeterministic
from agentex_web.adk.testing.interceptor import RecordInterceptor
from agentex_web.adk.testing.kept_messages import Json, KeptMessage
from agentex_web.adk.testing.kept_turns import KeptTurn
from agentex_web.adk.testing.loading import Target, description_of
from agentex_web.adk.testing.model import ScriptedModel
from agentex_web.adk.testing.record import Record
from agentex_web.adk.testing.record_activities import RecordActivities
from agentex_web.adk.testing.temporal.client import InMemoryTemporal
from agentex_web.adk.testing.tools import Tools
from agentex_web.adk.testing.waits import WaitsForTest
from agentex_web.adk.testing.worker import served
from agentex_web.compat.temporal_definitions import activity_name, workflow_name
from agentex_web.turns.chat_workflow import ChatWorkflow
from agentex_web.turns.registry import AgentDescription
from agentex_web.turns.task_payloads import TaskRef
from agentex_web.turns.tool_place import names_in_activities


class Chat(Acting):
    """One task with an agent, created by ``chat()``.

    Attributes:
        task_id: the task's id.
        model: the scripted model: ``model.script(…)`` before a message, ``model.requests`` after it.
        tools: replaces tools and activities of the agent's file.
        record: everything that is stored.
        temporal: the in-memory Temporal, for custom signals, queries and updates.
    """

    def __init__(
        self,
        agent: AgentDescription,
        temporal: InMemoryTemporal,
        record: Record,
        model: ScriptedModel,
        tools: Tools,
        *,
        idle_after: timedelta,
        check_replay: bool,
    ) -> None:
        self.temporal = temporal
        self.record = record
        self.model = model
        self.tools = tools
        self.task_id = record.task_id
        self._workflow = workflow_name(agent.workflow or ChatWorkflow)
        self._task = TaskRef(record.task_id, record.agent, record.owner, record.parameters)
        self._idle_after = idle_after
        self._check_replay = check_replay

    # Time, and crashes.

    async def ended(self, *turns: KeptTurn) -> None:
        """Waits until these turns, by default all turns of the chat, have ended or wait for a person.

        The clock skips the time in between.
        """
        await self.temporal.until(lambda: not any(self._is_at_work(each) for each in turns or self.turns))
        await self.rest()
        await self._replay()

    async def rest(self) -> None:
        """Waits until nothing more can happen before time passes or the test acts."""
        await self.temporal.until_idle()

    async def sleep(self, **duration: float) -> None:
        """Lets time pass: ``sleep(days=3)``. Everything that is due in that time happens in order.

        Args:
            duration: the arguments of ``datetime.timedelta``.
        """
        await self.temporal.pass_time(timedelta(**duration))

    async def restart(self) -> None:
        """Simulates a crash of the worker and the start of another: workflows are replayed.

        Running activities continue, as if another worker ran them.
        """
        await self.temporal.forget()
        await self._replay(always=True)

    def suggest_continue_as_new(self) -> None:
        """Reports to the workflow that its history is long, so that it continues as new when it can.

        Raises:
            LookupError: the chat's workflow is not running.
        """
        self.temporal.require_run(self.workflow_id).continue_as_new_suggested = True

    # The chat's current state.

    @property
    def turns(self) -> list[KeptTurn]:
        """All turns, in the order in which they were sent."""
        return list(self.record.turns.values())

    @property
    def messages(self) -> list[KeptMessage]:
        """The messages of the branch that is shown."""
        return [message for turn in self.record.path(self.record.shown) for message in turn.messages]

    @property
    def state(self) -> Json:
        """The state that the agent stores with ``adk.state`` or ``turn.set_state``."""
        return self.record.state

    @property
    def is_running(self) -> bool:
        """True while the task's workflow runs; it ends after ``idle_after`` without messages."""
        return self.temporal.open_run(self.workflow_id) is not None

    def _is_at_work(self, turn: KeptTurn) -> bool:
        waits = (each for each in self.waiting if each.asked.turn_id == turn.id)
        return turn.is_open and all(each.asked.kind == "timer" for each in waits)

    async def _replay(self, *, always: bool = False) -> None:
        if self._check_replay or always:
            for difference in await self.temporal.check_replay():
                raise NotDeterministic(str(difference))


@asynccontextmanager
async def chat(
    agent: Target,
    *,
    activities: Sequence[Callable[..., Any]] = (),
    others: Sequence[Target] = (),
    parameters: Json | None = None,
    owner: str = "tester",
    idle_after: timedelta = timedelta(hours=1),
    check_replay: bool = True,
) -> AsyncIterator[Chat]:
    """Opens a chat with an agent, without any service.

        async with chat("agents/weather.py") as weather:
            weather.model.script(tool_call("get_weather", city="Oslo"), text("Sunny."))
            turn = await weather.send("What is the weather in Oslo?")
            assert turn.answer == "Sunny."

    Args:
        agent: a path to the agent's file, its module, an ``Agent``, or a workflow's class.
        activities: activities of the agent that its file does not contain.
        others: agents whose workflows or activities it starts, or that a person names.
        parameters: the task's parameters.
        owner: the user name of the task's owner.
        idle_after: the chat's workflow ends after this time without a message.
        check_replay: after each turn, drop the workflow and check that its replay does the same again.

    Raises:
        BadAgentFile: a file has neither an agent nor a workflow, or two agents use the same name for an
            activity, a workflow or an MCP server.
        FileNotFoundError: the file does not exist.
    """
    found = description_of(agent, activities)
    served_agents = [found, *[description_of(each, ()) for each in others]]
    taken: Taken = {}
    for each in served_agents:
        take_names(each, taken)
    record = Record(str(uuid.uuid4()), found.name, owner, parameters)
    calls = CallsUnderWay()
    implementations = RecordActivities(record, calls).by_name()
    waits = WaitsForTest()
    model = ScriptedModel(record, calls, waits)
    named = [activity_name(each) for served in served_agents for each in served.activities]
    tools = Tools(named, names_in_activities, waits)
    interceptor = RecordInterceptor(record, implementations, tools)
    async with served(served_agents, model, list(implementations.values()), interceptor, waits) as temporal:
        try:
            yield Chat(
                found, temporal, record, model, tools, idle_after=idle_after, check_replay=check_replay
            )
        finally:
            model.release()
