"""Fences of Markdown's code blocks."""

import re

_BACKTICKS = re.compile("`+")


def fence_of(text: str) -> str:
    """A fence that is longer than any run of backticks in the text."""
    longest = max((len(run[0]) for run in _BACKTICKS.finditer(text)), default=0)
    return "`" * max(3, longest + 1)
