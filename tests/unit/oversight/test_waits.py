"""The admin's lists of waits and schedules: what staff without the right to read messages do not see."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from agentex_web.schedules.models import Schedule
from tests.support.own_chats import a_chat, somebody
from tests.unit.waits.test_deciding import asked

pytestmark = pytest.mark.django_db


def staff(*rights: str) -> Client:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


def test_titles_and_names_are_for_those_who_may_read_messages() -> None:
    owner = somebody()
    wait = asked(owner, group="finance")
    wait.title = "a secret question"
    wait.save()
    schedule = Schedule.objects.create(
        owner=owner,
        name="a secret name",
        prompt="p",
        agent=a_chat(owner).agent,
        cadence="once",
        once_at=timezone.now() + timedelta(days=1),
    )
    pages = ("/admin/waits/wait/", "/admin/schedules/schedule/")
    pages += (f"{pages[0]}{wait.pk}/change/", f"{pages[1]}{schedule.pk}/change/")
    views = ("view_wait", "view_schedule", "view_task")
    blind = staff(*views)
    for page in pages:
        answer = blind.get(page)
        assert answer.status_code == 200 and b"secret" not in answer.content, page
    assert b"0 waits" in blind.get(f"{pages[0]}?q=secret").content
    User.objects.all().filter(username="staff").delete()
    reads = staff(*views, "read_messages")
    assert all(b"secret" in reads.get(page).content for page in pages)
    assert b"secret" in reads.get(f"{pages[0]}?q=secret&group=finance").content
    assert b"secret" not in reads.get(f"{pages[0]}?group=other").content
