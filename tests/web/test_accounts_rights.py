"""Who may use which agents, read whose chats, enter results of whose tools, and search messages.

Denials first: nobody, a stranger, the owner, staff without the permission.
"""

import uuid
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone

from agentex_web.positions import OPENING
from agentex_web.search import index
from agentex_web.tasks.agents import announce
from agentex_web.tasks.models import Agent, Attachment, Message, Task, Turn
from tests.support.accounts import ada, fresh_counts, kept_record

__all__ = ["ada", "fresh_counts", "kept_record"]

pytestmark = pytest.mark.usefixtures("kept_record")


@pytest.fixture
def agent() -> Agent:
    return Agent.objects.create(
        name=f"quiet-{uuid.uuid4().hex[:8]}",
        title="Quiet",
        workflow="w",
        task_queue="nobody",
        seen_at=timezone.now(),
    )


# The database has the chats of other tests, whose titles are searched too.
RARE = "xylotheque"
CONTENT = f"a secret word, {RARE}"


@pytest.fixture
def task(agent: Agent, ada: User) -> Task:
    task = Task.objects.create(owner=ada, agent=agent, title="A chat of Ada's")
    turn = Turn.objects.create(task=task, status=Turn.Status.DONE, items=[{"content": CONTENT}])
    asked = Message.objects.create(turn=turn, pk=turn.pk, position=OPENING, author="user", content=CONTENT)
    Message.objects.create(turn=turn, position="000001", author="agent", content="an answer")
    Task.objects.filter(pk=task.pk).update(head=turn)
    index.put_messages([asked])
    index.put_title(task.pk, task.title)
    return task


def staff(*rights: str) -> User:
    user = User.objects.create_user(f"staff-{uuid.uuid4().hex[:8]}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


def as_(user: User | None) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    if user is not None:
        client.force_login(user)
    return client


def send(client: Client, task: Task) -> Any:
    return client.post(f"/tasks/{task.pk}/messages/", {"id": str(uuid.uuid4()), "content": "hello"})


def reading_paths(task: Task) -> list[str]:
    turn = task.turns.get()
    return [
        "",
        "conversation/",
        f"messages/{turn.pk}/",
        f"turns/{turn.pk}/details/",
        f"turns/{turn.pk}/source/",
    ]


def noted(user: User, task: Task) -> list[str]:
    """The log entries about a person's reading, latest first."""
    entries = LogEntry.objects.filter(object_id=str(task.pk), user=user)
    return [entry.change_message for entry in entries.order_by("-pk")]


class TestReading:
    @pytest.mark.parametrize("rights", [(), ("view_task", "view_turn")])
    def test_staff_without_the_right_find_nothing(self, task: Task, rights: tuple[str, ...]) -> None:
        client = as_(staff(*rights))
        for path in reading_paths(task):
            assert client.get(f"/tasks/{task.pk}/{path}").status_code == 404, path
        assert not LogEntry.objects.filter(object_id=str(task.pk)).exists()

    def test_a_stranger_with_the_right_who_is_no_staff_finds_nothing(self, task: Task) -> None:
        user = staff("read_messages")
        User.objects.filter(pk=user.pk).update(is_staff=False)
        assert as_(user).get(f"/tasks/{task.pk}/").status_code == 404

    @pytest.mark.parametrize("right", ["read_messages", "view_message"])
    def test_staff_with_the_right_read_and_it_is_logged(self, task: Task, right: str) -> None:
        reader = staff(right)
        client = as_(reader)
        for path in reading_paths(task):
            assert client.get(f"/tasks/{task.pk}/{path}").status_code == 200, path
        page = client.get(f"/tasks/{task.pk}/").text
        assert "a secret word" in page and "Your visit was logged." in page
        # One entry each time the page is opened; loading its parts adds none.
        assert noted(reader, task) == ["Opened the chat and read it."] * 2

    @pytest.mark.parametrize("part", [1, 2, 3, 4])
    def test_a_part_that_is_read_alone_is_logged_once(self, task: Task, part: int) -> None:
        reader = staff("read_messages")
        client = as_(reader)
        for _ in range(2):
            assert client.get(f"/tasks/{task.pk}/{reading_paths(task)[part]}").status_code == 200
        assert noted(reader, task) == ["Read a part of the chat."]

    def test_what_the_admin_shows_is_logged_with_the_task(self, task: Task) -> None:
        turn = task.turns.get()
        reader = staff("read_messages", "view_task", "view_turn", "view_message")
        client = as_(reader)
        for path in (f"task/{task.pk}", f"turn/{turn.pk}", f"message/{turn.pk}"):
            assert client.get(f"/admin/tasks/{path}/change/").status_code == 200, path
        rows = [f"Read the {name} {turn.pk} in the admin." for name in ("message", "turn")]
        # A task's page shows the chat itself.
        assert noted(reader, task) == [*rows, "Opened the chat and read it."]
        assert client.get("/admin/tasks/message/?q=secret").status_code == 200
        searched = LogEntry.objects.get(user=reader, object_id=None)
        assert (searched.object_repr, searched.change_message) == ("secret", "Searched what people wrote.")

    def test_who_sees_no_content_in_the_admin_has_read_nothing(self, task: Task) -> None:
        reader = staff("view_task")
        assert as_(reader).get(f"/admin/tasks/task/{task.pk}/change/").status_code == 200
        assert noted(reader, task) == []

    def test_who_reads_changes_nothing(self, task: Task) -> None:
        client, turn = as_(staff("read_messages", "view_task")), task.turns.get()
        for path in (
            "messages/",
            "stop/",
            *(
                f"turns/{turn.pk}/{act}/"
                for act in ("retry", "edit", "show", "attempt", "withdraw", "feedback")
            ),
        ):
            answer = client.post(
                f"/tasks/{task.pk}/{path}", {"id": str(uuid.uuid4()), "content": "x", "value": 1, "do": "now"}
            )
            assert answer.status_code == 404, path
        assert task.turns.count() == 1

    def test_ones_own_chat_is_not_logged(self, task: Task, ada: User) -> None:
        page = as_(ada).get(f"/tasks/{task.pk}/")
        assert page.status_code == 200 and "read-only-note" not in page.text
        assert not LogEntry.objects.filter(object_id=str(task.pk)).exists()

    def test_files_are_read_with_the_chat_and_unsent_ones_by_nobody(self, task: Task, ada: User) -> None:
        sent = Attachment(
            owner=ada, message=task.turns.get().messages.first(), name="n", content_type="text/plain", size=1
        )
        unsent = Attachment(owner=ada, name="n", content_type="text/plain", size=1)
        for row in (sent, unsent):
            from django.core.files.base import ContentFile

            row.file.save(row.pk.hex, ContentFile(b"x"), save=False)
            row.save()
        path = "/attachments/{}/".format
        for somebody in (staff("view_task"), staff()):
            assert as_(somebody).get(path(sent.pk)).status_code == 404
        reader = staff("read_messages")
        assert as_(reader).get(path(sent.pk)).status_code == 200
        assert as_(reader).get(path(unsent.pk)).status_code == 404
        assert noted(reader, task) == ["Opened the file “n”."]


class TestAdmin:
    def test_content_is_not_searched_without_the_right(self, task: Task) -> None:
        client = as_(staff("view_task", "view_turn"))
        for path in ("task", "turn"):
            assert client.get(f"/admin/tasks/{path}/?q={RARE}").context["cl"].result_count == 0, path
        assert client.get("/admin/tasks/task/?q=Ada").context["cl"].result_count >= 1

    @pytest.mark.parametrize(
        "query", ["items__icontains=secret", "turns__messages__content__icontains=secret"]
    )
    def test_nor_filtered_by_an_address(self, task: Task, query: str) -> None:
        client = as_(staff("view_task", "view_turn"))
        for path in ("task", "turn"):
            answer = client.get(f"/admin/tasks/{path}/?{query}")
            assert answer.status_code == 400 or "e=1" in answer.headers.get("Location", ""), path

    def test_nor_shown(self, task: Task) -> None:
        client = as_(staff("view_task", "view_turn"))
        for path in ("task", "turn"):
            assert "secret word" not in client.get(f"/admin/tasks/{path}/").text, path
        for path in (f"task/{task.pk}", f"turn/{task.turns.get().pk}"):
            page = client.get(f"/admin/tasks/{path}/change/")
            assert page.status_code == 200 and "secret word" not in page.text, path
        assert "Open chat" not in client.get(f"/admin/tasks/task/{task.pk}/change/").text
        assert client.get("/admin/tasks/message/").status_code == 403

    def test_with_the_right_it_is_found_and_opened(self, task: Task) -> None:
        client = as_(staff("view_task", "view_turn", "read_messages"))
        assert client.get(f"/admin/tasks/task/?q={RARE}").context["cl"].result_count >= 1
        assert "Open chat" in client.get(f"/admin/tasks/task/{task.pk}/change/").text


class TestAgents:
    @pytest.fixture
    def writers(self, agent: Agent) -> Group:
        group = Group.objects.create(name=f"writers-{uuid.uuid4().hex[:8]}")
        agent.groups.add(group)
        return group

    def test_others_neither_see_nor_use_it(self, agent: Agent, writers: Group, ada: User) -> None:
        client = as_(ada)
        assert agent.name not in client.get("/").text
        assert client.get(f"/?agent={agent.name}").context["agent"] != agent
        answer = client.post("/tasks/", {"id": str(uuid.uuid4()), "agent": agent.name, "content": "hi"})
        assert answer.status_code == 404 and not Task.objects.filter(agent=agent).exists()

    def test_a_chat_from_before_is_for_reading(
        self, agent: Agent, task: Task, writers: Group, ada: User
    ) -> None:
        client, turn = as_(ada), task.turns.get()
        page = client.get(f"/tasks/{task.pk}/")
        assert "a secret word" in page.text and "You do not have access to “Quiet”" in page.text
        assert send(client, task).status_code == 403
        for act in ("retry", "edit"):
            answer = client.post(f"/tasks/{task.pk}/turns/{turn.pk}/{act}/", {"content": "again"})
            assert answer.status_code == 403, act
        assert task.turns.count() == 1

    def test_a_member_and_an_administrator_use_it(
        self, agent: Agent, task: Task, writers: Group, ada: User
    ) -> None:
        ada.groups.add(writers)
        assert agent.name in as_(ada).get("/").text
        assert send(as_(ada), task).status_code == 302
        chief = User.objects.create_superuser(f"chief-{uuid.uuid4().hex[:8]}")
        begun = {"id": str(uuid.uuid4()), "agent": agent.name, "content": "hi"}
        assert as_(chief).post("/tasks/", begun).status_code == 302

    def test_the_groups_survive_what_a_worker_announces(self, agent: Agent, writers: Group) -> None:
        announce([Agent(name=agent.name, title="Louder", workflow="w", task_queue="nobody")], "nobody")
        agent.refresh_from_db()
        assert agent.title == "Louder" and [*agent.groups.all()] == [writers]

    def test_the_groups_are_set_in_the_admin_and_nothing_else_is(self, agent: Agent) -> None:
        group = Group.objects.create(name=f"g-{uuid.uuid4().hex[:8]}")
        path = f"/admin/tasks/agent/{agent.pk}/change/"
        assert as_(staff("view_agent")).post(path, {"groups": group.pk}).status_code == 403
        assert (
            as_(staff("view_agent", "change_agent"))
            .post(path, {"groups": group.pk, "title": "Mine"})
            .status_code
            == 302
        )
        agent.refresh_from_db()
        assert [*agent.groups.all()] == [group] and agent.title == "Quiet"


class TestManualResults:
    def supply(self, user: User, task: Task) -> Any:
        turn = task.turns.get()
        return as_(user).post(
            f"/tasks/{task.pk}/turns/{turn.pk}/attempt/",
            {"do": "supply", "message": str(turn.pk), "result": "made up"},
        )

    def test_the_owner_enters_none(self, task: Task, ada: User) -> None:
        answer = self.supply(ada, task)
        assert answer.status_code == 403 and "Only staff" in answer.text
        assert "no-manual-result" in as_(ada).get(f"/tasks/{task.pk}/").text

    def test_unless_the_agent_allows_it(self, task: Task, ada: User) -> None:
        Agent.objects.filter(pk=task.agent_id).update(allow_manual_result=True)
        # The only error is that no call waits for a result.
        assert self.supply(ada, task).status_code == 409
        assert "no-manual-result" not in as_(ada).get(f"/tasks/{task.pk}/").text

    def test_staff_do_in_their_own_chats(self, task: Task, ada: User) -> None:
        User.objects.filter(pk=ada.pk).update(is_staff=True)
        assert self.supply(ada, task).status_code == 409
