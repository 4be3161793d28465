"""The gallery: small agents modelled on public examples, each run for two turns."""

from pathlib import Path

import pytest

from agentex_web.adk.testing import chat
from tests.turns_in_memory.gallery.cases import CASES
from tests.turns_in_memory.gallery.seen import seen

AGENTS = Path(__file__).parent / "agents"


def test_each_agent_has_a_conversation() -> None:
    assert {path.stem for path in AGENTS.glob("*.py")} == CASES.keys()
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", CASES)
async def test_a_person_sees(name: str) -> None:
    case = CASES[name]
    async with chat(AGENTS / f"{name}.py") as opened:
        for agent, answers in case.answers.items():
            opened.model.script(*answers, agent=agent)
        for message, expected in (case.first, case.second):
            assert seen(await opened.send(message)) == expected
        assert not opened.model.unused
