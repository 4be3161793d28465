"""OpenAI's interface: which chat a message goes to, repeated requests, errors, and answers that are followed."""

import asyncio
import base64
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import AsyncClient
from django.utils import timezone
from pytest_django import Settings

from agentex_web.accounts import api_keys
from agentex_web.accounts.own_data import _account
from agentex_web.actions.open_sockets import TooManySockets
from agentex_web.api.openai import accepting, bodies, following
from agentex_web.api.openai.given import NOTICE
from agentex_web.api.openai.models import Exchange
from agentex_web.journal.turn_status import move
from agentex_web.streams.events import MessageDelta, MessageDone, MessageReset, MessageStarted, TurnChanged
from agentex_web.tasks.models import Agent, Attachment, Message, Task, Turn
from agentex_web.tasks.setup_faults import FOR_PEOPLE
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from tests.support.openai_site import Json, Site, content_of, events_of, text_of
from tests.support.own_chats import a_chat, an_agent, answer, somebody

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, fresh_counts: None) -> Site:
    return Site(monkeypatch, somebody())


@pytest.fixture
def agent() -> Agent:
    return an_agent("Quiet")


def user(text: str) -> Json:
    return {"role": "user", "content": text}


def assistant(text: str) -> Json:
    return {"role": "assistant", "content": text}


async def asked(site: Site, agent: Agent, *messages: Json, answered: str = "", **fields: Any) -> Turn:
    """Sends the messages in the background of a test, and answers them."""
    sending = await site.begun("chat/completions", {"model": agent.pk, "messages": messages, **fields})
    turn = site.turn
    if answered:
        await in_database(answer, turn, answered)
        site.stream.add(TurnChanged(str(turn.pk), "done"))
        found = await sending
        assert found.status_code == 200, found.content
        assert found.json()["choices"][0]["message"]["content"] == answered
        assert found.headers["X-Agentex-Chat"] == str(turn.task_id)
    else:
        sending.cancel()
    return turn


async def test_only_a_valid_key_counts_and_errors_are_those_of_openai(site: Site, agent: Agent) -> None:
    client = AsyncClient()
    await in_database(client.force_login, site.person, "allauth.account.auth_backends.AuthenticationBackend")
    for headers in ({}, {"authorization": "Bearer agx_" + "x" * 43}, {"authorization": "Basic YTpi"}):
        found = await client.get("/v1/models", headers=headers)
        assert found.status_code == 401 and found.json()["error"]["code"] == "invalid_api_key"
        assert found.headers["WWW-Authenticate"] == "Bearer"
    for method, path, status in (
        ("get", "", 404),
        ("post", "embeddings", 404),
        ("get", "models/nobody", 404),
        ("get", "models/", 404),
        ("delete", "models", 405),
        ("options", "responses", 405),
        ("get", "responses/resp_1", 404),
        ("get", f"responses/resp_{uuid.uuid4().hex}", 404),
        ("post", f"responses/resp_{uuid.uuid4().hex}/cancel", 404),
    ):
        found = await site.request(method, path)
        assert found.status_code == status, path
        assert set(found.json()["error"]) == {"message", "type", "param", "code"}
    for body in ("", "[]", "{", '{"a": NaN}', "[" * 5_000, '"\\ud800"', '{"model": "a", "input": "\\ud800"}'):
        found = await site.post("responses", body)
        assert found.status_code in (400, 404), body
    assert agent.pk and not site.delivered


async def test_models_are_the_agents_that_the_person_may_use(site: Site, agent: Agent) -> None:
    def prepare() -> None:
        an_agent("Secret").groups.add(Group.objects.create(name="few"))
        an_agent("Gone", available=False)

    await in_database(prepare)
    found = (await site.request("get", "models")).json()
    assert [(each["id"], each["name"]) for each in found["data"]] == [(agent.pk, "Quiet")]
    one = await site.request("get", f"models/{agent.pk}")
    assert one.json() == found["data"][0]


async def test_a_history_that_the_key_began_goes_on_in_its_chat(site: Site, agent: Agent) -> None:
    first = await asked(site, agent, user("One"), answered="First.")
    second = await asked(site, agent, user("One"), assistant("First."), user("Two"), answered="Second.")
    assert (second.task_id, second.parent_id) == (first.task_id, first.pk)
    history = [user("One"), assistant("First."), user("Two"), assistant("Second.")]
    third = await asked(site, agent, *history, user("Three"), answered="Third.")
    assert (third.task_id, third.parent_id) == (first.task_id, second.pk)
    # An earlier message again, or an edited one: another branch of the same chat.
    edited = await asked(site, agent, *history[:2], user("Two, edited"), answered="Other.")
    assert (edited.task_id, edited.parent_id) == (first.task_id, first.pk)
    task = await site.row(Task, pk=first.task_id)
    assert task.head_id == edited.pk and task.owner_id == site.person.pk


async def test_the_same_words_in_two_chats_are_told_apart_by_their_answers(site: Site, agent: Agent) -> None:
    one = await asked(site, agent, user("Hi"), answered="Hello.")
    two = await asked(site, agent, user("Hi"), answered="Good day.")
    assert one.task_id != two.task_id
    after = await asked(site, agent, user("Hi"), assistant("Hello."), user("More"))
    assert after.task_id == one.task_id
    # A client that went away has the beginning of the answer.
    after = await asked(site, agent, user("Hi"), assistant("Good"), user("More"))
    assert after.task_id == two.task_id
    other = await asked(site, agent, user("Hi"), assistant("What?"), user("More"))
    assert other.task_id not in (one.task_id, two.task_id)


async def test_another_key_and_another_agent_begin_chats_of_their_own(
    site: Site, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await asked(site, agent, user("Hi"), answered="Hello.")
    history = (user("Hi"), assistant("Hello."), user("More"))
    another = await in_database(an_agent)
    assert (await asked(site, another, *history)).task_id != first.task_id
    stranger = await in_database(Site, monkeypatch, await in_database(somebody))
    assert (await asked(stranger, agent, *history)).task_id != first.task_id


async def test_an_unknown_history_becomes_the_beginning_of_a_chat(site: Site, agent: Agent) -> None:
    turn = await asked(site, agent, user("One"), assistant("First."), user("Two"), answered="Second.")
    before = await site.row(Turn, pk=turn.parent_id)
    assert before.items == [{"role": "user", "content": "One"}, {"role": "assistant", "content": "First."}]
    assert await in_database(
        lambda: [each.content for each in Message.objects.filter(turn__task=turn.task_id)]
    ) == [
        "One",
        "First.",
        "Two",
        "Second.",
    ]
    task = await site.row(Task, pk=turn.task_id)
    assert (task.head_id, task.title, task.is_temporary) == (turn.pk, "One", False)
    # And it goes on there.
    history = [user("One"), assistant("First."), user("Two"), assistant("Second.")]
    assert (await asked(site, agent, *history, user("Three"))).task_id == turn.task_id


async def test_an_unknown_history_has_a_limit(site: Site, agent: Agent) -> None:
    history = [message for number in range(1_001) for message in (user(f"{number}"), assistant("Yes."))]
    body = {"model": agent.pk, "messages": [*history, user("Hi " + "x" * 70_000)]}
    refused = await site.post("chat/completions", body)
    assert refused.status_code == 400 and "2,002 earlier messages" in refused.json()["error"]["message"]
    assert not await in_database(Task.objects.count)


async def test_a_refused_message_leaves_no_chat_of_its_history(site: Site, agent: Agent) -> None:
    missing = {"type": "file", "file": {"file_id": f"file-{uuid.uuid4().hex}"}}
    messages = [user("One"), assistant("First."), {"role": "user", "content": [missing]}]
    refused = await site.post("chat/completions", {"model": agent.pk, "messages": messages})
    assert refused.status_code == 400 and "no longer available" in refused.json()["error"]["message"]
    assert not await in_database(Task.objects.count)


async def test_metadata_is_a_part_of_the_exported_data(site: Site, agent: Agent) -> None:
    turn = await asked(site, agent, user("One"), metadata={"order": "7"})
    data = await in_database(_account, site.person, [])
    assert [(each["pk"], each["exchange__given"]["metadata"]) for each in data["requests"]] == [
        (turn.pk, {"order": "7"})
    ]


async def test_a_chat_can_be_named(site: Site, agent: Agent) -> None:
    task = await in_database(a_chat, site.person, "A question", "An answer", agent)
    named = {"metadata": {"chat_id": str(task.pk)}}
    turn = await asked(site, agent, user("And"), **named)
    assert (turn.task_id, turn.parent_id) == (task.pk, task.head_id)
    theirs = await in_database(a_chat, await in_database(somebody))
    found = await site.post(
        "chat/completions",
        {"model": agent.pk, "messages": [user("Hi")], "metadata": {"chat_id": str(theirs.pk)}},
    )
    assert found.status_code == 404 and len(site.delivered) == 1


async def test_a_response_goes_on_after_the_one_that_it_names(site: Site, agent: Agent) -> None:
    async def respond(text: str, previous: str | None = None, **fields: Any) -> Json:
        body = {
            "model": agent.pk,
            "input": text,
            "previous_response_id": previous,
            "background": True,
            **fields,
        }
        found = await site.post("responses", body)
        assert found.status_code == 200, found.content
        return found.json()

    first = await respond("One", metadata={"of": "a test"})
    assert (first["status"], first["background"], first["metadata"]) == ("queued", True, {"of": "a test"})
    await in_database(answer, site.turn, "First.")
    second = await respond("Two", first["id"])
    assert second["previous_response_id"] == first["id"]
    assert second["conversation"] == first["conversation"]
    busy = await site.post(
        "responses", {"model": agent.pk, "input": "No", "previous_response_id": first["id"]}
    )
    assert busy.status_code == 409
    await in_database(answer, site.turn, "Second.")
    other = await respond("Two again", first["id"])
    assert other["previous_response_id"] == first["id"]
    await in_database(answer, site.turn, "Other.")
    added = await respond("At the end", conversation=first["conversation"]["id"])
    assert added["previous_response_id"] == other["id"]
    read = (await site.request("get", f"responses/{first['id']}")).json()
    assert read["output"][0]["content"][0]["text"] == "First." and read["metadata"] == {"of": "a test"}
    items = (await site.request("get", f"responses/{first['id']}/input_items")).json()
    assert items["data"][0]["content"] == [{"type": "input_text", "text": "One"}]
    streamed = await site.request("get", f"responses/{first['id']}?stream=true")
    assert text_of(events_of(await content_of(streamed))) == "First."
    refused = await site.request("delete", f"responses/{first['id']}")
    assert refused.status_code == 409 and first["conversation"]["id"][5:] in refused.content.decode().replace(
        "-", ""
    )


async def test_deleting_the_only_response_deletes_the_chat(site: Site, agent: Agent) -> None:
    found = (await site.post("responses", {"model": agent.pk, "input": "One", "background": True})).json()
    gone = await site.request("delete", f"responses/{found['id']}")
    assert gone.json() == {"id": found["id"], "object": "response", "deleted": True}
    assert (await site.request("get", f"responses/{found['id']}")).status_code == 404
    assert (await site.row(Task, pk=site.turn.task_id)).delete_at is not None


async def test_a_repeated_request_sends_nothing_twice(site: Site, agent: Agent) -> None:
    body = {"model": agent.pk, "input": "Once", "background": True}
    named = {"idempotency-key": "of this test"}
    one, two = await site.post("responses", body, **named), await site.post("responses", body, **named)
    assert one.json()["id"] == two.json()["id"] and len(site.delivered) == 1
    other = await site.post("responses", {**body, "input": "Other"}, **named)
    assert other.status_code == 400 and other.json()["error"]["code"] == "idempotency_key_reused"
    # OpenAI's clients repeat requests by themselves.
    again = {"x-stainless-retry-count": "1"}
    plain = {**body, "input": "Plain"}
    first = await site.post("responses", plain, **{"x-stainless-retry-count": "0"})
    assert (await site.post("responses", plain, **again)).json()["id"] == first.json()["id"]
    assert (await site.post("responses", plain)).json()["id"] != first.json()["id"]
    assert len(site.delivered) == 3


async def test_repeated_requests_at_the_same_time_send_one_message(
    site: Site, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await site.post("responses", {"model": agent.pk, "input": "One", "background": True})
    await in_database(answer, site.turn, "An answer")
    body = {"model": agent.pk, "input": "Two", "background": True, "previous_response_id": first.json()["id"]}
    named = {"idempotency-key": "at once"}
    sent = await site.post("responses", body, **named)
    known = iter([False])
    real = accepting.was_sent
    # The second one looked before the first one was committed.
    monkeypatch.setattr(accepting, "was_sent", lambda *given: next(known, None) is None and real(*given))
    again = await site.post("responses", body, **named)
    assert again.status_code == 200 and again.json()["id"] == sent.json()["id"]
    assert await in_database(Turn.objects.filter(task=site.turn.task_id).count) == 2


async def test_reasons_for_staff_are_told_to_staff_alone(site: Site, agent: Agent) -> None:
    sent = await site.post("responses", {"model": agent.pk, "input": "One", "background": True})
    failed = {"status": "failed", "error": "The model's server refused the key: sk-…"}
    await in_database(lambda: Turn.objects.filter(pk=site.turn.pk).update(**failed))
    found = (await site.request("get", f"responses/{sent.json()['id']}")).json()
    assert found["status"] == "failed" and found["error"]["message"] == FOR_PEOPLE


async def test_a_request_that_django_refuses_gets_an_error_of_openai(site: Site) -> None:
    answered = await AsyncClient(raise_request_exception=False).get(
        "/v1/models", headers={"host": "evil.example"}
    )
    assert answered.status_code == 400 and answered.json()["error"]["type"] == "invalid_request_error"


async def test_a_body_with_countless_values_is_refused(
    site: Site, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MOST_VALUES", 100)
    body = {"model": agent.pk, "input": "One", "background": True, "metadata": [[]] * 100}
    assert (await site.post("responses", body)).status_code == 413


async def test_instructions_are_given_to_the_agent(site: Site) -> None:
    takes = await in_database(lambda: an_agent(declared={"instructions": True}))
    turn = await asked(site, takes, {"role": "system", "content": "Be brief."}, user("Hi"))
    assert (await site.row(Turn, pk=turn.pk)).instructions == "Be brief."
    assert (await site.row(Message, pk=turn.pk)).content == "Hi"
    takes_none = await in_database(an_agent)
    system = {"role": "developer", "content": "Be brief."}
    turn = await asked(site, takes_none, system, user("Hi"), answered="Hello.")
    assert (await site.row(Message, pk=turn.pk)).content == "Be brief.\n\nHi"
    turn = await asked(
        site, takes_none, system, user("Hi"), assistant("Hello."), user("More"), answered="Yes."
    )
    assert (await site.row(Message, pk=turn.pk)).content == "More"
    assert (await site.row(Task, pk=turn.task_id)).title == "Hi"


async def test_choices_parameters_and_temporary_chats(site: Site) -> None:
    fields = [
        {"name": "city", "label": "City", "kind": "text"},
        {"name": "days", "label": "Days", "kind": "integer"},
    ]
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
    }
    declared = {"temperature": [0, 1], "efforts": ["low"], "parameters": {"fields": fields, "schema": schema}}
    agent = await in_database(lambda: an_agent(declared=declared))
    body = {"model": agent.pk, "input": "Hi", "background": True, "store": False, "temperature": 0.5}
    missing = await site.post("responses", body)
    assert missing.status_code == 400 and "City" in missing.json()["error"]["message"]
    given = {**body, "metadata": {"city": "Ulm", "days": "3"}, "reasoning": {"effort": "high"}}
    found = (await site.post("responses", given)).json()
    assert (found["temperature"], found["reasoning"]["effort"], found["store"]) == (0.5, None, False)
    task = await site.row(Task, pk=site.turn.task_id)
    assert (task.parameters, task.is_temporary) == ({"city": "Ulm", "days": 3}, True)


async def test_files_are_stored_and_attached(
    site: Site, agent: Agent, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    url = "data:text/plain;base64," + base64.b64encode(b"Some words.").decode()
    part = {"type": "input_file", "filename": "a.txt", "file_data": url}
    found = await site.post(
        "responses", {"model": agent.pk, "background": True, "input": [{"role": "user", "content": [part]}]}
    )
    assert found.status_code == 200, found.content
    row = await site.row(Attachment, owner=site.person)
    assert (row.name, row.message_id, row.text) == ("a.txt", site.turn.pk, "Some words.")
    many = [{"role": "user", "content": [part] * (settings.AGENTEX_ATTACHMENT_COUNT + 1)}]
    refused = await site.post("responses", {"model": agent.pk, "input": many})
    assert refused.status_code == 400 and await in_database(Attachment.objects.count) == 1


async def test_limits_and_rights_are_those_of_the_browser(
    site: Site, agent: Agent, settings: Settings
) -> None:
    body = {"model": agent.pk, "input": "Hi", "background": True}
    nobody = await site.post("responses", {**body, "model": "nobody"})
    assert nobody.status_code == 404 and nobody.json()["error"]["code"] == "model_not_found"
    settings.AGENTEX_MESSAGE_LENGTH = 10
    assert (await site.post("responses", {**body, "input": "x" * 11})).status_code == 400
    settings.AGENTEX_OPEN_TURNS = 1
    assert (await site.post("responses", body)).status_code == 200
    many = await site.post("responses", body)
    assert many.status_code == 429 and many.headers["Retry-After"] == "10"
    settings.AGENTEX_OPEN_TURNS, settings.AGENTEX_MESSAGES_PER_MINUTE = 0, 1
    many = await site.post("responses", body)
    assert many.status_code == 429 and int(many.headers["Retry-After"]) > 0
    assert many.json()["error"]["type"] == "rate_limit_error"


async def followed(site: Site, agent: Agent, **fields: Any) -> tuple[Any, Turn]:
    response = await site.post("responses", {"model": agent.pk, "input": "Hi", "stream": True, **fields})
    assert response.status_code == 200 and response.headers["Content-Type"] == "text/event-stream"
    return response, site.turn


async def test_a_stream_goes_on_over_a_retry_and_over_lost_events(site: Site, agent: Agent) -> None:
    response, turn = await followed(site, agent)
    reading = asyncio.create_task(content_of(response))
    await site.stream.subscribed.wait()
    message, turn_id = uuid.uuid4(), str(turn.pk)

    def begun(attempt: int) -> MessageStarted:
        return MessageStarted(str(message), turn_id, "000001000001", attempt=attempt, call="c")

    def delta(offset: int, text: str, attempt: int) -> MessageDelta:
        return MessageDelta(str(message), offset, text, attempt)

    site.stream.add(begun(1), delta(0, "One two", 1), MessageReset("c", 1), begun(2), delta(0, "One", 2))
    site.stream.lose(delta(3, " two three", 2))
    site.stream.add(delta(13, " four", 2))

    def end() -> None:
        Message.objects.create(
            pk=message, turn=turn, position="000001000001", author="agent", content="One two three four"
        )
        move(turn.task_id, turn.pk, "done", finished_at=timezone.now())

    await in_database(end)
    site.stream.add(MessageDone(str(message), turn_id), TurnChanged(turn_id, "done"))
    events = events_of(await reading)
    assert text_of(events) == "One two three four"
    assert (
        events[-1]["type"] == "response.completed"
        and events[-1]["response"]["output"][0]["status"] == "completed"
    )


async def test_a_settled_stream_sends_only_what_is_complete(site: Site, agent: Agent) -> None:
    response, turn = await followed(site, agent, stream_options={"settled": True})
    reading = asyncio.create_task(content_of(response))
    await site.stream.subscribed.wait()
    site.stream.add(MessageStarted(str(uuid.uuid4()), str(turn.pk), "1", call="c"))
    await in_database(answer, turn, "Complete.")
    site.stream.add(TurnChanged(str(turn.pk), "done"))
    deltas = [each["delta"] for each in events_of(await reading) if each["type"].endswith("text.delta")]
    assert deltas == ["Complete."]


async def test_without_any_event_the_rows_end_the_stream(
    site: Site, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "QUIET_SECONDS", 0.01)
    response, turn = await followed(site, agent)
    parts: list[bytes] = []
    async for part in response.streaming_content:
        parts.append(part)
        if part.startswith(b":"):
            await in_database(answer, turn, "From the record.")
    assert text_of(events_of(b"".join(parts))) == "From the record."


async def test_a_wait_for_a_person_ends_the_response_and_says_where_to_decide(
    site: Site, agent: Agent
) -> None:
    sending = await site.begun("responses", {"model": agent.pk, "input": "Send it"})
    turn, wait = site.turn, uuid.uuid4()

    def ask() -> None:
        move(turn.task_id, turn.pk, "running")
        # In the order of a turn: what is read as soon as there is a wait has all that was before it.
        Message.objects.create(turn=turn, position="000001", author="agent", usage={"input": 5, "output": 2})
        Message.objects.create(pk=wait, turn=turn, position="000002", author="agent", kind="approval")
        Wait.objects.create(
            pk=wait, task=turn.task, turn=turn, kind="approval", title="Send mail", workflow_id="w"
        )

    await in_database(ask)
    site.stream.add(MessageDone(str(wait), str(turn.pk)))
    found = (await sending).json()
    assert found["status"] == "incomplete"
    assert found["incomplete_details"] == {"reason": "waiting_for_person"}
    assert found["usage"]["total_tokens"] == 7
    said = found["output"][-1]["content"][0]["text"]
    assert said == (
        f"{NOTICE}: “Send mail”. Decide here: http://testserver/tasks/{turn.task_id}/ Then it goes on in the chat."
    )
    await in_database(lambda: Wait.objects.filter(pk=wait).update(status="decided"))
    read = (await site.request("get", f"responses/{found['id']}")).json()
    assert (read["status"], read["output"]) == ("in_progress", [])


@pytest.mark.parametrize("stops", [True, False])
async def test_a_client_that_goes_away_stops_the_turn_only_if_it_says_so(
    site: Site, agent: Agent, stops: bool
) -> None:
    headers = {"x-agentex-on-disconnect": "stop"} if stops else {}
    sending = await site.begun("chat/completions", {"model": agent.pk, "messages": [user("Hi")]}, **headers)
    sending.cancel()
    await asyncio.wait({sending})
    others = asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]
    if others:
        await asyncio.wait(others, timeout=2)
    turn = await site.row(Turn, pk=site.turn.pk)
    assert turn.status == ("interrupted" if stops else "pending")


async def test_open_answers_are_limited(site: Site, agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_many(*_: Any) -> None:
        raise TooManySockets

    monkeypatch.setattr(site.sockets, "opened", too_many)
    many = await site.post("responses", {"model": agent.pk, "input": "Hi"})
    assert many.status_code == 429 and many.headers["Retry-After"]
    response, _ = await followed(site, agent)
    assert events_of(await content_of(response))[-1]["code"] == "rate_limit_exceeded"


async def test_a_revoked_key_ends_the_stream(site: Site, agent: Agent) -> None:
    response, _ = await followed(site, agent)
    reading = asyncio.create_task(content_of(response))
    await site.stream.subscribed.wait()
    await in_database(api_keys.ApiKey.objects.filter(pk=site.key.pk).update, revoked_at=timezone.now())
    await site.sockets.checks[-1]()
    events = events_of(await reading)
    assert events[-1]["type"] == "error" and "no longer works" in events[-1]["message"]


async def test_a_stop_is_a_cancelled_response(site: Site, agent: Agent) -> None:
    found = (await site.post("responses", {"model": agent.pk, "input": "Hi", "background": True})).json()
    cancelled = await site.post(f"responses/{found['id']}/cancel", {})
    assert cancelled.json()["status"] == "cancelled"
    assert (await site.post(f"responses/{found['id']}/cancel", {})).json()["status"] == "cancelled"
    assert await in_database(Exchange.objects.count) == 1
