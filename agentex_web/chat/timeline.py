"""What happened in a turn, and when: its calls of models and tools, its handoffs and its waits, as bars.

It is made from the messages that the chat shows, so it tells nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KT
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agentex_web.chat.timeline_scale import Scale
from agentex_web.tasks.models import Message, Turn

MOST_STEPS = 200
"""Limit on the steps that are shown."""
MOST_ROWS = 1_000
"""Limit on the messages that are read for them."""
NOTICEABLE = 1.0
"""In seconds: a turn that began sooner than this did not wait."""

Kind = Message.Kind
FIELDS = ("kind", "status", "agent_name", "tool_name", "tool_call_id", "attempt", "usage")
TEXTS = ("call", "inside", "label", "to")
"""Keys of a message's data. Read as texts: SQLite would give an id such as "0" as a number."""
NAMES: Mapping[str, Promise] = {
    Kind.APPROVAL: _("Approval"),
    Kind.FORM: _("Form"),
    Kind.WAIT: _("Wait"),
    Kind.HANDOFF: _("Handoff"),
    Kind.ERROR: _("Error"),
}
WAITS = ("queue", Kind.APPROVAL, Kind.FORM, Kind.WAIT)


@dataclass
class Step:
    """One step of a turn. Times are seconds since 1970.

    Attributes:
        kind: ``queue``, ``model``, or the kind of its message.
        depth: how many agents that are tools it is within.
        first: when the model began to answer; None if that is not known, or if it is another kind of step.
        end: None if it has not ended.
        is_moment: it took no time, as a handoff, or a call that did not run.
    """

    kind: str
    name: str | Promise
    begin: float
    end: float | None = None
    depth: int = 0
    detail: str = ""
    first: float | None = None
    status: str = Message.Status.DONE
    attempt: int = 1
    is_moment: bool = False
    usage: dict[str, int] = field(default_factory=dict)
    bar: "Bar | None" = None

    @property
    def seconds(self) -> float | None:
        # The clocks of two workers may differ.
        return None if self.end is None or self.is_moment else max(0.0, self.end - self.begin)

    @property
    def until_first(self) -> float | None:
        return None if self.first is None else max(0.0, self.first - self.begin)


@dataclass(frozen=True)
class Bar:
    """Where a step is drawn, in percent of the whole width.

    Attributes:
        until_first: the part before the first token.
    """

    x: str
    width: str
    until_first: str


@dataclass(frozen=True)
class Timeline:
    """The steps of a turn in order.

    Attributes:
        is_shortened: long waits are drawn shorter than they were.
        has_more: later steps are left out.
    """

    steps: list[Step]
    is_shortened: bool
    has_more: bool


def of_turn(turn: Turn) -> Timeline | None:
    """The timeline of a turn; None if nothing is known of its times. One query."""
    rows = turn.messages.exclude(kind=Kind.TOOL_RESPONSE).exclude(author=Message.Author.USER)
    times = ("started_at", "finished_at", "created_at")
    texts = {each: KT(f"data__{each}") for each in TEXTS}
    rows = rows.annotate(title=Left("content", 200), timing=F("data__timing"), **texts).order_by("position")
    found = list(rows.values(*FIELDS, *times, "title", "timing", *TEXTS)[: MOST_ROWS + 1])
    steps = _steps(found[:MOST_ROWS])
    if not steps:
        return None
    if turn.started_at and (turn.started_at - turn.created_at).total_seconds() >= NOTICEABLE:
        sent, began = turn.created_at.timestamp(), turn.started_at.timestamp()
        steps.insert(0, Step("queue", _("Waiting to begin"), sent, began))
    shown = steps[:MOST_STEPS]
    has_more = len(steps) > MOST_STEPS or len(found) > MOST_ROWS
    end = (turn.finished_at or timezone.now()).timestamp()
    if has_more:
        end = max(each.end or each.begin for each in shown)
    is_shortened = _draw(shown, end)
    return Timeline(shown, is_shortened, has_more)


def _steps(rows: Iterable[dict[str, Any]]) -> list[Step]:
    steps: list[Step] = []
    calls: dict[str, Step] = {}
    depths: dict[str, int] = {}
    for row in rows:
        depth = depths.get(row["inside"] or "", 0)
        if row["kind"] == Kind.TOOL_REQUEST:
            # Models may use an id twice.
            depths.setdefault(row["tool_call_id"], depth + 1)
        if row["call"]:
            if row["call"] not in calls:
                calls[row["call"]] = Step("model", row["agent_name"] or _("Model"), 0.0, None, depth)
                steps.append(calls[row["call"]])
            _add_part(calls[row["call"]], row)
        step = _own_step(row, depth)
        if step is not None:
            steps.append(step)
    # A model call of which no part has a time, as in imported chats, is no step.
    return [each for each in steps if each.begin]


def _add_part(call: Step, row: dict[str, Any]) -> None:
    """Adds what a part of the model's answer tells about the call."""
    call.attempt = max(call.attempt, row["attempt"] if row["kind"] != Kind.TOOL_REQUEST else 1)
    call.usage = row["usage"] or call.usage
    if row["kind"] != Kind.TOOL_REQUEST and row["status"] != Message.Status.DONE:
        call.status = row["status"]
    if row["timing"]:
        call.begin, call.first, call.end = row["timing"]
    elif call.first is None:
        begin, end = _seconds(row["started_at"]), _seconds(row["finished_at"])
        # A tool's times are those of its run, not those of the model's words.
        end = begin if row["kind"] == Kind.TOOL_REQUEST and not row["label"] else end
        call.begin = min(filter(None, (call.begin, begin)), default=0.0)
        call.end = max(filter(None, (call.end, end)), default=None)


def _own_step(row: dict[str, Any], depth: int) -> Step | None:
    """The step that the message is itself; None for the words of a model."""
    kind = row["kind"]
    if kind in (Kind.TEXT, Kind.REASONING):
        return None
    begin, end = _seconds(row["started_at"]) or 0.0, _seconds(row["finished_at"])
    if kind == Kind.TOOL_REQUEST:
        name, detail = row["label"] or row["tool_name"], ""
        # A call that did not run has only the time at which the model wrote it.
        is_moment = row["status"] == Message.Status.PENDING
    else:
        name, detail = NAMES[kind], row["tool_name"]
        begin = begin or end or _seconds(row["created_at"]) or 0.0
        is_moment = kind in (Kind.HANDOFF, Kind.ERROR)
    if kind == Kind.HANDOFF:
        detail = row["to"] or ""
    if kind in (Kind.FORM, Kind.WAIT):
        detail = row["title"]
    if is_moment:
        end = begin
    step = Step(kind, name, begin, end, depth, detail[:200], is_moment=is_moment)
    step.status, step.attempt = row["status"], row["attempt"]
    return step


def _draw(steps: list[Step], end: float) -> bool:
    """Gives each step its bar. Returns true if long waits are drawn shorter, so that the rest can be seen."""
    begin = min(each.begin for each in steps)
    scale = Scale(begin, end, [(each.begin, each.end or end) for each in steps if each.kind in WAITS])
    for each in steps:
        x, first = scale.at(each.begin), scale.at(each.first or each.begin)
        width = scale.at(each.end or end) - x
        each.bar = Bar(f"{min(x, 99.5):.2f}%", f"{max(width, 0.5):.2f}%", f"{max(first - x, 0):.2f}%")
    return scale.is_shortened


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
