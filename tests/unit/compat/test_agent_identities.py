"""agentex_web/compat/agent_identities.py is needed while the SDK describes each agent although its name is unique."""

from typing import Any

import pytest

from agentex_web.compat import agent_identities
from agents import Agent
from agents import _run_state_agent_identity as identity

DESCRIBED: list[str] = []


@pytest.fixture(params=[False, True], ids=["without", "with"])
def patched(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(identity, "_agent_identity_sort_key", agent_identities._key_of)
    monkeypatch.setattr(identity, "_agent_identity_signature", _signature(identity._agent_identity_signature))
    DESCRIBED.clear()
    if request.param:
        agent_identities.install()
        agent_identities.install()
    return bool(request.param)


def _signature(made: Any) -> Any:
    def noted(agent: Agent[Any]) -> Any:
        DESCRIBED.append(agent.name)
        return made(agent)

    return noted


def test_only_an_agent_whose_name_another_has_is_described(patched: bool) -> None:
    helpers = [Agent(name="Helper", instructions=text) for text in ("Second.", "First.")]
    guide = Agent(name="Guide", handoffs=[*helpers, Agent(name="Clerk")])
    found = identity._build_agent_identity_map(guide)
    assert {key: agent.instructions for key, agent in found.items()} == {
        "Guide": None,
        "Helper": "First.",
        "Helper#2": "Second.",
        "Clerk": None,
    }
    assert (["Helper", "Helper"] if patched else ["Guide", "Helper", "Helper", "Clerk"]) == DESCRIBED


def test_the_first_agent_of_a_run_comes_before_those_with_its_name(patched: bool) -> None:
    first = Agent(name="Same", instructions="Z.", handoffs=[Agent(name="Same", instructions="A.")])
    assert [each.instructions for each in identity._build_agent_identity_map(first).values()] == ["Z.", "A."]
