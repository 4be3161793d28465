"""Histories recorded by a real Temporal server, and their replay, which needs no services."""

from functools import cache
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from agentex_web.catalog.loading import Catalog, load_catalog
from agentex_web.compat.temporal_definitions import workflow_name
from agentex_web.turns import registry
from agentex_web.turns.chat_workflow import ChatWorkflow
from agentex_web.turns.context_interceptor import ContextInterceptor
from agentex_web.turns.sandbox import workflow_runner
from agentex_web.worker.agents_plugin import agents_plugin
from agentex_web.worker.data_converter import payloads_plugin

_TURNS = Path(__file__).resolve().parents[1] / "turns"
HISTORIES = _TURNS / "histories"
OF_VERSION_0_1 = _TURNS / "histories-0.1"
"""Histories of version 0.1, from before Turn and Inbox existed. Do not record them again."""


def recorded(agent: str, folder: Path = HISTORIES) -> WorkflowHistory:
    """The recorded history of an agent's workflow."""
    return WorkflowHistory.from_json(f"task-{agent}", (folder / f"{agent}.json").read_text())


@cache
def all_agents() -> Catalog:
    """The agents of the tests' stack, which take a second to load."""
    return load_catalog()


async def replay(history: WorkflowHistory) -> None:
    """
    Raises:
        Exception: the current code does not follow the history.
    """
    catalog = all_agents()
    name = history.events[0].workflow_execution_started_event_attributes.workflow_type.name
    replayer = Replayer(
        # Each workflow of an author costs an import in the sandbox.
        workflows=[each for each in (ChatWorkflow, *catalog.workflows()) if workflow_name(each) == name],
        plugins=[agents_plugin(), payloads_plugin()],
        interceptors=[ContextInterceptor()],
        workflow_runner=workflow_runner(),
        build_id="replays",
    )
    with registry.serving(catalog.agents):
        await replayer.replay_workflow(history)
