"""Behind nginx with the README's configuration, messages for a dead web process go to the other process."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentex_web.tasks.models import Turn
from tests.support.model_server import text
from tests.support.nginx import PROGRAM, nginx
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack, free_port

SENDS = 12
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed")


@pytest.fixture
def address(stack: Stack, tmp_path: Path) -> Iterator[str]:
    """The address of nginx, in front of the stack's web process and a dead one."""
    port = free_port()
    stack.start_web("second", port)
    with nginx(tmp_path, (stack.port, port)) as address:
        stack.kill("second")
        yield address


def test_a_dead_web_process_costs_no_message(stack: Stack, person: Person, address: str) -> None:
    stack.model.script(text("Heard."), match="behind nginx", times=None)
    task = person.begin("haiku", "behind nginx")
    ended(last_turn(task))
    ids = [str(uuid.uuid4()) for _ in range(SENDS)]
    for number in ids:
        data = {"id": number, "content": "behind nginx"}
        answer = person.http.post(f"{address}/tasks/{task.pk}/messages/", data=data)
        assert answer.status_code == 201, answer.text
    assert {ended(Turn.objects.get(pk=number)).status for number in ids} == {"done"}
    assert task.turns.count() == 1 + SENDS
    assert person.http.post(f"{address}/tasks/{task.pk}/stop/").status_code == 204
