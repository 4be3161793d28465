"""Data migrations, forwards and backwards, in a separate database, which goes from one test to the next."""

import base64
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone

from tests.support.migrations import migrate_one_by_one

ALIAS = "migrating"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[str]:
    default = connections["default"]
    is_server = default.vendor == "postgresql"
    name = f"rows_{uuid.uuid4().hex}" if is_server else str(tmp_path_factory.mktemp("rows") / "rows.sqlite3")
    connections.databases[ALIAS] = {**connections.databases["default"], "NAME": name}
    with django_db_blocker.unblock():
        if is_server:
            default.cursor().execute(f"CREATE DATABASE {name}")
        yield ALIAS
        connections[ALIAS].close()
        if is_server:
            default.cursor().execute(f"DROP DATABASE {name}")
    del connections.databases[ALIAS], connections[ALIAS]


def migrated(name: str) -> Any:
    """Migrates forwards or backwards to this migration, and returns its models."""
    executor = migrate_one_by_one(connections[ALIAS], ("tasks", name))
    return executor.loader.project_state([("tasks", name)]).apps


def turn_in(apps: Any) -> Any:
    """Creates a turn in a new task, with the models of that migration."""
    user, _ = apps.get_model("auth", "User").objects.using(ALIAS).get_or_create(username="ada")
    agent, _ = (
        apps.get_model("tasks", "Agent")
        .objects.using(ALIAS)
        .get_or_create(name="haiku", defaults={"seen_at": timezone.now()})
    )
    task = apps.get_model("tasks", "Task").objects.using(ALIAS).create(owner=user, agent=agent)
    return apps.get_model("tasks", "Turn").objects.using(ALIAS).create(pk=uuid.uuid4(), task=task)


def positions(apps: Any, turn: Any) -> list[Any]:
    """The positions of a turn's messages, in the order of their content."""
    rows = apps.get_model("tasks", "Message").objects.using(ALIAS).filter(turn_id=turn.pk)
    return list(rows.order_by("content").values_list("position", flat=True))


def test_positions_keep_their_order(database: str) -> None:
    apps = migrated("0001_initial")
    numbers = {
        "plain": [0, 1_000, 1_001, 2_999, 12_345_000, 10**15 + 1],
        "with children": [
            0,
            1_000,
            2_000,
            2_001,
            10**12 + 2_000,
            10**12 + 3_005,
            2 * 10**12 + 2_000,
            10**15 + 7,
        ],
    }
    turns = {name: turn_in(apps) for name in numbers}
    for name, turn in turns.items():
        for count, number in enumerate(numbers[name]):
            apps.get_model("tasks", "Message").objects.using(ALIAS).create(
                turn=turn, position=number, author="agent", content=f"{count:03}"
            )
    apps = migrated("0002_positions_as_text")
    assert positions(apps, turns["plain"]) == [
        "000000",
        "000001000000",
        "000001000001",
        "000002000999",
        "012345000000",
        "999999000001",
    ]
    with_children = positions(apps, turns["with children"])
    assert with_children == sorted(with_children)
    assert len(set(with_children)) == len(with_children)
    apps = migrated("0001_initial")
    assert positions(apps, turns["plain"]) == numbers["plain"]
    back = positions(apps, turns["with children"])
    assert back == sorted(set(back))


def test_pictures_become_files_of_the_tasks_owner(database: str) -> None:
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="
    apps = migrated("0006_deletions")
    message = (
        apps.get_model("tasks", "Message")
        .objects.using(ALIAS)
        .create(
            turn=turn_in(apps),
            position="000001000000",
            author="agent",
            data={
                "hosted": "image_generation_call",
                "images": [f"data:image/png;base64,{pixel}", "data:image/png;base64,no base64"],
            },
        )
    )
    apps = migrated("0007_pictures_as_files")
    [picture] = apps.get_model("tasks", "Attachment").objects.using(ALIAS).select_related("owner")
    message = apps.get_model("tasks", "Message").objects.using(ALIAS).get(pk=message.pk)
    assert message.data == {"hosted": "image_generation_call", "images": [str(picture.pk)]}
    assert (picture.owner.username, picture.message_id) == ("ada", message.pk)
    with default_storage.open(picture.file.name, "rb") as file:
        assert file.read() == base64.b64decode(pixel)
    default_storage.delete(picture.file.name)


def test_messages_that_a_model_refused_are_left_out(database: str) -> None:
    apps = migrated("0010_spans")
    turns = apps.get_model("tasks", "Turn").objects.using(ALIAS)
    asked = [{"role": "user", "content": "see the picture"}]
    refused, other, answered = (turn_in(apps).pk for _ in range(3))
    reason = "The model's server refused the request (400): Invalid image."
    turns.filter(pk=refused).update(status="failed", error=reason, items=asked)
    turns.filter(pk=other).update(status="failed", error="The model cannot be reached.", items=asked)
    # A model had accepted the message before it refused a tool's result.
    turns.filter(pk=answered).update(status="failed", error=reason, items=asked, usage={"input": 3})
    apps = migrated("0011_refused_messages_left_out")
    turns = apps.get_model("tasks", "Turn").objects.using(ALIAS)
    assert turns.get(pk=refused).left_out == "message"
    assert "left out" in turns.get(pk=refused).items[0]["content"]
    assert [turns.get(pk=each).items for each in (other, answered)] == [asked, asked]
