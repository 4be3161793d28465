"""What no JSON can hold is not the limits' business."""

from dataclasses import dataclass
from typing import Any

import pytest

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
    ids=repr,
)
def test_a_result_that_is_no_json_is_returned_unchanged(output: object) -> None:
    assert bounded(output) is output


def test_a_long_result_with_half_a_surrogate_pair_is_cut() -> None:
    cut = bounded(["half: \ud83d" * MOST_CHARACTERS])
    assert cut.startswith("(Only the first 1,000,000 of")
