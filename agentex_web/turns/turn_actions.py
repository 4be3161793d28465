"""What a turn's code does besides running agents: it shows messages, keeps a state, and says how to undo."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from inspect import isawaitable
from typing import Any

from temporalio import workflow

from agentex_web.compat.temporal_definitions import is_activity
from agentex_web.turns import record
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.contents import AgentAuthor, TextContent
from agentex_web.turns.durations import Duration, seconds_of
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.record_payloads import CreateMessage, SetState
from agentex_web.turns.streamed import StreamedMessage, streamed_message
from agentex_web.turns.task_payloads import TaskState
from agentex_web.turns.undoing import UNDO_LIMIT, in_time


class TurnActions:
    """The part of ``Turn`` that writes messages and state.

    Attributes:
        progress: what the turn has started, said and spent so far. For internal use.
    """

    progress: TurnProgress

    async def say(self, text: str, author: AgentAuthor = "agent", key: str = "") -> str:
        """Shows and stores a message; returns its id.

        A text that the model has already said in this turn is not added to the conversation twice.

        Args:
            text: Markdown.
            author: ``agent``: an answer, which is part of the conversation for later turns. ``system``: a
                note, which no model sees.
            key: identifies the message within the turn: the same key updates the same message.
        """
        if not isinstance(text, str):
            raise AuthorError(f"turn.say() needs a text, and got {type(text).__name__}.")
        message_id = await record.create_message(
            CreateMessage(
                self.progress.task_id, TextContent(author, text), turn_id=self.progress.turn_id, key=key
            )
        )
        if author == "agent" and not self.progress.items.has_answer(text):
            self.progress.add_input_to_items()
            self.progress.items.add_answer(text)
        return message_id

    def stream(self, author: AgentAuthor = "agent") -> AbstractAsyncContextManager[StreamedMessage]:
        """Opens a message to write piece by piece: ``async with turn.stream() as message: await
        message.write("…")``.

        The message is stored when the block ends; after a Stop or an error, the text written so far is.
        """
        return streamed_message(self.progress.task_id, author)

    async def get_state(self) -> TaskState:
        """Returns the JSON object that the agent stores with the task, and its version; ``{}`` and 0 if it
        was never set.
        """
        return await record.get_state(self.progress.task_id)

    async def set_state(self, value: dict[str, Any], version: int | None = None) -> TaskState:
        """Replaces the task's state.

        Args:
            value: at most 64 KiB as JSON.
            version: the version that was read; None overwrites any version.

        Raises:
            ApplicationError: of type ``StateRefused``; the state has another version, or is too large.
        """
        return await record.set_state(SetState(self.progress.task_id, value, version))

    async def compensate(
        self,
        undo: Callable[..., Awaitable[object]],
        *arguments: Any,
        title: str = "",
        timeout: Duration = UNDO_LIMIT,  # noqa: ASYNC109
    ) -> None:
        """Registers how to undo what the turn has just done. *Stop and undo* calls it, most recent first.

        Args:
            undo: an activity, which runs with a timeout of one minute per attempt, or a coroutine function
                that runs in the workflow.
            arguments: passed to ``undo``.
            title: what is undone, shown on its card; by default the name of ``undo``.
            timeout: how long undoing it may take, all attempts of an activity included; a ``timedelta`` or
                seconds. After that it counts as not undone, and the steps before it are undone.
        """
        name = title or getattr(undo, "__name__", "it").replace("_", " ")
        by_activity = is_activity(undo)
        limit = timedelta(seconds=seconds_of(timeout))

        async def undone() -> object:
            if not by_activity:
                done = undo(*arguments)
                return await in_time(done, limit) if isawaitable(done) else done
            found: object = await workflow.execute_activity(
                undo,
                args=arguments,
                start_to_close_timeout=min(timedelta(minutes=1), limit),
                schedule_to_close_timeout=limit,
            )
            return found

        self.progress.undoing.add(name, undone)
        text = TextContent("system", f"Can be undone: {name}")
        await record.create_message(
            CreateMessage(self.progress.task_id, text, turn_id=self.progress.turn_id, data={"undo": True})
        )
