"""OpenAI's own client talks to agents: streams and whole answers, chats that go on, and what is refused."""

import uuid

import openai
import pytest

from agentex_web.accounts import api_keys
from agentex_web.tasks.models import Task, Turn
from tests.support.model_server import function_call, reasoning, step, text
from tests.support.openai_site import client_of
from tests.support.people import Person, ended, last_turn
from tests.support.stack import ROOT, Stack


def test_a_streamed_response_and_the_next_one_are_one_chat(stack: Stack, person: Person) -> None:
    first = [reasoning("Let me think."), text("The first answer, 😀 and more.")]
    stack.model.script(*first, match="a first question")
    stack.model.script(text("The second answer."), match="a second question")
    with client_of(person) as client:
        with client.responses.stream(model="haiku", input="a first question") as stream:
            events = list(stream)
            final = stream.get_final_response()
        said = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        thought = [event.delta for event in events if event.type == "response.reasoning_summary_text.delta"]
        assert said == final.output_text == "The first answer, 😀 and more."
        assert "".join(thought) == "Let me think."
        assert (final.status, final.model) == ("completed", "haiku")
        assert final.usage is not None and final.usage.output_tokens > 0
        assert [event.sequence_number for event in events] == list(range(len(events)))
        second = client.responses.create(
            model="haiku", input="a second question", previous_response_id=final.id, metadata={"of": "a test"}
        )
        assert second.output_text == "The second answer." and second.previous_response_id == final.id
        assert client.responses.retrieve(second.id).to_dict() == second.to_dict()
    task = Task.objects.get(owner=person.user)
    assert [turn.parent_id for turn in task.turns.order_by("created_at")] == [None, _turn_of(final.id)]
    assert "The second answer." in person.http.get(task.get_absolute_url()).text
    given = [item.get("content") for item in stack.model.requests()[-1]["body"]["input"]]
    assert [each for each in given if isinstance(each, str)] == ["a first question", "a second question"]


def test_the_program_of_the_documentation_runs(
    stack: Stack, person: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    section = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("## OpenAI's interface")[2]
    program = section.partition("```python\n")[2].partition("```")[0]
    stack.model.script(text("Rain falls. "), match="Write about rain.")
    stack.model.script(text("Snow, too."), match="And snow?")
    _, key = api_keys.create(person.user)
    exec(program.replace("http://localhost:8000", person.url).replace("agx_…", key), {})
    assert capsys.readouterr().out == "Rain falls. Snow, too.\n"


def test_chat_completions_go_on_in_the_chat_of_their_history(stack: Stack, person: Person) -> None:
    stack.model.script(text("Once."), match="tell me once")
    stack.model.script(text("And again."), match="tell me again")
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "tell me once"}]
    with client_of(person) as client:
        answer = client.chat.completions.create(model="haiku", messages=messages)
        assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == ("Once.", "stop")
        messages += [
            {"role": "assistant", "content": "Once."},
            {"role": "user", "content": "tell me again"},
        ]
        stream = client.chat.completions.create(
            model="haiku", messages=messages, stream=True, stream_options={"include_usage": True}
        )
        chunks = list(stream)
    assert "".join(each.choices[0].delta.content or "" for each in chunks if each.choices) == "And again."
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None and chunks[-1].usage.completion_tokens > 0
    assert Task.objects.get(owner=person.user).turns.count() == 2


def test_wrong_keys_and_other_peoples_responses(stack: Stack, person: Person, stranger: Person) -> None:
    stack.model.script(text("For me alone."), match="whose response")
    with client_of(person) as mine, client_of(stranger) as theirs:
        response = mine.responses.create(model="haiku", input="whose response")
        for call in (theirs.responses.retrieve, theirs.responses.cancel, theirs.responses.delete):
            with pytest.raises(openai.NotFoundError, match="There is no response"):
                call(response.id)
        with pytest.raises(openai.NotFoundError):
            theirs.responses.create(model="haiku", input="mine?", previous_response_id=response.id)
        assert "haiku" in [model.id for model in mine.models.list()]
        mine.api_key = "agx_" + "x" * 43
        with pytest.raises(openai.AuthenticationError):
            mine.models.list()
    assert Turn.objects.filter(task__owner=stranger.user).count() == 0


def test_a_tool_call_is_shown_as_one_that_the_server_ran(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(text("I count."), function_call("count_up", {"name": "openai"}, "call_openai")),
        step(text("It ran.")),
        match="count for a client",
    )
    with (
        client_of(person) as client,
        client.responses.stream(model="slow_tools", input="count for a client") as s,
    ):
        final = s.get_final_response()
    shown = [(item.type, item.status) for item in final.output]
    assert shown == [("message", "completed"), ("mcp_call", "completed"), ("message", "completed")]
    assert "openai ran 1 time" in final.output[1].output


def test_a_client_that_goes_away_stops_nothing(stack: Stack, person: Person) -> None:
    stack.model.script(text("alpha beta gamma delta"), match="leave early", hold_after=2)
    with client_of(person) as client:
        with client.responses.create(model="haiku", input="leave early", stream=True) as stream:
            next(each for each in stream if each.type == "response.output_text.delta")
        stack.model.release()
        turn = ended(last_turn(Task.objects.get(owner=person.user)))
        assert turn.status == "done"
        response = client.responses.retrieve(f"resp_{turn.pk.hex}")
        assert response.output_text == "alpha beta gamma delta"
        stack.model.script(text("alpha beta gamma delta"), match="stop then", hold_after=2)
        background = client.responses.create(model="haiku", input="stop then", background=True)
        assert background.status in ("queued", "in_progress")
        assert client.responses.cancel(background.id).status == "cancelled"


def _turn_of(response_id: str) -> uuid.UUID:
    return uuid.UUID(response_id.removeprefix("resp_"))
