"""Continues an answer that was cut at the model's length limit, in the same message, when a person asks to.

By then, the turn has ended. The record reopens it (journal/continuing.py) and delivers it again with a
``Continuation``. The inbox then calls ``continue_answer`` instead of the author's code. The model gets all
items of the turn, the cut answer last. The first model call is marked with the id of the cut message
(``Scope.continues``): for it, the worker appends the new text to the old (worker/model/continuing.py) and
returns the whole answer, so that the SDK, guardrails and later turns see a single answer.

An agent that the turn's code created no longer exists. The record has its instructions and its model, so that
another agent can continue its words, without its tools.
"""

import sys
from typing import Any

from agentex_web.compat.handoff_targets import reachable
from agentex_web.turns import registry
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.turn import Turn
from agentex_web.turns.turn_items import Item
from agents import Agent, RunConfig

INSTRUCTION: Item = {
    "role": "user",
    "content": (
        "Your last answer was cut off at the length limit. Go on exactly where it stopped: begin with the "
        "very next character, also if that is in the middle of a word, a line of code or a list. Repeat "
        "nothing of it, and add no introduction, remark or apology."
    ),
}
"""Sent to the model after its cut answer. It has the role ``user`` because every server accepts that. It is
neither shown nor part of later turns.
"""


INSTRUCTIONS_LENGTH = 100_000
"""The maximum number of characters of an agent's instructions that are stored to continue its answer."""


class AgentGone(AuthorError):
    """The agent that was speaking is no longer in its file."""


async def continue_answer(turn: Turn) -> None:
    """Continues the turn's cut answer.

    Raises:
        AgentGone: the agent that was speaking is no longer in its file.
        Exception: whatever ``Turn.run`` raises.
    """
    cut = turn.message.continues
    assert cut is not None
    agent, config = _agent_named(turn.agent, cut.agent), None
    if agent is None and cut.instructions is not None:
        agent = Agent(name=cut.agent, instructions=cut.instructions or None, model=cut.model or None)
        # The model's name is complete: no settings of the file apply to it.
        config = RunConfig()
    if agent is None:
        raise AgentGone(f"The agent “{cut.agent}” no longer exists. Retry uses the current agent.")
    await turn.memory.load()
    description = registry.get(turn.agent)
    await turn.run(
        agent,
        [*await turn.history(), INSTRUCTION],
        hooks=description.hooks(turn.task.id) if description.hooks else None,
        max_turns=description.max_turns,
        error_handlers=description.settings.error_handlers,
        run_config=config,
    )


def can_continue(turn: Turn) -> bool:
    """False if the agent that spoke last is not in its file and its instructions are too long to store."""
    return _is_in_file(turn) or len(turn.progress.speaker.instructions) <= INSTRUCTIONS_LENGTH


def cut_by(turn: Turn) -> dict[str, str]:
    """What the record stores of the agent whose answer was cut: nothing if it is in the agent's file."""
    speaker = turn.progress.speaker
    return {} if _is_in_file(turn) else {"instructions": speaker.instructions, "model": speaker.model}


def _is_in_file(turn: Turn) -> bool:
    try:
        return _agent_named(turn.agent, turn.progress.speaker.name) is not None
    except registry.UnknownAgent:
        return False


def _agent_named(file: str, name: str) -> Agent[Any] | None:
    """Finds the agent of this name among the agents of a file and those that they can hand over to."""
    description = registry.get(file)
    module = sys.modules.get(description.workflow.__module__) if description.workflow else None
    known = vars(module).values() if module else ()
    first = [description.agent, *known]
    agents = (each for one in first if isinstance(one, Agent) for each in reachable(one))
    return next((each for each in agents if each.name == name), None)
