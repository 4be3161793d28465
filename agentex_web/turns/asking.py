"""Shows a form to the person and waits durably for the answer (turns/waits.py)."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import ValidationError

from agentex_web.turns.durations import Duration, seconds_of, seconds_or_none
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.questions import Question, errors_of
from agentex_web.turns.wait_payloads import OpenWait
from agentex_web.turns.waits import WaitTimedOut, wait_for

MOST_TRIES = 20
"""How many answers a person may give that the pydantic model's own validators refuse."""


async def ask(
    progress: TurnProgress,
    question: Question,
    *,
    deadline: Duration | None = None,
    reminders: Sequence[Duration] = (),
    agent_name: str = "",
    tool_call_id: str = "",
) -> Any:
    """Shows the form and waits for the answer.

    The page has already checked the answer against the JSON Schema. The pydantic model's own validators run
    here. If they refuse the answer, the form is shown again with their reason.

    Returns:
        the answer as ``question.read`` returns it; None if the person skipped the form.

    Raises:
        TimeoutError: the deadline passed.
        CancelledError: the turn was stopped.
        ValidationError: the answer was refused too often.
    """
    key, errors, given = progress.next_wait("form"), dict[str, str](), dict[str, Any]()
    for attempt in range(MOST_TRIES):
        wait = OpenWait(
            progress.task_id,
            progress.turn_id,
            f"{key}/{attempt}" if attempt else key,
            "form",
            title=question.title or str(question.fields[0]["label"]),
            payload=question.payload(errors, given),
            agent_name=agent_name,
            tool_call_id=tool_call_id,
            deadline=seconds_or_none(deadline),
            reminders=[seconds_of(each) for each in reminders],
        )
        outcome = await wait_for(wait)
        if outcome.status == "expired":
            raise WaitTimedOut("Nobody answered in time.")
        if outcome.value.get("skipped"):
            return None
        given = outcome.value.get("values", {})
        try:
            return question.read(given)
        except ValidationError as error:
            if attempt == MOST_TRIES - 1:
                raise
            errors = errors_of(error)
    raise AssertionError("unreachable")
