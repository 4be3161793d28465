"""The web process migrates the database in a child process."""

import pytest
from django.db import DatabaseError

from agentex_web.management import database


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
