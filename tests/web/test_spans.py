"""Spans in the admin are read-only, and show their content only to staff who may read messages."""

import uuid

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from agentex_web.tasks.models import Agent, Span, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def span() -> Span:
    owner = User.objects.create_user("span-owner")
    agent = Agent.objects.create(
        name="traced", title="Traced", workflow="W", task_queue="q", seen_at=timezone.now()
    )
    task = Task.objects.create(owner=owner, agent=agent, title="A chat")
    return Span.objects.create(
        id=uuid.uuid4(), task=task, trace_id="t", name="Turn 1", input={"asked": "tea?"}
    )


def page(user: User, span: Span) -> str:
    client = Client()
    client.force_login(user)
    assert client.get("/admin/tasks/span/").status_code == 200
    response = client.get(f"/admin/tasks/span/{span.pk}/change/")
    assert response.status_code == 200
    return response.text


def test_an_operator_does_not_see_what_was_written(span: Span) -> None:
    operator = User.objects.create_user("span-operator", is_staff=True)
    operator.user_permissions.add(Permission.objects.get(codename="view_span"))
    text = page(operator, span)
    assert "Turn 1" in text and "tea?" not in text


def test_who_may_read_messages_sees_it_and_nobody_edits_it(span: Span) -> None:
    text = page(User.objects.create_superuser("span-reader"), span)
    assert "tea?" in text
    assert 'name="_save"' not in text
