"""Deleting an account leaves none of the person's data in any table, and no files."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection

from agentex_web.events.models import ReceivedEvent
from agentex_web.preferences.models import Preferences
from agentex_web.schedules.models import ScheduleDeletion
from agentex_web.search import index
from agentex_web.search.models import Document
from agentex_web.tasks.models import Deletion, LargePayload
from agentex_web.waits.models import Wait
from agentex_web.watches.models import FollowedTurn, Notice, TurnWatch
from tests.support.walking import World

pytestmark = pytest.mark.django_db

TO_DO = {Deletion, ScheduleDeletion, LargePayload, TurnWatch}
"""Jobs for a worker: what to remove, or whom to notify. They contain only ids, and are deleted when done."""


def everything() -> dict[str, str]:
    """All rows of all tables, as JSON, by model."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model not in TO_DO and model._meta.managed:
            found[model._meta.label] = serializers.serialize("json", model._default_manager.all())
    return found


def test_nothing_of_a_person_stays(django_capture_on_commit_callbacks: Any) -> None:
    before = everything()
    world = World()
    ada = world.people["owner"]
    assert ada is not None
    index.put_messages([*world.turn.messages.all()])
    index.put_title(world.task.pk, "A chat of Ada's")
    Preferences.objects.create(user=ada, language="de")
    Notice.objects.create(turn=world.turn, person=ada)
    TurnWatch.objects.create(turn_id=world.turn.pk, workflow_id="w")
    waiting = Wait.objects.create(
        task=world.task, turn=world.turn, kind="event", title="a secret word", workflow_id="w"
    )
    FollowedTurn.objects.create(wait=waiting, turn_id=world.turn.pk)
    ReceivedEvent.objects.create(
        task=world.task, name="paid", key="k", body={"a": "secret word"}, taken_by=waiting
    )
    path = Path(world.file.file.path)
    assert path.exists()
    grown = [label for label, rows in everything().items() if "secret" in rows or str(ada.pk) in rows]
    assert len(grown) > 12
    task_id, schedule_id = world.task.pk, world.schedule.pk
    with django_capture_on_commit_callbacks(execute=True):
        ada.delete()
    assert not path.exists()
    after = everything()
    for label, rows in after.items():
        for word in ("a secret word", "A chat of Ada", ada.username, str(task_id), str(schedule_id)):
            assert word not in rows or word in before[label], f"{label} keeps {word}: {rows}"
    assert not Document.objects.filter(task=task_id).exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_words WHERE search_words MATCH 'secret'")
            assert cursor.fetchone() == (0,)
    assert Deletion.objects.filter(pk=task_id).exists()
    assert ScheduleDeletion.objects.filter(pk=schedule_id).exists()
