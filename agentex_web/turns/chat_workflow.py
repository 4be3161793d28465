"""The workflow of agents that bring none of their own: it runs the agent of a file in agents/."""

from agentex_web.turns import registry
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow

CHAT = "AgentexChat"


class ChatWorkflow(Workflow, name=CHAT):
    """Runs the chat's agent, or one that the person names, with the memory of all turns before."""

    async def on_message(self, turn: Turn) -> None:
        description = registry.get(turn.agent)
        first = description.require_agent()
        await turn.run(
            await turn.last_agent(first) if description.settings.sticky else first,
            [*await turn.history(), *turn.input],
            hooks=description.hooks(turn.task.id) if description.hooks else None,
            max_turns=description.max_turns,
        )
