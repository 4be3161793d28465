"""Reads the definitions that Temporal's decorators attach to workflows and activities.

temporalio 1.35 stores them in private classes. It has no public way to find out a workflow's name, or whether
a class or function was decorated.
"""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import activity, workflow
from temporalio.workflow._handlers import _SignalDefinition


def is_workflow(cls: type) -> bool:
    """True if the class itself was decorated with ``workflow.defn``."""
    return workflow._Definition.from_class(cls) is not None


def workflow_name(cls: type) -> str:
    """The name under which Temporal knows a workflow's class."""
    return str(workflow._Definition.must_from_class(cls).name)


def is_activity(function: Callable[..., Any]) -> bool:
    """True if the function was decorated with ``activity.defn``."""
    return activity._Definition.from_callable(function) is not None


def activity_name(function: Callable[..., Any]) -> str:
    """The name under which Temporal knows an activity."""
    return str(activity._Definition.must_from_callable(function).name)


def has_run(cls: type) -> bool:
    """True if the class itself has a method that was decorated with ``workflow.run``."""
    return any(hasattr(each, "__temporal_workflow_run") for each in vars(cls).values())


def run_method(cls: type) -> Callable[..., Awaitable[Any]]:
    """The method that the author decorated with ``workflow.run``.

    Raises:
        LookupError: the class itself has no such method.
    """
    for each in vars(cls).values():
        if hasattr(each, "__temporal_workflow_run"):
            found: Callable[..., Awaitable[Any]] = each
            return found
    raise LookupError(f"{cls.__name__} has no run.")


def run_function(cls: type) -> Callable[..., Awaitable[Any]]:
    """The workflow's ``run``, as a function of the instance and its arguments."""
    return workflow._Definition.must_from_class(cls).run_fn


def signal_handler(cls: type, name: str) -> Callable[..., Any] | None:
    """The handler of a signal, as a function of the instance and its arguments; None without a handler."""
    found = workflow._Definition.must_from_class(cls).signals.get(name)
    return found.fn if found is not None else None


def handles(cls: type, signal: str) -> bool:
    """True if the workflow has a handler for this signal, or a dynamic handler for all signals."""
    signals = workflow._Definition.must_from_class(cls).signals
    return signal in signals or None in signals


def messages_of(cls: type) -> list[str]:
    """The names of the signals and updates that a decorated workflow handles."""
    found = workflow._Definition.must_from_class(cls)
    return [str(name) for name in (*found.signals, *found.updates)]


def update_handler(cls: type, name: str) -> str:
    """The name of the method that handles this update; empty if the workflow has no such update."""
    found = workflow._Definition.must_from_class(cls).updates.get(name)
    return found.fn.__name__ if found is not None else ""


def handlers_outside(cls: type, module: str) -> set[str]:
    """The names of a workflow's signals and updates whose handlers are defined outside of this module."""
    found = workflow._Definition.must_from_class(cls)
    handlers: list[Any] = [*found.signals.values(), *found.updates.values()]
    return {str(each.name) for each in handlers if each.fn.__module__ != module}


def redefine(cls: type, run: Callable[..., Awaitable[Any]], signals: dict[str, Callable[..., Any]]) -> None:
    """Replaces a decorated workflow's ``run`` (same arguments), and adds or replaces signal handlers."""
    before = workflow._Definition.must_from_class(cls)
    handlers: dict[str | None, _SignalDefinition] = {
        name: _SignalDefinition(name=name, fn=handler, is_method=True) for name, handler in signals.items()
    }
    after = dataclasses.replace(before, run_fn=run, signals={**before.signals, **handlers})
    for each in (cls, before.run_fn, run):
        setattr(each, "__temporal_workflow_definition", after)
