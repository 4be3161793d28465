"""View models of what turns wait for: the cards of approvals and forms, as their reader may act on them."""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from agentex_web.chat.conversation import MessageView
from agentex_web.tasks.models import Message
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import decided_by, waits_of_messages

CARDS = (Message.Kind.APPROVAL, Message.Kind.FORM, Message.Kind.WAIT)


@dataclass(frozen=True)
class Argument:
    """One argument of a tool call; ``is_json`` if its value is shown as JSON and not as a text."""

    name: str
    value: str
    is_json: bool


@dataclass(frozen=True)
class WaitView:
    """A wait as one person sees it.

    Attributes:
        may_decide: it waits for this person.
    """

    wait: Wait
    may_decide: bool

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
    """Gives each card its wait. No query without cards; three for any number of them."""
    cards = {view.message.pk: view for view in _all(views) if view.message.kind in CARDS}
    if not cards:
        return
    waits = waits_of_messages(cards)
    mine = _decided_by(reader, [pk for pk, wait in waits.items() if wait.is_waiting])
    for pk, wait in waits.items():
        cards[pk].wait = WaitView(wait, pk in mine)


def _decided_by(reader: User | AnonymousUser, waiting: list[uuid.UUID]) -> set[uuid.UUID]:
    if not waiting:
        return set()
    return set(decided_by(reader).filter(pk__in=waiting).values_list("pk", flat=True))


def _all(views: Iterable[MessageView]) -> Iterator[MessageView]:
    for view in views:
        yield view
        yield from _all(view.inner)


def _argument(name: str, value: Any) -> Argument:
    if isinstance(value, str):
        return Argument(name, value, is_json=False)
    return Argument(name, json.dumps(value, indent=2, ensure_ascii=False), is_json=True)
