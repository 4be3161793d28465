"""Folders of agents for one test."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import agentex_web.agents
from agentex_web.turns.authors_modules import AGENTS

Files = Callable[[dict[str, str]], Path]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    """Writes files into the test's own agents folder, and returns the folder."""
    folder = tmp_path / "agents"
    folder.mkdir()
    monkeypatch.setattr(agentex_web.agents, "__path__", [str(folder)])
    # Modules of other tests may have the same names.
    others = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(AGENTS)}

    def write(texts: dict[str, str]) -> Path:
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return folder

    yield write
    for name in [each for each in sys.modules if each.startswith(AGENTS)]:
        del sys.modules[name]
    sys.modules.update(others)
