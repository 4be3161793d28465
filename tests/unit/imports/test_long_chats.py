"""A long chat is imported in several transactions, because everybody's writes wait for each with SQLite."""

from typing import Any

import pytest

from agentex_web.journal import imports, parts
from agentex_web.journal.parts import Part
from agentex_web.search import found as search
from agentex_web.search.query import parse
from agentex_web.tasks.models import Task
from tests.support.own_chats import an_agent, somebody

pytestmark = pytest.mark.django_db(transaction=True)
TURNS = 4


def a_conversation() -> dict[str, Any]:
    turns = [
        {
            "asked": f"Question {number}",
            "parent": number - 1 if number else None,
            "at": 0.0,
            "answers": [["", f"Answer {number}"]],
            "html": ["<p>Answer</p>"],
        }
        for number in range(TURNS)
    ]
    return {"key": "long", "title": "Long", "turns": turns, "head": TURNS - 1}


def test_a_chat_whose_import_was_interrupted_is_hidden_and_completed_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "ROWS", 3)
    ada, agent = somebody(), an_agent()
    put, sizes = Part.put, list[int]()

    def until_the_worker_dies(part: Part) -> None:
        sizes.append(len(part.turns) + len(part.messages))
        if len(sizes) == 3:
            raise KeyboardInterrupt
        put(part)

    monkeypatch.setattr(Part, "put", until_the_worker_dies)
    with pytest.raises(KeyboardInterrupt):
        imports.import_chat(ada.pk, agent, a_conversation())
    assert sizes == [3, 3, 3] and Task.objects.get(owner=ada).is_temporary
    task = imports.import_chat(ada.pk, agent, a_conversation())
    assert task is not None and sizes[3:] == [3, 3, 3, 3]
    task.refresh_from_db()
    turns = list(task.turns.order_by("created_at"))
    assert not task.is_temporary and task.head == turns[-1]
    said = [(turn.messages.get(author="user").content, turn.answers().get().content) for turn in turns]
    assert said == [(f"Question {each}", f"Answer {each}") for each in range(TURNS)]
    asked = parse("answer")
    assert asked is not None and len(search.messages(ada.pk, asked, 10).messages) == TURNS
    assert imports.import_chat(ada.pk, agent, a_conversation()) is None


def test_a_part_has_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "CHARACTERS", 120)
    ada, sizes = somebody(), list[int]()
    put = Part.put

    def counting(part: Part) -> None:
        sizes.append(len(part.turns) + len(part.messages))
        put(part)

    monkeypatch.setattr(Part, "put", counting)
    assert imports.import_chat(ada.pk, an_agent(), a_conversation()) is not None
    assert len(sizes) > 3 and sum(sizes) == 3 * TURNS
