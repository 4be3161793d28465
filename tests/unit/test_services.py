"""The file of addresses is checked once a second, and read if it has changed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI
from pytest_django import Settings

from agentex_web import services


@pytest.fixture
def folder(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(services, "_read", None)
    return tmp_path


def write(folder: Path, **addresses: str) -> None:
    new = folder / "new"
    new.write_text(json.dumps(addresses))
    new.replace(folder / services.SERVICES_FILE)


def test_it_is_looked_at_once_a_second_and_read_when_it_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, stats, reads = [100.0], [], []
    monkeypatch.setattr(services.time, "monotonic", lambda: now[0])
    stat, read = Path.stat, Path.read_text

    def counted_stat(path: Path, **options: Any) -> Any:
        stats.append(1)
        return stat(path, **options)

    def counted_read(path: Path, **options: Any) -> str:
        reads.append(1)
        return read(path, **options)

    write(folder, redis="one")
    monkeypatch.setattr(Path, "stat", counted_stat)
    monkeypatch.setattr(Path, "read_text", counted_read)
    for _ in range(100):
        assert services.embedded() == {"redis": "one"}
    assert (len(stats), len(reads)) == (1, 1)
    now[0] += 1.1
    services.embedded()
    assert (len(stats), len(reads)) == (2, 1)
    write(folder, redis="two")
    assert services.embedded() == {"redis": "one"}
    now[0] += 1.1
    assert services.embedded() == {"redis": "two"}


def test_a_file_that_is_not_there_is_looked_for_each_time(folder: Path) -> None:
    assert services.embedded() == {}
    write(folder, redis="one")
    assert services.embedded() == {"redis": "one"}


def test_the_clients_of_agents_use_the_demo_model(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(services, "embedded", lambda: {"model": "http://127.0.0.1:1/v1"})
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        # Set first, so that monkeypatch removes what is set below.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
        setattr(settings, name, "")
    services.offer_model()
    client = AsyncOpenAI()
    assert (client.api_key, str(client.base_url)) == ("sk-demo", "http://127.0.0.1:1/v1/")


@pytest.mark.parametrize(("key", "given"), [("from a file", "from a file"), ("", "none")])
def test_they_keep_a_real_model(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, key: str, given: str
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.delenv("OPENAI_API_KEY")
    settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = key, "http://127.0.0.1:1/v1"
    services.offer_model()
    assert (os.environ["OPENAI_API_KEY"], "OPENAI_BASE_URL" in os.environ) == (given, False)
