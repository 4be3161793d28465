"""If a model call's files cannot be read, the call fails like any model call and is retried."""

import asyncio
import dataclasses
import uuid
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from openai._models import construct_type
from openai.types.responses import Response, ResponseReasoningItem
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from agentex_web.failure_types import MODEL_FAILURE
from agentex_web.journal.change import Change
from agentex_web.streams.events import TurnChanged
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.worker import turn_attempts
from agentex_web.worker.model import streaming_model, unfinished_calls
from agentex_web.worker.model.answer import MOST_ITEMS, Answer
from agentex_web.worker.model.answer_rows import AnswerRows
from agentex_web.worker.model.call import Call
from agentex_web.worker.model.drafts import opened_by
from agentex_web.worker.model.failures import failure_of
from agentex_web.worker.model.responses import last_response
from agentex_web.worker.model.streaming_model import TemporalStreamingModel
from agents import Model, ModelSettings, ModelTracing


class Unasked(Model):
    async def get_response(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("asked")

    def stream_response(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("asked")


def test_a_database_that_is_away_is_a_failure_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_items: Any) -> Any:
        raise OperationalError("the database is away")

    async def forgotten(_rows: AnswerRows) -> None:
        """Does nothing, because the test has no record."""

    def failed(*_: Any) -> Change[None]:
        return Change(uuid.uuid4(), 0, None, [TurnChanged("t", "running")])

    context = ActivityContext(task_id=str(uuid.uuid4()), turn_id=str(uuid.uuid4()), path="000001")
    monkeypatch.setattr(streaming_model, "current_context", lambda: context)
    monkeypatch.setattr(streaming_model, "with_attachments", away)
    monkeypatch.setattr(AnswerRows, "discard", forgotten)
    monkeypatch.setattr(turn_attempts, "failed", failed)
    monkeypatch.setattr(unfinished_calls, "is_last", lambda *_: False)
    monkeypatch.setattr(Call, "may_be_lost", False)

    async def ask() -> Any:
        return await TemporalStreamingModel(Unasked()).get_response(
            None, [{"role": "user", "content": "Hello"}], ModelSettings(), [], None, [], ModelTracing.DISABLED,
            previous_response_id=None, conversation_id=None, prompt=None,
        )  # fmt: skip

    temporal = ActivityEnvironment()
    temporal.info = dataclasses.replace(temporal.info, workflow_run_id=str(uuid.uuid4()))
    with pytest.raises(ApplicationError, match="could not be read") as raised:
        asyncio.run(temporal.run(ask))
    assert raised.value.type == MODEL_FAILURE and not raised.value.non_retryable


@pytest.mark.parametrize("index", [-7, 10**12, 1.5, "0"])
def test_an_item_with_an_impossible_number_fails_the_call_at_once(index: Any) -> None:
    context = ActivityContext(task_id=str(uuid.uuid4()), turn_id=str(uuid.uuid4()), path="000001")
    batcher: Any = None
    answer = Answer(Call(context, str(uuid.uuid4()), "1", attempt=1), batcher)
    with pytest.raises(ValueError, match="of at most 1,000") as raised:
        answer.feed(SimpleNamespace(type="response.output_text.delta", output_index=index, delta="word"))
    failure = failure_of(raised.value)
    assert failure.non_retryable and "could not be used" in failure.message


def test_the_name_of_a_tool_that_nobody_has_fits_the_record() -> None:
    item = SimpleNamespace(type="function_call", name="a\x00b\ud800" + "c" * 1_000_000, call_id="1")
    name = opened_by(item, 0).tool_name
    assert (len(name), name[:4]) == (200, "ab\ufffdc")


class Writes:
    """In place of a batcher: takes events and no text."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def add(self, event: Any) -> None:
        self.events.append(event)

    def add_text(self, *_: Any) -> None:
        pass


def test_an_answer_of_many_items_is_written_in_few_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    async def write(rows: AnswerRows, found: list[Any]) -> None:
        written.append(len(found))
        await asyncio.sleep(0)

    async def row(_rows: AnswerRows, draft: Any, _status: Any, _error: str = "") -> Any:
        return draft

    monkeypatch.setattr(AnswerRows, "write", write)
    monkeypatch.setattr(AnswerRows, "row", row)
    context = ActivityContext(task_id=str(uuid.uuid4()), turn_id=str(uuid.uuid4()), path="000001")
    batcher: Any = Writes()

    async def fed() -> None:
        answer = Answer(Call(context, str(uuid.uuid4()), "1", attempt=1), batcher)
        for index in range(MOST_ITEMS):
            item = ResponseReasoningItem(id=f"r{index}", type="reasoning", summary=[])
            answer.feed(SimpleNamespace(type="response.output_item.added", output_index=index, item=item))
            answer.feed(SimpleNamespace(type="response.output_item.done", output_index=index, item=item))
            if index == MOST_ITEMS // 2:
                await asyncio.sleep(0)
        await answer.rows.until_written()

    asyncio.run(fed())
    # The last one is written with the end of the answer.
    assert sum(written) == MOST_ITEMS - 1 and len(written) <= 3


def test_a_call_with_broken_arguments_is_asked_for_again() -> None:
    call = {
        "id": "f",
        "type": "function_call",
        "call_id": "1",
        "name": "count_up",
        "arguments": '{"name": "bro',
    }
    body = {"id": "1", "object": "response", "output": [call], "usage": None}

    async def events() -> AsyncIterator[Any]:
        response = construct_type(type_=Response, value=body)
        yield SimpleNamespace(type="response.completed", response=response)

    with pytest.raises(
        ApplicationError, match="“count_up” broke off: its arguments are incomplete"
    ) as raised:
        asyncio.run(last_response(events(), "call"))
    assert not raised.value.non_retryable
