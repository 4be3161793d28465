"""The worker serves exactly the record activities that workflows call."""

import asyncio
import inspect
from typing import Any

import pytest

from agentex_web.turns import memory_record, plan_record, record
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.record_payloads import TurnRef
from agentex_web.turns.running_activity import entered
from agentex_web.worker.activities import record_activities


def asked() -> dict[str, Any]:
    return {
        name: each
        for module in (record, plan_record, memory_record)
        for name, each in vars(module).items()
        if inspect.iscoroutinefunction(each) and each.__module__ == module.__name__
    }


def test_each_call_has_an_activity_of_its_name() -> None:
    assert asked().keys() == {each.__name__ for each in record_activities.ALL}


def test_a_call_and_its_activity_take_and_give_the_same() -> None:
    served = {each.__name__: each for each in record_activities.ALL}
    for name, each in asked().items():
        signature = inspect.signature(each)
        assert signature.return_annotation == inspect.signature(served[name]).return_annotation, name
        assert _types(signature) == _types(inspect.signature(served[name])), name


def _types(signature: inspect.Signature) -> list[object]:
    return [each.annotation for each in signature.parameters.values()]


def test_an_activity_calls_what_was_bound() -> None:
    async def begin_turn(turn: TurnRef) -> None:
        begun.append(turn.turn_id)

    begun: list[str] = []
    with entered(ActivityContext("task"), {"begin_turn": begin_turn}):
        asyncio.run(record.begin_turn(TurnRef("task", "turn")))
    assert begun == ["turn"]


def test_elsewhere_a_call_says_what_is_missing() -> None:
    with pytest.raises(RuntimeError, match="begin_turn was called outside"):
        asyncio.run(record.begin_turn(TurnRef("task", "turn")))
