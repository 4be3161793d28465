"""The web process migrates the database in a child process."""

import gc

import pytest
from django.db import DatabaseError

from agentex_web.management import database, reloading
from agentex_web.worker import run


@pytest.mark.parametrize(
    ("raised", "reason"), [(SystemExit(), "was killed"), (ValueError("no column"), "ValueError: no column")]
)
def test_a_child_that_does_not_finish_has_failed(
    raised: BaseException, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def migrate(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(database, "call_command", migrate)
    # The connections are the test's.
    monkeypatch.setattr(database.connections, "close_all", lambda: None)
    with pytest.raises(DatabaseError, match=reason):
        database._migrate_in_child()


def test_only_linux_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []
    monkeypatch.setattr(database, "call_command", lambda *names, **_: called.append(names))
    monkeypatch.setattr(database.sys, "platform", "darwin")
    database._migrate()
    assert called == [("migrate",)]


def test_a_worker_reads_the_migrations_again_when_those_that_lacked_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lacking = {("tasks", "0024_new"), ("waits", "0005_new")}
    found = [lacking, set[tuple[str, str]]()]
    applied = [set[tuple[str, str]](), {("tasks", "0024_new")}, lacking]
    monkeypatch.setattr(database, "_ASK_EVERY", 0)
    monkeypatch.setattr(database.connections, "close_all", lambda: None)
    monkeypatch.setattr(database, "_missing", lambda: found.pop(0))
    recorder = database.MigrationRecorder
    monkeypatch.setattr(recorder, "applied_migrations", lambda _: dict.fromkeys(applied.pop(0)))
    database.wait_until_migrated()
    assert (found, applied) == ([], [])


def test_only_the_process_that_serves_waits_for_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first process of `runworker --reload` watches the others, and SIGTERM must end it at any time."""
    happened: list[str] = []

    async def serve(*_: object) -> None:
        happened.append("served")

    monkeypatch.setattr(database, "wait_until_migrated", lambda: happened.append("waited"))
    monkeypatch.setattr(run, "serve", serve)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    found = reloading._load(None)
    assert happened == []
    found(lambda: None)
    assert happened == ["waited", "served"]
