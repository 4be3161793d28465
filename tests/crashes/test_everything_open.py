"""An approval, a form, a timer, an event and an undo are open at the same time.

All parts die twice, and a long turn continues in another run of its workflow. Nothing is lost or happens twice.
"""

import asyncio
import uuid
from collections import Counter
from collections.abc import Iterator

import httpx2
import pytest

from agentex_web.delivery.client import temporal_client
from agentex_web.tasks.models import Task
from agentex_web.waits.models import Wait
from tests.support.approving import verdict, waiting
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import PARTS, Stack
from tests.support.waiting import until

SHORT = "--dynamic-config-value limit.historyCount.suggestContinueAsNew=20"
"""Option for Temporal: suggest a new run after 20 events instead of 4,096."""
KINDS = ["approval", "event", "form", "timer"]


@pytest.fixture
def short_histories(stack: Stack) -> Iterator[None]:
    """Kills all parts at the end, so that the next test starts a Temporal without the short limit."""
    yield
    for part in reversed(PARTS):
        if stack.runs(part):
            stack.kill(part)


def restart(stack: Stack) -> None:
    for part in reversed(PARTS):
        stack.kill(part)
    stack.start_services(AGENTEX_TEMPORAL_OPTIONS=SHORT)
    stack.restore()


def scripted(stack: Stack, words: str) -> None:
    stack.model.script_steps(
        step(function_call("book", {"what": words})), step(text("Booked.")), match=f"book for {words}"
    )
    stack.model.script_steps(
        step(function_call("delete", {"what": words})), step(text("Deleted.")), match=f"delete for {words}"
    )
    # A worker that is killed in the call asks again.
    stack.model.script(text("Hello, Ada."), match=f"greet Ada for {words}", times=None)


def open_waits(task: Task) -> dict[str, Wait]:
    return {wait.kind: wait for wait in waiting(task, len(KINDS))}


def runs_of(task: Task) -> int:
    async def count() -> int:
        client = await temporal_client()
        query = f'WorkflowId = "{task.workflow_id}"'
        return len([each async for each in client.list_workflows(query)])

    return asyncio.run(count())


def test_all_of_it_outlives_two_deaths_of_everything(
    stack: Stack, person: Person, short_histories: None
) -> None:
    kept, undone = uuid.uuid4().hex, uuid.uuid4().hex
    for words in (kept, undone):
        scripted(stack, words)
    task, other = person.begin("everything", kept), person.begin("everything", undone)
    waits, others = open_waits(task), open_waits(other)
    assert sorted(waits) == sorted(others) == KINDS
    restart(stack)
    for each, answered in ((task, waits["form"]), (other, others["form"])):
        answer = person.http.post(f"/tasks/{each.pk}/forms/{answered.pk}/", data={"field-answer": "Ada"})
        assert answer.status_code == 200, answer.text
    # The next step happens in another run, in which everything is still open.
    until(lambda: runs_of(task) > 1 and runs_of(other) > 1, stack.logs)
    restart(stack)
    assert verdict(person, waits["approval"]) == 200
    assert verdict(person, waits["approval"]) == 409
    assert person.http.post(f"/tasks/{task.pk}/waits/{waits['timer'].pk}/go-on/").status_code == 200
    path = "/" + waits["event"].payload["url"].split("/", 3)[3]
    assert httpx2.post(stack.url + path, json={"what": "a lamp"}).status_code == 202
    turn = ended(last_turn(task))
    assert turn.status == "done", turn.error
    assert turn.messages.get(author="system", content__startswith="Booked.").content == (
        "Booked.; Deleted.; Hello, Ada.; False; a lamp"
    )
    done = turn.messages.get(kind="tool_response", tool_name="delete")
    assert (done.status, done.content) == ("done", f"delete {kept}")
    # The other turn is undone completely, in reverse order.
    assert person.http.post(f"/tasks/{other.pk}/stop/", data={"undo": "1"}).status_code == 204
    turn = ended(last_turn(other))
    assert turn.status == "interrupted", turn.error
    assert not Wait.objects.filter(task=other, status="waiting").exists()
    lines = (stack.data / "everything.txt").read_text().splitlines()
    assert Counter(lines) == Counter(
        [
            f"book {kept}",
            f"delete {kept}",
            f"book {undone}",
            f"give back {undone}",
            f"cancel {undone}",
        ]
    )
    assert lines.index(f"give back {undone}") < lines.index(f"cancel {undone}")
    # The usage of both runs is counted once: five model calls, and three of the stopped turn.
    calls = [each.usage for each in last_turn(task).messages.all() if each.usage]
    assert last_turn(task).usage["output"] == sum(each["output"] for each in calls)
