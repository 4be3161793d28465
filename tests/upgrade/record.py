"""Reads the database and Temporal. Only this file knows the tables."""

import asyncio
import json
import sqlite3
import uuid
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.service import RPCError

from tests.support.waiting import PATIENCE

Json = dict[str, Any]


class Record:
    """Reads the database."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def turns(self, task: str) -> list[Json]:
        return self._rows(
            "SELECT id, status, error, attempt FROM tasks_turn WHERE task_id = ? ORDER BY created_at", task
        )

    def messages(self, turn: str) -> list[Json]:
        return self._rows(
            "SELECT id, author, kind, status, content, error, tool_name FROM tasks_message"
            " WHERE turn_id = ? ORDER BY position",
            turn,
        )

    def count(self, table: str) -> int:
        return int(self._rows(f"SELECT count(*) AS number FROM tasks_{table.lower()}")[0]["number"])

    def schema(self) -> dict[str, list[str]]:
        """The definition of each table, index and trigger, by its name: its parts, in any order."""
        found = self._rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {row["name"]: sorted(row["sql"].split(", ")) for row in found}

    def _rows(self, query: str, *ids: str) -> list[Json]:
        # Django stores UUIDs in SQLite as 32 hexadecimal digits.
        database = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=PATIENCE)
        try:
            database.row_factory = sqlite3.Row
            found = database.execute(query, [each.replace("-", "") for each in ids]).fetchall()
        finally:
            database.close()
        return [
            {key: str(uuid.UUID(row[key])) if key == "id" else row[key] for key in row.keys()}  # noqa: SIM118  (a row of sqlite3 is no mapping)
            for row in found
        ]


class Temporal:
    """The workflows as the server describes them."""

    def __init__(self, data: Path) -> None:
        self.address = json.loads((data / "services.json").read_text())["temporal"]

    def runs(self, workflow: str, first_run: str) -> list[Json]:
        """The run from before the upgrade and, if it differs, the current run."""
        return asyncio.run(self._runs(workflow, first_run))

    async def _runs(self, workflow: str, first_run: str) -> list[Json]:
        client = await Client.connect(self.address)
        now = (await client.get_workflow_handle(workflow).describe()).run_id
        runs = []
        for run in dict.fromkeys([first_run, now]):
            handle = client.get_workflow_handle(workflow, run_id=run)
            try:
                status = (await handle.describe()).status
                events = (await handle.fetch_history()).events
            except RPCError:
                continue  # Temporal deletes a closed run after its retention period.
            failed = [
                each.workflow_task_failed_event_attributes.failure.message
                for each in events
                if each.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
            ]
            runs.append({"run": run, "status": status.name if status else "", "failed_tasks": failed})
        return runs
