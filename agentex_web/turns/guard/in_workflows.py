"""Functions that behave differently in workflows, and normally elsewhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from temporalio import workflow

from agentex_web.turns.guard.violations import refuse


def refused_in_workflows(function: Callable[..., Any], what: str, remedy: str) -> Callable[..., Any]:
    """Returns a function that raises in workflows.

    Args:
        what: the function's name for people.
        remedy: what to use instead.
    """

    def checked(*args: Any, **kwargs: Any) -> Any:
        if workflow.in_workflow():
            refuse(f"calls {what}", remedy)
        return function(*args, **kwargs)

    checked.__name__ = getattr(function, "__name__", what)
    checked.__doc__ = function.__doc__
    return checked


def replaced_in_workflows(function: Callable[..., Any], instead: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function that calls ``instead`` in workflows."""

    @wraps(function)
    def chosen(*args: Any, **kwargs: Any) -> Any:
        return (instead if workflow.in_workflow() else function)(*args, **kwargs)

    return chosen
