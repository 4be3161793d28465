"""A chat with an agent in a test: real turns on an in-memory Temporal, record and model."""

import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agentex_web.adk.testing.answering import Answering
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
from agentex_web.turns.contents import TextContent
from agentex_web.turns.event import AttachmentRef, Choices, Continuation, Event, SendEventParams
from agentex_web.turns.payloads import PauseParams, SignalName, StopParams, TaskParams
from agentex_web.turns.registry import AgentDescription
from agentex_web.turns.task_payloads import TaskRef
from agentex_web.turns.tool_place import names_in_activities


class Chat(Answering):
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

    @property
    def workflow_id(self) -> str:
        """The id of the task's workflow."""
        return f"task-{self.task_id}"

    # A person's actions.

    async def send(
        self,
        text: str,
        *,
        wait: bool = True,
        files: Sequence[AttachmentRef] = (),
        to: str = "",
        choices: Choices | None = None,
    ) -> KeptTurn:
        """Sends a message.

        Args:
            to: the name of another agent of the test, as people write it after ``@``. It answers this message
                and those that follow.
            choices: the person's choices for the answer.
            wait: wait until the turn has ended or waits for a person; the clock skips the time in between.
                With False, only wait until nothing more happens at the clock's current time, for example
                because the model is held.
            files: references to files. Files have no content in tests.

        Returns:
            the turn, which keeps changing until it has ended.

        Raises:
            NotDeterministic: the workflow behaved differently when it was replayed after the turn.
            WorkflowTaskFailed: the workflow raised outside a turn, or handles no messages.
            NoAnswerScripted: the model was called more often than the test has scripted.
        """
        shown = self.record.turns.get(self.record.shown or "")
        agent = to or (shown.choices.agent if shown and shown.choices else "")
        if agent:
            choices = replace(choices or Choices(), agent=agent)
        return await self._open(text, self.record.shown, wait, files, choices)

    async def queue(self, *texts: str) -> list[KeptTurn]:
        """Sends several messages, without waiting for a turn's end in between."""
        return [await self.send(text, wait=False) for text in texts]

    async def retry(self, turn: KeptTurn, *, wait: bool = True) -> KeptTurn:
        """Sends the turn's message again, in a new turn with the same parent."""
        return await self.edit(turn, self.record.messages[turn.id].content, wait=wait)

    async def edit(self, turn: KeptTurn, text: str, *, wait: bool = True) -> KeptTurn:
        """Sends another message instead of the turn's, in a new turn with the same parent."""
        return await self._open(text, turn.parent, wait, (), turn.choices)

    async def continue_answer(self, turn: KeptTurn, *, wait: bool = True) -> None:
        """Presses Continue below an answer that was cut at the length limit; its message continues.

        Raises:
            ValueError: the turn has no cut answer, or is open.
        """
        if turn.is_open or not turn.cut:
            raise ValueError("The turn has no answer that was cut.")
        message = self.record.messages[turn.cut["message"]]
        message.status, message.error, turn.cut_text = "streaming", "", message.content
        turn.status, turn.error, turn.attempt = "pending", "", 1
        turn.continuation = Continuation(turn.continued + 1, **turn.cut)
        await self._deliver(turn)
        if wait:
            await self.ended(turn)
        else:
            await self.rest()

    async def stop(self, *turns: KeptTurn) -> None:
        """Presses Stop for these turns, by default all open ones, and waits until they have ended."""
        chosen = turns or [each for each in self.record.turns.values() if each.is_open]
        waiting_first = sorted(chosen, key=lambda each: each.status == "running")
        for turn in waiting_first:
            await self._signal(SignalName.STOP, turn)
        await self.ended(*chosen)

    async def withdraw(self, turn: KeptTurn) -> None:
        """Takes back a message that the agent has not begun.

        Raises:
            ValueError: the agent has begun.
        """
        if turn.status not in ("pending", "queued"):
            raise ValueError(f"The turn is {turn.status}; only one that waits can be withdrawn.")
        turn.status = "withdrawn"
        await self._signal(SignalName.WITHDRAW, turn)
        await self.rest()

    async def send_now(self, turn: KeptTurn) -> None:
        """Moves a waiting message into the running turn, which takes it at its next step."""
        await self._signal(SignalName.STEER, turn)
        await self.rest()

    async def pause(self) -> None:
        """Pauses the chat: running calls finish, and no new calls start."""
        await self.temporal.signal(self.workflow_id, SignalName.PAUSE, PauseParams(True))
        await self.rest()

    async def resume(self, *, wait: bool = True) -> None:
        """Resumes a paused chat. With ``wait``, waits until its turns have ended or wait for a person."""
        await self.temporal.signal(self.workflow_id, SignalName.PAUSE, PauseParams(False))
        if wait:
            await self.ended()
        else:
            await self.rest()

    async def stop_and_undo(self, turn: KeptTurn) -> None:
        """Stops a turn and undoes its actions, the last one first."""
        await self.temporal.signal(self.workflow_id, SignalName.STOP, StopParams(turn.id, undo=True))
        await self.ended(turn)

    async def redeliver(self, turn: KeptTurn) -> None:
        """Delivers a message again, as the outbox does if it did not notice the first delivery."""
        await self._deliver(turn)
        await self.rest()

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

    # Internals.

    async def _open(
        self,
        text: str,
        parent: str | None,
        wait: bool,
        files: Sequence[AttachmentRef],
        choices: Choices | None = None,
    ) -> KeptTurn:
        turn = self.record.open_turn(str(uuid.uuid4()), text, parent, list(files), choices)
        if not self.record.title:
            self.record.title = text
        await self._deliver(turn)
        if wait:
            await self.ended(turn)
        else:
            await self.rest()
        return turn

    async def _deliver(self, turn: KeptTurn) -> None:
        content = TextContent("user", self.record.messages[turn.id].content)
        choices, continuation = turn.choices, turn.continuation
        event = Event(turn.id, content, turn.parent, turn.files, choices, continuation)
        await self.temporal.signal_with_start(
            self._workflow,
            self.workflow_id,
            TaskParams(self._task, self._idle_after.total_seconds()),
            SignalName.RECEIVE_EVENT,
            SendEventParams(self._task, event),
        )

    def _is_at_work(self, turn: KeptTurn) -> bool:
        waits = (each for each in self.waiting if each.asked.turn_id == turn.id)
        return turn.is_open and all(each.asked.kind == "timer" for each in waits)

    async def _signal(self, name: SignalName, turn: KeptTurn) -> None:
        await self.temporal.signal(self.workflow_id, name, StopParams(turn.id))

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
        BadAgentFile: the file has neither an agent nor a workflow.
        FileNotFoundError: the file does not exist.
    """
    found = description_of(agent, activities)
    served_agents = [found, *[description_of(each, ()) for each in others]]
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
