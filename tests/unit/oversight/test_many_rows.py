"""Each admin page makes at most 12 queries, however many rows there are."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agentex_web.oversight import listing
from agentex_web.tasks.models import Message, Task, Turn
from tests.unit.oversight.conftest import Chats

MOST = 12


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as made:
        answer = client.get(address)
        assert answer.status_code == 200, address
    return len([each for each in made if "SAVEPOINT" not in each["sql"]])


def lists() -> list[str]:
    admin.autodiscover()
    names = [model._meta for model in admin.site._registry]
    return [reverse(f"admin:{each.app_label}_{each.model_name}_changelist") for each in names]


def test_lists_make_few_queries_however_many_rows_there_are(chats: Chats, admin_of: Client) -> None:
    addresses = ["/admin/", *lists()]
    for _ in range(2):
        chats.add(status="failed", error="It broke.")
    for address in addresses:
        admin_of.get(address)
    few = {address: queries(admin_of, address) for address in addresses}
    assert max(few.values()) <= MOST
    for _ in range(8):
        chats.add(status="failed", error="It broke.")
    assert {address: queries(admin_of, address) for address in addresses} == few


def test_so_does_the_page_of_a_task_a_turn_and_a_message(chats: Chats, admin_of: Client) -> None:
    task = chats.add()
    turn = task.turns.get()
    pages = [
        reverse("admin:tasks_task_change", args=(task.pk,)),
        reverse("admin:tasks_turn_change", args=(turn.pk,)),
        reverse("admin:tasks_message_change", args=(turn.pk,)),
    ]
    for page in pages:
        admin_of.get(page)
    few = [queries(admin_of, page) for page in pages]
    for number in range(30):
        later = Turn.objects.create(task=task, parent=task.head, status="done", usage={"input": 1})
        Message.objects.create(turn=later, pk=later.pk, position="000000", author="user", content="More")
        Message.objects.create(turn=turn, position=f"0001{number:02}", author="agent", content="More")
    assert [queries(admin_of, page) for page in pages] == few
    assert max(few) <= MOST


@pytest.mark.parametrize("path", ["task", "turn", "message"])
def test_nothing_is_counted_beyond_a_bound(
    chats: Chats, admin_of: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST", 2)
    monkeypatch.setattr("agentex_web.oversight.templatetags.oversight.MOST", 2)
    for _ in range(4):
        chats.add()
    page = admin_of.get(f"/admin/tasks/{path}/")
    assert page.context["cl"].result_count == 3
    assert f"More than 2 {path}s" in page.content.decode()


def test_a_task_shows_its_latest_turns_and_links_to_all(
    chats: Chats, admin_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agentex_web.oversight.admin.tasks.TURNS", 1)
    task = chats.add()
    Turn.objects.create(task=task, parent=task.head, status="done")
    page = admin_of.get(reverse("admin:tasks_task_change", args=(task.pk,)))
    assert len(page.context["rows"]) == 1 and page.context["has_more"]
    all_turns = admin_of.get(page.context["turns_url"])
    assert all_turns.context["cl"].result_count == 2


def test_lists_are_read_by_an_index(chats: Chats) -> None:
    """Reading a page of rows, latest first, does not sort all rows."""
    if connection.vendor != "sqlite":
        pytest.skip("the plan of SQLite")
    chats.add()
    for rows in (Task.objects.order_by("-updated_at", "-pk"), Turn.objects.order_by("-created_at", "-pk")):
        plan = rows[:50].explain()
        assert "USING INDEX" in plan and "USE TEMP B-TREE FOR ORDER BY" not in plan, plan
