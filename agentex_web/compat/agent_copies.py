"""Copies agents whose class has a constructor of its own, such as one without arguments.

temporalio-openai-agents 1.1 copies each agent with ``dataclasses.replace``, which calls the class with all
fields as arguments. Here a copy is made without calling the class.
"""

import copy
import dataclasses
from types import SimpleNamespace
from typing import Any, TypeVar

from temporalio.openai_agents import _openai_runner

from agents import Agent

T = TypeVar("T")


def install() -> None:
    """Replaces what the plugin copies with. Calling it again has no effect."""
    _openai_runner.dataclasses = SimpleNamespace(fields=dataclasses.fields, replace=replaced)  # type: ignore[attr-defined, assignment]


def replaced(given: T, **changes: Any) -> T:
    """``dataclasses.replace``, which also works with an agent whose class has a constructor of its own."""
    if not isinstance(given, Agent) or type(given).__init__ is Agent.__init__:
        return dataclasses.replace(given, **changes)  # type: ignore[type-var]
    made = copy.copy(given)
    for name, value in changes.items():
        setattr(made, name, value)
    return made
