"""People who chat while parts fail. Their actions are random, from a seed."""

import asyncio
import contextlib
import random
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx2
from django.db import DatabaseError

from agentex_web.tasks.models import Task, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from tests.chaos.page import LOST, Page
from tests.support.model_server import ModelServer, function_call, text
from tests.support.people import Person

TOKENS_PER_SECOND = 40.0
AGENTS = ("haiku", "effects", "deciding")
DECIDING = "deciding"
MODEL_FAULTS = {
    "429": {"kind": "status", "status": 429, "retry_after": 1},
    "500": {"kind": "status", "status": 500},
    "dropped": {"kind": "drop"},
    "dropped in the answer": {"kind": "drop", "after": 9},
    "ended in the answer": {"kind": "end", "after": 9},
    "failed in the answer": {"kind": "failed", "after": 5},
}
ACCEPT_SECONDS = 60.0
"""Seconds within which a message must be accepted when no fault follows any more."""


@dataclass
class Ledger:
    """What people were told: which messages were accepted, and which answers they must get."""

    taken: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    decided: dict[str, list[str]] = field(default_factory=dict)
    """The accepted decisions of each wait. More than one is a failure."""
    refusals: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    """Messages that were not accepted in time."""
    acts: Counter[str] = field(default_factory=Counter)
    """How often people did what, and how often the model was told to fail in which way."""
    troubles: list[str] = field(default_factory=list)
    """What failed on the side of the people, such as a query during a full disk."""
    fault: str = "no fault yet"
    """The last fault that began."""
    bad_gateways: Counter[str] = field(default_factory=Counter)
    """Responses with 502 to Send, by fault."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when people shall be silent."""


class Chatter:
    """A person with one chat and one open page."""

    def __init__(
        self, person: Person, model: ModelServer, ledger: Ledger, seed: str, words: int, agent: str = "haiku"
    ) -> None:
        self.person, self.model, self.ledger, self.words = person, model, ledger, words
        self.agent = agent
        self.chance = random.Random(seed)
        self.page: Page | None = None
        self.task: Task | None = None
        self.living: asyncio.Task[None] | None = None

    async def chat(self) -> None:
        """Acts at random until the ledger's ``over`` is set."""
        await asyncio.sleep(self.chance.uniform(0, 3))
        first = self._words()
        data = {"agent": self.agent, "content": first}
        answer = await self._post("/tasks/", first, data)
        if answer is None or "HX-Redirect" not in answer.headers:
            raise RuntimeError(
                f"No chat could be begun: {answer and (answer.status_code, answer.text[:300])}"
            )
        self.task = await in_database(Task.objects.get, pk=answer.headers["HX-Redirect"].split("/")[2])
        self.page = Page(self.person, self.task, self.chance)
        # The page stays open, so that `judge` can compare it.
        self.living = asyncio.create_task(self.page.live())
        while not self.ledger.over.is_set():
            await asyncio.sleep(self.chance.uniform(0.3, 4))
            try:
                await self._act()
            except (*LOST, DatabaseError) as error:
                # The people's own queries and their model's scripts meet the faults, too.
                self.ledger.troubles.append(f"during {self.ledger.fault}: {error!r}")

    async def ask(self) -> None:
        """Starts a new chat, and returns when its turn is done."""
        words = self._words()
        answer = await self._post("/tasks/", words, {"agent": "haiku", "content": words})
        if answer is None:
            raise TimeoutError
        task = answer.headers["HX-Redirect"].split("/")[2]
        done = Turn.objects.filter(task_id=uuid.UUID(task), status=Turn.Status.DONE)
        while True:
            # The disk may be full just now.
            with contextlib.suppress(DatabaseError):
                if await in_database(done.exists):
                    return
            await asyncio.sleep(0.1)

    async def _act(self) -> None:
        acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (10, self._say),
            (3, self._say_two),
            (3, self._stop),
            (2, self._withdraw),
            (3, self._edit),
            (2, self._retry),
            (2, self._drop),
            (12 if self.agent == DECIDING else 0, self.decide),
        ]
        weights = [weight for weight, _ in acts]
        [(_, act)] = self.chance.choices(acts, weights)
        await act()

    async def decide(self) -> None:
        """Sends two different decisions for each open wait at the same time; only the first may be accepted."""
        if self.task is None or self.agent != DECIDING:
            return
        for wait_id, kind in await in_database(_waiting, self.task):
            if kind == "form":
                data = [{"field-answer": answer} for answer in ("yes", "no")]
                path = f"/tasks/{self.task.pk}/forms/{wait_id}/"
            else:
                data = [{"do": verdict} for verdict in ("approve", "reject")]
                path = f"/tasks/{self.task.pk}/approvals/{wait_id}/"
            self.chance.shuffle(data)
            answers = await asyncio.gather(*(self._try(path, each) for each in data))
            accepted = self.ledger.decided.setdefault(wait_id, [])
            accepted += [
                next(iter(each.values()))
                for each, answer in zip(data, answers, strict=True)
                if answer is not None and answer.is_success
            ]

    async def _say(self) -> None:
        words = self._words()
        await self._post(f"/tasks/{self._task.pk}/messages/", words, {"content": words})

    async def _say_two(self) -> None:
        await self._say()
        self.ledger.acts["queued behind an open turn"] += 1
        await self._say()

    async def _stop(self) -> None:
        self._count("stop", await self._try(f"/tasks/{self._task.pk}/stop/"))

    async def _withdraw(self) -> None:
        waiting = [turn for turn, status in self._turns.items() if status in ("pending", "queued")]
        if waiting:
            answer = await self._try(f"/tasks/{self._task.pk}/turns/{waiting[-1]}/withdraw/")
            self._count("withdraw", answer)
            if answer is not None and answer.status_code == 204:
                self.ledger.withdrawn.add(waiting[-1])

    async def _edit(self) -> None:
        ended = [turn for turn, status in self._turns.items() if status not in Turn.OPEN]
        if ended:
            words = self._words()
            path = f"/tasks/{self._task.pk}/turns/{self.chance.choice(ended)}/edit/"
            self._count("edit", await self._post(path, words, {"content": words}, refusals=(409,)))

    async def _retry(self) -> None:
        ended = [turn for turn, status in self._turns.items() if status not in Turn.OPEN]
        if ended:
            # The new turn gets its id from the server and has the same words as the retried turn.
            path = f"/tasks/{self._task.pk}/turns/{self.chance.choice(ended)}/retry/"
            self._count("retry", await self._try(path))

    async def _drop(self) -> None:
        if self.page is not None and self.page.drop():
            self.ledger.acts["socket dropped"] += 1

    def _count(self, act: str, answer: httpx2.Response | None) -> None:
        if answer is not None and answer.is_success:
            self.ledger.acts[act] += 1

    @property
    def _task(self) -> Task:
        assert self.task is not None
        return self.task

    @property
    def _turns(self) -> dict[str, str]:
        return self.page.turns if self.page is not None else {}

    def _words(self) -> str:
        return f"say {self.chance.getrandbits(40):010x}"

    async def _post(
        self, path: str, words: str, data: dict[str, str], refusals: tuple[int, ...] = ()
    ) -> httpx2.Response | None:
        """Sends a message until the site accepts it, as a page does. Also retries after a proxy's 5xx.

        Returns:
            None if it was not accepted `ACCEPT_SECONDS` after the last fault.
        """
        message = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        said = " ".join(f"{words.split()[1]}-{number}" for number in range(self.words))
        if self.chance.random() < 0.15:
            name, fault = self.chance.choice(list(MODEL_FAULTS.items()))
            await asyncio.to_thread(self.model.script, text(said), match=words, fault=fault)
            self.ledger.acts[f"model: {name}"] += 1
        if data.get("agent", self.agent) == DECIDING:
            await asyncio.to_thread(self._script_deletion, words)
        await asyncio.to_thread(
            self.model.script, text(said), match=words, times=None, tokens_per_second=TOKENS_PER_SECOND
        )
        self.ledger.answers[message] = said
        silent_at: float | None = None
        while True:
            if self.ledger.over.is_set():
                silent_at = silent_at or time.monotonic()
                if time.monotonic() - silent_at > ACCEPT_SECONDS:
                    self.ledger.unsent.append(f"{words} to {path}")
                    return None
            try:
                answer = await asyncio.to_thread(self.person.http.post, path, data={"id": message, **data})
            except LOST:
                await asyncio.sleep(0.5)
                continue
            if answer.is_success:
                # The response to an edit is 204, and the new turn gets its id from the server.
                if answer.status_code != 204:
                    self.ledger.taken[message] = words
                return answer
            if answer.status_code in refusals:
                return answer
            if answer.status_code == 502:
                self.ledger.bad_gateways[self.ledger.fault] += 1
            if answer.status_code < 500:
                self.ledger.refusals.append(f"{answer.status_code} {path}: {answer.text[:200]}")
                return answer
            await asyncio.sleep(0.5)

    def _script_deletion(self, words: str) -> None:
        """Scripts the turn's first agent: it calls its tool, and answers once it has the result."""
        asked = f"delete {words}"
        call = function_call("delete", {"what": words})
        self.model.script(call, match=asked, times=None, match_result=False)
        self.model.script(text("So be it."), match=asked, times=None, match_result=True)

    async def _try(self, path: str, data: dict[str, str] | None = None) -> httpx2.Response | None:
        try:
            return await asyncio.to_thread(self.person.http.post, path, data=data)
        except LOST:
            return None


def _waiting(task: Task) -> list[tuple[str, str]]:
    rows = Wait.objects.filter(task=task, status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE)
    return [(str(pk), kind) for pk, kind in rows.values_list("pk", "kind")]
