"""A worker's cache of attached files is bounded, and safe when several calls fill it."""

import asyncio
import threading
from typing import Any

import pytest

from agentex_web.worker.model import files
from tests.support.waiting import PATIENCE


def test_a_file_that_is_evicted_while_another_is_read_is_still_given(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, go_on = threading.Event(), threading.Event()

    def read(task_id: str, keys: set[str]) -> dict[str, Any]:
        if "slow" in keys:
            reading.set()
            assert go_on.wait(PATIENCE)
        return {key: {"type": "input_text", "text": key * 30} for key in keys}

    monkeypatch.setattr(files, "_read", read)
    monkeypatch.setattr(files, "CACHE_LENGTH", 200)
    monkeypatch.setattr(files, "_cache", type(files._cache)())

    async def load() -> dict[str, Any]:
        await files._load("task", {"old"})
        both = asyncio.create_task(files._load("task", {"old", "slow"}))
        await asyncio.to_thread(reading.wait, 30)
        await files._load("task", {"another"})  # Evicts the old file.
        assert ("task", "old") not in files._cache
        go_on.set()
        return await both

    assert set(asyncio.run(load())) == {"old", "slow"}
    assert sum(files._length(each) for each in files._cache.values()) <= 200
