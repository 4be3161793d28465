"""A workflow that registers how to undo what it does, and then waits for long."""

from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web import adk


@activity.defn
async def give_back(what: str) -> str:
    if what == "second":
        raise ApplicationError("It is sold.", non_retryable=True)
    return f"{what} is given back"


async def forget(what: str) -> str:
    return f"{what} is forgotten"


class Undoing(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.compensate(give_back, "first", title="first")
        await turn.compensate(give_back, "second", title="second")
        await turn.compensate(forget, "third", title="third")
        await turn.sleep(timedelta(days=9_000))
