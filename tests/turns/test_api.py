"""The API with all parts running: programs chat as docs/api.md shows."""

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from agentex_web.accounts import api_keys
from agentex_web.tasks.models import Message, Turn
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
WORDS = "Rain falls on the roof, on the road, and on whoever waits for the bus. " * 3


class Program:
    """A program with the key of a person."""

    def __init__(self, url: str, person: Person) -> None:
        self.url = f"{url}/api/v1"
        self.key = api_keys.create(person.user)[1]
        headers = {"Authorization": f"Bearer {self.key}"}
        self.http = httpx2.Client(base_url=self.url, headers=headers, timeout=PATIENCE, verify=False)

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.http.post(path, json=body or {})
        assert answer.status_code in (200, 201, 202), answer.text
        return answer.json()


@pytest.fixture
def program(stack: Stack, person: Person) -> Iterator[Program]:
    found = Program(stack.url, person)
    with found.http:
        yield found


def documented_client() -> Any:
    [source] = re.findall(
        r"```python\n(import http.client.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    names: dict[str, Any] = {}
    exec(compile(source, str(PAGE), "exec"), names)
    return names["events"]


def test_the_first_call_of_the_documents(stack: Stack, program: Program) -> None:
    stack.model.script(text("Drops on the window."), match="Write about rain, api.")
    agents = program.http.get("/agents").json()["data"]
    assert "haiku" in {each["name"] for each in agents}
    task = program.post("/tasks", {"agent": "haiku"})
    sent = program.post(f"/tasks/{task['id']}/messages?wait=60", {"content": "Write about rain, api."})
    assert sent["settled"] and sent["turn"]["status"] == "done"
    assert [(each["author"], each["content"]) for each in sent["messages"]] == [
        ("user", "Write about rain, api."),
        ("agent", "Drops on the window."),
    ]


@contextmanager
def cut_after(monkeypatch: pytest.MonkeyPatch, lines: int) -> Iterator[list[str]]:
    """Breaks each connection of the documented client after so many lines; yields the ids that it came back with."""
    import urllib.request

    opened, came_back = urllib.request.urlopen, []

    def breaking(request: Any, **options: Any) -> Any:
        came_back.append(request.headers.get("Last-event-id", ""))
        response = opened(request, **options)
        plain = iter(response)

        class Cut:
            def __enter__(self) -> Any:
                return self

            def __exit__(self, *_: object) -> None:
                response.close()

            def __iter__(self) -> Iterator[bytes]:
                # Further each time: a snapshot has to arrive as a whole.
                for _, line in zip(range(lines + 8 * len(came_back)), plain, strict=False):
                    yield line
                raise ConnectionResetError

        return Cut()

    monkeypatch.setattr(urllib.request, "urlopen", breaking)
    yield came_back
    monkeypatch.undo()


def test_the_documented_client_loses_and_doubles_nothing_when_it_is_cut(
    stack: Stack, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.model.script(text(WORDS), match="cut client", tokens_per_second=60)
    task = program.post("/tasks", {"agent": "haiku", "message": {"content": "cut client"}})
    url = f"{program.url}/tasks/{task['id']}/events?until=idle"
    monkeypatch.setattr("time.sleep", lambda _: threading.Event().wait(0.01))
    messages: dict[str, str] = {}
    statuses: list[str] = []
    with cut_after(monkeypatch, 8) as came_back:
        for name, data in documented_client()(url, program.key):
            if name == "message":
                messages[data["id"]] = data["content"]
            elif name == "delta":
                assert data["offset"] == len(messages[data["id"]])
                messages[data["id"]] += data["text"]
            elif name == "turn":
                statuses.append(data["status"])
    assert len(came_back) > 2 and all(came_back[1:])
    rows = Message.objects.filter(turn=task["id"])
    assert messages == {str(row.pk): row.content for row in rows}
    assert WORDS.strip() in [each.strip() for each in messages.values()]
    assert statuses[-1] == "done"


def test_stop(stack: Stack, program: Program) -> None:
    stack.model.script(text(WORDS), match="api stop", hold_after=5)
    task = program.post("/tasks", {"agent": "haiku", "message": {"content": "api stop"}})
    events = documented_client()(f"{program.url}/tasks/{task['id']}/events?until=idle", program.key)
    for name, data in events:
        # The first words are deltas, or in the snapshot.
        if name == "delta" or (name == "message" and data["author"] == "agent" and data["content"]):
            program.post(f"/tasks/{task['id']}/stop")
            break
    assert [data for name, data in events if name == "end"] == [{"reason": "idle"}]
    turn = ended(Turn.objects.get(pk=task["id"]))
    assert turn.status == "interrupted"


def test_an_approval(stack: Stack, program: Program) -> None:
    stack.model.script_steps(
        step(function_call("delete_file", {"name": "notes"}, "call_api")),
        step(text("It is done.")),
        match="api approval",
    )
    message = {"id": str(uuid.uuid4()), "content": "api approval"}
    task = program.post("/tasks", {"agent": "careful"})
    path = f"/tasks/{task['id']}/messages?wait=60"
    asked = program.post(path, message)
    [wait] = asked["waits"]
    assert asked["settled"] and asked["turn"]["status"] == "running" and "approve" in wait["actions"]
    decided = program.post(f"/tasks/{task['id']}/waits/{wait['id']}/decide", {"action": "approve"})
    assert decided["status"] == "decided"
    done = program.post(path, message)
    assert done["turn"]["status"] == "done" and done["messages"][-1]["content"] == "It is done."
