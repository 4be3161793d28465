"""A PostgreSQL database of version 0.1 with chats is migrated to the current version, if PostgreSQL is installed.

The chats are those of `data-0.1.tar.xz`, copied table by table into the tables of version 0.1.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.forked import run
from tests.support.postgres import PROGRAM, postgres
from tests.upgrade.archive import extract

TABLES = ("auth_user", "tasks_agent", "tasks_task", "tasks_turn", "tasks_message", "tasks_attachment", "tasks_feedback", "tasks_largepayload")  # fmt: skip

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="PostgreSQL is not installed.")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres() as address:
        yield address


OLD = [
    ("auth", "0012_alter_user_first_name_max_length"),
    ("tasks", "0001_initial"),
    ("sessions", "0001_initial"),
    ("admin", "0003_logentry_add_action_flag_choices"),
]
"""The last migrations of version 0.1."""
TO_OLD = f"""
from django.db import connection
from tests.support.migrations import migrate_one_by_one
migrate_one_by_one(connection, *{OLD!r})
"""
TO_NEW = """
from django.core.management import call_command
call_command("migrate")
call_command("migrate", "--plan")
"""


def run_with_django(address: str, data: Path, code: str) -> str:
    """Runs the code with a PostgreSQL database, in a process of its own. Returns what it printed."""
    environment = {"DATABASE_URL": address, "AGENTEX_DATA_DIR": str(data), "PATH": "/usr/bin:/bin"}
    environment["DJANGO_SETTINGS_MODULE"] = "agentex_web.settings"
    program = data / "migrate.py"
    program.write_text(f"import django\ndjango.setup()\n{code}")
    returned, said = run([str(program)], environment, data / "migrate.log")
    assert returned == 0, said[-3_000:]
    return said


def copied(old: sqlite3.Connection, new: psycopg.Connection[Any]) -> dict[str, int]:
    """Copies the rows, and returns their number per table."""
    counts = {}
    for table in TABLES:
        kinds = dict(
            new.execute(
                "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
                (table,),
            ).fetchall()
        )
        rows = old.execute(f'SELECT * FROM "{table}"')
        names = [each[0] for each in rows.description]
        places = ", ".join(["%s"] * len(names))
        columns = ", ".join(f'"{each}"' for each in names)
        found = [
            tuple(as_postgres(value, kinds[name]) for name, value in zip(names, row, strict=True))
            for row in rows
        ]
        with new.cursor() as cursor:
            cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', found)  # type: ignore[arg-type]
        counts[table] = len(found)
    return counts


def as_postgres(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    if kind == "jsonb":
        return Jsonb(json.loads(value))
    return value + "+00" if kind.startswith("timestamp") else value


def test_a_database_of_the_version_before_is_migrated(address: str, tmp_path: Path) -> None:
    extract(tmp_path)
    run_with_django(address, tmp_path, TO_OLD)
    with (
        sqlite3.connect(tmp_path / "agentex.sqlite3") as old,
        psycopg.connect(address, autocommit=False) as new,
    ):
        new.execute("SET CONSTRAINTS ALL DEFERRED")
        before = copied(old, new)
    assert "No planned migration operations" in run_with_django(address, tmp_path, TO_NEW)
    with psycopg.connect(address) as new:
        for table, count in before.items():
            assert new.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (count,), table  # type: ignore[arg-type]
        # The migrations have indexed existing titles and messages for the search.
        [indexed] = new.execute(
            "SELECT count(*) FROM search_document WHERE message_id IS NULL"
        ).fetchone() or (0,)
        assert indexed == before["tasks_task"]
        [words] = new.execute(
            "SELECT count(*) FROM search_document WHERE vector @@ to_tsquery('simple', 'haiku')"
        ).fetchone() or (0,)
        assert words
