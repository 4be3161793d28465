"""Attacks by people with their own prompts, schedules, links, archives and ids, on others and on the site."""

import uuid
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agentex_web.accounts.own_data import write_archive
from agentex_web.chat.questions.shown import answers_of
from agentex_web.preferences.models import Preferences
from agentex_web.prompts.models import MOST, Prompt
from agentex_web.schedules.firing import begin_run
from agentex_web.schedules.models import Schedule, ScheduledRun
from agentex_web.schedules.zones import zone_of
from agentex_web.sharing import links
from agentex_web.sharing.models import Share
from agentex_web.tasks.models import Folder, Message, Task, Turn
from agentex_web.tasks.setup_faults import REFUSED_KEY
from tests.support.accounts import fresh_counts, kept_record
from tests.support.own_chats import a_chat, an_agent, client_of, somebody

__all__ = ["fresh_counts", "kept_record"]


pytestmark = pytest.mark.usefixtures("kept_record", "fresh_counts")


def test_what_others_share_hides_nothing_of_ones_own() -> None:
    ada = somebody()
    Prompt.objects.create(owner=ada, title="Zebra", text="mine")
    for _ in range(3):
        eve = somebody()
        Prompt.objects.bulk_create(
            Prompt(owner=eve, title="Aardvark z", text="x", shared=True) for _ in range(200)
        )
    client = client_of(ada)
    assert "Zebra" in client.get("/prompts/").content.decode()
    assert client.get("/prompts/suggest", {"q": "z"}).json()["prompts"][0]["title"] == "Zebra"


def test_a_person_has_so_many_prompts_and_folders() -> None:
    ada = somebody()
    client = client_of(ada)
    Prompt.objects.bulk_create(Prompt(owner=ada, title="p", text="x") for _ in range(MOST))
    assert (
        "Delete one first"
        in client.post("/prompts/new/", {"title": "one more", "text": "x"}).content.decode()
    )
    Folder.objects.bulk_create(Folder(owner=ada, name=str(number)) for number in range(200))
    assert "which is the limit" in client.post("/folders/new/", {"name": "one more"}).content.decode()
    assert (Prompt.objects.filter(owner=ada).count(), Folder.objects.filter(owner=ada).count()) == (MOST, 200)


def test_links_that_were_revoked_do_not_pile_up() -> None:
    ada = somebody()
    task = a_chat(ada)
    for _ in range(links.REVOKED + 5):
        links.revoke(ada.pk, links.share(task, with_tools=False, with_files=False).pk)
    assert Share.objects.filter(task=task).count() == links.REVOKED


def a_schedule(owner: Any, **fields: Any) -> Schedule:
    given = {"name": "Daily", "prompt": "Go.", "cron": "0 8 * * *", **fields}
    return Schedule.objects.create(owner=owner, agent=an_agent(), **given)


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2020-01-01T00:00:00+00:00", "x"]
)
def test_a_time_at_the_end_of_the_calendar_is_refused(at: str) -> None:
    ada = somebody()
    row = a_schedule(ada)
    client = client_of(ada)
    assert client.post(f"/schedules/{row.pk}/skip/", {"at": at, "skipped": "1"}).status_code == 400
    row.refresh_from_db()
    assert row.skipped == []
    form = {"name": "n", "agent": row.agent_id, "prompt": "x", "cadence": "once", "once": at[:19],
            "time_zone": "Pacific/Kiritimati", "overlap": "skip", "catch_up": "60"}  # fmt: skip
    assert client.post("/schedules/new/", form).status_code == 400


@pytest.mark.parametrize(
    "cron", ["0 0 30 2 *", "0 0 29 2 *", "* * * * *", "0 0 31 2,4 *", "0 0 1 1 L", "9" * 200, "*/0 * * * *"]
)
def test_an_odd_cadence_is_an_answer_within_the_form(cron: str) -> None:
    ada = somebody()
    form = {"name": "n", "agent": an_agent().pk, "prompt": "x", "cadence": "cron", "cron": cron,
            "time_zone": "Europe/Berlin", "overlap": "skip", "catch_up": "60"}  # fmt: skip
    assert client_of(ada).post("/schedules/new/", form).status_code in (302, 400)
    assert client_of(ada).post("/schedules/preview/", form).status_code == 200
    assert client_of(ada).get("/schedules/").status_code == 200


def test_nobody_names_a_run_or_a_schedule_of_somebody_else() -> None:
    ada, eve = somebody(), somebody()
    theirs, hers = a_schedule(ada), a_schedule(eve)
    taken = a_chat(ada)
    run = ScheduledRun.objects.create(schedule=theirs, due_at=timezone.now())
    client = client_of(eve)
    for each in (taken.pk, run.pk):
        client.post(f"/schedules/{hers.pk}/run/", {"run": str(each)})
    assert not ScheduledRun.objects.filter(schedule=hers, pk__in=[taken.pk, run.pk]).exists()
    form = {"id": str(theirs.pk), "name": "n", "agent": hers.agent_id, "prompt": "x", "cadence": "daily", "time": "08:00",
            "time_zone": "UTC", "overlap": "skip", "catch_up": "60"}  # fmt: skip
    assert client.post("/schedules/new/", form).status_code == 400
    theirs.refresh_from_db()
    assert theirs.owner_id == ada.pk


def test_a_shared_link_shows_no_tool_no_file_and_no_note_that_it_is_not_for(settings: Any) -> None:
    settings.AGENTEX_PUBLIC_SHARES = True
    ada = somebody()
    task = a_chat(ada, "<script>alert(1)</script>", "An answer")
    turn = task.turns.get()
    secret = {"turn": turn, "author": "agent", "content": "SECRET"}
    kinds = ("reasoning", "tool_request", "tool_response", "approval")
    for number, kind in enumerate(kinds):
        Message.objects.create(
            position=f"0000020000{number:02}", kind=kind, tool_call_id=f"c{number}", **secret
        )
    link = links.share(task, with_tools=False, with_files=False)
    page = Client().get(link.get_absolute_url())
    assert "An answer" in page.content.decode() and "<script>alert" not in page.content.decode()
    assert "SECRET" not in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    ada.is_active = False
    ada.save()
    assert Client().get(link.get_absolute_url()).status_code == 404
    ada.delete()
    assert Client().get(link.get_absolute_url()).status_code == 404


def test_a_persons_archive_has_what_is_theirs_and_nothing_else() -> None:
    ada, eve = somebody(), somebody()
    for person in (ada, eve):
        name = "ADAS" if person is ada else "EVES"
        task = a_chat(person, f"{name} question", f"{name} answer")
        Prompt.objects.create(owner=person, title=f"{name} prompt", text="x", shared=True)
        a_schedule(person, name=f"{name} schedule")
        Folder.objects.create(owner=person, name=f"{name} folder")
        links.share(task, with_tools=False, with_files=False)
    answer = client_of(ada).post("/settings/export/")
    with zipfile.ZipFile(BytesIO(answer.getvalue())) as archive:
        assert not any(name.startswith(("/", "..")) or ".." in name for name in archive.namelist())
        everything = "".join(archive.read(name).decode() for name in archive.namelist())
    for part in ("question", "answer", "prompt", "schedule", "folder"):
        assert f"ADAS {part}" in everything
    assert Share.objects.get(task__owner=ada).token in everything
    assert "EVES" not in everything and Share.objects.get(task__owner=eve).token not in everything


def test_searching_finds_nothing_of_others_whatever_is_asked() -> None:
    ada, eve = somebody(), somebody()
    task = a_chat(ada, "The zanzibar question", "The zanzibar answer")
    client = client_of(eve)
    tries = (
        "zanzibar",
        '"zanzibar"',
        f"\U00010330u{ada.pk} zanzibar",
        'zanzibar" OR "\U00010330m',
        "zan* OR a",
        "' | ''",
    )
    for each in tries:
        for path in ("/search/", "/search/suggest"):
            found = client.get(path, {"q": each}).content.decode()
            assert str(task.pk) not in found and "zanzibar answer" not in found, each
    assert str(task.pk) in client_of(ada).get("/search/", {"q": "zanzibar"}).content.decode()


@pytest.mark.parametrize(
    "path", ["//evil.example/x/", "/\\evil.example/", "/%2f%2fevil.example/", "/share//evil.example/"]
)
def test_no_address_leads_to_another_site(path: str) -> None:
    answer = Client().get(path)
    where = answer.headers.get("Location", "/")
    assert where.startswith("/") and not where.startswith(("//", "/\\"))


def test_ids_that_a_page_invents_are_its_owners_alone() -> None:
    ada, eve = somebody(), somebody()
    task = a_chat(ada)
    answer = client_of(eve).post(
        "/tasks/", {"id": str(task.pk), "agent": an_agent().pk, "content": "mine now"}
    )
    assert answer.status_code == 409
    copied = client_of(eve).post(f"/tasks/{task.pk}/duplicate/", {"id": str(uuid.uuid4())})
    assert copied.status_code == 404
    assert Task.objects.filter(owner=eve).count() == 0


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_an_answer_beyond_the_years_that_python_knows_is_shown_as_it_is(moment: str) -> None:
    asked = [{"name": "when", "label": "When", "kind": "date_time"}]
    with timezone.override("Europe/Berlin"):
        assert answers_of(asked, {"when": moment})[0].value == moment


def test_a_reason_that_is_for_staff_leaves_by_no_other_way() -> None:
    """The chat itself shows it to staff alone, and so do links, paper, exports and the account's own data."""
    ada, staff = somebody(), somebody(is_staff=True)
    task = a_chat(ada)
    turn = task.turns.get()
    reason = f"{REFUSED_KEY}: sk-abc*xyz"
    Turn.objects.filter(pk=turn.pk).update(status="failed", error=reason)
    for number, kind in enumerate(("error", "text"), 8):
        Message.objects.create(
            turn=turn,
            position=f"00000{number}",
            author="system",
            kind=kind,
            content=reason if kind == "error" else "",
            error=reason,
        )
    token = links.share(task, with_tools=True, with_files=True).token
    paths = [f"/share/{token}/", *(f"/tasks/{task.pk}/{each}/" for each in ("print", "export/markdown"))]
    client = client_of(ada)
    for path in (*paths, f"/tasks/{task.pk}/export/json/"):
        body = client.get(path).content.decode()
        assert "sk-abc" not in body and "Tell your administrator" in body, path
    with zipfile.ZipFile(write_archive(ada)) as archive:
        chats = [archive.read(name) for name in archive.namelist() if name.startswith("chats/")]
    assert len(chats) == 1 and b"sk-abc" not in chats[0]
    assert "sk-abc" in client_of(staff).get(f"/share/{token}/").content.decode()


def test_a_time_zone_that_the_machine_has_no_more_closes_no_page() -> None:
    ada = somebody()
    made = {"owner": ada, "agent": an_agent(available=True), "prompt": "x", "time_zone": "US/Nowhere"}
    daily = Schedule.objects.create(name="Daily", cron="0 8 * * *", **made)
    at = timezone.now() + timedelta(days=1)
    once = Schedule.objects.create(name="Once", cadence="once", once_at=at, **made)
    client = client_of(ada)
    for path in ("", f"{daily.pk}/", f"{once.pk}/", f"{once.pk}/edit/"):
        assert "US/Nowhere" in client.get(f"/schedules/{path}").content.decode() or "edit" in path
    assert "There is no time zone" in client.get("/schedules/").content.decode()
    root = somebody(is_staff=True, is_superuser=True)
    assert "US/Nowhere" in client_of(root).get("/admin/schedules/schedule/").content.decode()
    assert begin_run(daily.pk, timezone.now()).accepted is not None
    Preferences.objects.create(user=ada, time_zone="US/Nowhere")
    assert zone_of(ada.pk) == "UTC"
