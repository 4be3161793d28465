"""View models of waits: the cards of approvals, forms, timers and events, with what their reader may do."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from agentex_web.actions.deciding import may_allow, may_change
from agentex_web.chat.message_views import MessageView, within
from agentex_web.chat.questions.fields import AnswerField, answer_fields_of
from agentex_web.chat.questions.shown import Answer, answers_of
from agentex_web.chat.waits.argument_fields import ArgumentField, argument_fields_of
from agentex_web.tasks.models import Message
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import allowed_tools, open_for, waits_of_messages

CARDS = (Message.Kind.APPROVAL, Message.Kind.FORM, Message.Kind.WAIT)


@dataclass(frozen=True)
class Argument:
    """One argument of a tool call. ``is_json`` is true if its value is shown as JSON instead of text."""

    name: str
    value: str
    is_json: bool


@dataclass
class WaitView:
    """A wait as one person sees it.

    Attributes:
        may_decide: True if this person may decide it.
        is_allowed: True if the tool now runs in this chat without asking.
        given: for a form, what the person entered, if it has errors.
        errors: these errors, by field.
    """

    wait: Wait
    may_decide: bool
    is_allowed: bool = False
    given: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> list[ArgumentField]:
        """The arguments as a form; empty if they cannot be changed."""
        if not may_change(self.wait):
            return []
        return argument_fields_of(self.wait.payload.get("arguments"), self.wait.payload.get("schema") or {})

    @property
    def may_answer(self) -> bool:
        """True if a person may answer in the tool's place: a function call that one person approves."""
        return may_change(self.wait)

    @property
    def may_allow(self) -> bool:
        """True if the tool can be always allowed in the chat, which only the chat's owner can do."""
        return may_allow(self.wait)

    @property
    def approved_by(self) -> list[str]:
        """The people who have approved so far, if several must."""
        return [each.name for each in self.wait.decisions.all()]

    @property
    def changed(self) -> list[Argument]:
        """The arguments that a person changed before approving."""
        given = (self.wait.decision or {}).get("arguments")
        before = self.wait.payload.get("arguments")
        if not isinstance(given, dict) or not isinstance(before, dict):
            return []
        return [_argument(name, value) for name, value in given.items() if before.get(name) != value]

    @property
    def form_errors(self) -> dict[str, str]:
        """The errors of the last answer, by field: found here, or reported by the agent's code."""
        return self.errors or self.wait.payload.get("errors", {})

    @property
    def form_error(self) -> str:
        """The error that concerns the answer as a whole and no single field."""
        return self.form_errors.get("", "")

    @property
    def questions(self) -> list[AnswerField]:
        """The questions of a form."""
        given = self.wait.payload.get("given") if self.given is None else self.given
        return answer_fields_of(self.wait.pk, self.wait.payload.get("fields", []), given, self.form_errors)

    @property
    def answers(self) -> list[Answer]:
        """The answers of an answered form."""
        return answers_of(self.wait.payload.get("fields", []), (self.wait.decision or {}).get("values", {}))

    @property
    def body(self) -> str:
        """The reported content of an event, as JSON."""
        return json.dumps((self.wait.decision or {}).get("body"), indent=2, ensure_ascii=False)

    @property
    def verdict(self) -> str:
        """The verdict of a decided approval: ``approve``, ``reject`` or ``answer``."""
        return str((self.wait.decision or {}).get("verdict", ""))

    @property
    def arguments(self) -> list[Argument]:
        """The arguments of the tool call. If they have no names, there is a single one with an empty name."""
        given = self.wait.payload.get("arguments")
        if isinstance(given, dict):
            return [_argument(str(name), value) for name, value in given.items()]
        return [] if given in (None, "") else [_argument("", given)]


def add_waits(views: Iterable[MessageView], reader: User | AnonymousUser) -> None:
    """Adds its wait to each card. Makes no query without cards, and at most four for any number of cards."""
    cards = {view.message.pk: view for view in within(views) if view.message.kind in CARDS}
    if not cards:
        return
    waits = waits_of_messages(cards)
    mine = _decidable_now(reader, [pk for pk, wait in waits.items() if wait.is_waiting])
    allowed = allowed_tools(wait for wait in waits.values() if (wait.decision or {}).get("always"))
    for pk, wait in waits.items():
        cards[pk].wait = WaitView(wait, pk in mine, (wait.task_id, wait.title) in allowed)


def _decidable_now(reader: User | AnonymousUser, waiting: list[uuid.UUID]) -> set[uuid.UUID]:
    if not waiting:
        return set()
    return set(open_for(reader).filter(pk__in=waiting).values_list("pk", flat=True))


def _argument(name: str, value: Any) -> Argument:
    if isinstance(value, str):
        return Argument(name, value, is_json=False)
    if not isinstance(value, list | dict):
        return Argument(name, json.dumps(value), is_json=False)
    return Argument(name, json.dumps(value, indent=2, ensure_ascii=False), is_json=True)
