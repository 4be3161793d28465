"""What a turn waits for: a time, an event, a person's answer, another chat."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from agentex_web.turns import asking, sleeping
from agentex_web.turns.awaited_events import AwaitedEvent, awaited_event
from agentex_web.turns.durations import Duration, seconds_of
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.questions import Question
from agentex_web.turns.started_tasks import StartedTask, start_task


class TurnWaits:
    """The part of ``Turn`` that waits.

    Attributes:
        progress: what the turn has started, said and spent so far. For internal use.
    """

    progress: TurnProgress

    async def sleep(self, duration: Duration, *, reason: str = "") -> bool:
        """Waits durably: the wait survives restarts of all services. The chat shows a countdown, and Stop
        ends the wait.

        Args:
            duration: a ``timedelta`` or seconds. Waits of less than 5 seconds are not shown.
            reason: shown in the chat, in a few words.

        Returns:
            False if a person ended the wait early.
        """
        return await sleeping.sleep(self.progress, timedelta(seconds=seconds_of(duration)), reason)

    async def wait_until(self, when: datetime, *, reason: str = "") -> bool:
        """Like ``sleep``, but until ``when``, which must have a time zone. Returns at once if it is past."""
        return await sleeping.wait_until(self.progress, when, reason)

    async def event(self, name: str) -> AwaitedEvent:
        """Returns an event that another system can report: give it the ``url``, and await ``wait()``."""
        return await awaited_event(self.progress, name)

    async def wait_for_event(
        self,
        name: str,
        *,
        timeout: Duration | None = None,  # noqa: ASYNC109
        reason: str = "",
    ) -> Any:
        """Waits for an event. Its card shows the URL to which any system can POST the event as JSON.

        Args:
            timeout: a ``timedelta`` or seconds; None waits forever.
            reason: shown in the chat, in a few words.

        Returns:
            the JSON body.

        Raises:
            TimeoutError: no event came in time.
        """
        return await (await self.event(name)).wait(timeout=timeout, reason=reason)

    async def start_task(self, agent: str, message: str, *, title: str = "") -> StartedTask:
        """Starts a chat of the same person with another agent. Both chats show a link to the other.

        Args:
            agent: the name of the other agent's file or folder.
            message: the first message to the other agent.
            title: the title of the new chat; by default the beginning of the message.

        Returns:
            the started task; ``await started.answer()`` waits for its answer.

        Raises:
            ApplicationError: of type ``ChatRefused``; no such agent exists, or a limit on chats or
                messages is reached.
        """
        return await start_task(self.progress, agent, message, title)

    async def ask(
        self,
        form: Any,
        *,
        title: str = "",
        choices: Sequence[str] = (),
        skippable: bool = False,
        deadline: Duration | None = None,
        reminders: Sequence[Duration] = (),
    ) -> Any:
        """Asks the person, and waits for the answer. The wait survives restarts of all services.

        Args:
            form: a pydantic model, a JSON Schema of an object, or a question as a text.
            title: shown above the questions.
            choices: the possible answers, if ``form`` is a text.
            skippable: the person may leave the form unanswered.
            deadline: how long to wait; a ``timedelta`` or seconds.
            reminders: when to remind the person, counted from now.

        Returns:
            an instance of the model, a dictionary, or a text; None if the person skipped the form.

        Raises:
            BadForm: the form has a field that a form cannot ask for.
            TimeoutError: the deadline passed.
        """
        asked = Question.of(form, title=title, choices=choices, skippable=skippable)
        return await asking.ask(self.progress, asked, deadline=deadline, reminders=reminders)
