"""The rows with which a worker announces its agents."""

from collections.abc import Sequence

from agentex_web.catalog.declared import declared
from agentex_web.catalog.loading import Catalog
from agentex_web.compat.temporal_definitions import workflow_name
from agentex_web.names import FILE_NAME_LENGTH, NAME_LENGTH
from agentex_web.tasks.models import Agent
from agentex_web.tasks.models.fields import storable
from agentex_web.turns.chat_workflow import CHAT
from agentex_web.turns.registry import AgentDescription


def rows_of(catalog: Catalog, task_queue: str) -> list[Agent]:
    """A row for each agent that was loaded, and for each file that could not be loaded."""
    loaded = [
        _loaded(each, catalog.doubts.get(each.name, ()), task_queue) for each in catalog.agents.values()
    ]
    return [*loaded, *(_broken(name, reason, task_queue) for name, reason in catalog.broken.items())]


def _loaded(each: AgentDescription, doubts: Sequence[str], task_queue: str) -> Agent:
    model = each.agent.model if each.agent else None
    return Agent(
        name=each.name,
        title=storable(each.title)[:NAME_LENGTH],
        description=each.description,
        starters=list(each.starters),
        allow_manual_result=each.allow_manual_result,
        model=storable(model)[:NAME_LENGTH] if isinstance(model, str) else "",
        workflow=workflow_name(each.workflow) if each.workflow else CHAT,
        task_queue=task_queue,
        declared=declared(each, doubts),
    )


def _broken(name: str, reason: str, task_queue: str) -> Agent:
    return Agent(
        name=name[:FILE_NAME_LENGTH],
        title=name[:NAME_LENGTH],
        workflow=CHAT,
        task_queue=task_queue,
        error=reason,
        available=False,
    )
