"""A chat with another agent that a turn starts; its answer comes back as the decision of a wait."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, cast

from agentex_web.turns import record
from agentex_web.turns.part import TurnPart
from agentex_web.turns.payloads import CreateTask, SendMessage, TaskInfo
from agentex_web.turns.wait_payloads import FollowTask, OpenWait
from agentex_web.turns.waits import WaitTimedOut, outcome_of

EndedAs = Literal["done", "interrupted", "failed", "withdrawn", "deleted"]


@dataclass(frozen=True)
class TaskAnswer:
    """What came of a started task.

    Attributes:
        status: of its turn; ``deleted`` if the chat is gone.
        text: the other agent's last answer.
        error: why it failed.
    """

    status: EndedAs
    text: str = ""
    error: str = ""


class StartedTask:
    """A chat with another agent.

    Attributes:
        id: of the chat.
        title: of the chat.
        agent: the other agent's name.
    """

    def __init__(self, wait: OpenWait, task_id: str, title: str, agent: str) -> None:
        self.id = task_id
        self.title = title
        self.agent = agent
        self._wait = wait

    async def answer(self, *, timeout: timedelta | float | None = None) -> TaskAnswer:  # noqa: ASYNC109
        """Waits for the end of the other agent's turn; durably, as long as it takes.

        A Stop of this turn ends the wait. The other chat goes on: it has a Stop of its own.

        Raises:
            TimeoutError: it takes longer than ``timeout``.
        """
        seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
        try:
            outcome = await asyncio.wait_for(outcome_of(self._wait), seconds)
        except WaitTimedOut:
            raise
        except TimeoutError:
            raise WaitTimedOut(f"“{self.title}” did not answer in time.") from None
        value = outcome.value
        status = cast(EndedAs, value.get("status", "deleted"))
        return TaskAnswer(status, str(value.get("text", "")), str(value.get("error", "")))


async def make_task(agent: str, title: str = "", parameters: dict[str, Any] | None = None) -> TaskInfo:
    """Makes a chat of the same person with another agent. All ways to do so lead here and to ``write_to``.

    Args:
        agent: the name of its file or folder.
        parameters: kept with the chat.

    Raises:
        ApplicationError: of type ``ChatRefused``; there is no such agent, or the person may not use it.
    """
    return await record.create_task(CreateTask(agent, title, parameters or {}))


async def write_to(task_id: str, text: str) -> str:
    """Sends a message, as the person's, to a chat that this one has made; returns its turn's id.

    Raises:
        ApplicationError: of type ``ChatRefused``; the chat was not made by this one, has ended, or too much
            is under way.
    """
    return await record.send_message(SendMessage(task_id, text))


async def start_task(part: TurnPart, agent: str, message: str, title: str) -> StartedTask:
    """Starts a chat of the same person with another agent, and shows it.

    Raises:
        ApplicationError: of type ``ChatRefused``; there is no such agent, the person may not use it, or too
            much is under way.
    """
    made = await make_task(agent, title)
    turn_id = await write_to(made.id, message)
    wait = OpenWait(
        part.task_id,
        part.turn_id,
        part.next_wait("task"),
        "event",
        title=made.title,
        payload={"task": made.id, "agent": agent},
    )
    await record.follow_task(FollowTask(wait, turn_id))
    return StartedTask(wait, made.id, made.title, agent)
