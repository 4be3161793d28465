"""A search finds only one's own messages, as soon as they are written and until they are deleted."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agentex_web.journal import copies
from agentex_web.journal.branches import sibling
from agentex_web.journal.messages import rewrite
from agentex_web.journal.task import keep_model_title, rename
from agentex_web.search import found
from agentex_web.search.models import Document
from agentex_web.search.query import parse
from agentex_web.tasks.models import Message, Task, Turn
from tests.support.own_chats import a_chat, an_agent, another_turn, answer, somebody

pytestmark = pytest.mark.django_db


def texts(owner_id: int, asked: str) -> list[str]:
    query = parse(asked)
    assert query is not None
    return [each.message.content for each in found.messages(owner_id, query, 50).messages]


def titles(owner_id: int, asked: str) -> list[str]:
    query = parse(asked)
    assert query is not None
    return [each.task.title for each in found.titles(owner_id, query, 50)]


def test_messages_and_titles_are_found_when_they_are_written() -> None:
    ada = somebody()
    task = a_chat(ada, "How is the weather in Köln?", "Rain and 12 degrees.")
    assert texts(ada.pk, "koln") == ["How is the weather in Köln?"]
    assert texts(ada.pk, "deg rain") == ["Rain and 12 degrees."]
    assert titles(ada.pk, "weather") == ["How is the weather in Köln?"]
    rename(task.pk, "Umbrellas")
    assert titles(ada.pk, "umbr") == ["Umbrellas"] and titles(ada.pk, "weather") == []
    another_turn(task, "And tomorrow?", "明日は晴れです")
    assert texts(ada.pk, "晴れ") == ["明日は晴れです"]
    assert texts(ada.pk, "晴") == ["明日は晴れです"]


def test_only_ones_own_is_found() -> None:
    ada, eve = somebody(), somebody()
    a_chat(ada, "My secret plan", "Understood.")
    assert texts(eve.pk, "secret") == [] and titles(eve.pk, "secret") == []


def test_what_is_rewritten_deleted_or_put_away_is_not_found() -> None:
    ada = somebody()
    task = a_chat(ada, "First", "An old answer")
    row = Message.objects.get(turn__task=task, author="agent")
    rewrite(task.pk, row.pk, "A new answer", "<p>A new answer</p>")
    assert texts(ada.pk, "old") == [] and texts(ada.pk, "new answer") == ["A new answer"]
    Task.objects.filter(pk=task.pk).update(is_temporary=True)
    assert texts(ada.pk, "new") == []
    Task.objects.filter(pk=task.pk).update(is_temporary=False)
    row.delete()
    assert texts(ada.pk, "new") == []
    task_id = task.pk
    task.delete()
    assert titles(ada.pk, "first") == [] and not Document.objects.filter(task_id=task_id).exists()
    with connection.cursor() as cursor:
        # Raises an error if the index and its table differ.
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO search_words (search_words) VALUES ('integrity-check')")


def test_a_message_of_another_version_says_so() -> None:
    ada = somebody()
    task = a_chat(ada, "Version one", "A first try")
    turn = Turn.objects.select_related("task").get(task=task)
    answer(sibling(turn, "Version two").result.turn, "A second try")
    query = parse("try")
    assert query is not None
    shown = {each.message.content: each.is_shown for each in found.messages(ada.pk, query, 9).messages}
    assert shown == {"A first try": False, "A second try": True}


def test_pages_follow_each_other() -> None:
    ada = somebody()
    task = a_chat(ada, "page 0", "page 0")
    for number in range(1, 8):
        another_turn(task, f"page {number}", "other")
    query = parse("page")
    assert query is not None
    first = found.messages(ada.pk, query, 5)
    assert first.before is not None
    second = found.messages(ada.pk, query, 5, first.before)
    assert second.before is None
    assert len({each.message.pk for each in (*first.messages, *second.messages)}) == 9


def test_a_copy_and_a_models_title_are_found() -> None:
    ada = somebody()
    task = a_chat(ada, "Recipe for bread", "Flour and water.")
    keep_model_title(task.pk, "Baking")
    copies.copy_task(task, uuid.uuid4(), "Copy of baking")
    assert len(texts(ada.pk, "flour")) == 2
    assert sorted(titles(ada.pk, "baking")) == ["Baking", "Copy of baking"]


def test_queries_do_not_grow_with_what_is_found() -> None:
    ada, others = somebody(), somebody()
    agent = an_agent()

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            assert texts(ada.pk, "common") and titles(ada.pk, "chat")
        return len(made)

    rename(a_chat(ada, "common word", "common answer", agent).pk, "Chat")
    few = queries()
    for owner in (ada, others):
        _fill(owner.pk, agent.pk, chats=10, messages=30)
    assert queries() == few == 5


def _fill(owner_id: int, agent_id: str, chats: int, messages: int) -> None:
    from agentex_web.search.index import put_messages, put_title

    for number in range(chats):
        task = Task.objects.create(owner_id=owner_id, agent_id=agent_id, title=f"Chat {number}")
        turn = Turn.objects.create(task=task, status="done")
        rows = [
            Message(
                turn=turn, position=f"{each:06}", author="agent", content=f"common rare{each} text {number}"
            )
            for each in range(messages)
        ]
        Message.objects.bulk_create(rows)
        put_messages(rows)
        put_title(task.pk, task.title)
