"""Answering forms, timers and events: who may, what is validated, and that only the first answer counts."""

import io
import json
import re
import uuid
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from django.contrib.auth.models import Group, User
from django.core import signing
from django.test import Client
from django.utils import timezone
from pydantic import BaseModel, Field

from agentex_web import adk
from agentex_web.actions import deciding
from agentex_web.events import links, views
from agentex_web.events.models import ReceivedEvent
from agentex_web.events.receiving import open_and_take
from agentex_web.tasks.models import Agent, Attachment, Message, Task
from agentex_web.waits.models import Wait
from tests.support.accounts import account, ada, fresh_counts, kept_record, signed_in
from tests.support.waiting_rows import form_of, running_task, wait_of

__all__ = ["ada", "fresh_counts", "kept_record"]

pytestmark = pytest.mark.usefixtures("kept_record", "fresh_counts", "no_services")


class Trip(BaseModel):
    city: str = Field(min_length=2)
    people: int = Field(default=2, ge=1, le=9)
    meals: list[Literal["breakfast", "dinner"]] = []
    way: Literal["train", "ferry"] = "train"
    insured: bool
    nights: float | None = None
    stops: list[str] = []
    passport: adk.File | None = None


GOOD = {
    "field-city": "Oslo",
    "field-people": "3",
    "field-meals": ["1"],
    "field-way": "1",
    "field-insured": "false",
}


@pytest.fixture
def no_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disables deliveries: the tests check what is committed."""

    async def nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(deciding, "_deliver", nothing)
    monkeypatch.setattr(deciding, "report_in_time", nothing)
    monkeypatch.setattr(views, "_report", nothing)


@pytest.fixture
def agent() -> Iterator[Agent]:
    made = Agent.objects.create(
        name=f"asker-{uuid.uuid4().hex[:8]}", title="Asker", workflow="w", task_queue="nobody",
        seen_at=timezone.now(),
    )  # fmt: skip
    yield made
    Task.objects.filter(agent=made).delete()
    made.delete()


@pytest.fixture
def task(ada: User, agent: Agent) -> Task:
    return running_task(ada, agent)


def url(wait: Wait) -> str:
    action = "forms/{}/" if wait.kind == "form" else "waits/{}/go-on/"
    return f"/tasks/{wait.task_id}/{action.format(wait.pk)}"


def fresh(wait: Wait) -> Wait:
    return Wait.objects.get(pk=wait.pk)


def test_a_stranger_answers_nothing(task: Task) -> None:
    eve = signed_in(account("eve"))
    for wait in (form_of(task, Trip), wait_of(task, "timer", 2, deadline=timezone.now())):
        assert eve.post(url(wait), GOOD).status_code == 404
        assert Client(headers={"host": "127.0.0.1"}).post(url(wait), GOOD).status_code == 302
        assert fresh(wait).is_waiting


def test_an_answer_is_kept_as_json_values_once(ada: User, task: Task) -> None:
    wait, client = form_of(task, Trip, title="Your trip"), signed_in(ada, hx_request="true")
    page = client.get(f"/tasks/{task.pk}/").text
    assert 'data-kind="form"' in page and "Submit" in page and "Your trip" in page
    shown = client.post(url(wait), {**GOOD, "field-stops": "Kiel\r\n\r\nHamar", "field-nights": "2.5"})
    assert shown.status_code == 200 and "Answered:" in shown.text and "ferry" in shown.text
    decision = fresh(wait).decision
    assert decision == {
        "values": {
            "city": "Oslo", "people": 3, "meals": ["dinner"], "way": "ferry", "insured": False, "nights": 2.5,
            "stops": ["Kiel", "Hamar"], "passport": None,
        }
    }  # fmt: skip
    assert fresh(wait).decided_by == ada and fresh(wait).deliver_at is not None
    late = client.post(url(wait), GOOD)
    assert late.status_code == 409 and "already decided" in late.text


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"field-city": ""}, "Fill this in."),
    ({"field-city": "O"}, "At least 2 characters."),
    ({"field-people": "0"}, "At least 1."),
    ({"field-people": "12"}, "At most 9."),
    ({"field-people": "many"}, "Enter a number."),
    ({"field-insured": ""}, "Fill this in."),
    ({"field-way": "7"}, "is not one of"),
    ({"field-meals": ["5"]}, "is not one of"),
]


def test_a_fault_is_named_at_its_field_and_the_rest_is_kept(ada: User, task: Task) -> None:
    wait, client = form_of(task, Trip), signed_in(ada, hx_request="true")
    for fields, reason in FAULTS:
        answer = client.post(url(wait), {**GOOD, **fields})
        assert answer.status_code == 200 and 'class="field-error"' in answer.text, fields
        assert reason in answer.text.replace("&#x27;", "'"), fields
        assert 'value="1" checked' in answer.text or "field-meals" in fields, fields
        assert fresh(wait).is_waiting, fields
    # A browser without scripts is told with the status.
    assert signed_in(ada).post(url(wait), {**GOOD, **FAULTS[0][0]}).status_code == 400


def test_only_a_form_that_says_so_may_be_skipped(ada: User, task: Task) -> None:
    client = signed_in(ada, hx_request="true")
    must, may = form_of(task, Trip), form_of(task, Trip, 2, skippable=True)
    assert client.post(url(must), {"do": "skip"}).status_code == 400
    assert client.post(url(may), {"do": "skip"}).status_code == 200
    assert fresh(must).is_waiting and fresh(may).decision == {"skipped": True}


def test_a_file_belongs_to_the_chat(ada: User, task: Task) -> None:
    wait, client = form_of(task, Trip), signed_in(ada, hx_request="true")
    upload = io.BytesIO(b"Ada Lovelace")
    upload.name = "passport.txt"
    shown = client.post(url(wait), {**GOOD, "field-passport": upload})
    assert "passport.txt" in shown.text
    row = Attachment.objects.get(owner=ada)
    assert row.message_id == wait.pk
    assert fresh(wait).decision["values"]["passport"] == {
        "id": str(row.pk), "name": "passport.txt", "content_type": "text/plain",
    }  # fmt: skip
    assert Message.objects.get(pk=wait.pk).data["attachments"][0]["name"] == "passport.txt"
    # An answer that comes too late changes nothing; its file was never sent.
    late = io.BytesIO(b"Eve")
    late.name = "late.txt"
    assert client.post(url(wait), {**GOOD, "field-passport": late}).status_code == 409
    assert [each["name"] for each in Message.objects.get(pk=wait.pk).data["attachments"]] == ["passport.txt"]
    assert Attachment.objects.get(owner=ada, name="late.txt").message is None


def test_all_calls_of_a_turn_are_approved_together(ada: User, task: Task) -> None:
    group = Group.objects.create(name=f"desk-{uuid.uuid4().hex[:8]}").name
    call = {"arguments": {"euros": 4711}}
    one, two, three = (wait_of(task, "approval", number, title="pay", payload=call) for number in (1, 2, 3))
    theirs, form = wait_of(task, "approval", 4, title="pay", group=group), form_of(task, Trip, 5)
    address = f"/tasks/{task.pk}/approvals/{three.pk}/"
    page = signed_in(ada).get(f"/tasks/{task.pk}/").text
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    assert shown == [str(each.pk) for each in (one, two, three)]
    said = {"do": "all", "shown": [*shown, str(theirs.pk), "no id"]}
    late = wait_of(task, "approval", 6, title="pay")
    assert signed_in(account("eve")).post(address, said).status_code == 404
    assert fresh(one).is_waiting and fresh(three).is_waiting
    card = signed_in(ada, hx_request="true").post(address, said).text
    assert "Approved: " in card and "4711" in card  # It still says what was approved.
    assert [fresh(each).decision for each in (one, two, three)] == [{"verdict": "approve"}] * 3
    assert fresh(late).is_waiting  # Nobody has seen it.
    assert fresh(theirs).is_waiting and fresh(form).is_waiting


def test_what_the_agents_code_refuses_is_shown_again_with_its_files(ada: User, task: Task) -> None:
    wait, client = form_of(task, Trip), signed_in(ada, hx_request="true")
    passport = {"id": str(uuid.uuid4()), "name": "passport.txt", "content_type": "text/plain"}
    given = {"city": "Moon", "people": 3, "meals": ["dinner"], "insured": False, "passport": passport}
    Wait.objects.filter(pk=wait.pk).update(
        payload={**wait.payload, "given": given, "errors": {"city": "We do not fly there."}}
    )
    page = client.get(f"/tasks/{task.pk}/").text
    assert 'value="Moon"' in page and 'value="3"' in page and "passport.txt" in page
    client.post(url(wait), GOOD)
    values = fresh(wait).decision["values"]
    assert (values["city"], values["passport"]) == ("Oslo", passport)


def test_people_of_a_group_answer_what_is_theirs(ada: User, task: Task) -> None:
    group, bob = Group.objects.create(name=f"desk-{uuid.uuid4().hex[:8]}"), account("bob")
    bob.groups.add(group)
    wait = form_of(task, Trip, group=group.name)
    assert signed_in(ada).post(url(wait), GOOD).status_code == 404
    assert signed_in(bob, hx_request="true").post(url(wait), GOOD).status_code == 200
    assert fresh(wait).decided_by == bob
    group.delete()


def test_markup_in_a_form_is_text(ada: User, task: Task) -> None:
    form_of(
        task, {"type": "object", "properties": {"<b>x": {"type": "string", "title": "<script>1</script>"}}}
    )
    page = signed_in(ada).get(f"/tasks/{task.pk}/").text
    assert "<script>1" not in page and "&lt;script&gt;1" in page


def test_a_person_goes_on_before_the_time_is_over(ada: User, task: Task) -> None:
    wait, client = wait_of(task, "timer", deadline=timezone.now(), title="Until noon"), signed_in(ada)
    page = client.get(f"/tasks/{task.pk}/").text
    assert "Continue now" in page and "data-until" in page and "Until noon" in page
    assert client.post(url(wait)).status_code == 302
    assert fresh(wait).decision == {"early": True}
    assert client.post(url(wait)).status_code == 409


# Events.


def post(address: str, body: Any = None, **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body)
    path = "/" + address.split("/", 3)[3]
    return Client().post(
        path, data, content_type="application/json", headers={"host": "127.0.0.1", **headers}
    )


def event(task: Task, number: int = 1, name: str = "payment") -> Wait:
    return wait_of(task, "event", number, payload={"name": name, "url": links.link_of(task.pk, name)})


def test_an_event_decides_the_wait_and_counts_once(ada: User, task: Task) -> None:
    wait = event(task)
    address = wait.payload["url"]
    for _ in range(2):
        assert post(address, {"amount": 5}, idempotency_key="one").status_code == 202
    assert fresh(wait).decision == {"body": {"amount": 5}, "key": "one"} and fresh(wait).decided_by is None
    assert ReceivedEvent.objects.filter(task=task).count() == 1
    page = signed_in(ada).get(f"/tasks/{task.pk}/").text
    assert "Event received:" in page and "Data of the event" in page


def test_an_event_that_comes_early_is_taken_by_the_next_wait(task: Task) -> None:
    address = links.link_of(task.pk, "payment")
    assert post(address, [1, 2]).status_code == post(address, "later").status_code == 202
    assert post(links.link_of(task.pk, "other"), None).status_code == 202
    for number, body in ((1, [1, 2]), (2, "later")):
        waits = Wait(task=task, turn=task.head, kind="event", payload={"name": "payment"}, workflow_id="w")
        card = Message(pk=waits.pk, turn=task.head, position=f"{number:06}", author="agent", kind="wait")
        taken = open_and_take(task.pk, waits, card).result
        assert taken.decision == {"body": body, "key": taken.received_event.key}
        assert taken.deliver_at is None or fresh(taken).deliver_at is None


def test_an_address_that_was_not_made_here_or_is_too_old_or_of_a_gone_chat(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = links.link_of(task.pk, "payment")
    assert post("http://x/events/nonsense/").status_code == 404
    assert post(address[:-5] + "AAAA/").status_code == 404
    assert (
        post("http://x/events/" + signing.dumps([task.pk.hex, "payment"], salt="other") + "/").status_code
        == 404
    )
    assert Client(headers={"host": "127.0.0.1"}).get("/" + address.split("/", 3)[3]).status_code == 405
    with monkeypatch.context() as later:
        later.setattr(signing.time, "time", lambda: 9_999_999_999.0)
        assert post(address).status_code == 410
    Task.objects.filter(pk=task.pk).update(status="completed")
    assert post(address).status_code == 410
    task.delete()
    assert post(address).status_code == 410


def test_an_event_has_limits(task: Task, settings: Any) -> None:
    address = links.link_of(task.pk, "payment")
    assert post(address, b"{not json").status_code == 400
    for depth in (30_000, 900):
        assert post(address, b"[" * depth + b"]" * depth).status_code == 400
    assert post(address, b'"' + b"x" * 70_000 + b'"').status_code == 413
    settings.AGENTEX_EVENTS_PER_MINUTE = 5
    assert post(address, 1).status_code == 202
    refused = post(address, 2)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
