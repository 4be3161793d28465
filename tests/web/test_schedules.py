"""People's schedules: permissions, what is stored, and what a run does. Without services."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db.models.signals import post_save
from django.test import Client
from django.utils import timezone

from agentex_web.chat.schedules import actions
from agentex_web.schedules.firing import begin_run
from agentex_web.schedules.models import Schedule, ScheduleDeletion, ScheduledRun
from agentex_web.tasks.models import Agent, Message, Task, Turn
from agentex_web.watches.models import Notice
from tests.support.accounts import ada, fresh_counts, kept_record, signed_in

__all__ = ["ada", "fresh_counts", "kept_record"]

pytestmark = pytest.mark.usefixtures("kept_record", "fresh_counts", "no_temporal")
TOMORROW = timezone.now() + timedelta(days=1)


@pytest.fixture
def no_temporal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disables deliveries: the tests check what is committed."""

    async def nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(actions, "update_temporal", nothing)
    monkeypatch.setattr(actions, "hand_over", nothing)


@pytest.fixture
def agent() -> Iterator[Agent]:
    made = Agent.objects.create(
        name=f"planner-{uuid.uuid4().hex[:8]}", title="Planner", workflow="w", task_queue="nobody",
        seen_at=timezone.now(),
    )  # fmt: skip
    yield made
    Task.objects.filter(agent=made).delete()
    Schedule.objects.filter(agent=made).delete()
    made.delete()


@pytest.fixture
def deletions() -> Iterator[set[uuid.UUID]]:
    """The schedules that Temporal will be told to delete. A worker that runs for other tests may do so at once."""
    noted = set[uuid.UUID]()

    def note(instance: ScheduleDeletion, **_: Any) -> None:
        noted.add(instance.pk)

    post_save.connect(note, sender=ScheduleDeletion)
    yield noted
    post_save.disconnect(note, sender=ScheduleDeletion)


@pytest.fixture
def client(ada: User) -> Client:
    return signed_in(ada)


def form(to: Agent, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "name": "Morning", "agent": to.name, "prompt": "Good morning",
        "cadence": "daily", "time": "08:00", "time_zone": "Europe/Berlin", "overlap": "skip",
        "catch_up": "3600", "notify": "on", **fields,
    }  # fmt: skip


def made(ada: User, agent: Agent, **fields: Any) -> Schedule:
    given = {"cron": "0 8 * * *", "time_zone": "UTC", "name": "Morning", "prompt": "Good morning", **fields}
    return Schedule.objects.create(owner=ada, agent=agent, **given)


@pytest.mark.parametrize("action", ["", "edit/", "run/", "pause/", "skip/", "delete/"])
def test_a_stranger_does_not_learn_that_it_exists(ada: User, agent: Agent, action: str) -> None:
    row = made(ada, agent)
    eve = signed_in(User.objects.create_user(f"eve-{uuid.uuid4().hex[:10]}", password=None))
    for answer in (eve.post(f"/schedules/{row.pk}/{action}"), eve.get(f"/schedules/{row.pk}/{action}")):
        assert answer.status_code in (404, 405)
    assert row.name not in eve.get("/schedules/").text
    row.refresh_from_db()
    assert (row.revision, row.runs.count()) == (1, 0)


def test_it_is_made_listed_changed_and_deleted(
    client: Client, ada: User, agent: Agent, deletions: set[uuid.UUID]
) -> None:
    assert 'value="08:00"' in client.get("/schedules/new/").text
    data = form(agent)
    answer = client.post("/schedules/new/", data)
    assert answer.status_code == 302, answer.text
    # Submitting twice creates one schedule.
    assert client.post("/schedules/new/", data)["Location"] == answer["Location"]
    row = Schedule.objects.get(owner=ada)
    assert (row.cron, row.time_zone, row.prompt) == ("0 8 * * *", "Europe/Berlin", "Good morning")
    # A worker may run for other tests, and tells Temporal.
    assert row.applied in (0, row.revision)
    assert "Every day at 08:00" in client.get("/schedules/").text
    page = client.get(answer["Location"]).text
    assert "Good morning" in page and page.count("08:00") >= 5
    changed = form(agent, cadence="weekly", days=["1", "7"], time="09:30", name="Evening")
    assert client.post(f"/schedules/{row.pk}/edit/", changed).status_code == 302
    row.refresh_from_db()
    assert (row.cron, row.name, row.revision) == ("30 9 * * 1,7", "Evening", 2)
    assert 'value="7" id="id_days_6" checked' in client.get(f"/schedules/{row.pk}/edit/").text.replace(
        "  ", " "
    )
    assert client.post(f"/schedules/{row.pk}/delete/").status_code == 302
    assert not Schedule.objects.filter(pk=row.pk).exists()
    assert row.pk in deletions


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"cadence": "weekly"}, "Fill this in."),
        ({"cadence": "once", "once": "2001-01-01T08:00"}, "That time has passed."),
        ({"cadence": "once", "once": "tomorrow"}, "Enter a date and a time."),
        ({"cadence": "cron", "cron": "* * * * *"}, "at least 5 minutes apart"),
        ({"cadence": "cron", "cron": "never"}, "Enter five fields"),
        ({"cadence": "monthly", "day": "32"}, "less than or equal to 31"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"agent": "nobody"}, "Select a valid choice"),
        ({"prompt": "  "}, "Fill this in."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_reason(
    client: Client, ada: User, agent: Agent, fields: dict[str, Any], reason: str
) -> None:
    answer = client.post("/schedules/new/", form(agent, **fields))
    assert (answer.status_code, reason in answer.text) == (400, True), answer.text
    assert not Schedule.objects.filter(owner=ada).exists()


def test_a_person_may_have_so_many(client: Client, ada: User, agent: Agent, settings: Any) -> None:
    settings.AGENTEX_SCHEDULES = 1
    made(ada, agent)
    answer = client.post("/schedules/new/", form(agent))
    assert answer.status_code == 400 and "which is the limit" in answer.text


def test_a_single_run_is_in_the_owners_time(client: Client, ada: User, agent: Agent) -> None:
    local = (TOMORROW + timedelta(days=1)).replace(hour=12, minute=0)
    client.post(
        "/schedules/new/", form(agent, cadence="once", once=f"{local:%Y-%m-%dT%H:%M}", time_zone="Asia/Tokyo")
    )
    row = Schedule.objects.get(owner=ada)
    assert row.once_at is not None and row.once_at.hour == 3 and row.cron == ""


def test_the_next_runs_are_shown_while_one_chooses(client: Client) -> None:
    shown = client.post("/schedules/preview/", {"cadence": "daily", "time": "23:45", "time_zone": "UTC"}).text
    assert shown.count("<li>") == 3 and "23:45" in shown
    assert "23:45" not in client.post("/schedules/preview/", {"cadence": "daily", "time_zone": "UTC"}).text
    broken = client.post(
        "/schedules/preview/", {"cadence": "cron", "cron": "61 * * * <b>", "time_zone": "UTC"}
    )
    assert "errorlist" in broken.text and "not a cron expression" in broken.text and "<b>" not in broken.text
    empty = client.post("/schedules/preview/", {"cadence": "cron", "cron": "", "time_zone": "UTC"})
    assert "errorlist" not in empty.text


def test_one_run_is_skipped_and_taken_back(client: Client, ada: User, agent: Agent) -> None:
    row = made(ada, agent)
    due = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert (
        client.post(f"/schedules/{row.pk}/skip/", {"at": due.isoformat(), "skipped": "1"}).status_code == 302
    )
    assert "Do not skip" in client.get(f"/schedules/{row.pk}/").text
    begun = begin_run(row.pk, due)
    assert begun.run.skipped and begun.accepted is None
    later = due + timedelta(days=1)
    client.post(f"/schedules/{row.pk}/skip/", {"at": later.isoformat(), "skipped": "1"})
    client.post(f"/schedules/{row.pk}/skip/", {"at": later.isoformat(), "skipped": ""})
    row.refresh_from_db()
    assert row.skipped_times == {due}
    assert client.post(f"/schedules/{row.pk}/skip/", {"at": "nonsense"}).status_code == 400


def test_a_run_is_a_chat_of_its_owner_and_begins_once(ada: User, agent: Agent) -> None:
    row = made(ada, agent)
    first, again = begin_run(row.pk, TOMORROW), begin_run(row.pk, TOMORROW)
    task = Task.objects.get(owner=ada)
    assert (task.title, task.agent) == ("Morning", agent)
    assert Message.objects.get(turn__task=task).content == "Good morning"
    assert first.run.pk == again.run.pk and row.runs.count() == 1
    assert Notice.objects.filter(person=ada, turn__task=task).count() == 1


def test_a_time_that_comes_twice_starts_one_chat(ada: User, agent: Agent) -> None:
    row = made(ada, agent)
    for cron, chats in (("30 1 * * *", 1), ("30 * * * *", 2)):
        Schedule.objects.filter(pk=row.pk).update(cron=cron, time_zone="America/New_York")
        ScheduledRun.objects.all().delete()
        first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
        begun = [begin_run(row.pk, due).accepted for due in (first, first + timedelta(hours=1))]
        assert sum(each is not None for each in begun) == chats, cron


def test_a_run_that_may_not_begin_says_why(ada: User, agent: Agent, client: Client) -> None:
    row = made(ada, agent)
    hour = timedelta(hours=1)
    Agent.objects.filter(pk=agent.pk).update(available=False)
    assert "The agent no longer exists" in client.get("/schedules/").text
    begin_run(row.pk, TOMORROW)
    Agent.objects.filter(pk=agent.pk).update(available=True)
    group = Group.objects.create(name=uuid.uuid4().hex)
    agent.groups.set([group])
    begin_run(row.pk, TOMORROW + hour)
    agent.groups.clear()
    User.objects.filter(pk=ada.pk).update(is_active=False)
    begin_run(row.pk, TOMORROW + 2 * hour)
    reasons = list(
        ScheduledRun.objects.filter(schedule=row).order_by("due_at").values_list("error", flat=True)
    )
    assert reasons == [
        "The agent no longer exists.",
        "You no longer have access to this agent.",
        "The account is not active.",
    ]
    assert not Task.objects.filter(owner=ada).exists()
    group.delete()


def test_a_run_by_hand_opens_its_chat(client: Client, ada: User, agent: Agent) -> None:
    row, run = made(ada, agent, paused=True), str(uuid.uuid4())
    answer = client.post(f"/schedules/{row.pk}/run/", {"run": run})
    task = Task.objects.get(owner=ada)
    assert answer["Location"] == task.get_absolute_url()
    # Submitting twice creates one run.
    assert client.post(f"/schedules/{row.pk}/run/", {"run": run})["Location"] == answer["Location"]
    assert Task.objects.filter(owner=ada).count() == 1
    page = client.get(f"/schedules/{row.pk}/").text
    assert "Started by you" in page and "Open the chat" in page


def test_the_history_says_how_each_run_ended(client: Client, ada: User, agent: Agent) -> None:
    row = made(ada, agent)
    begun = begin_run(row.pk, TOMORROW)
    assert "Working" in client.get("/schedules/").text
    Turn.objects.filter(task=begun.run.task).update(status=Turn.Status.DONE)
    assert "Done" in client.get(f"/schedules/{row.pk}/").text
    Task.objects.filter(owner=ada).delete()
    assert "Chat deleted" in client.get(f"/schedules/{row.pk}/").text


def test_a_deleted_person_leaves_no_schedule(ada: User, agent: Agent, deletions: set[uuid.UUID]) -> None:
    row = made(ada, agent)
    ada.delete()
    assert row.pk in deletions


def test_the_list_costs_the_same_however_long_it_is(
    client: Client, ada: User, agent: Agent, django_assert_max_num_queries: Any
) -> None:
    for number in range(13):
        begin_run(made(ada, agent, name=f"Number {number}").pk, TOMORROW)
    with django_assert_max_num_queries(12):
        assert client.get("/schedules/").text.count("schedule-row") == 13
