"""Messages and stops are delivered although Redis hangs (neither answers nor refuses).

``make bench ARGS=hung-redis`` measures how fast.
"""

import os
import signal
from collections.abc import Iterator

import pytest
from redis import Redis

from agentex_web.services import redis_url
from agentex_web.turns.payloads import SignalName
from tests.support.costs import signals
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until


@pytest.fixture
def redis_process(stack: Stack) -> Iterator[int]:
    """The process id of Redis. The process is resumed after the test."""
    with Redis.from_url(redis_url()) as redis:
        process = int(redis.info("server")["process_id"])
    yield process
    os.kill(process, signal.SIGCONT)


def test_a_message_does_not_wait_for_it(stack: Stack, person: Person, redis_process: int) -> None:
    stack.model.script(text("First."), match="before it hangs")
    stack.model.script(text("Second."), match="while it hangs")
    task = person.begin("haiku", "before it hangs")
    with person.socket(task) as socket:
        socket.until_turn("done")
        os.kill(redis_process, signal.SIGSTOP)
        turn = person.send(task, "while it hangs")
        # A message that still waits may be delivered again.
        until(lambda: signals(task).count(SignalName.RECEIVE_EVENT) >= 2, stack.logs)
        until(lambda: f"Task {task.pk}: Redis is slow" in stack.log("web"), stack.logs)
        os.kill(redis_process, signal.SIGCONT)
        # The events of the message were too late, so the page resyncs.
        socket.until(lambda frame: frame["type"] == "resync")
    assert ended(turn).status == "done"


def test_a_stop_does_not_wait_for_it(stack: Stack, person: Person, redis_process: int) -> None:
    stack.model.script(text("one two three"), match="stop while it hangs", hold_after=1)
    task = person.begin("haiku", "stop while it hangs")
    stack.model.wait_for(lambda record: record["held"], match="stop while it hangs")
    os.kill(redis_process, signal.SIGSTOP)
    person.stop(task)
    until(lambda: SignalName.STOP in signals(task), stack.logs)
    os.kill(redis_process, signal.SIGCONT)
    assert ended(last_turn(task)).status == "interrupted"
