"""Actions on tasks: confirmed first, then executed, then logged, and only for people with the permission."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client

from agentex_web.journal.stops import Stop
from agentex_web.oversight import acting, acts
from agentex_web.tasks.models import Deletion, Message, Task, Turn
from agentex_web.waits.models import Pause
from tests.unit.oversight.conftest import Chats

LIST = "/admin/tasks/task/"


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Records stops and deliveries, because no services are running."""
    heard: list[str] = []

    async def deliver_stops(requested: list[Stop]) -> None:
        heard.extend(f"{'undo' if each.undo else 'stop'} {each.turn.pk}" for each in requested)

    async def deliver(turn: Turn, _event: object) -> None:
        heard.append(f"deliver {turn.pk}")

    async def report(_change: object) -> None:
        """Does nothing, because nobody has the page open."""

    async def deliver_pause(task_id: object) -> None:
        heard.append(f"pause {task_id}")

    monkeypatch.setattr(acting, "deliver_pause", deliver_pause)
    monkeypatch.setattr(acting, "deliver_stops", deliver_stops)
    monkeypatch.setattr(acting, "deliver", deliver)
    monkeypatch.setattr(acting, "report", report)
    yield heard


def act(client: Client, name: str, *tasks: Task, confirmed: bool = True) -> str:
    data = {"action": name, "_selected_action": [str(task.pk) for task in tasks]}
    if confirmed:
        data["confirmed"] = "yes"
    return client.post(LIST, data, follow=True).content.decode()


def log() -> list[tuple[str, str]]:
    return list(LogEntry.objects.order_by("pk").values_list("object_id", "change_message"))


@pytest.mark.parametrize("name", acts.ACTS)
def test_what_happens_is_said_before_it_happens(
    chats: Chats, admin_of: Client, name: str, told: list[str]
) -> None:
    tasks = [chats.add("one", "running"), chats.add("two", "failed")]
    page = act(admin_of, name, *tasks, confirmed=False)
    assert str(acts.ACTS[name].happens) in page and "these 2 tasks" in page
    assert "one" in page and "two" in page
    assert Task.objects.count() == 2 and Turn.objects.count() == 2
    assert not Turn.objects.filter(stop_requested=True).exists()
    assert not log() and not told


def test_stop_asks_the_open_turns_to_end(chats: Chats, admin_of: Client, told: list[str]) -> None:
    running, done = chats.add("runs", "running"), chats.add("done")
    page = act(admin_of, "stop", running, done)
    assert "Stop: 1 task." in page and "nothing to do" in page
    assert running.turns.get().stop_requested and not done.turns.get().stop_requested
    assert told == [f"stop {running.turns.get().pk}"]
    assert log() == [(str(running.pk), "Stopped.")]


def test_stop_and_undo_says_what_it_undoes(chats: Chats, admin_of: Client, told: list[str]) -> None:
    booked, running, done = chats.add("booked", "running"), chats.add("runs", "running"), chats.add("done")
    Message.objects.filter(turn__in=[booked.head_id, done.head_id], kind="tool_request").update(
        data={"undo": True}
    )
    for task, offers in ((booked, True), (running, False), (done, False)):
        page = admin_of.get(f"{LIST}{task.pk}/change/").content.decode()
        assert ('value="undo"' in page) is offers
    page = act(admin_of, "undo", booked, running, confirmed=False)
    assert "1 step can be undone" in page and "0 steps can be undone" in page and not told
    assert "Stop and undo: 2 tasks." in act(admin_of, "undo", booked, running, done)
    turns = [booked.turns.get(), running.turns.get()]
    assert all(turn.stop_requested and turn.undo_requested for turn in turns)
    assert sorted(told) == sorted(f"undo {turn.pk}" for turn in turns)
    assert sorted(entry for entry in log() if entry[1] != "Opened the chat and read it.") == sorted(
        (str(task.pk), "Stopped, and asked to undo.") for task in (booked, running)
    )
    assert 'value="undo"' not in admin_of.get(f"{LIST}{booked.pk}/change/").content.decode()


def test_retry_sends_the_message_again_as_a_sibling(chats: Chats, admin_of: Client, told: list[str]) -> None:
    failed, done = chats.add("broke", "failed"), chats.add("done")
    act(admin_of, "retry", failed, done)
    first, again = failed.turns.order_by("created_at")
    assert again.parent_id == first.parent_id and again.status == "pending"
    assert Message.objects.get(pk=again.pk).content == "broke"
    assert told == [f"deliver {again.pk}"]
    assert done.turns.count() == 1
    assert log() == [(str(failed.pk), "Retried.")]


def test_chosen_chats_are_paused_and_resumed(chats: Chats, admin_of: Client, told: list[str]) -> None:
    one, other, third = chats.add("runs", "running"), chats.add("rests"), chats.add("stays", "running")
    assert "Pause: 2 tasks." in act(admin_of, "pause", one, other)
    assert set(Pause.objects.filter(paused=True).values_list("task_id", flat=True)) == {one.pk, other.pk}
    assert sorted(told) == sorted([f"pause {one.pk}", f"pause {other.pk}"])
    page = admin_of.get(f"{LIST}{one.pk}/change/").content.decode()
    assert 'value="resume"' in page and 'value="pause"' not in page and "Paused" in page
    page = admin_of.get(f"{LIST}{third.pk}/change/").content.decode()
    assert 'value="pause"' in page and 'value="resume"' not in page
    assert admin_of.get(LIST).content.decode().count('data-status="paused"') == 2
    answer = act(admin_of, "resume", one, third)
    assert "Resume: 1 task." in answer and "nothing to do" in answer
    assert not Pause.objects.filter(task=one, paused=True).exists()
    done = [entry for entry in log() if entry[1] != "Opened the chat and read it."]
    assert {*done[:2]} == {(str(one.pk), "Paused."), (str(other.pk), "Paused.")}
    assert done[2:] == [(str(one.pk), "Resumed.")]


def test_end_stops_the_task_and_closes_it(chats: Chats, admin_of: Client, told: list[str]) -> None:
    task = chats.add("runs", "running")
    act(admin_of, "end", task)
    task.refresh_from_db()
    assert task.status == Task.Status.COMPLETED and told
    assert "There was nothing to do." in act(admin_of, "end", task)
    assert log() == [(str(task.pk), "Ended.")]


def test_delete_leaves_a_worker_the_rest(chats: Chats, admin_of: Client) -> None:
    tasks = [chats.add("one"), chats.add("two")]
    act(admin_of, "delete", *tasks)
    assert not Task.objects.exists()
    assert {each.task_id for each in Deletion.objects.all()} == {task.pk for task in tasks}
    assert {message for _, message in log()} == {"Deleted."}


def test_more_than_the_limit_is_refused(
    chats: Chats, admin_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agentex_web.oversight.confirming.LIMIT", 1)
    assert "at most 1" in act(admin_of, "delete", chats.add(), chats.add())
    assert Task.objects.count() == 2


@pytest.mark.parametrize("rights", [("view_task",), ("view_task", "change_task")])
def test_an_act_needs_its_right(chats: Chats, rights: tuple[str, ...]) -> None:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    task = chats.add("runs", "running")
    act(client, "delete", task)
    assert Task.objects.filter(pk=task.pk).exists()
    act(client, "stop", task)
    assert task.turns.get().stop_requested is ("change_task" in rights)
    act(client, "pause", task)
    assert not Pause.objects.exists()
    page = client.get(f"{LIST}{task.pk}/change/").content.decode()
    assert 'value="pause"' not in page
    assert ('value="stop"' in page) is ("change_task" in rights) and 'value="delete"' not in page


def test_deleting_an_account_counts_what_goes_with_it(
    chats: Chats, admin_of: Client, django_capture_on_commit_callbacks: Any
) -> None:
    owner = chats.add("a secret word").owner
    page = admin_of.get(f"/admin/auth/user/{owner.pk}/delete/").content.decode()
    assert "Tasks: 1" in page and "a secret word" not in page
    with django_capture_on_commit_callbacks(execute=True):
        admin_of.post(f"/admin/auth/user/{owner.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=owner.pk).exists() and not Task.objects.exists()
    # The site is not left without an administrator.
    only = User.objects.get(is_superuser=True)
    with django_capture_on_commit_callbacks(execute=True):
        admin_of.post(f"/admin/auth/user/{only.pk}/delete/", {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": [only.pk], "post": "yes"}
        admin_of.post("/admin/auth/user/", chosen)
    assert User.objects.filter(pk=only.pk, is_active=True).exists()
