"""Which workflow of an agent's module answers messages, and which agent does if none of them does."""

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

from agentex_web.adk import agent_paths, message_handler, script_workflow
from agentex_web.adk.agent_modules import with_imports
from agentex_web.adk.chosen_agent import chosen_agent, has_own
from agentex_web.adk.found_in_modules import found_workflows, where
from agentex_web.compat import guide, one_shot
from agentex_web.compat import temporal_definitions as definitions
from agentex_web.turns.authors_modules import AGENTS, file_of
from agents import Agent


def offered_by(module: ModuleType) -> list[type]:
    """The agent's own workflows that handle messages; other workflows can only be its children."""
    own = file_of(module.__name__)
    name = own.removeprefix(AGENTS)
    if message_handler.has_handler(module):
        message_handler.workflow_of(module, name)
    workflows = [
        each for each in found_workflows(with_imports(module)) if f"{each.__module__}.".startswith(f"{own}.")
    ]
    if offered := [each for each in workflows if guide.takes_messages(each)]:
        return offered
    # A file with an agent needs no workflow. If there are several, it is unclear which one is meant.
    fitting = [each for each in workflows if one_shot.takes_a_message(each)]
    if not workflows and agent_without_workflow(module) is None:
        script = script_workflow.workflow_of(module, name)
        return [] if script is None else [script]
    return [one_shot.by_message(fitting[0])] if len(fitting) == 1 and not has_own(module) else []


def agent_without_workflow(module: ModuleType) -> Agent[Any] | None:
    """The module's agent. None if it has a workflow and no ``agent``: its agents belong to the workflow."""
    if not has_own(module) and (message_handler.has_handler(module) or found_workflows(with_imports(module))):
        return None
    return chosen_agent(module)


def takes_no_messages(cls: type) -> str:
    """Tells the author what a workflow needs, so that it takes messages."""
    file = Path(inspect.getsourcefile(cls) or "workflow.py").name
    only_others = (
        ""
        if file.removesuffix(".py") in agent_paths.ENTRIES
        else f" If only other workflows start it, rename the file to _{file} and import it in theirs."
    )
    if name := one_shot.awaited(cls):
        if method := definitions.update_handler(cls, name):
            return (
                f"{where(cls)}: {cls.__name__} gets its messages by the update “{name}”, which a chat does "
                "not send. Derive it from adk.Workflow without a run, and write: async def on_message(self, "
                f"turn), which calls await self.{method}(…)." + only_others
            )
        return (
            f"{where(cls)}: {cls.__name__} waits for “{name}”, which a chat does not send. Derive it from "
            "adk.Workflow, write on_message, and ask there: await turn.ask(“…”)." + only_others
        )
    if one_shot.returns_an_answer(cls):
        return (
            f"{where(cls)}: {cls.__name__} takes no messages: its run needs one argument, the person's "
            "message, as in: async def run(self, message: str) -> str." + only_others
        )
    return (
        f"{where(cls)}: {cls.__name__} takes no messages. Derive it from adk.Workflow and write "
        "on_message, or give it a handler with @workflow.signal(name=SignalName.RECEIVE_EVENT)." + only_others
    )
