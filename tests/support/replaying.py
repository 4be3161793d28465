"""Histories that real Temporal recorded, and their replay, which needs no service."""

from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from agentex_web.catalog.loading import load_catalog
from agentex_web.turns import registry
from agentex_web.turns.chat_workflow import ChatWorkflow
from agentex_web.turns.context_interceptor import ContextInterceptor
from agentex_web.turns.sandbox import workflow_runner
from agentex_web.worker.data_converter import payloads_plugin
from agentex_web.worker.worker import agents_plugin

_TURNS = Path(__file__).resolve().parents[1] / "turns"
HISTORIES = _TURNS / "histories"
OF_VERSION_0_1 = _TURNS / "histories-0.1"
"""Recorded before Turn and Inbox; they stay as they are."""


def recorded(agent: str, folder: Path = HISTORIES) -> WorkflowHistory:
    """What the agent's workflow went through."""
    return WorkflowHistory.from_json(f"task-{agent}", (folder / f"{agent}.json").read_text())


async def replay(history: WorkflowHistory) -> None:
    """
    Raises:
        Exception: today's code does something else.
    """
    catalog = load_catalog()
    replayer = Replayer(
        workflows=[ChatWorkflow, *catalog.workflows()],
        plugins=[agents_plugin(), payloads_plugin()],
        interceptors=[ContextInterceptor()],
        workflow_runner=workflow_runner(),
    )
    with registry.serving(catalog.agents):
        await replayer.replay_workflow(history)
