"""The content of the admin's pages: overview, list of tasks, task."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from agentex_web.oversight.overview import overview
from agentex_web.oversight.status import Standing
from agentex_web.tasks.models import Agent, Task, Turn
from agentex_web.waits.models import Wait
from tests.unit.oversight.conftest import Chats


def staff(*rights: str) -> Client:
    user = User.objects.create_user(f"staff-{len(rights)}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def asked(task: Task) -> None:
    """Adds a wait for a decision to the task."""
    Wait.objects.create(task=task, turn=task.turns.get(), kind=Wait.Kind.APPROVAL, workflow_id="w")


def names(page: object) -> set[str]:
    return {task.title for task in page.context["cl"].result_list}  # type: ignore[attr-defined]


def test_the_overview_counts_what_runs_waits_failed_and_is_stuck(
    chats: Chats, admin_of: Client, chief: User
) -> None:
    chats.add("runs", "running")
    retried = chats.add("is retried", "running", retry_at=timezone.now(), attempt=2)
    chats.add("waits", "pending")
    chats.add("failed", "failed", error="It broke.")
    chats.add("done")
    asked(chats.add("asks", "running"))
    old = chats.add("failed long ago", "failed")
    Turn.objects.filter(task=old).update(created_at=timezone.now() - timedelta(days=3))
    found = overview(chief)
    assert found is not None
    numbers = {tile.name: tile.number for tile in found.tiles}
    assert numbers == {"Running": 3, "Waiting for someone": 1, "Queued": 1, "Failed today": 1, "Stuck": 1}
    assert found.today.turns == 6 and found.today.tokens_in == 7_200 and found.today.tokens_out == 204
    assert [share.figures.turns for share in found.agents] == [6] and len(found.people) == 6
    for tile in found.tiles:
        listed = admin_of.get(tile.address)
        assert listed.context["cl"].result_count == tile.number, tile.name
    for share in found.people:
        assert admin_of.get(share.address).context["cl"].result_count == share.figures.turns == 1
    assert admin_of.get(found.agents[0].address).context["cl"].result_count == Task.objects.count()
    stuck = admin_of.get(next(tile.address for tile in found.tiles if tile.name == "Stuck"))
    assert [turn.task_id for turn in stuck.context["cl"].result_list] == [retried.pk]


def test_the_usage_of_very_many_turns_is_that_of_the_latest(
    chats: Chats, admin_of: Client, chief: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agentex_web.oversight.overview.MOST_TURNS", 2)
    for _ in range(2):
        chats.add()
    found = overview(chief)
    assert found is not None and not found.is_bounded and found.today.turns == 2
    chats.add()
    found = overview(chief)
    assert found is not None and found.is_bounded and found.today.turns == 2
    assert "turns are counted" in admin_of.get("/admin/").text


def test_it_names_the_workers_that_live_and_those_that_do_not(chats: Chats, chief: User) -> None:
    Agent.objects.create(
        name="old", title="Old", workflow="w", task_queue="z-old", seen_at=timezone.now() - timedelta(hours=1)
    )
    found = overview(chief)
    assert found is not None
    assert [(queue.name, queue.is_alive) for queue in found.queues][-1] == ("z-old", False)


def test_staff_without_the_right_see_no_overview(chats: Chats) -> None:
    chats.add()
    page = staff().get("/admin/")
    assert page.status_code == 200 and page.context["overview"] is None


def test_the_list_shows_the_question_how_it_stands_and_what_it_cost(chats: Chats, admin_of: Client) -> None:
    task = chats.add("How deep is the sea?", "failed", error="The model declined to answer.")
    Task.objects.filter(pk=task.pk).update(title="Depths")
    page = admin_of.get("/admin/tasks/task/").content.decode()
    for words in (
        "Depths",
        "How deep is the sea?",
        "Failed",
        "1.2k",
        "3.0 s",
        "The model declined to answer.",
    ):
        assert words in page, words
    assert str(task.pk) not in page.split("<tbody>")[1].split("row-title")[1].split("<")[0]


@pytest.mark.parametrize(
    "wanted, titles",
    [
        ("working", {"runs"}),
        ("waiting", {"is queued", "asks"}),
        ("failed", {"failed", "gave up"}),
        ("idle", {"done", "stopped"}),
        ("ended", {"ended"}),
    ],
)
def test_the_list_is_filtered_by_how_tasks_stand(
    chats: Chats, admin_of: Client, wanted: str, titles: set[str]
) -> None:
    for title, status in (
        ("runs", "running"),
        ("is queued", "queued"),
        ("failed", "failed"),
        ("done", "done"),
        ("stopped", "interrupted"),
    ):
        chats.add(title, status)
    asked(chats.add("asks", "running"))
    Task.objects.filter(pk=chats.add("ended").pk).update(status="completed")
    Task.objects.filter(pk=chats.add("gave up").pk).update(status="failed")
    page = admin_of.get(f"/admin/tasks/task/?standing={wanted}")
    assert names(page) == titles
    assert page.content.decode().count(f'data-status="{wanted}"') == len(titles)


def test_every_standing_has_its_filter() -> None:
    assert {"working", "waiting", "failed", "idle", "ended"} == set(Standing.values)


def test_a_task_is_found_by_an_id_a_person_a_title_and_what_was_said(chats: Chats, admin_of: Client) -> None:
    task = chats.add("How deep is the sea?")
    chats.add("Something else")
    asked = (str(task.pk), task.owner.get_username(), "deep sea")
    for words in asked:
        assert names(admin_of.get("/admin/tasks/task/", {"q": words})) == {"How deep is the sea?"}, words
    for path in ("turn", "message"):
        found = admin_of.get(f"/admin/tasks/{path}/", {"q": "deep sea"}).context["cl"].result_list
        assert len(found) == 1, path
    assert not names(admin_of.get("/admin/tasks/task/", {"q": "%' OR 1=1 \" *"}))


def test_dates_lead_from_years_to_days(chats: Chats, admin_of: Client) -> None:
    old = chats.add("old")
    Task.objects.filter(pk=old.pk).update(updated_at=timezone.now().replace(year=2024, month=3, day=9))
    chats.add("new")
    page = admin_of.get("/admin/tasks/task/").content.decode()
    assert "?updated_at__year=2024" in page
    year = admin_of.get("/admin/tasks/task/?updated_at__year=2024").content.decode()
    assert "updated_at__month=3" in year and "updated_at__month=12" in year
    month = admin_of.get("/admin/tasks/task/?updated_at__year=2024&updated_at__month=3").content.decode()
    assert "updated_at__day=9" in month and "updated_at__day=8" not in month
    day = admin_of.get("/admin/tasks/task/?updated_at__year=2024&updated_at__month=3&updated_at__day=9")
    assert names(day) == {"old"}
    for bad in (
        "year=x",
        "year=2024&updated_at__month=13",
        "year=2024&updated_at__month=2&updated_at__day=30",
    ):
        assert admin_of.get(f"/admin/tasks/task/?updated_at__{bad}").status_code in (200, 302), bad


def test_a_task_shows_its_turns_its_data_and_its_log(chats: Chats, admin_of: Client) -> None:
    task = chats.add("How deep is the sea?", "failed", error="The model declined to answer.", attempt=3)
    Task.objects.filter(pk=task.pk).update(state={"visits": 3})
    address = f"/admin/tasks/task/{task.pk}/change/"
    page = admin_of.get(address).content.decode()
    for words in (
        "How deep is the sea?",
        "The model declined to answer.",
        "<td>3</td>",
        "1200",
        "&quot;visits&quot;: 3",
    ):
        assert words in page, words
    assert f'data-conversation="/tasks/{task.pk}/conversation/"' in page
    assert "Opened the chat and read it." in page and "chief" in page


def test_json_is_folded(chats: Chats, admin_of: Client) -> None:
    turn = chats.add().turns.get()
    page = admin_of.get(f"/admin/tasks/turn/{turn.pk}/change/").content.decode()
    assert '<details class="json">' in page and "an item" in page


@pytest.mark.django_db(transaction=True)
def test_a_task_is_exported_with_all_that_belongs_to_it(chats: Chats, admin_of: Client) -> None:
    task = chats.add("How deep is the sea?")
    answer = admin_of.get(f"/admin/tasks/task/{task.pk}/export/")
    assert "attachment" in answer.headers["Content-Disposition"]
    data = json.loads(answer.content)
    assert data["id"] == str(task.pk) and data["owner"] == task.owner.get_username()
    contents = [message["content"] for message in data["turns"][0]["messages"]]
    assert contents == ["How deep is the sea?", "Deep.", '{"place": "sea"}']
    many = admin_of.post(
        "/admin/tasks/task/", {"action": "export", "_selected_action": [task.pk, chats.add().pk]}
    )
    assert len(json.loads(async_to_sync(_joined)(many.streaming_content))) == 2  # type: ignore[attr-defined]


async def _joined(parts: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in parts])


def test_only_those_who_may_read_messages_export(chats: Chats) -> None:
    task = chats.add("a secret word")
    client = staff("view_task", "change_task")
    assert client.get(f"/admin/tasks/task/{task.pk}/export/").status_code == 403
    answer = client.post("/admin/tasks/task/", {"action": "export", "_selected_action": [task.pk]})
    assert "secret" not in answer.content.decode()


def test_a_filter_that_nothing_can_be_compared_with_is_left_out(chats: Chats, admin_of: Client) -> None:
    chats.add()
    for kind in ("task", "turn", "message"):
        page = admin_of.get(f"/admin/tasks/{kind}/?created_at__year=99999999")
        assert (page.status_code, page.headers.get("Location")) == (302, f"/admin/tasks/{kind}/?e=1")
