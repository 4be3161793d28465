"""A chat with an agent, in a test: real turns on a Temporal, a record and a model in memory."""

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
from agentex_web.adk.testing.loading import Target, description_of
from agentex_web.adk.testing.model import ScriptedModel
from agentex_web.adk.testing.record import Json, KeptMessage, KeptTurn, Record
from agentex_web.adk.testing.record_activities import RecordActivities
from agentex_web.adk.testing.temporal.client import InMemoryTemporal
from agentex_web.adk.testing.tools import Tools
from agentex_web.adk.testing.waits import WaitsForTest
from agentex_web.adk.testing.worker import served
from agentex_web.compat.temporal_definitions import activity_name, workflow_name
from agentex_web.turns.chat_workflow import ChatWorkflow
from agentex_web.turns.payloads import (
    AttachmentRef,
    Choices,
    Continuation,
    Event,
    PauseParams,
    SendEventParams,
    SignalName,
    StopParams,
    TaskParams,
    TaskRef,
    TextContent,
)
from agentex_web.turns.registry import AgentDescription
from agentex_web.turns.tool_place import names_in_activities


class Chat(Answering):
    """One task with an agent, made by ``chat()``.

    Attributes:
        task_id: the task's id.
        model: the scripted model: ``model.script(…)`` before a message, ``model.requests`` after it.
        tools: activities of the agent's file that the test replaces.
        record: everything that is kept.
        temporal: the Temporal in memory, for what is not offered here: signals, queries, updates.
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
            to: the name of another agent of the test that answers, as ``@`` names it; it answers what
                follows, too.
            choices: how the person wants it to be answered.
            wait: True: waits for the turn's end, or until it waits for a person; the clock skips whatever
                time it takes. False: waits until
                nothing more happens at this time of the clock, as when the model is held.
            files: references to files; their bytes are nowhere.

        Returns:
            the turn, which goes on changing if it has not ended.

        Raises:
            NotDeterministic: the workflow did something else when it was replayed after the turn.
            WorkflowTaskFailed: the workflow raised outside a turn, or takes no messages.
            NoAnswerScripted: the model was asked more often than the test scripted.
        """
        shown = self.record.turns.get(self.record.shown or "")
        agent = to or (shown.choices.agent if shown and shown.choices else "")
        if agent:
            choices = replace(choices or Choices(), agent=agent)
        return await self._open(text, self.record.shown, wait, files, choices)

    async def queue(self, *texts: str) -> list[KeptTurn]:
        """Sends messages one right after the other, without waiting for the first one's end."""
        return [await self.send(text, wait=False) for text in texts]

    async def retry(self, turn: KeptTurn, *, wait: bool = True) -> KeptTurn:
        """Sends the turn's message again, in another turn after the same parent."""
        return await self.edit(turn, self.record.messages[turn.id].content, wait=wait)

    async def edit(self, turn: KeptTurn, text: str, *, wait: bool = True) -> KeptTurn:
        """Sends another message in place of the turn's, in another turn after the same parent."""
        return await self._open(text, turn.parent, wait, (), turn.choices)

    async def continue_answer(self, turn: KeptTurn, *, wait: bool = True) -> None:
        """Presses Continue below an answer that was cut at the length limit: it goes on in the same message.

        Raises:
            ValueError: nothing of the turn was cut, or it goes on already.
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
        """Presses Stop: ends the turns, all that are open if none is named, and waits for that."""
        chosen = turns or [each for each in self.record.turns.values() if each.is_open]
        waiting_first = sorted(chosen, key=lambda each: each.status == "running")
        for turn in waiting_first:
            await self._signal(SignalName.STOP, turn)
        await self.ended(*chosen)

    async def withdraw(self, turn: KeptTurn) -> None:
        """Takes back a message that the agent has not begun.

        Raises:
            ValueError: the agent has begun with it.
        """
        if turn.status not in ("pending", "queued"):
            raise ValueError(f"The turn is {turn.status}; only one that waits can be withdrawn.")
        turn.status = "withdrawn"
        await self._signal(SignalName.WITHDRAW, turn)
        await self.rest()

    async def send_now(self, turn: KeptTurn) -> None:
        """Has a message that waits go into the turn that runs, at its next step."""
        await self._signal(SignalName.STEER, turn)
        await self.rest()

    async def pause(self) -> None:
        """Pauses the chat: what runs ends, and nothing new starts."""
        await self.temporal.signal(self.workflow_id, SignalName.PAUSE, PauseParams(True))
        await self.rest()

    async def resume(self, *, wait: bool = True) -> None:
        """Lets a paused chat go on; waits until its turns have ended, or wait for a person."""
        await self.temporal.signal(self.workflow_id, SignalName.PAUSE, PauseParams(False))
        if wait:
            await self.ended()
        else:
            await self.rest()

    async def stop_and_undo(self, turn: KeptTurn) -> None:
        """Stops a turn and undoes what it has done, the last thing first."""
        await self.temporal.signal(self.workflow_id, SignalName.STOP, StopParams(turn.id, undo=True))
        await self.ended(turn)

    async def redeliver(self, turn: KeptTurn) -> None:
        """Delivers a message once more, as the outbox does that did not hear of the first delivery."""
        await self._deliver(turn)
        await self.rest()

    # Time, and crashes.

    async def ended(self, *turns: KeptTurn) -> None:
        """Waits until these turns have ended or wait for a person, all of the chat if none is named.

        The clock skips the time.
        """
        await self.temporal.until(lambda: not any(self._is_at_work(each) for each in turns or self.turns))
        await self.rest()
        await self._replay()

    async def rest(self) -> None:
        """Waits until nothing more happens unless time passes, or the test does something."""
        await self.temporal.until_idle()

    async def sleep(self, **duration: float) -> None:
        """Lets time pass: ``sleep(days=3)``. What is due meanwhile happens in its order.

        Args:
            duration: as ``datetime.timedelta`` takes it.
        """
        await self.temporal.pass_time(timedelta(**duration))

    async def restart(self) -> None:
        """Kills the worker and starts another: workflows are replayed, as after a crash.

        Activities under way go on, as those of another worker would.
        """
        await self.temporal.forget()
        await self._replay(always=True)

    def suggest_continue_as_new(self) -> None:
        """The history is long: the workflow is to go on in a new run when it can.

        Raises:
            LookupError: the chat's workflow does not run.
        """
        self.temporal.require_run(self.workflow_id).continue_as_new_suggested = True

    # The chat's present state.

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
        """The state that the agent keeps with ``adk.state`` or ``turn.set_state``."""
        return self.record.state

    @property
    def is_running(self) -> bool:
        """True while the task's workflow runs; it ends when it has been idle for long enough."""
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
    """A chat with an agent, without any service.

        async with chat("agents/weather.py") as weather:
            weather.model.script(tool_call("get_weather", city="Oslo"), text("Sunny."))
            turn = await weather.send("What is the weather in Oslo?")
            assert turn.answer == "Sunny."

    Args:
        agent: a path to the agent's file, its module, an ``Agent``, or a workflow's class.
        activities: that belong to it, where no file says so.
        others: agents whose workflows or activities it starts, or that a person names.
        parameters: of the task.
        owner: the name of the person whose task it is.
        idle_after: the chat's workflow ends when no message came for so long.
        check_replay: after each turn the workflow is dropped and replayed, and must do the same again.

    Raises:
        BadAgentFile: the file offers neither an agent nor a workflow.
        FileNotFoundError: there is no such file.
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
