"""Compares what people were told with the database, the pages, the model's requests and the side effects."""

import asyncio
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from tests.chaos.markup import Conversation, squeezed
from tests.chaos.page import LOST, Page, read
from tests.chaos.people import Chatter, Ledger
from tests.support.model_server import ModelServer

END_SECONDS = 90.0
"""Seconds within which all turns must end after the last fault."""
PAGE_SECONDS = 60.0
"""Seconds within which a page must be correct. A page that missed a task's last event notices within 21 s
(`AGENTEX_SOCKET_CHECK_SECONDS`)."""
WORD = re.compile(r"say [0-9a-f]{10}")


@dataclass
class Verdict:
    """The failures, with a line per case, and counts of what happened."""

    wrong: dict[str, list[str]] = field(
        default_factory=lambda: {"lost": [], "doubled": [], "stuck": [], "mixed": [], "page ≠ record": []}
    )
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        return not any(self.wrong.values())


async def judge(chatters: Sequence[Chatter], ledger: Ledger, model: ModelServer, data: Path) -> Verdict:
    verdict = Verdict()
    await _all_ended(chatters, verdict)
    await asyncio.gather(*(_judge_page(each.page, verdict) for each in chatters if each.page is not None))
    requests = await asyncio.to_thread(model.requests)
    await in_database(_judge_record, ledger, verdict)
    await in_database(_judge_requests, requests, verdict)
    await in_database(_judge_effects, data / "effects", verdict)
    await in_database(_judge_decisions, ledger, data / "deleted", verdict)
    verdict.counts["refused"] = len(ledger.refusals)
    verdict.counts["502 after Send"] = ledger.bad_gateways
    return verdict


async def _all_ended(chatters: Sequence[Chatter], verdict: Verdict) -> None:
    tasks = [each.task.pk for each in chatters if each.task is not None]
    deadline = time.monotonic() + END_SECONDS

    def still_open() -> list[str]:
        turns = Turn.objects.filter(task_id__in=tasks, status__in=Turn.OPEN)
        return [f"turn {turn.pk} of task {turn.task_id} is {turn.status}: {turn.error}" for turn in turns]

    while True:
        left = await in_database(still_open)
        if not left or time.monotonic() > deadline:
            break
        # Turns that wait for a person would never end by themselves.
        await asyncio.gather(*(each.decide() for each in chatters))
        await asyncio.sleep(0.5)
    verdict.wrong["stuck"] += left


async def _judge_page(page: Page, verdict: Verdict) -> None:
    """Checks that the open page shows the same as a reloaded page. It may need time for a resync."""
    deadline = time.monotonic() + PAGE_SECONDS
    while True:
        try:
            fresh = await read(page.person, page.task, next(iter(page.turns), ""))
        except LOST as error:
            # The effects of the last fault may not be over yet.
            if time.monotonic() > deadline:
                verdict.wrong["page ≠ record"].append(f"task {page.task.pk} cannot be read: {error!r}")
                return
            await asyncio.sleep(1)
            continue
        differences = _differences(page, fresh)
        if not differences or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.5)
    verdict.wrong["page ≠ record"] += [f"task {page.task.pk}: {each}" for each in differences]
    statuses = await in_database(_statuses, list(fresh.turns))
    if statuses != fresh.turns:
        verdict.wrong["page ≠ record"].append(f"task {page.task.pk} read again: {fresh.turns} ≠ {statuses}")
    verdict.counts["resyncs"] += page.resyncs


def _differences(page: Page, fresh: Conversation) -> list[str]:
    found = [] if page.turns == fresh.turns else [f"turns {page.turns} ≠ {fresh.turns}"]
    # Reasoning and tools are compared by status only, answers also by their whole text.
    shown = {k: (v.status, v.text if v.kind == "text" else "") for k, v in page.messages.items()}
    true = {k: (v.status, v.text if v.kind == "text" else "") for k, v in fresh.messages.items()}
    changed = [key for key in shown.keys() | true.keys() if shown.get(key) != true.get(key)]
    return found + [f"message {key}: {shown.get(key)} ≠ {true.get(key)}" for key in changed]


def _statuses(ids: list[str]) -> dict[str, str]:
    return {str(pk): status for pk, status in Turn.objects.filter(pk__in=ids).values_list("pk", "status")}


def _judge_record(ledger: Ledger, verdict: Verdict) -> None:
    turns = {str(turn.pk): turn for turn in Turn.objects.prefetch_related("messages")}
    verdict.wrong["lost"] += [
        f"message {each} was taken and has no turn" for each in ledger.taken if each not in turns
    ]
    for pk, turn in turns.items():
        verdict.counts[turn.status] += 1
        if turn.status == "failed":
            verdict.counts[f"failed: {turn.error[:80]}"] += 1
        answers = [
            squeezed(row.content)
            for row in turn.messages.all()
            if row.author == Message.Author.AGENT and row.kind == Message.Kind.TEXT
        ]
        if turn.status != Turn.Status.DONE or pk not in ledger.answers:
            continue
        expected = squeezed(ledger.answers[pk])
        if len(answers) > 1:
            verdict.wrong["doubled"].append(f"turn {pk} has {len(answers)} answers")
        elif answers != [expected]:
            verdict.wrong["mixed"].append(f"turn {pk}: {answers} instead of {expected}")


def _judge_requests(requests: Sequence[dict[str, object]], verdict: Verdict) -> None:
    """Checks that the model is only given messages of the turn's own branch."""
    parents = {str(pk): parent for pk, parent in Turn.objects.values_list("pk", "parent_id")}
    words: defaultdict[str, set[str]] = defaultdict(set)
    for content, pk in Message.objects.filter(author=Message.Author.USER).values_list("content", "pk"):
        # A message belongs to several turns if one of them was retried.
        words[content].add(str(pk))
    for request in requests:
        said = WORD.findall(json.dumps(request["body"]))
        if not said or said[-1] not in words:
            continue
        verdict.counts["model requests"] += 1
        branches = [_branch(turn, parents) for turn in words[said[-1]]]
        foreign = min(([each for each in said if not words[each] & branch] for branch in branches), key=len)
        if foreign:
            verdict.wrong["mixed"].append(f"the request for {said[-1]} holds {foreign} of another branch")


def _branch(turn: str, parents: Mapping[str, object]) -> set[str]:
    """The turn and its ancestors."""
    found: set[str] = set()
    while turn != "None":
        found.add(turn)
        turn = str(parents.get(turn))
    return found


def _judge_effects(path: Path, verdict: Verdict) -> None:
    """Checks that every finished turn has its side effect, and counts effects that retries repeated.

    An activity must not run again once its result is stored.
    """
    effects = Counter(path.read_text().split() if path.exists() else ())
    verdict.counts["effects"] = effects.total()
    verdict.counts["effects repeated by a retry"] = sum(count - 1 for count in effects.values())
    done = Turn.objects.filter(task__agent="effects", status="done").values_list("pk", flat=True)
    verdict.wrong["lost"] += [
        f"turn {pk} is done without its effect" for pk in map(str, done) if not effects[pk]
    ]


def _judge_decisions(ledger: Ledger, path: Path, verdict: Verdict) -> None:
    """Checks that each wait has only the decision that was accepted, and that approved effects happen once."""
    waits = {
        str(wait.pk): wait for wait in Wait.objects.filter(task__agent="deciding").select_related("turn")
    }
    verdict.counts["decisions"] = sum(wait.status == "decided" for wait in waits.values())
    for pk, accepted in ledger.decided.items():
        wait = waits.get(pk)
        kept = _said(wait) if wait is not None else None
        if len(accepted) > 1:
            verdict.wrong["doubled"].append(f"wait {pk} was decided {len(accepted)} times: {accepted}")
        elif accepted and kept != accepted[0]:
            verdict.wrong["lost"].append(f"wait {pk} was decided as {accepted[0]} and is {kept}")
    deleted = Counter(path.read_text().splitlines() if path.exists() else ())
    verdict.counts["approved effects"] = deleted.total()
    approved, done = Counter[str](), Counter[str]()
    for wait in waits.values():
        if wait.kind == Wait.Kind.APPROVAL and _said(wait) == "approve":
            what = wait.payload["arguments"]["what"]
            approved[what] += 1
            done[what] += wait.turn.status == Turn.Status.DONE
    for what in deleted | approved:
        if deleted[what] > approved[what]:
            verdict.wrong["doubled"].append(
                f"“{what}” was approved {approved[what]} times and happened {deleted[what]} times"
            )
        if deleted[what] < done[what]:
            verdict.wrong["lost"].append(f"“{what}” was approved, and its turn is done without it")


def _said(wait: Wait) -> str | None:
    """The decision in the database; None if the wait is not decided."""
    if wait.status != Wait.Status.DECIDED:
        return None
    decision = wait.decision or {}
    return str(decision.get("verdict") or decision.get("values", {}).get("answer"))
