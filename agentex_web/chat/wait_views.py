"""View models of what turns wait for: the cards of approvals and forms, as their reader may act on them."""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from agentex_web.chat.answer_fields import Answer, AnswerField, answers_of
from agentex_web.chat.answer_fields import fields_of as answer_fields_of
from agentex_web.chat.argument_fields import ArgumentField, fields_of
from agentex_web.chat.conversation import MessageView
from agentex_web.tasks.models import Message
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import allowed_tools, open_for, waits_of_messages

CARDS = (Message.Kind.APPROVAL, Message.Kind.FORM, Message.Kind.WAIT)


@dataclass(frozen=True)
class Argument:
    """One argument of a tool call; ``is_json`` if its value is shown as JSON and not as a text."""

    name: str
    value: str
    is_json: bool


@dataclass
class WaitView:
    """A wait as one person sees it.

    Attributes:
        may_decide: it waits for this person.
        given: of a form: what the person wrote, if that has faults.
        errors: these faults, by field.
    """

    wait: Wait
    may_decide: bool
    is_allowed: bool = False
    """The tool runs without asking in this chat."""

    @property
    def fields(self) -> list[ArgumentField]:
        """The arguments as a form; empty if they cannot be changed."""
        if self.wait.people > 1 or self.wait.payload.get("type") != "function_call":
            return []
        return fields_of(self.wait.payload.get("arguments"), self.wait.payload.get("schema") or {})

    @property
    def may_answer(self) -> bool:
        """Only a call of a function has an answer that a person could give."""
        return self.wait.people == 1 and self.wait.payload.get("type") == "function_call"

    @property
    def may_allow(self) -> bool:
        """Only the owner of the chat can allow a tool in it for good."""
        return not self.wait.group

    @property
    def approved_by(self) -> list[str]:
        """Who has approved so far, where several people must."""
        return [each.name for each in self.wait.decisions.all()]

    @property
    def changed(self) -> list[Argument]:
        """The arguments that a person changed before approving."""
        given = (self.wait.decision or {}).get("arguments")
        before = self.wait.payload.get("arguments")
        if not isinstance(given, dict) or not isinstance(before, dict):
            return []
        return [_argument(name, value) for name, value in given.items() if before.get(name) != value]

    given: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def form_errors(self) -> dict[str, str]:
        """What is wrong with the last answer, by field; the agent's own code may have refused it."""
        return self.errors or self.wait.payload.get("errors", {})

    @property
    def form_error(self) -> str:
        """What is wrong with the whole answer and with no single field."""
        return self.form_errors.get("", "")

    @property
    def questions(self) -> list[AnswerField]:
        """Of a form: its questions."""
        return answer_fields_of(
            self.wait.pk, self.wait.payload.get("fields", []), self.given, self.form_errors
        )

    @property
    def answers(self) -> list[Answer]:
        """Of a form that is answered: the answers."""
        return answers_of(self.wait.payload.get("fields", []), (self.wait.decision or {}).get("values", {}))

    @property
    def body(self) -> str:
        """Of an event: what was reported."""
        return json.dumps((self.wait.decision or {}).get("body"), indent=2, ensure_ascii=False)

    @property
    def verdict(self) -> str:
        """``approve``, ``reject`` or ``answer`` of an approval that is decided."""
        return str((self.wait.decision or {}).get("verdict", ""))

    @property
    def arguments(self) -> list[Argument]:
        """What the tool is to be called with; a call without names for its arguments has one."""
        given = self.wait.payload.get("arguments")
        if isinstance(given, dict):
            return [_argument(str(name), value) for name, value in given.items()]
        return [] if given in (None, "") else [_argument("", given)]


def add_waits(views: Iterable[MessageView], reader: User | AnonymousUser) -> None:
    """Gives each card its wait. No query without cards; four at most for any number of them."""
    cards = {view.message.pk: view for view in _all(views) if view.message.kind in CARDS}
    if not cards:
        return
    waits = waits_of_messages(cards)
    mine = _decided_by(reader, [pk for pk, wait in waits.items() if wait.is_waiting])
    allowed = allowed_tools(wait for wait in waits.values() if (wait.decision or {}).get("always"))
    for pk, wait in waits.items():
        cards[pk].wait = WaitView(wait, pk in mine, (wait.task_id, wait.title) in allowed)


def _decided_by(reader: User | AnonymousUser, waiting: list[uuid.UUID]) -> set[uuid.UUID]:
    if not waiting:
        return set()
    return set(open_for(reader).filter(pk__in=waiting).values_list("pk", flat=True))


def _all(views: Iterable[MessageView]) -> Iterator[MessageView]:
    for view in views:
        yield view
        yield from _all(view.inner)


def _argument(name: str, value: Any) -> Argument:
    if isinstance(value, str):
        return Argument(name, value, is_json=False)
    if not isinstance(value, list | dict):
        return Argument(name, json.dumps(value), is_json=False)
    return Argument(name, json.dumps(value, indent=2, ensure_ascii=False), is_json=True)
