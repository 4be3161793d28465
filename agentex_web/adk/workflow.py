"""Temporal's ``workflow`` for agents: the same, but a workflow needs no ``run`` of its own.

Between messages a task's workflow only waits, so the guide's examples write no ``@workflow.run``,
which Temporal demands. ``defn`` adds the one that waits.
"""

from collections.abc import Callable
from typing import Any, TypeVar, overload

import temporalio.workflow
from temporalio.workflow import *  # noqa: F403

from agentex_web.temporal.payloads import TaskParams
from agentex_web.temporal.workflows import BaseWorkflow, serve_until_idle

__all__ = ["BaseWorkflow", "defn", "temporal_defn"]

ClassType = TypeVar("ClassType", bound=type)

temporal_defn = temporalio.workflow.defn
"""Temporal's own."""


@overload
def defn(cls: ClassType) -> ClassType: ...


@overload
def defn(cls: None = None, **options: Any) -> Callable[[ClassType], ClassType]: ...


def defn(cls: Any = None, **options: Any) -> Any:
    """Temporal's decorator, for classes with and without a ``@workflow.run``."""

    def decorate(decorated: ClassType) -> ClassType:
        if not any(hasattr(each, "__temporal_workflow_run") for each in vars(decorated).values()):
            _add_run(decorated)
        return temporal_defn(**options)(decorated)

    return decorate if cls is None else decorate(cls)


def _add_run(cls: type) -> None:
    async def run(self: Any, params: TaskParams) -> None:
        await serve_until_idle(params)

    # Temporal looks whether the method was written in this very class.
    run.__qualname__ = f"{cls.__qualname__}.run"
    run.__module__ = cls.__module__
    cls.run = temporalio.workflow.run(run)  # type: ignore[attr-defined]
