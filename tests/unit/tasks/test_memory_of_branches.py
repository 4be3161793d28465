"""What a turn is given of the turns before it is read of its own branch only, and up to the last summary."""

import uuid
from typing import Any

import pytest

from agentex_web.tasks import branches
from agentex_web.tasks.models import Task, Turn
from tests.support.own_chats import an_agent, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the turns whose rows are loaded, in order."""
    names: list[str] = []
    from_db = Turn.from_db.__func__  # type: ignore[attr-defined]

    def noted(model: Any, database: Any, fields: Any, values: Any) -> Turn:
        turn: Turn = from_db(model, database, fields, values)
        if "items" in fields:
            names.append(turn.items[0]["content"])
        return turn

    monkeypatch.setattr(Turn, "from_db", classmethod(noted))
    monkeypatch.setattr(branches, "BATCH", 2)
    return names


def test_other_branches_and_what_a_summary_replaces_are_not_loaded(loaded: list[str]) -> None:
    task = Task.objects.create(owner=somebody(), agent=an_agent())

    def turn(name: str, after: Turn | None = None, **fields: Any) -> Turn:
        return Turn.objects.create(
            pk=uuid.uuid4(), task=task, parent=after, items=[{"content": name}], **fields
        )

    first = turn("first", context={"seen": 1}, last_agent="Ada")
    summarised = turn("summarised", turn("second", first), summary="They talked.")
    last = turn("fourth", turn("third", summarised))
    for number in range(5):
        turn(f"other {number}", first)
        turn(f"other {number} of the last", last.parent)
    items = branches.items_up_to(last.pk)
    assert "They talked." in str(items)
    assert [each["content"] for each in items[-3:]] == ["summarised", "third", "fourth"]
    assert sorted(loaded) == ["fourth", "second", "summarised", "third"]
    earlier = branches.items_up_to(summarised.parent_id)
    assert [each["content"] for each in earlier] == ["first", "second"]
    assert branches.memory_at(last.pk) == ("Ada", {"seen": 1})
