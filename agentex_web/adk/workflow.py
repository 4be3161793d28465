"""Temporal's ``workflow`` for agents: the same, but a workflow needs no ``run`` of its own.

Between messages a task's workflow only waits, so the guide's examples write no ``@workflow.run``,
which Temporal demands. ``defn`` adds the one that waits.
"""

from collections.abc import Callable
from typing import Any

import temporalio.workflow
from temporalio.workflow import *  # noqa: F403
from temporalio.workflow import defn as temporal_defn

from agentex_web.turns.chat_workflow import BaseWorkflow, serve_until_idle
from agentex_web.turns.payloads import TaskParams

__all__ = ["BaseWorkflow", "defn", "temporal_defn"]


def defn(cls: type | None = None, **options: Any) -> Any:  # type: ignore[no-redef]
    """Temporal's decorator, for classes with and without a ``@workflow.run``."""

    def decorate(decorated: type) -> type:
        if not any(hasattr(each, "__temporal_workflow_run") for each in vars(decorated).values()):
            _add_run(decorated)
        decorator: Callable[[type], type] = temporal_defn(**options)
        return decorator(decorated)

    return decorate if cls is None else decorate(cls)


def _add_run(cls: type) -> None:
    # Without a type for `self`: Temporal would count it as an argument, and take `params` for anything.
    async def run(self, params: TaskParams) -> None:  # type: ignore[no-untyped-def]
        await serve_until_idle(params)

    # Temporal looks whether the method was written in this very class.
    run.__qualname__ = f"{cls.__qualname__}.run"
    run.__module__ = cls.__module__
    cls.run = temporalio.workflow.run(run)  # type: ignore[attr-defined]
