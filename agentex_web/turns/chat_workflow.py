"""The default workflow, for files in agents/ that define an agent but no workflow."""

from agentex_web.turns import registry
from agentex_web.turns.turn import Turn
from agentex_web.turns.workflow import Workflow

CHAT = "AgentexChat"


class ChatWorkflow(Workflow, name=CHAT):
    """Runs the chat's agent, or the one that the person chose, with the history of all earlier turns."""

    async def on_message(self, turn: Turn) -> None:
        description = registry.get(turn.agent)
        first = description.require_agent()
        await turn.run(
            await turn.last_agent(first) if description.settings.sticky else first,
            [*await turn.history(), *turn.input],
            hooks=description.hooks(turn.task.id) if description.hooks else None,
            max_turns=description.max_turns,
            error_handlers=description.settings.error_handlers,
        )
