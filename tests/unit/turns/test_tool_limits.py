"""How much a tool may return, and what no JSON can hold."""

from dataclasses import dataclass
from typing import Any

import pytest

from agentex_web.turns import tool_limits
from agentex_web.turns.tool_limits import MOST_CHARACTERS, bounded


@dataclass
class Picture:
    content: bytes


class Node:
    def __init__(self) -> None:
        self.parent = self

    def __str__(self) -> str:
        raise LookupError


@dataclass
class Tree:
    root: Any = None


TREE = Tree()
TREE.root = TREE


@pytest.mark.parametrize(
    "output",
    [b"\xff\xd8", Picture(b"\xff\xd8"), {"content": b"\xff"}, ["half: \ud83d"], TREE, Node()],
    ids=["bytes", "dataclass", "bytes within", "half a character", "circle", "object"],
)
def test_a_result_that_is_no_json_is_returned_unchanged(output: object) -> None:
    assert bounded(output) is output


def test_a_long_result_with_half_a_surrogate_pair_is_cut() -> None:
    cut = bounded(["half: \ud83d" * MOST_CHARACTERS])
    assert cut.startswith("(Only the first 1,000,000 of")


def test_a_large_picture_of_an_mcp_server_stays_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool_limits, "MOST_CHARACTERS", 1_000)
    picture = {"type": "image", "image_url": f"data:image/png;base64,{'A' * 2_000}"}
    assert bounded(picture) == picture
    note = {"type": "text", "text": "page " * 150}
    assert bounded([picture, note, note])[:2] == [picture, note]
    assert bounded([picture, note, note])[2]["text"].startswith("(Only the first 250 of 750 characters")
    monkeypatch.setattr(tool_limits, "LARGEST_DATA", 1_000)
    assert bounded(picture)["text"].startswith("(This result was left out: it is 2,0")


def test_records_that_have_a_type_are_no_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool_limits, "MOST_CHARACTERS", 1_000)
    cut = bounded([{"type": "invoice", "number": number} for number in range(1_000)])
    assert cut.startswith("(Only the first 1,000 of") and len(cut) < 1_100
