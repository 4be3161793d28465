"""The chat list: groups, paging and filters. It always contains the open chat, and its cost does not grow."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agentex_web.chat.chat_list import LENGTH, MOST, chat_list, folder_rows, list_rows, more_rows
from agentex_web.chat.days import heading_of
from agentex_web.chat.list_filter import ListFilter
from agentex_web.journal.listing import arrange
from agentex_web.tasks.models import Agent, Folder, Task, Turn
from agentex_web.waits.models import Wait
from tests.support.own_chats import a_chat, aged, an_agent, somebody

pytestmark = pytest.mark.django_db
ALL = ListFilter()


def fill(owner_id: int, agent: Agent, count: int, **fields: object) -> list[Task]:
    """Creates chats of one turn each; the first is the most recently used."""
    now = timezone.now()
    tasks = [
        Task(owner_id=owner_id, agent=agent, title=f"Chat {number}", **fields) for number in range(count)
    ]
    Task.objects.bulk_create(tasks)
    turns = [Turn(task=task, status="done", finished_at=now) for task in tasks]
    Turn.objects.bulk_create(turns)
    for number, (task, turn) in enumerate(zip(tasks, turns, strict=True)):
        task.head, task.updated_at = turn, now - timedelta(hours=number)
    # One short statement per row: Django's bulk_update builds a CASE over all rows, which takes seconds for thousands.
    to_database = Task._meta.pk.get_db_prep_value
    rows = [
        (
            to_database(task.head_id, connection),
            connection.ops.adapt_datetimefield_value(task.updated_at),
            to_database(task.pk, connection),
        )
        for task in tasks
    ]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE tasks_task SET head_id = %s, updated_at = %s WHERE id = %s", rows)
    return tasks


def keys(context: dict[str, object]) -> dict[str, list[str]]:
    return {group.key: [row.title for row in group.rows] for group in context["groups"]}  # type: ignore[attr-defined]


def test_chats_stand_under_days_and_months() -> None:
    ada = somebody()
    agent = an_agent()
    for title, days in (("now", 0), ("before", 1), ("week", 7), ("month", 8), ("old", 400)):
        task = a_chat(ada, title, agent=agent)
        aged(task, days=days)
    pinned = aged(a_chat(ada, "kept", agent=agent), days=300)
    arrange(ada.pk, [pinned.pk], "pin")
    found = keys(chat_list(ada, ALL))
    month = f"{timezone.now() - timedelta(days=400):%Y-%m}"
    assert found == {
        "pinned": ["kept"],
        "today": ["now"],
        "yesterday": ["before"],
        "week": ["week"],
        "month": ["month"],
        month: ["old"],
    }
    ranks = [group.rank for group in chat_list(ada, ALL)["groups"]]
    assert ranks == sorted(ranks, reverse=True)
    assert heading_of("2026-03") == "March 2026"
    # The page shows them, with the whole title of each chat as its hint.
    page = render_to_string("chat/_chat_groups.html", {"groups": chat_list(ada, ALL)["groups"]})
    labelled = re.findall(
        r'<h2 [^>]*id="chats-([^"]*)">([^<]*)</h2>\s*<ul [^>]*aria-labelledby="chats-\1"', page
    )
    headings = ["Pinned", "Today", "Yesterday", "Previous 7 days", "Previous 30 days", heading_of(month)]
    assert labelled == list(zip(found, headings, strict=True))
    titles = ["kept", "now", "before", "week", "month", "old"]
    assert re.findall(r'class="task-title"[^>]*title="([^"]*)"', page) == titles


def test_the_parts_of_the_list_follow_each_other_without_gaps() -> None:
    ada = somebody()
    tasks = fill(ada.pk, an_agent(), 2 * LENGTH + 5)
    # Several chats with the same time, across the boundary.
    Task.objects.filter(pk__in=[each.pk for each in tasks[LENGTH - 3 : LENGTH + 3]]).update(
        updated_at=tasks[LENGTH].updated_at
    )
    shown: list[uuid.UUID] = []
    context = chat_list(ada, ALL)
    while True:
        shown += [row.pk for group in context["groups"] for row in group.rows]
        if not context["next"]:
            break
        context = more_rows(ada, ALL, context["next"])
    assert len(shown) == len(set(shown)) == len(tasks)
    with pytest.raises(ValueError):
        more_rows(ada, ALL, "nonsense")


def test_the_open_chat_is_always_in_it() -> None:
    ada = somebody()
    tasks = fill(ada.pk, an_agent(), LENGTH + 20)
    folder = Folder.objects.create(owner=ada, name="Work")
    oldest, archived, temporary, put_away = tasks[-1], tasks[-2], tasks[-3], tasks[-4]
    arrange(ada.pk, [archived.pk], "archive")
    arrange(ada.pk, [put_away.pk], "move", folder)
    Task.objects.filter(pk=temporary.pk).update(is_temporary=True)
    for task in (oldest, archived, temporary):
        task.refresh_from_db()
        rows = [row.pk for group in chat_list(ada, ALL, task)["groups"] for row in group.rows]
        assert rows.count(task.pk) == 1
    put_away.refresh_from_db()
    context = chat_list(ada, ALL, put_away)
    assert context["open_folder"] == folder.pk and context["open_folder_groups"][0].rows == [put_away]
    # The list does not include somebody else's open chat, which staff may read.
    foreign = a_chat(somebody())
    assert foreign.pk not in {
        row.pk for group in chat_list(ada, ALL, foreign)["groups"] for row in group.rows
    }


def test_it_is_filtered_by_agent_state_folder_and_archive() -> None:
    ada = somebody()
    one, two = an_agent("One"), an_agent("Two")
    plain, failed, running, asking, archived = (
        a_chat(ada, f"chat {number}", agent=one) for number in range(5)
    )
    other = a_chat(ada, "other", agent=two)
    Turn.objects.filter(task=failed).update(status="failed")
    # A cut answer can be read and continued: it is not marked as failed.
    Turn.objects.filter(task=other).update(
        status="failed", cut={"message": "m", "agent": "Two", "started": 1}
    )
    for task in (running, asking):
        turn = Turn.objects.create(task=task, status="running", parent=task.turns.get())
        Task.objects.filter(pk=task.pk).update(head=turn)
    Wait.objects.create(task=asking, turn=turn, kind="approval", workflow_id="w")
    arrange(ada.pk, [archived.pk], "archive")
    arrange(ada.pk, [each.pk for each in (plain, failed, running, asking)], "seen")
    folder = Folder.objects.create(owner=ada, name="Work")
    arrange(ada.pk, [failed.pk], "move", folder)

    def found(query: str) -> set[str]:
        which = ListFilter.of(QueryDict(query))
        return {row.title for group in chat_list(ada, which)["groups"] for row in group.rows}

    assert found(f"agent={two.pk}") == {other.title}
    assert found("state=failed") == {failed.title}
    assert found("state=running") == {running.title, asking.title}
    assert found("state=waiting") == {asking.title}
    assert found("state=unread") == {other.title}
    assert found("archived=1") == {archived.title}
    assert found(f"folder={folder.pk}&state=failed") == {failed.title}
    assert found("state=nonsense&folder=x") == found("")
    assert [row.title for row in folder_rows(ada, folder.pk)] == [failed.title]


def test_a_row_says_what_changed_and_a_strangers_row_says_nothing() -> None:
    ada, eve = somebody(), somebody()
    task = a_chat(ada, "Mine <b>")
    html = list_rows(ada, [task.pk])[str(task.pk)]
    assert 'data-unread="yes"' in html and "Mine &lt;b&gt;" in html and 'data-group="today"' in html
    arrange(ada.pk, [task.pk], "seen")
    assert 'data-unread="no"' in list_rows(ada, [task.pk])[str(task.pk)]
    assert list_rows(eve, [task.pk]) == {str(task.pk): ""}
    arrange(ada.pk, [task.pk], "archive")
    assert list_rows(ada, [task.pk]) == {str(task.pk): ""}


def test_hundreds_of_chats_cost_no_more_queries_than_ten() -> None:
    ada = somebody()
    agent = an_agent()
    few = fill(ada.pk, agent, 10)

    def queries(current: Task) -> int:
        with CaptureQueriesContext(connection) as made:
            assert chat_list(ada, ALL, current)["groups"]
        return len(made)

    count = queries(few[0])
    many = fill(ada.pk, agent, MOST + 100)
    assert queries(many[0]) == count == 2
    # The open chat takes one more query.
    assert queries(many[-1]) == count + 1
    context = chat_list(ada, ALL, many[-1])
    assert more_rows(ada, ALL, context["next"])["groups"]
