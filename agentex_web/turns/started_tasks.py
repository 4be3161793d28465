"""Chats with other agents that a turn starts. The other agent's answer returns as the decision of a wait."""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal, cast

from agentex_web.turns import record
from agentex_web.turns.durations import Duration, seconds_or_none
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.record_payloads import CreateTask, SendMessage
from agentex_web.turns.task_payloads import TaskInfo
from agentex_web.turns.wait_payloads import FollowTask, OpenWait
from agentex_web.turns.waits import WaitTimedOut, wait_for

TITLE_LENGTH = 80
"""The maximum number of characters of a title that is the beginning of a message."""
EndedAs = Literal["done", "interrupted", "failed", "withdrawn", "deleted"]


@dataclass(frozen=True)
class TaskAnswer:
    """The result of a started task.

    Attributes:
        status: the final status of its turn; ``deleted`` if the chat was deleted.
        text: the other agent's last answer.
        error: the reason, if the turn failed.
    """

    status: EndedAs
    text: str = ""
    error: str = ""


class StartedTask:
    """A chat with another agent.

    Attributes:
        id: the id of the chat.
        title: the title of the chat.
        agent: the other agent's name.
    """

    def __init__(self, wait: OpenWait, task_id: str, title: str, agent: str) -> None:
        self.id = task_id
        self.title = title
        self.agent = agent
        self._wait = wait

    async def answer(self, *, timeout: Duration | None = None) -> TaskAnswer:  # noqa: ASYNC109
        """Waits durably until the other agent's turn has ended.

        A Stop of this turn ends the wait, but not the other chat, which has its own Stop.

        Raises:
            TimeoutError: the other turn did not end within ``timeout``.
        """
        seconds = seconds_or_none(timeout)
        try:
            outcome = await asyncio.wait_for(wait_for(self._wait), seconds)
        except WaitTimedOut:
            raise
        except TimeoutError:
            raise WaitTimedOut(f"“{self.title}” did not answer in time.") from None
        value = outcome.value
        status = cast(EndedAs, value.get("status", "deleted"))
        return TaskAnswer(status, str(value.get("text", "")), str(value.get("error", "")))


async def make_task(agent: str, title: str = "", parameters: dict[str, Any] | None = None) -> TaskInfo:
    """Creates a chat of the same person with another agent. All APIs that do so use this and ``write_to``.

    Args:
        agent: the name of the agent's file or folder.
        parameters: stored with the chat.

    Raises:
        ApplicationError: of type ``ChatRefused``; no such agent exists, the person may not use it, or this
            chat has created too many chats.
    """
    return await record.create_task(CreateTask(agent, title, parameters or {}))


async def write_to(task_id: str, text: str) -> str:
    """Sends a message in the person's name to a chat that this chat has created; returns its turn's id.

    Raises:
        ApplicationError: of type ``ChatRefused``; this chat did not create the other, the other chat has
            ended, or too many of the person's turns are open.
    """
    return await record.send_message(SendMessage(task_id, text))


def _beginning(message: str) -> str:
    words = " ".join(message.split())
    return words if len(words) <= TITLE_LENGTH else f"{words[: TITLE_LENGTH - 1]}…"


async def start_task(progress: TurnProgress, agent: str, message: str, title: str) -> StartedTask:
    """Starts a chat of the same person with another agent, and shows it.

    Raises:
        ApplicationError: of type ``ChatRefused``; see ``make_task`` and ``write_to``.
    """
    made = await make_task(agent, title or _beginning(message))
    turn_id = await write_to(made.id, message)
    wait = OpenWait(
        progress.task_id,
        progress.turn_id,
        progress.next_wait("task"),
        "event",
        title=made.title,
        payload={"task": made.id, "agent": agent},
    )
    await record.follow_task(FollowTask(wait, turn_id))
    return StartedTask(wait, made.id, made.title, agent)
