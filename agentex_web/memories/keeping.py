"""Reads and changes what agents remember about a person. Nothing is read or kept while the person has
switched the memory off.
"""

import uuid

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from agentex_web.memories.models import LONGEST, MOST, Memory
from agentex_web.preferences.models import Preferences


class NotKept(ValueError):
    """A text cannot be remembered. The message is for the model, which asked for it."""


_JOINERS = "\u200c\u200d"
"""Characters without a width that Persian and emoji need."""
_HIDDEN_SELECTORS = range(0xE0100, 0xE01F0)


def is_on(person_id: int) -> bool:
    """True if the person lets agents remember. It is off by default."""
    return Preferences.objects.filter(user_id=person_id, memory=True).exists()


def memory_text(person_id: int) -> str | None:
    """What agents remember about the person, a line each, with its number; None if it is switched off."""
    if not is_on(person_id):
        return None
    rows = Memory.objects.filter(person_id=person_id)[:MOST]
    return "\n".join(f"{each.pk}: {each.text}" for each in rows)


def keep(person_id: int, text: str, task_id: uuid.UUID | None = None) -> Memory:
    """Remembers a text. Repeating the call changes nothing.

    Raises:
        NotKept: the text is empty or too long, or there are too many.
    """
    text = _visible(text)
    if not text:
        raise NotKept("The text is empty.")
    if len(text) > LONGEST:
        raise NotKept(f"The text has {len(text):,} characters; the limit is {LONGEST}. Write it shorter.")
    with transaction.atomic():
        # Locked, so that several calls at once do not exceed the limit.
        User.objects.select_for_update().get(pk=person_id)
        rows = Memory.objects.filter(person_id=person_id)
        known = rows.filter(text=text).first()
        if known is not None:
            return known
        if rows.count() >= MOST:
            raise NotKept(f"{MOST} things are remembered, which is the limit. Forget one first.")
        return Memory.objects.create(person_id=person_id, text=text, task_id=task_id)


def change(person_id: int, memory_id: int, text: str) -> None:
    """Changes the text of a memory. An empty text deletes it, and so does that of another memory.

    Raises:
        NotKept: the text is too long.
    """
    text = _visible(text)
    if len(text) > LONGEST:
        raise NotKept(f"The text has {len(text):,} characters; the limit is {LONGEST}.")
    if not text:
        drop(person_id, memory_id)
        return
    try:
        with transaction.atomic():
            Memory.objects.filter(person_id=person_id, pk=memory_id).update(text=text)
    except IntegrityError:
        # Another one has this text, perhaps since a moment ago.
        drop(person_id, memory_id)


def drop(person_id: int, memory_id: int | None = None) -> bool:
    """Forgets a memory of the person, or all. Returns False if there is none."""
    rows = Memory.objects.filter(person_id=person_id)
    rows = rows if memory_id is None else rows.filter(pk=memory_id)
    return rows.delete()[0] > 0


def _visible(text: str) -> str:
    """One line without invisible characters: a page could hide instructions to models in them, which the
    person does not see in the note.
    """
    words = " ".join(text.split())
    return "".join(
        each
        for each in words
        if each in _JOINERS or (each.isprintable() and ord(each) not in _HIDDEN_SELECTORS)
    ).strip()
