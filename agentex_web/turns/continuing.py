"""An answer that was cut at the model's length limit goes on, in the same message, when a person asks for it.

Its turn has ended then. The record opens it again (journal/continuing.py) and delivers it once more, with a
``Continuation``; the inbox calls ``go_on`` in place of the author's code. The model is asked with everything
that the turn has, its cut answer last. The first call of the model is marked with the message that was cut
(``Scope.continues``): there the worker joins what comes to what is there (worker/model/continuing.py), and
returns the whole, so the SDK, guardrails and later turns know one answer.
"""

import sys
from typing import Any

from agentex_web.compat.handoff_targets import reachable
from agentex_web.turns import registry
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.part import Item
from agentex_web.turns.turn import Turn
from agents import Agent

INSTRUCTION: Item = {
    "role": "user",
    "content": (
        "Your last answer was cut off at the length limit. Go on exactly where it stopped: begin with the "
        "very next character, also if that is in the middle of a word, a line of code or a list. Repeat "
        "nothing of it, and add no introduction, remark or apology."
    ),
}
"""Given to the model after its cut answer, as a person's message: what every server takes. Nobody is shown
it, and no later turn is given it."""


class AgentGone(AuthorError):
    """The agent that was speaking is not in its file any more."""


async def go_on(turn: Turn) -> None:
    """Goes on with the answer of the turn that was cut.

    Raises:
        AgentGone: see there.
        whatever ``Turn.run`` raises.
    """
    assert turn.message.continues is not None
    name = turn.message.continues.agent
    agent = _agent(turn.agent, name)
    if agent is None:
        raise AgentGone(f"The agent “{name}” is not there any more. Retry asks the agent of today.")
    await turn.remember()
    description = registry.get(turn.agent)
    await turn.run(
        agent,
        [*await turn.history(), INSTRUCTION],
        hooks=description.hooks(turn.task.id) if description.hooks else None,
        max_turns=description.max_turns,
    )


def can_go_on(turn: Turn) -> bool:
    """False if the agent that spoke last was made while the turn ran, so that nobody finds it again."""
    try:
        return _agent(turn.agent, turn.part.last_agent) is not None
    except registry.UnknownAgent:
        return False


def _agent(file: str, name: str) -> Agent[Any] | None:
    """The agent of this name in a file, or one that it may hand over to."""
    description = registry.get(file)
    module = sys.modules.get(description.workflow.__module__) if description.workflow else None
    known = vars(module).values() if module else ()
    first = [description.agent, *known]
    agents = (each for one in first if isinstance(one, Agent) for each in reachable(one))
    return next((each for each in agents if each.name == name), None)
