"""Paths of the agents' files that these tests use, and helpers to read their turns."""

from pathlib import Path

from agentex_web.adk.testing import KeptTurn

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "agents"
OF_TESTS = ROOT / "tests" / "agents"


def of_tests(name: str) -> Path:
    return OF_TESTS / f"{name}.py"


def example(name: str) -> Path:
    return EXAMPLES / f"{name}.py"


def rows(turn: KeptTurn) -> list[tuple[str, str, str]]:
    """Kind, status and content of the agent's messages."""
    return [(each.kind, each.status, each.content) for each in turn.messages if not each.opens_turn]


def kinds(items: list[dict[str, object]]) -> list[object]:
    """The role of each SDK item, or else its type."""
    return [item.get("role") or item["type"] for item in items]
