"""Workflows are deterministic: histories recorded by a real Temporal replay with the current code.

A change that breaks a replay also breaks chats that are running when it is deployed. tests/turns/test_replay.py
records the histories.
"""

from pathlib import Path

import pytest

from agentex_web.turns.hooks import TemporalStreamingHooks
from tests.support.replaying import HISTORIES, OF_VERSION_0_1, recorded, replay

FILES = [path for folder in (HISTORIES, OF_VERSION_0_1) for path in sorted(folder.glob("*.json"))]


@pytest.mark.parametrize("file", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
async def test_a_recorded_history_replays(file: Path) -> None:
    await replay(recorded(file.stem, file.parent))


def test_there_is_one_of_each_conversation() -> None:
    from tests.turns.test_replay import CONVERSATIONS

    for folder in (HISTORIES, OF_VERSION_0_1):
        assert {path.stem for path in folder.glob("*.json")} == CONVERSATIONS.keys()


async def test_a_replay_notices_code_that_decides_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """This checks the check: with a hook that writes nothing, the recorded tool call does not replay."""

    async def nothing(*_: object) -> None: ...

    monkeypatch.setattr(TemporalStreamingHooks, "on_tool_end", nothing)
    with pytest.raises(Exception, match="[Nn]ondeterminism|TMPRL1100"):
        await replay(recorded("weather"))
