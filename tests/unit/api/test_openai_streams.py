"""Streams of OpenAI's interface: nothing is sent twice or lost, and OpenAI's own client reads them."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from django.utils import timezone
from openai import omit
from openai._models import construct_type_unchecked
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.lib.streaming.responses._responses import ResponseStreamState
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent

from agentex_web.api.openai.completion import Chunks, completion_of
from agentex_web.api.openai.errors import RESTARTED, ApiError
from agentex_web.api.openai.live_texts import LiveTexts
from agentex_web.api.openai.progress import Progress
from agentex_web.api.openai.response_events import ResponseEvents
from agentex_web.api.openai.response_object import response_of
from agentex_web.api.openai.state import TurnState
from agentex_web.api.openai.steps import Restarted, Said, Step
from agentex_web.api.openai.words import Words
from agentex_web.streams.events import Event, MessageDelta, MessageDone, MessageReset, MessageStarted
from agentex_web.streams.snapshot import Snapshot
from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.utf16 import utf16_length

Json = dict[str, Any]
TASK = Task(pk=uuid.uuid4(), agent_id="haiku")
TURN = Turn(
    pk=uuid.uuid4(),
    task=TASK,
    status=Turn.Status.DONE,
    created_at=timezone.now(),
    usage={"input": 7, "cached": 2, "output": 5, "reasoning": 1},
)


def row(content: str, kind: str = "text", **fields: Any) -> Message:
    given = {"pk": uuid.uuid4(), "turn": TURN, "position": f"{row.count:06}", "author": "agent", **fields}
    row.count += 1
    return Message(kind=kind, content=content, **given)


row.count = 1


def state(*rows: Message, status: str = Turn.Status.DONE, **fields: Any) -> TurnState:
    TURN.status = status
    return TurnState(TURN, list(rows), [], **fields)


def parsed(events: Iterable[Json]) -> tuple[Response, list[Any]]:
    """As the client of Python reads them; it raises an exception if they contradict each other."""
    reader = ResponseStreamState(text_format=omit, input_tools=[])
    seen: list[Any] = []
    for event in events:
        read: Any = construct_type_unchecked(type_=ResponseStreamEvent, value=json.loads(json.dumps(event)))
        assert type(read).__name__ != "dict", event
        seen += reader.handle_event(read)
    last = seen[-1]
    return last.response, seen


def streamed(steps: Iterable[Step]) -> tuple[Response, list[Any]]:
    made = ResponseEvents()
    events = made.opening(TurnState(TURN, [], [])) + [event for step in steps for event in made.of(step)]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    return parsed(events)


def chunks_of(steps: Iterable[Step]) -> list[Json]:
    made = Chunks(TurnState(TURN, [], []), with_usage=True)
    return made.opening() + [chunk for step in steps for chunk in made.of(step)]


def completion(chunks: list[Json]) -> Any:
    reader: Any = ChatCompletionStreamState()
    for chunk in chunks:
        reader.handle_chunk(construct_type_unchecked(type_=ChatCompletionChunk, value=chunk))
    return reader.get_final_completion()


def test_words_that_are_said_again_are_not_sent_again() -> None:
    words = Words()
    assert words.add("One two") == "One two"
    words.now = ""
    assert [words.add(each) for each in ("One", " tw", "o three", " four")] == ["", "", " three", " four"]
    assert words.catch_up(is_whole=True) == ""


def test_other_words_are_noticed_when_they_come() -> None:
    words = Words()
    words.add("One two")
    words.now = ""
    assert words.add("One") == ""
    assert words.add(" day") is None
    assert words.restart() == "One day" and words.add(" more") == " more"


@pytest.mark.parametrize(("whole", "found"), [("One", None), ("One two", ""), ("One two three", " three")])
def test_the_whole_text_decides(whole: str, found: str | None) -> None:
    words = Words()
    words.add("One two")
    words.now = whole
    assert words.catch_up(is_whole=True) == found


def test_a_response_with_everything_is_read_by_the_client() -> None:
    thought, said, then = row("Hm.", "reasoning"), row("Let me see."), row("It is 42.")
    request = row('{"q": 1}', "tool_request", status="pending", tool_name="ask", tool_call_id="call_1")
    response = row("42", "tool_response", tool_call_id="call_1")
    progress = Progress()
    steps = [*progress.says(thought, "H"), *progress.says(thought, "m."), *progress.take_row(thought)]
    steps += [*progress.says(said, "Let me"), *progress.says(said, " see."), *progress.take_row(request)]
    steps += [*progress.take_row(said), *progress.take_row(response), *progress.take_row(response)]
    request.status = "done"
    final, seen = streamed(steps + progress.take_state(state(thought, said, request, response, then)))
    assert [item.type for item in final.output] == ["reasoning", "message", "mcp_call", "message"]
    assert final.output_text == "Let me see.It is 42."
    call: Any = final.output[2]
    assert (call.name, call.arguments, call.output, call.status) == ("ask", '{"q": 1}', "42", "completed")
    assert final.usage is not None
    assert (final.usage.input_tokens, final.usage.total_tokens) == (7, 12)
    assert (
        "".join(each.delta for each in seen if each.type == "response.output_text.delta") == final.output_text
    )
    plain = Response.model_validate({**response_of(state(thought, said, request, response, then))})
    assert [item.id for item in plain.output] == [item.id for item in final.output]


def test_a_retried_call_with_the_same_words_goes_on() -> None:
    """A reasoning was complete and a text half said when the worker died."""
    thought, said = row("Hm.", "reasoning"), row("One two three")
    progress = Progress()
    steps = [*progress.says(thought, "Hm."), *progress.take_row(thought), *progress.says(said, "One two")]
    progress.begins_again(thought)
    progress.begins_again(said)
    steps += [*progress.says(thought, "Hm"), *progress.says(thought, "."), *progress.take_row(thought)]
    steps += [
        *progress.says(said, "One"),
        *progress.says(said, " two three"),
        *progress.take_state(state(thought, said)),
    ]
    assert [each.text for each in steps if isinstance(each, Said)] == ["Hm.", "One two", " three"]
    final, _ = streamed(steps)
    assert final.output_text == "One two three"
    assert completion(chunks_of(steps)).choices[0].message.content == "One two three"


def test_a_retried_call_with_other_words_begins_an_item_of_its_own() -> None:
    thought, said = row("Hm.", "reasoning"), row("Three four")
    progress = Progress()
    steps = [*progress.says(thought, "Ah."), *progress.take_row(row("Ah.", "reasoning", pk=thought.pk))]
    steps += progress.says(said, "One two")
    progress.begins_again(thought)
    progress.begins_again(said)
    steps += [*progress.says(thought, "Hm."), *progress.take_row(thought), *progress.says(said, "Three")]
    steps += progress.take_state(state(thought, said))
    final, seen = streamed(steps)
    assert final.output_text == "Three four"
    done = [each.item for each in seen if each.type == "response.output_item.done"]
    assert [(each.type, each.status) for each in done if each.type == "message"] == [
        ("message", "incomplete"),
        ("message", "completed"),
    ]
    assert final.output[-1].id == done[-1].id != done[1].id
    with pytest.raises(ApiError) as error:
        chunks_of(steps)
    assert error.value.code == RESTARTED


def test_a_text_that_is_withdrawn_is_no_part_of_the_response() -> None:
    said, other = row("One"), row("Two")
    progress = Progress()
    steps = [*progress.says(said, "One"), *progress.take_state(state(other))]
    assert streamed(steps)[0].output_text == "Two"
    with pytest.raises(ApiError):
        chunks_of(steps)


def test_texts_at_the_same_time_follow_each_other_in_a_completion() -> None:
    one, two = row("One two"), row("Three four")
    progress = Progress()
    steps = [*progress.says(one, "One"), *progress.says(two, "Three"), *progress.says(one, " two")]
    steps += [*progress.says(two, " four"), *progress.take_row(two), *progress.take_row(one)]
    chunks = chunks_of(steps + progress.take_state(state(one, two)))
    final = completion(chunks)
    assert (
        final.choices[0].message.content == completion_of(state(one, two))["choices"][0]["message"]["content"]
    )
    assert final.choices[0].finish_reason == "stop"
    assert chunks[-1]["choices"] == [] and chunks[-1]["usage"]["completion_tokens"] == 5


def test_reasoning_has_a_field_of_its_own_in_a_completion() -> None:
    thought, said = row("Hm.", "reasoning"), row("One")
    whole = completion_of(state(thought, said))["choices"][0]["message"]
    assert (whole["content"], whole["reasoning_content"]) == ("One", "Hm.")
    progress = Progress()
    deltas = [
        each["choices"][0]["delta"] for each in chunks_of(progress.take_state(state(thought, said)))[:-1]
    ]
    assert {"reasoning_content": "Hm."} in deltas and {"content": "One"} in deltas


@pytest.mark.parametrize(
    ("status", "cut", "kind", "ends", "finish"),
    [
        ("done", {}, "completed", "completed", "stop"),
        ("interrupted", {}, "incomplete", "cancelled", "stop"),
        ("failed", {"message": "m"}, "incomplete", "incomplete", "length"),
        ("failed", {}, "failed", "failed", None),
    ],
)
def test_every_end_of_a_turn_ends_the_response(
    status: str, cut: Json, kind: str, ends: str, finish: str | None
) -> None:
    said = row("One", status="done" if status == "done" else status)
    progress = Progress()
    TURN.cut, TURN.error = cut, "It broke." if status == "failed" else ""
    try:
        steps = progress.take_state(state(said, status=status))
        final, seen = streamed(steps)
        assert (seen[-1].type, final.status) == (f"response.{kind}", ends)
        assert final.error is None if ends != "failed" else final.error.message == "It broke."
        if finish is None:
            with pytest.raises(ApiError, match="It broke"):
                chunks_of(steps)
        else:
            assert chunks_of(steps)[-2]["choices"][0]["finish_reason"] == finish
    finally:
        TURN.cut, TURN.error, TURN.status = {}, "", Turn.Status.DONE


def test_a_wait_for_a_person_is_said_at_the_end() -> None:
    said = row("I ask.")
    steps = Progress().take_state(state(said, notice="Decide: http://a/tasks/1/"))
    final, _ = streamed(steps)
    assert final.status == "incomplete" and final.output_text == "I ask.Decide: http://a/tasks/1/"
    assert completion(chunks_of(steps)).choices[0].message.content == "I ask.\n\nDecide: http://a/tasks/1/"


def events(message: uuid.UUID, texts: list[str], attempt: int = 1) -> list[Event]:
    made: list[Event] = [MessageStarted(str(message), str(TURN.pk), "000001", attempt=attempt, call="c")]
    offset = 0
    for text in texts:
        made.append(MessageDelta(str(message), offset, text, attempt))
        offset += utf16_length(text)
    return made


def live_texts(live: LiveTexts, given: list[Event]) -> list[str | None]:
    taken = [live.take(each) for each in given]
    return [each.text for each in taken if each is not None]


def test_live_texts_are_those_of_the_attempt_that_counts() -> None:
    live, message = LiveTexts(TURN.pk), uuid.uuid4()
    assert live_texts(live, events(message, ["One 😀", " two"])) == [None, "One 😀", " two"]
    late = MessageDelta(str(message), 8, " late", 1)
    again = [MessageReset("c", 1), *events(message, ["Other"], 2), late]
    assert live_texts(live, again) == [None, "Other"]
    assert [each.text for each in live.texts] == ["Other"] and not live.has_gap
    assert live_texts(live, events(message, ["Lost"], 1)) == []
    live.take(MessageDone(str(message), str(TURN.pk)))
    assert live.texts == []


def test_a_lost_delta_is_noticed_and_other_turns_and_inner_agents_are_left_out() -> None:
    live, message = LiveTexts(TURN.pk), uuid.uuid4()
    one, two, three = events(message, ["One", " two"])
    live.take(one)
    live.take(three)
    assert live.has_gap and two
    others: list[Event] = [
        MessageStarted(str(uuid.uuid4()), str(uuid.uuid4()), "1"),
        MessageStarted(str(uuid.uuid4()), str(TURN.pk), "1", inside="call_1"),
        MessageStarted(str(uuid.uuid4()), str(TURN.pk), "1", kind="reasoning", checks=True),
        MessageStarted(str(uuid.uuid4()), str(TURN.pk), "1", kind="tool_request"),
    ]
    snapshot = Snapshot("5-0")
    for event in (one, two, *others):
        snapshot.apply(event)
    live.begin(snapshot)
    assert [each.text for each in live.texts] == ["One"] and not live.has_gap
    assert live_texts(live, [three]) == [" two"]


def test_only_what_changes_is_said_after_a_snapshot() -> None:
    progress, said = Progress(), row("One two")
    assert progress.says(said, "One")[-1] == Said(said.pk, "One")
    assert progress.says_so_far(said, "One two") == [Said(said.pk, " two")]
    assert progress.says_so_far(said, "One") == [] == progress.says_so_far(said, "")
    assert progress.says_so_far(said, "No") == [Restarted(said.pk, "No")]
