"""What the card of a tool call shows of its arguments and result."""

import pytest

from agentex_web.chat.message_views import MessageView
from agentex_web.tasks.models import Message

DEEP = "[" * 90 + ",".join(["1"] * 20_000) + "]" * 90


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ('{"a": [1]}', '{\n  "a": [\n    1\n  ]\n}'),
        ("plain text", "plain text"),
        ("[1] is no JSON", "[1] is no JSON"),
        # No page can be sent with half of a surrogate pair.
        ('["\\ud83d\\ude00", "\\ud83d"]', '[\n  "😀",\n  "\N{REPLACEMENT CHARACTER}"\n]'),
        # Indented, it would be 80 times as long.
        (DEEP, DEEP),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_json_is_indented_if_it_can_be_shown(content: str, shown: str) -> None:
    assert MessageView(Message(content=content)).pretty == shown
