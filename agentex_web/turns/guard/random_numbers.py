"""The random numbers of workflows, in place of ``random`` and ``uuid4``."""

import random
import uuid
from collections.abc import Callable
from typing import Any

from temporalio import workflow

from agentex_web.turns import scope
from agentex_web.turns.guard.violations import refuse

REMEDY = "workflow.random()"


def _numbers() -> random.Random:
    """The turn's random numbers; outside of turns, the workflow's."""
    here = scope.current()
    return workflow.random() if here is None else here.progress.random


def _of_workflow(name: str) -> Callable[..., Any]:
    def of_workflow(*args: Any, **kwargs: Any) -> Any:
        return getattr(_numbers(), name)(*args, **kwargs)

    return of_workflow


def _seed(*given: Any, **_options: Any) -> None:
    # The ids of the workflow's activities come from its random numbers, and no seed may repeat them.
    if given and scope.current():
        _numbers().seed(*given)


RANDOM: dict[str, Callable[..., Any]] = {
    name: _of_workflow(name)
    for name, value in vars(random).items()
    if not name.startswith("_") and callable(value) and not isinstance(value, type)
} | {"seed": _seed}
"""What takes the place of the functions of ``random`` in workflows."""


def uuid4() -> uuid.UUID:
    """A random id of the workflow."""
    return uuid.UUID(int=_numbers().getrandbits(128), version=4)


class _RandomType(type):
    """The metaclass of the replacements for ``Random`` and ``SystemRandom``: real ones are instances too."""

    def __instancecheck__(cls, instance: object) -> bool:
        if cls is Random or cls is SystemRandom:
            return isinstance(instance, cls.__bases__)
        return super().__instancecheck__(instance)


class Random(random.Random, metaclass=_RandomType):
    """In a workflow it is seeded by the workflow's random numbers if it gets no seed."""

    def seed(self, a: Any = None, version: int = 2) -> None:
        if a is None and workflow.in_workflow():
            a = _numbers().getrandbits(128)
        super().seed(a, version)


class SystemRandom(random.SystemRandom, metaclass=_RandomType):
    """Refused in workflows."""

    def random(self) -> float:
        _refuse_system_random()
        return super().random()

    def getrandbits(self, k: int, /) -> int:
        _refuse_system_random()
        return super().getrandbits(k)

    def randbytes(self, n: int) -> bytes:
        _refuse_system_random()
        return super().randbytes(n)


def _refuse_system_random() -> None:
    if workflow.in_workflow():
        refuse("uses random.SystemRandom", REMEDY)
