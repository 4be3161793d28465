"""Shell, apply-patch and custom tools run in activities, with one card per call."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentex_web.adk.testing import chat, custom_tool_call, patch_call, shell_call, text
from agentex_web.adk.testing.loading import load_file
from tests.turns_in_memory.agents import of_tests

load_file(of_tests("workshop"))
workshop: Any = sys.modules["agentex_web.agents.workshop"]


@pytest.fixture(autouse=True)
def nothing_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    workshop.DONE.clear()
    monkeypatch.setattr(workshop, "FOLDER", tmp_path)
    yield


async def test_each_kind_is_done_once_with_a_card_of_its_own(tmp_path: Path) -> None:
    async with chat(of_tests("workshop")) as shop:
        shop.model.script(
            [shell_call("echo one"), shell_call("echo two", "echo three")],
            patch_call("create_file", "note.txt", "+hello\n"),
            custom_tool_call("calculate", "1 + 1"),
            text("All done."),
        )
        turn = await shop.send("go")
        await shop.restart()
        shop.model.script(text("Nothing else."))
        await shop.send("and now?")
    assert turn.status == "done"
    assert [(each.name, each.status) for each in turn.tools] == [
        ("shell", "done"),
        ("shell", "done"),
        ("apply_patch", "done"),
        ("calculate", "done"),
    ]
    assert [each.output for each in turn.tools][2:] == ["Created note.txt", "1 + 1: True, calculate"]
    assert ["one" in str(each.output) for each in turn.tools][:2] == [True, False]
    assert [
        len([m for m in turn.messages if m.kind == kind]) for kind in ("tool_request", "tool_response")
    ] == [4, 4]
    assert sorted(workshop.DONE) == [
        "1 + 1",
        "create note.txt",
        "echo one True",
        "echo three True",
        "echo two True",
    ]
    assert (tmp_path / "note.txt").exists()


async def test_a_failure_is_told_to_the_model() -> None:
    async with chat(of_tests("workshop")) as shop:
        shop.model.script(shell_call("fail"), patch_call("delete_file", "none.txt"), text("I see."))
        turn = await shop.send("go")
        outputs = [
            each for each in shop.model.requests[-1].input if str(each.get("type")).endswith("_output")
        ]
    assert [each.status for each in turn.tools] == ["failed", "failed"]
    assert "no such shell" in str(outputs[0]["output"])
    assert "FileNotFoundError" in str(outputs[1]["output"])


async def test_a_stop_ends_a_shell_and_the_model_is_told_so() -> None:
    async with chat(of_tests("workshop")) as shop:
        held = shop.tools.hold("shell")
        shop.model.script(shell_call("sleep 100"), text("I waited."))
        turn = await shop.send("go", wait=False)
        await shop.stop(turn)
        assert held.waits
        await shop.send("and?")
        answer = next(
            each for each in shop.model.requests[-1].input if each.get("type") == "shell_call_output"
        )
    assert turn.status == "interrupted"
    assert "The user stopped this" in answer["output"][0]["stderr"]
