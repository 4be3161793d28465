"""What a person does in a test with the chat and its messages: send, edit, stop, pause."""

import uuid
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from agentex_web.adk.testing.answering import Answering
from agentex_web.adk.testing.kept_turns import KeptTurn
from agentex_web.names import workflow_id_of
from agentex_web.turns.contents import TextContent
from agentex_web.turns.event import AttachmentRef, Choices, Continuation, Event, SendEventParams
from agentex_web.turns.payloads import PauseParams, SignalName, StopParams, TaskParams
from agentex_web.turns.task_payloads import TaskRef


class Acting(Answering):
    """The part of a ``Chat`` for messages and turns.

    Attributes:
        task_id: the task's id.
    """

    task_id: str
    _workflow: str
    _task: TaskRef
    _idle_after: timedelta

    @property
    def workflow_id(self) -> str:
        """The id of the task's workflow."""
        return workflow_id_of(self.task_id)

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

    async def _signal(self, name: SignalName, turn: KeptTurn) -> None:
        await self.temporal.signal(self.workflow_id, name, StopParams(turn.id))

    @abstractmethod
    async def rest(self) -> None:
        """Waits until nothing more can happen before time passes or the test acts."""
