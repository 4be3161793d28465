"""No code costs much more to highlight than it may, and all of it stays code."""

import time
from html import escape

import pytest

from agentex_web.rendering import elements, limits
from agentex_web.rendering.markdown import NOTE, to_html
from tests.unit.hostile_texts import ROUNDS, filled

CODE_SIZE = 40_000


LANGUAGES = (
    "aspx-cs bash c cpp csharp css diff dockerfile go graphql haskell html ini java javascript json jsx kotlin lua makefile "
    "markdown perl php powershell python r ruby rust scala scss sql swift toml typescript xml yaml"
).split()


LONGEST_TOKEN = 0.2
"""CPU seconds of CODE_SIZE characters; the clock is only checked between two tokens."""


NESTED = {
    "brackets": "([{",
    "tags": "<a b=",
    "unclosed strings": "\"a 'b `c ",
    "escapes": '"\\',
    "comments": "/* // # -- <!-- ",
    "one line": "a.b = c(0, ",
    "templates": "${ #{ {{ {% <% ",
    "lines": "\n",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_code_costs_what_it_may_and_stays_code(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Uses a small time limit, to keep the test short. Slow tokens are noticed all the same."""
    to_html(f"```{language}\nx = 1\n```\n")
    monkeypatch.setattr(limits, "SPARE_SECONDS", 0.15)
    monkeypatch.setattr(limits, "TIMES_HARMLESS", 0.0)
    monkeypatch.setattr(elements, "COLOURS", 0.05)
    for kind, piece in NESTED.items():
        line = filled(piece, elements.LINE_LENGTH)
        source = f"```{language}\n{filled(line + chr(10), CODE_SIZE)}\n```\n\n**after** it"

        def quick(source: str = source, kind: str = kind) -> bool:
            began = time.thread_time()
            html = to_html(source)
            if NOTE in html:  # It took longer than it may, perhaps because the machine is busy.
                return False
            assert "<strong>after</strong>" in html, kind
            return time.thread_time() - began < limits.SPARE_SECONDS + LONGEST_TOKEN

        assert any(quick() for _ in range(ROUNDS)), kind


def test_a_line_of_code_that_is_very_long_is_shown_without_colours() -> None:
    line = filled("<a b=")
    assert f"<code>{escape(line)}\n</code>" in to_html(f"```ini\n{line}\n```\n")
