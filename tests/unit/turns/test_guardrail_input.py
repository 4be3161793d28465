"""The input of guardrails is used as a text, as in most examples, and as a list of items."""

from typing import Any

from agentex_web.turns.guardrail_input import GuardrailInput

ITEMS: list[Any] = [{"role": "user", "content": "me@home, you@work"}]


def test_as_a_text() -> None:
    given = GuardrailInput(ITEMS)
    assert given.count("@") == 2 and given.index("@") == 2 and given.find("you") == 9
    assert given == "me@home, you@work" and given != "me"
    assert [given != "me@home, you@work", given == "me"] == [False, False]
    assert f"{given + '!'} {'to ' + given}" == "me@home, you@work! to me@home, you@work"
    given += "!"
    assert given == "me@home, you@work!"


def test_as_a_list() -> None:
    given = GuardrailInput(ITEMS)
    assert [given == ITEMS, given != ITEMS, given == [], given != []] == [True, False, False, True]
    assert given.count(ITEMS[0]) == 1 and given.index(ITEMS[0]) == 0
    assert given + [1] == [*ITEMS, 1] and [1] + given == [1, *ITEMS]
    given += [1]
    assert given == [*ITEMS, 1] and isinstance(given, GuardrailInput)
