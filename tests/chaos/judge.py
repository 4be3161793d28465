"""Compares what people were told with the database, the pages, the model's requests and the side effects."""

import asyncio
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import commonprefix
from pathlib import Path

from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.waits.models import Wait
from tests.chaos.markup import Conversation, squeezed
from tests.chaos.page import LOST, Page, read
from tests.chaos.people import ACCEPT_SECONDS, Chatter, Ledger
from tests.support.model_server import ModelServer

END_SECONDS = 90.0
"""Seconds after which a chat is stuck whose open turns have stayed the same. Queued turns may take longer in all."""
ALL_SECONDS = 360.0
"""Seconds within which all turns must end after the last fault."""
PAGE_SECONDS = 60.0
"""Seconds within which a page must be correct. A page that missed a task's last event notices within 21 s
(`AGENTEX_SOCKET_CHECK_SECONDS`)."""
STEP_SECONDS = 60.0
"""Seconds that one step of the comparison may take, besides these waits."""
STOPPED_SECONDS = 2.0
"""The same in a run that is stopped."""
WORD = re.compile(r"say [0-9a-f]{10}")
WRONG = ("lost", "doubled", "stuck", "mixed", "page ≠ record", "fault did not happen", "not compared")


@dataclass
class Verdict:
    """The failures, with a line per case, and counts of what happened."""

    wrong: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in WRONG})
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        return not any(self.wrong.values())


async def judge(
    chatters: Sequence[Chatter],
    ledger: Ledger,
    model: ModelServer,
    data: Path,
    verdict: Verdict,
    stopped: asyncio.Event,
) -> None:
    """Adds to the verdict. A step that fails or takes too long is noted there, and the others go on.

    Args:
        stopped: if set, nothing is waited for any more, and open turns are counted, not stuck.
    """

    async def step(name: str, running: Awaitable[object], seconds: float = 0.0) -> None:
        task = asyncio.ensure_future(running)
        stopping = asyncio.create_task(stopped.wait())
        try:
            await asyncio.wait(
                {task, stopping}, timeout=seconds + STEP_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            await asyncio.wait({task}, timeout=STOPPED_SECONDS)
        finally:
            stopping.cancel()
            task.cancel()
        if not task.done():
            verdict.wrong["not compared"].append(f"{name}: it took too long")
        elif not task.cancelled() and (error := task.exception()):
            verdict.wrong["not compared"].append(f"{name}: {error!r}")

    requests: list[dict[str, object]] = []

    async def read_requests() -> None:
        requests.extend(await asyncio.to_thread(model.requests))

    await step("the turns' ends", _all_ended(chatters, verdict, stopped), ALL_SECONDS)
    pages = [each for each in chatters if each.page is not None]
    await asyncio.gather(
        *(
            step(f"the page of {each.task}", _judge_page(each, verdict, stopped), PAGE_SECONDS)
            for each in pages
        )
    )
    await step("the model's requests", read_requests())
    await step("the record", in_database(_judge_record, ledger, verdict))
    await step("what the model was given", in_database(_judge_requests, requests, verdict))
    await step("the tools' effects", in_database(_judge_effects, data / "effects", verdict))
    await step("the decisions", in_database(_judge_decisions, ledger, data / "deleted", verdict))
    verdict.wrong["stuck"] += [f"not accepted within {ACCEPT_SECONDS} s: {each}" for each in ledger.unsent]
    verdict.counts["refused"] = len(ledger.refusals)
    verdict.counts["people's own troubles"] = len(ledger.troubles)
    verdict.counts["502 after Send"] = ledger.bad_gateways.total()
    verdict.counts.update({f"502 after Send, {fault}": count for fault, count in ledger.bad_gateways.items()})
    verdict.counts.update({f"did: {act}": count for act, count in ledger.acts.items()})


async def _all_ended(chatters: Sequence[Chatter], verdict: Verdict, stopped: asyncio.Event) -> None:
    tasks = [each.task.pk for each in chatters if each.task is not None]
    began = time.monotonic()
    since: dict[object, tuple[list[str], float]] = {}

    def still_open() -> dict[object, list[str]]:
        found: defaultdict[object, list[str]] = defaultdict(list)
        turns = Turn.objects.filter(task_id__in=tasks, status__in=Turn.OPEN).select_related("task")
        for turn in turns.order_by("pk"):
            which = f"turn {turn.pk} of task {turn.task_id} ({turn.task.agent})"
            found[turn.task_id].append(f"{which} is {turn.status}: {turn.error}")
        return found

    while True:
        by_task, now = await in_database(still_open), time.monotonic()
        left = [each for turns in by_task.values() for each in turns]
        for task, turns in by_task.items():
            if task not in since or since[task][0] != turns:
                since[task] = (turns, now)
        moving = any(now - since[task][1] < END_SECONDS for task in by_task)
        if not moving or stopped.is_set() or now - began > ALL_SECONDS:
            break
        # Turns that wait for a person would never end by themselves.
        await asyncio.gather(*(each.decide() for each in chatters))
        await asyncio.sleep(0.5)
    if stopped.is_set():
        verdict.counts["turns open when the run was stopped"] = len(left)
    else:
        verdict.wrong["stuck"] += left


async def _judge_page(chatter: Chatter, verdict: Verdict, stopped: asyncio.Event) -> None:
    """Checks that the open page shows the same as a reloaded page. It may need time for a resync."""
    page, task = chatter.page, chatter.task
    assert page is not None and task is not None
    deadline = time.monotonic() + PAGE_SECONDS
    while True:
        late = stopped.is_set() or time.monotonic() > deadline
        if chatter.living is not None and chatter.living.done():
            error = chatter.living.exception()
            verdict.wrong["not compared"].append(f"the page of task {task.pk} has ended: {error!r}")
            return
        try:
            fresh = await read(page.person, page.task, next(iter(page.turns), ""))
        except LOST as error:
            # The effects of the last fault may not be over yet.
            if late:
                verdict.wrong["page ≠ record"].append(f"task {task.pk} cannot be read: {error!r}")
                return
            await asyncio.sleep(1)
            continue
        statuses = await in_database(_statuses, list(fresh.turns))
        found = differences(page, fresh, statuses)
        if not found or late:
            break
        await asyncio.sleep(0.5)
    verdict.counts["resyncs"] += page.resyncs
    if not found:
        verdict.counts["pages compared"] += 1
    elif stopped.is_set():
        verdict.counts["pages that were not current when the run was stopped"] += 1
    else:
        where = f"/tasks/{task.pk}/ ({chatter.agent}, {len(fresh.turns)} turns): "
        state = f"; the page has {page.state}; the record has version {fresh.version}"
        verdict.wrong["page ≠ record"].append(where + "; ".join(found) + state)


def differences(page: Page, fresh: Conversation, statuses: Mapping[str, str]) -> list[str]:
    """Compares a page as it stands with one read anew, and that with the record.

    Returns:
        What differs, a line each: turns by their ids, their order and status, messages by status and, for texts,
        the place where they begin to differ.
    """
    found = [f"turn {turn} is on the page only" for turn in page.turns.keys() - fresh.turns.keys()]
    found += [f"turn {turn} is not on the page" for turn in fresh.turns.keys() - page.turns.keys()]
    found += [
        f"turn {turn} is {page.turns[turn]} on the page, {status} when read anew"
        for turn, status in fresh.turns.items()
        if page.turns.get(turn, status) != status
    ]
    if not found and list(page.turns) != list(fresh.turns):
        found.append(
            f"the order of turns is {list(page.turns)} on the page, {list(fresh.turns)} when read anew"
        )
    found += [
        f"turn {turn} is {status} when read anew, {statuses.get(turn)} in the record"
        for turn, status in fresh.turns.items()
        if statuses.get(turn) != status
    ]
    for key in page.messages.keys() | fresh.messages.keys():
        shown, true = page.messages.get(key), fresh.messages.get(key)
        if shown is None or true is None:
            one = shown or true
            assert one is not None
            where = "not on the page" if shown is None else "on the page only"
            found.append(f"message {key} ({one.kind}, {one.status}, of turn {one.turn}) is {where}")
        elif shown.status != true.status:
            found.append(f"message {key} of turn {true.turn} is {shown.status}, {true.status} when read anew")
        elif true.kind == "text" and shown.text != true.text:
            # Reasoning and tools are compared by status only, answers also by their whole text.
            same = len(commonprefix([shown.text, true.text]))
            found.append(
                f"message {key} of turn {true.turn} has {len(shown.text)} characters, {len(true.text)} when read "
                f"anew; from {same}: {shown.text[same:][:40]!r}, {true.text[same:][:40]!r}"
            )
    return found


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
