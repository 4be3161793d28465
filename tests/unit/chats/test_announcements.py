"""What staff announce: who sees it, when, and until when."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from agentex_web.announcements.current import MOST, READ, announcements_for, known, version_of
from agentex_web.announcements.models import Announcement, Dismissal
from tests.support.own_chats import a_chat, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    known.rows = []
    known.forget()
    yield
    known.rows = []
    known.forget()


def announce(text: str = "Maintenance *tonight*", **fields: Any) -> Announcement:
    return Announcement.objects.create(text=text, **fields)


def page(client: Client, path: str = "/", **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, answer.content[:300]
    return str(answer.content.decode())


def test_every_page_shows_it_until_the_person_dismisses_it() -> None:
    ada, row = somebody(), announce()
    client = client_of(ada)
    for path in ("/", a_chat(ada).get_absolute_url(), "/schedules/", "/settings/", "/inbox/"):
        assert "Maintenance <em>tonight</em>" in page(client, path)
    rest = client.post(f"/announcements/{row.pk}/dismiss/")
    assert rest.status_code == 200 and "Maintenance" not in rest.content.decode()
    # Also in another browser.
    assert "Maintenance" not in page(client_of(ada))
    assert "Maintenance" in page(client_of(somebody()))


def test_what_cannot_be_dismissed_stays() -> None:
    ada, row = somebody(), announce(dismissible=False, level="urgent")
    client = client_of(ada)
    assert "/dismiss/" not in page(client).split('id="announcements"')[1].split("<main")[0]
    client.post(f"/announcements/{row.pk}/dismiss/")
    assert 'data-level="urgent" role="alert"' in page(client)


def test_people_who_are_not_signed_in_see_only_what_is_for_them() -> None:
    announce("For us")
    announce("For everybody", before_login=True)
    shown = page(Client(), "/accounts/login/")
    assert "For everybody" in shown and "For us" not in shown
    assert "hx-post" not in shown


def test_it_has_its_time_and_its_language() -> None:
    now = timezone.now()
    announce("Over", ends_at=now - HOUR)
    announce("Later", begins_at=now + HOUR)
    announce("Now", begins_at=now - HOUR, ends_at=now + HOUR)
    announce("Jetzt", language="de")
    shown = page(client_of(somebody()))
    assert "Now" in shown and not any(each in shown for each in ("Over", "Later</p>", "Jetzt"))
    assert "Jetzt" in page(client_of(somebody()), **{"accept-language": "de"})
    with pytest.raises(ValidationError):
        Announcement(text="Never", begins_at=now, ends_at=now).full_clean()


def test_an_open_page_gets_it_with_its_news_once() -> None:
    client = client_of(somebody())
    assert "Maintenance" not in page(client, "/news/?announced=")
    row = announce()
    news = page(client, "/news/?announced=")
    assert 'hx-swap-oob="innerHTML:#announcements"' in news and "Maintenance" in news
    version = news.split('name="announced" value="')[1].split('"')[0]
    assert "announcements" not in page(client, f"/news/?announced={version}").replace(
        'hx-include="#announcements"', ""
    )
    row.delete()
    gone = page(client, f"/news/?announced={version}")
    assert "hx-swap-oob" in gone and "Maintenance" not in gone


def test_its_markdown_is_harmless() -> None:
    announce('<script>alert(1)</script> [a](javascript:alert(1)) <img src=x onerror="alert(1)">')
    shown = page(client_of(somebody())).split('id="announcements"')[1].split("<main")[0]
    assert "<script>" not in shown and 'href="javascript' not in shown and "<img" not in shown


def test_while_the_database_is_away_the_known_ones_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    announce()
    assert len(known.read()) == 1

    def away(*_: Any) -> Any:
        raise DatabaseError

    monkeypatch.setattr(QuerySet, "__getitem__", away)
    known.forget()
    assert [each.text for each in known.read()] == ["Maintenance *tonight*"]


def test_only_staff_with_the_permission_write_it() -> None:
    admin = User.objects.create_superuser("root", password=None)
    fields = {"text": "From the admin", "level": "warning", "dismissible": "on"}
    assert (
        client_of(somebody(is_staff=True)).post("/admin/announcements/announcement/add/", fields).status_code
        == 403
    )
    assert client_of(admin).post("/admin/announcements/announcement/add/", fields).status_code == 302
    assert "From the admin" in page(client_of(somebody()))


def test_its_deletion_names_nobody_who_has_dismissed_it() -> None:
    row, ada = announce(), somebody()
    Dismissal.objects.create(announcement=row, person=ada)
    admin = client_of(somebody(is_staff=True, is_superuser=True))
    path = f"/admin/announcements/announcement/{row.pk}/delete/"
    asked = page(admin, path)
    assert "Maintenance" in asked and "ismissal" not in asked and f"{ada.pk}: {row.pk}" not in asked
    assert admin.post(path, {"post": "yes"}).status_code == 302
    assert not Announcement.objects.exists() and not Dismissal.objects.exists()
    row = announce()
    viewer = somebody(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_announcement"))
    assert (
        client_of(viewer)
        .post(f"/admin/announcements/announcement/{row.pk}/delete/", {"post": "yes"})
        .status_code
        == 403
    )
    assert Announcement.objects.exists()


def test_urgent_ones_come_first_and_planned_ones_take_no_place() -> None:
    announce("Now", level="urgent", dismissible=False)
    for number in range(READ):
        announce(f"Later {number}", begins_at=timezone.now() + HOUR)
    for number in range(MOST):
        announce(f"News {number}")
    assert [each.text for each in announcements_for(somebody())] == ["Now", "News 2", "News 1"]


def test_what_is_read_before_a_change_is_committed_is_read_again() -> None:
    row = announce("Before")
    with transaction.atomic():
        row.text = "After"
        row.save()
        # As another thread does, which does not see the change.
        known.rows, known.read_at = [Announcement(text="Before")], time.monotonic()
    assert [each.text for each in known.read()] == ["After"]


def test_two_changes_within_a_second_are_two_versions() -> None:
    row = announce()
    row.updated_at = timezone.now().replace(microsecond=100_000)
    before = version_of([row])
    row.updated_at = row.updated_at.replace(microsecond=200_000)
    assert version_of([row]) != before
