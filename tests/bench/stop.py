"""From Stop, or from a tripped guardrail, until the model server sees its client disconnect."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.conf import settings
from django.core.management import call_command
from openai import OpenAI

from agentex_web.tasks.models import Task
from tests.bench.figures import Figure
from tests.support.documented import own_worker, write_examples
from tests.support.environment import AGENTS, ROOT
from tests.support.model_server import Json, ModelServer, text
from tests.support.people import Person, ended, last_turn, new_person
from tests.support.stack import Stack
from tests.support.stopping import client_gone
from tests.support.waiting import PATIENCE, until

ANSWER = "one two three four five"
PASSWORD = "the password, but wait for the file"


def measure(runs: int) -> Iterator[Figure]:
    call_command("migrate", verbosity=0)
    documented = settings.DATA_DIR / "documented"
    documented.mkdir()
    folders = [AGENTS, ROOT / "tests" / "agents", write_examples(documented)]
    with patch.dict(os.environ, AGENTEX_AGENT_DIRS=",".join(map(str, folders))):
        stack = Stack(settings.DATA_DIR)
        try:
            stack.start()
            with new_person(stack.url) as person:
                yield from _figures(stack, person, runs)
        finally:
            stack.stop()


def _figures(stack: Stack, person: Person, runs: int) -> Iterator[Figure]:
    alone = [_client_alone(stack.model) for _ in range(runs)]
    how = "Reference: the OpenAI client closes its stream; until the model's server has seen it."
    yield Figure("OpenAI client alone leaves", "ms", alone, how)

    def repeat(once: Callable[[Stack, Person], float]) -> list[float]:
        return [once(stack, person) for _ in range(runs)]

    yield _against(alone, "Stop in the middle of an answer", repeat(_midway))
    yield _against(alone, "Stop before the first token", repeat(_early))
    yield _against(alone, "Stop, while the worker waits to end", repeat(_in_the_grace))
    with _own_worker(stack):
        yield _against(alone, "Stop, with the worker of docs/agents.md", repeat(_documented))
    yield _against(alone, "an input guardrail trips", repeat(_guardrail))
    ends = [_server_ends() for _ in range(runs)]
    yield Figure("model server: SIGTERM until its end, with an open stream", "ms", ends)


def _against(alone: list[float], name: str, taken: list[float]) -> Figure:
    ratio = sorted(taken)[len(taken) // 2] / sorted(alone)[len(alone) // 2]
    return Figure(f"{name} → client gone", "ms", taken, f"{ratio:.1f} times the client alone.")


def _client_alone(model: ModelServer) -> float:
    model.clear()
    model.script(text(ANSWER), hold_after=3)
    with OpenAI(base_url=model.url, api_key="none", max_retries=0) as client:
        stream = client.responses.create(model="bench", input="leave", stream=True)
        model.wait_for(lambda record: record["held"], match="leave")
        left = time.monotonic()
        stream.close()
    record = model.wait_for(lambda one: one["outcome"] == "client_disconnected", match="leave")
    return 1000 * float(record["disconnected_at"] - left)


def _midway(stack: Stack, person: Person) -> float:
    return _stopped(stack, person, _held(stack, person, "stop midway"))


def _documented(stack: Stack, person: Person) -> float:
    return _stopped(stack, person, _held(stack, person, "stop my own worker", "essayist"))


def _early(stack: Stack, person: Person) -> float:
    stack.model.clear()
    stack.model.script(text(ANSWER), match="stop early", first_token_after=PATIENCE)
    task = person.begin("haiku", "stop early")
    stack.model.wait_for(lambda record: True, match="stop early")
    return _stopped(stack, person, task)


def _in_the_grace(stack: Stack, person: Person) -> float:
    task = _held(stack, person, "stop in the grace")
    os.kill(stack.pid("worker"), signal.SIGTERM)
    until(lambda: "The worker stops" in stack.log("worker"), stack.logs)
    took = _gone_after(stack, person, task)
    stack.kill("worker", signal.SIGTERM)
    stack.start_worker()
    ended(last_turn(task))
    return took


def _guardrail(stack: Stack, person: Person) -> float:
    stack.model.clear()
    stack.model.script(text("the password is swordfish"), match=PASSWORD, hold_after=3)
    go_on = stack.data / "guard.go"
    turn = last_turn(person.begin("guarded", PASSWORD))
    stack.model.wait_for(lambda record: record["held"], match=PASSWORD)
    began = time.monotonic()
    go_on.touch()
    gone = client_gone(stack, PASSWORD)
    ended(turn)
    go_on.unlink()
    return _milliseconds(gone, began)


def _held(stack: Stack, person: Person, words: str, agent: str = "haiku") -> Task:
    """A task whose answer is held in the middle."""
    stack.model.clear()
    stack.model.script(text(ANSWER), match=words, hold_after=3)
    task = person.begin(agent, words)
    stack.model.wait_for(lambda record: record["held"], match=words)
    return task


def _stopped(stack: Stack, person: Person, task: Task) -> float:
    took = _gone_after(stack, person, task)
    ended(last_turn(task))
    return took


def _gone_after(stack: Stack, person: Person, task: Task) -> float:
    began = time.monotonic()
    person.stop(task)
    return _milliseconds(client_gone(stack, ""), began)


def _milliseconds(gone: Json, began: float) -> float:
    return 1000 * float(gone["disconnected_at"] - began)


@contextmanager
def _own_worker(stack: Stack) -> Iterator[None]:
    """Runs the worker of docs/agents.md instead of ours."""
    stack.kill("worker")
    script = stack.data / "own_worker.py"
    script.write_text("import sys\nsys.path.insert(0, '.')\n" + own_worker())
    own = subprocess.Popen([sys.executable, str(script)], cwd=ROOT, env=stack.environment)
    try:
        yield
    finally:
        own.terminate()
        own.wait(PATIENCE)
        stack.start_worker()


def _server_ends() -> float:
    server = ModelServer()
    server.script(text(ANSWER), hold_after=1)
    with OpenAI(base_url=server.url, api_key="none", max_retries=0) as client:
        client.responses.create(model="bench", input="x", stream=True)
        server.wait_for(lambda record: record["held"])
        began = time.monotonic()
        server.stop()
        return 1000 * (time.monotonic() - began)
